//! Products of matrices, several times faster where the processor multiplies and adds eight numbers at once.

/// Columns and rows whose sums are kept in registers.
const WIDE: usize = 16;
const HIGH: usize = 4;

/// `out += x · w`: rows of `x` begin every `step` numbers and have as many as `w` has rows; `w` has `wide` columns, a
/// multiple of 16.
pub fn multiply(x: &[f32], step: usize, rows: usize, w: &[f32], wide: usize, out: &mut [f32]) {
    #[cfg(target_arch = "x86_64")]
    if std::arch::is_x86_feature_detected!("avx2") && std::arch::is_x86_feature_detected!("fma") {
        #[expect(unsafe_code, reason = "the processor was just asked whether it can")]
        return unsafe { fast(x, step, rows, w, wide, out) };
    }
    product::<false>(x, step, rows, w, wide, out);
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,fma")]
fn fast(x: &[f32], step: usize, rows: usize, w: &[f32], wide: usize, out: &mut [f32]) {
    product::<true>(x, step, rows, w, wide, out);
}

#[inline(always)]
fn product<const FUSED: bool>(x: &[f32], step: usize, rows: usize, w: &[f32], wide: usize, out: &mut [f32]) {
    let mut row = 0;
    while row + HIGH <= rows {
        block::<FUSED, HIGH>(&x[row * step..], step, w, wide, &mut out[row * wide..]);
        row += HIGH;
    }
    while row < rows {
        block::<FUSED, 1>(&x[row * step..], step, w, wide, &mut out[row * wide..]);
        row += 1;
    }
}

#[inline(always)]
fn block<const FUSED: bool, const ROWS: usize>(
    x: &[f32],
    step: usize,
    w: &[f32],
    wide: usize,
    out: &mut [f32],
) {
    let deep = w.len() / wide;
    let rows: [&[f32]; ROWS] = std::array::from_fn(|r| &x[r * step..][..deep]);
    for from in (0..wide).step_by(WIDE) {
        let mut sums = [[0f32; WIDE]; ROWS];
        for (k, line) in w.chunks_exact(wide).enumerate() {
            let Some(line) = line[from..].first_chunk::<WIDE>() else { continue };
            for (sums, row) in sums.iter_mut().zip(&rows) {
                let factor = row[k];
                for (sum, value) in sums.iter_mut().zip(line) {
                    *sum = if FUSED { factor.mul_add(*value, *sum) } else { *sum + factor * value };
                }
            }
        }
        for (r, sums) in sums.iter().enumerate() {
            for (o, sum) in out[r * wide + from..][..WIDE].iter_mut().zip(sums) {
                *o += sum;
            }
        }
    }
}

/// Every row becomes mean 0 and variance 1, then is scaled and moved.
pub fn normalise(x: &mut [f32], scale: &[f32], shift: &[f32], eps: f32) {
    for row in x.chunks_exact_mut(scale.len()) {
        let n = row.len() as f32;
        let mean = row.iter().sum::<f32>() / n;
        row.iter_mut().for_each(|v| *v -= mean);
        let factor = 1.0 / (row.iter().map(|v| v * v).sum::<f32>() / n + eps).sqrt();
        for ((v, s), b) in row.iter_mut().zip(scale).zip(shift) {
            *v = *v * factor * s + b;
        }
    }
}

pub fn relu(x: &mut [f32]) {
    x.iter_mut().for_each(|v| *v = v.max(0.0));
}

/// Of length one; zeros stay.
pub fn unit(x: &mut [f32]) {
    let norm = x.iter().map(|v| v * v).sum::<f32>().sqrt();
    if norm > 1e-9 {
        x.iter_mut().for_each(|v| *v /= norm);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fast_way_and_the_plain_one_agree() {
        let (rows, deep, wide) = (7, 48, 32);
        let number = |i: usize| ((i * 37 % 19) as f32 - 9.0) / 7.0;
        let x: Vec<f32> = (0..rows * deep).map(number).collect();
        let w: Vec<f32> = (0..deep * wide).map(number).collect();
        let (mut one, mut other) = (vec![1.0; rows * wide], vec![1.0; rows * wide]);
        multiply(&x, deep, rows, &w, wide, &mut one);
        product::<false>(&x, deep, rows, &w, wide, &mut other);
        let by_hand: f32 = (0..deep).map(|k| x[2 * deep + k] * w[k * wide + 5]).sum();
        assert!((one[2 * wide + 5] - 1.0 - by_hand).abs() < 1e-3);
        assert!(one.iter().zip(&other).all(|(a, b)| (a - b).abs() < 1e-3));
    }
}
