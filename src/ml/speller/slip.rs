//! How unlikely a slip of the fingers is: neighbouring keys, swapped, doubled and forgotten letters are common, others not.

/// A swapped pair or a forgotten letter, as a logarithm.
const COMMON: f32 = 2.5;
/// One of two same letters forgotten.
const DOUBLED: f32 = 1.5;
/// A letter that lies nowhere near.
const RARE: f32 = 4.5;
/// People seldom miss the first letter.
const FIRST: f32 = 0.7;

/// What it takes to type the one when the other is meant.
pub fn cost(typed: &[char], meant: &[char]) -> f32 {
    let wide = meant.len() + 1;
    let mut costs = vec![0f32; (typed.len() + 1) * wide];
    for i in 0..=typed.len() {
        for j in 0..=meant.len() {
            let mut best = if i + j == 0 { 0.0 } else { f32::MAX };
            let start = if i <= 1 && j <= 1 { FIRST } else { 0.0 };
            if i > 0 && j > 0 {
                let (t, m) = (typed[i - 1], meant[j - 1]);
                let change = if t == m { 0.0 } else { start + changed(t, m) };
                best = best.min(costs[(i - 1) * wide + j - 1] + change);
                if i > 1 && j > 1 && t == meant[j - 2] && typed[i - 2] == m && t != m {
                    best = best.min(costs[(i - 2) * wide + j - 2] + COMMON);
                }
            }
            if j > 0 {
                let twice = j > 1 && meant[j - 2] == meant[j - 1];
                let forgotten = if twice { DOUBLED } else { COMMON };
                best = best.min(costs[i * wide + j - 1] + forgotten + if j == 1 { FIRST } else { 0.0 });
            }
            if i > 0 {
                let around = [i.checked_sub(2), Some(i)].into_iter().flatten();
                let near = around.filter_map(|k| typed.get(k)).any(|c| near(*c, typed[i - 1]));
                let extra = if near { COMMON } else { RARE };
                best = best.min(costs[(i - 1) * wide + j] + extra + if i == 1 { FIRST } else { 0.0 });
            }
            costs[i * wide + j] = best;
        }
    }
    costs.last().copied().unwrap_or(0.0)
}

fn changed(typed: char, meant: char) -> f32 {
    let vowel = |c: char| matches!(c, 'a' | 'e' | 'i' | 'o' | 'u' | 'y');
    match near(typed, meant) || (vowel(typed) && vowel(meant)) {
        true => COMMON,
        false => RARE,
    }
}

/// The same key or its neighbour, on an American or a French keyboard.
fn near(a: char, b: char) -> bool {
    const KEYBOARDS: [[&str; 3]; 2] =
        [["qwertyuiop", "asdfghjkl", "zxcvbnm"], ["azertyuiop", "qsdfghjklm", "wxcvbn"]];
    let place = |rows: &[&str; 3], c: char| {
        let find = |(i, row): (usize, &&str)| Some((i as f32, row.find(c)? as f32 + 0.4 * i as f32));
        rows.iter().enumerate().find_map(find)
    };
    a == b
        || KEYBOARDS.iter().any(|rows| match (place(rows, a), place(rows, b)) {
            (Some((y, x)), Some((v, u))) => (y - v).abs() <= 1.0 && (x - u).abs() <= 1.0,
            _ => false,
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(typed: &str, meant: &str) -> f32 {
        cost(&typed.chars().collect::<Vec<_>>(), &meant.chars().collect::<Vec<_>>())
    }

    #[test]
    fn likely_slips_cost_less() {
        assert_eq!(of("chaise", "chaise"), 0.0);
        assert!(of("crosc", "crocs") < of("crosc", "cross"), "swapped, not a far key");
        assert!(of("broilr", "broiler") < of("broilr", "broil"), "forgotten, not added");
        assert!(of("chausre", "chaise") > of("chase", "chaise"));
        assert!(of("hoes", "shoes") > of("hoes", "hooes"), "the first letter is seldom missed");
    }
}
