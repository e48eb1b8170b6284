//! Matrices of four bits a weight (ggml's Q4_0): thirty-two weights share a scale of sixteen bits. What is multiplied with
//! them becomes whole numbers of eight bits first, so that products and their sums stay small whole numbers.

use crate::bundle::{Bundle, Column, Damaged};

/// Numbers that share a scale.
const GROUP: usize = 32;
/// A group in the file: its scale, then low and high halves of bytes, the first sixteen weights in the low ones.
const BYTES: usize = 2 + GROUP / 2;
/// Sums kept beside each other; four products of at most 8 · 127 fit into sixteen bits many times over.
const LANES: usize = 8;
/// Rows of input that a row of weights is multiplied with at once.
const HIGH: usize = 4;

/// Rows of weights, mapped from the file.
pub struct Quantised {
    bytes: Column<u8>,
    /// Weights of a row.
    deep: usize,
}

impl Quantised {
    pub fn open(bundle: &Bundle, name: &str, rows: usize, deep: usize) -> Result<Quantised, Damaged> {
        let bytes = bundle.column_of(name, rows * deep / GROUP * BYTES)?;
        Ok(Quantised { bytes, deep })
    }

    fn row_bytes(&self) -> usize {
        self.deep / GROUP * BYTES
    }

    pub fn rows(&self) -> usize {
        self.bytes.len() / self.row_bytes()
    }

    /// Adds a row's weights to numbers; nothing when there is no such row.
    pub fn add_row(&self, row: usize, out: &mut [f32]) {
        let long = self.row_bytes();
        let bytes = self.bytes.get(row * long..).and_then(|b| b.get(..long)).unwrap_or_default();
        for (group, out) in bytes.chunks_exact(BYTES).zip(out.chunks_exact_mut(GROUP)) {
            let mut weights = [0i16; GROUP];
            let scale = unpack(group, &mut weights);
            out.iter_mut().zip(weights).for_each(|(o, w)| *o += f32::from(w) * scale);
        }
    }

    /// For each row of `x` its product with each row of weights, moved by `shift`.
    pub fn multiply(&self, x: &Rounded, shift: &[f32]) -> Vec<f32> {
        let mut out = vec![0f32; x.rows() * self.rows()];
        #[cfg(target_arch = "x86_64")]
        if std::arch::is_x86_feature_detected!("avx2") && std::arch::is_x86_feature_detected!("fma") {
            #[expect(unsafe_code, reason = "the processor was just asked whether it can")]
            unsafe {
                fast(&self.bytes, self.deep, x, shift, &mut out)
            };
            return out;
        }
        product(&self.bytes, self.deep, x, shift, &mut out);
        out
    }
}

/// Rows of numbers as whole ones from -127 to 127 with a scale for each group.
pub struct Rounded {
    values: Vec<i16>,
    scales: Vec<f32>,
    wide: usize,
}

impl Rounded {
    pub fn of(x: &[f32], wide: usize) -> Rounded {
        let mut values = vec![0i16; x.len()];
        let mut scales = vec![0f32; x.len() / GROUP];
        for ((from, to), scale) in x.chunks_exact(GROUP).zip(values.chunks_exact_mut(GROUP)).zip(&mut scales)
        {
            let most = from.iter().fold(0f32, |m, v| m.max(v.abs()));
            *scale = most / 127.0;
            let factor = if most > 0.0 { 127.0 / most } else { 0.0 };
            to.iter_mut().zip(from).for_each(|(t, f)| *t = (f * factor).round_ties_even() as i16);
        }
        Rounded { values, scales, wide }
    }

    fn rows(&self) -> usize {
        self.values.len() / self.wide
    }
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,fma")]
fn fast(bytes: &[u8], deep: usize, x: &Rounded, shift: &[f32], out: &mut [f32]) {
    product(bytes, deep, x, shift, out);
}

#[inline(always)]
fn product(bytes: &[u8], deep: usize, x: &Rounded, shift: &[f32], out: &mut [f32]) {
    let rows = shift.len();
    let groups = deep / GROUP;
    let mut weights = vec![0i16; deep];
    let mut scales = vec![0f32; groups];
    for (row, (bytes, shift)) in bytes.chunks_exact(groups * BYTES).zip(shift).enumerate() {
        let unpacked = weights.chunks_exact_mut(GROUP).zip(&mut scales);
        for ((weights, scale), group) in unpacked.zip(bytes.chunks_exact(BYTES)) {
            *scale = unpack(group, weights);
        }
        let mut from = 0;
        while from + HIGH <= x.rows() {
            let sums = dots::<HIGH>(&weights, &scales, x, from);
            for (i, sum) in sums.iter().enumerate() {
                out[(from + i) * rows + row] = sum + shift;
            }
            from += HIGH;
        }
        while from < x.rows() {
            out[from * rows + row] = dots::<1>(&weights, &scales, x, from)[0] + shift;
            from += 1;
        }
    }
}

/// A row of weights with so many rows of numbers.
#[inline(always)]
fn dots<const ROWS: usize>(weights: &[i16], scales: &[f32], x: &Rounded, from: usize) -> [f32; ROWS] {
    let groups = scales.len();
    let values: [&[i16]; ROWS] =
        std::array::from_fn(|r| &x.values[(from + r) * weights.len()..][..weights.len()]);
    let factors: [&[f32]; ROWS] = std::array::from_fn(|r| &x.scales[(from + r) * groups..][..groups]);
    let mut sums = [[0f32; LANES]; ROWS];
    for (g, (w, scale)) in weights.chunks_exact(GROUP).zip(scales).enumerate() {
        for r in 0..ROWS {
            let Some(v) = values[r][g * GROUP..].first_chunk::<GROUP>() else { continue };
            let scale = scale * factors[r][g];
            for i in 0..LANES {
                let at = |j: usize| w[i + j * LANES].wrapping_mul(v[i + j * LANES]);
                let part = at(0).wrapping_add(at(1)).wrapping_add(at(2)).wrapping_add(at(3));
                sums[r][i] += f32::from(part) * scale;
            }
        }
    }
    sums.map(|lanes| lanes.iter().sum())
}

/// The weights of a group as whole numbers from -8 to 7, and their scale.
#[inline(always)]
fn unpack(group: &[u8], out: &mut [i16]) -> f32 {
    let (low, high) = out.split_at_mut(GROUP / 2);
    for ((byte, low), high) in group[2..].iter().zip(low).zip(high) {
        *low = i16::from(byte & 15) - 8;
        *high = i16::from(byte >> 4) - 8;
    }
    half(u16::from_le_bytes([group[0], group[1]]))
}

/// A number of sixteen bits: one of sign, five of exponent, ten of fraction.
fn half(bits: u16) -> f32 {
    let sign = if bits & 0x8000 == 0 { 1.0 } else { -1.0 };
    let fraction = f32::from(bits & 0x3ff) / 1024.0;
    match i32::from(bits >> 10 & 0x1f) {
        0 => sign * fraction * 2f32.powi(-14),
        31 => f32::NAN,
        exponent => sign * (1.0 + fraction) * 2f32.powi(exponent - 15),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bundle::Writer;

    #[test]
    fn halves_are_read() {
        assert_eq!(half(0x3c00), 1.0);
        assert_eq!(half(0xc500), -5.0);
        assert_eq!(half(0x0001), 2f32.powi(-24));
        assert_eq!(half(0), 0.0);
    }

    #[test]
    fn products_are_those_of_the_numbers_that_were_packed() {
        let (rows, deep, n) = (3, 64, 6);
        let packed: Vec<u8> = (0..rows * deep / GROUP)
            .flat_map(|g| [0x00, 0x38].into_iter().chain((0..16).map(move |i| (g * 53 + i * 29) as u8)))
            .collect();
        let mut w = Writer::default();
        w.put("m", &packed);
        let bundle = Bundle::from_bytes(&w.finish()).unwrap();
        assert!(Quantised::open(&bundle, "m", rows + 1, deep).is_err());
        let matrix = Quantised::open(&bundle, "m", rows, deep).unwrap();
        let mut plain = vec![0f32; rows * deep];
        plain.chunks_exact_mut(deep).enumerate().for_each(|(i, row)| matrix.add_row(i, row));
        assert_eq!(plain[0], -4.0, "half a scale of one, the lowest weight");
        let x: Vec<f32> = (0..n * deep).map(|i| ((i * 37 % 255) as f32 - 127.0) / 9.0).collect();
        let shift = [1.0, 2.0, 3.0];
        let got = matrix.multiply(&Rounded::of(&x, deep), &shift);
        let mut slow = vec![0f32; n * rows];
        product(&matrix.bytes, deep, &Rounded::of(&x, deep), &shift, &mut slow);
        for (i, row) in x.chunks_exact(deep).enumerate() {
            for (j, weights) in plain.chunks_exact(deep).enumerate() {
                let exact: f32 = row.iter().zip(weights).map(|(a, b)| a * b).sum::<f32>() + shift[j];
                assert!((got[i * rows + j] - exact).abs() < 2.0, "{} {exact}", got[i * rows + j]);
                assert!((got[i * rows + j] - slow[i * rows + j]).abs() < 1e-2);
            }
        }
    }
}
