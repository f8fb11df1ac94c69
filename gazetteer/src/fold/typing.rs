//! Typing errors: how many letters two names differ by, and the index that finds such names.
//!
//! The index is one of deletions (the idea of SymSpell, W. Garbe): each name is filed under what
//! is left of its first letters when one or two of them are struck out; a word that is looked up
//! is struck likewise, and wherever the two meet the letters are compared. Nothing within the
//! distance is missed, which a test proves against comparing with every name.
//!
//! Names with the same first letters stand together in the sorted list of forms, so that only the
//! first of them is filed.

/// First letters that are struck for one error: more say more, but file fewer names together.
pub(crate) const PREFIX_ONE: usize = 8;
/// First letters that are struck for two errors: seven give 29 entries, eight would give 37.
pub(crate) const PREFIX_TWO: usize = 7;
/// Names of fewer letters have no neighbours by typing error: every short word is near another.
pub(crate) const ONE_LETTERS_MIN: usize = 4;
/// Names of fewer letters are not sought at two errors.
pub(crate) const TWO_LETTERS_MIN: usize = 6;
/// Letters of a name that are compared.
pub(crate) const LETTERS_MAX: usize = 64;

/// How many letters two names differ by, when at most `most`: letters changed, left out, put in,
/// or two neighbours swapped (optimal string alignment).
pub(crate) fn distance(a: &[char], b: &[char], most: usize) -> Option<usize> {
    let (a, b) = (
        &a[..a.len().min(LETTERS_MAX)],
        &b[..b.len().min(LETTERS_MAX)],
    );
    if a.len().abs_diff(b.len()) > most {
        return None;
    }
    // What they begin and end with alike costs nothing.
    let begin = a.iter().zip(b).take_while(|(x, y)| x == y).count();
    let (a, b) = (&a[begin..], &b[begin..]);
    let end = a
        .iter()
        .rev()
        .zip(b.iter().rev())
        .take_while(|(x, y)| x == y)
        .count();
    let (a, b) = (&a[..a.len() - end], &b[..b.len() - end]);
    if a.is_empty() || b.is_empty() {
        return Some(a.len().max(b.len()));
    }
    let width = b.len() + 1;
    let mut rows = [[0u8; LETTERS_MAX + 1]; 3];
    for (n, cell) in rows[1][..width].iter_mut().enumerate() {
        *cell = n as u8;
    }
    for (i, x) in a.iter().enumerate() {
        let [before, last, row] = &mut rows;
        row[0] = i as u8 + 1;
        let mut least = row[0];
        for (j, y) in b.iter().enumerate() {
            let mut cost = (last[j] + u8::from(x != y))
                .min(last[j + 1] + 1)
                .min(row[j] + 1);
            if i > 0 && j > 0 && *x == b[j - 1] && a[i - 1] == *y {
                cost = cost.min(before[j - 1] + 1);
            }
            row[j + 1] = cost;
            least = least.min(cost);
        }
        // A swap reaches back two rows.
        if usize::from(least) > most && last[..width].iter().all(|c| usize::from(*c) > most) {
            return None;
        }
        rows.rotate_left(1);
    }
    let distance = usize::from(rows[1][b.len()]);
    (distance <= most).then_some(distance)
}

/// The hash of letters.
fn hash(letters: impl Iterator<Item = char>) -> u32 {
    let mut h = 0x811c_9dc5_u64;
    for letter in letters {
        h = (h ^ u64::from(letter)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        h ^= h >> 29;
    }
    (h ^ (h >> 32)) as u32
}

/// Names of one group (the same first letters) that are compared one after the other; those of a
/// larger group ("Khirbat ...") are filed by their last letters instead, each by itself.
pub(crate) const GROUP_MAX: usize = 64;
/// Mixed into the hashes of last letters, so that they do not meet those of first letters.
pub(crate) const LAST: u32 = 0x5bd1_e995;
/// An entry of one name, not of a group.
pub(crate) const ALONE: u32 = 1 << 31;

/// The deletions of the last letters, as [`deletions`] gives those of the first.
pub(crate) fn last_deletions(letters: &[char], prefix: usize, most: usize, out: &mut Vec<u32>) {
    let turned: Vec<char> = letters.iter().rev().take(prefix).copied().collect();
    deletions(&turned, prefix, most, out);
    for hash in out {
        *hash ^= LAST;
    }
}

/// The hashes of what is left of the first letters with at most `most` (1 or 2) of them struck;
/// each once.
pub(crate) fn deletions(letters: &[char], prefix: usize, most: usize, out: &mut Vec<u32>) {
    let letters = &letters[..letters.len().min(prefix)];
    out.clear();
    out.push(hash(letters.iter().copied()));
    for first in 0..letters.len() {
        let kept = |n: usize| n != first;
        out.push(hash(
            (0..letters.len()).filter(|n| kept(*n)).map(|n| letters[n]),
        ));
        if most > 1 {
            for second in first + 1..letters.len() {
                out.push(hash(
                    (0..letters.len())
                        .filter(|n| kept(*n) && *n != second)
                        .map(|n| letters[n]),
                ));
            }
        }
    }
    out.sort_unstable();
    out.dedup();
}

/// How many errors a name is forgiven: none where a letter makes another word. A script that
/// writes no vowels says as much in fewer letters.
pub(crate) fn forgiven(form: &str) -> usize {
    let vowelless = form.chars().any(|c| matches!(c, '\u{590}'..='\u{6ff}'));
    match form.chars().count() {
        4 if vowelless => 1,
        0..5 => 0,
        5..8 => 1,
        _ => 2,
    }
}

/// True when the digits of two names agree: "Sector 12" is not "Sector 13" mistyped.
pub(crate) fn same_digits(a: &[char], b: &[char]) -> bool {
    let digits =
        |of: &[char]| -> Vec<char> { of.iter().copied().filter(char::is_ascii_digit).collect() };
    let none = |of: &[char]| !of.iter().any(char::is_ascii_digit);
    (none(a) && none(b)) || digits(a) == digits(b)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn letters(text: &str) -> Vec<char> {
        text.chars().collect()
    }

    /// The whole table, as in a textbook.
    fn plain(a: &[char], b: &[char]) -> usize {
        let mut t = vec![vec![0usize; b.len() + 1]; a.len() + 1];
        for (i, row) in t.iter_mut().enumerate() {
            row[0] = i;
        }
        for (j, cell) in t[0].iter_mut().enumerate() {
            *cell = j;
        }
        for i in 1..=a.len() {
            for j in 1..=b.len() {
                let change = usize::from(a[i - 1] != b[j - 1]);
                t[i][j] = (t[i - 1][j - 1] + change)
                    .min(t[i - 1][j] + 1)
                    .min(t[i][j - 1] + 1);
                if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                    t[i][j] = t[i][j].min(t[i - 2][j - 2] + 1);
                }
            }
        }
        t[a.len()][b.len()]
    }

    #[test]
    fn distances_are_those_of_the_textbook() {
        // Short words over few letters meet every case; the numbers come from a fixed seed.
        let mut seed = 7u64;
        let mut random = |most: u64| {
            seed = seed
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            (seed >> 33) % most
        };
        let mut word = || -> Vec<char> {
            (0..random(9))
                .map(|_| ['a', 'b', 'ج', 'd'][random(4) as usize])
                .collect()
        };
        for _ in 0..20_000 {
            let (a, b) = (word(), word());
            let told = plain(&a, &b);
            for most in 0..4 {
                assert_eq!(
                    distance(&a, &b, most),
                    Some(told).filter(|d| *d <= most),
                    "{a:?} {b:?}"
                );
            }
            // What lies within the distance meets under a deletion.
            for (most, prefix) in [(1, PREFIX_ONE), (2, PREFIX_TWO)] {
                if told <= most {
                    let (mut of_a, mut of_b) = (Vec::new(), Vec::new());
                    deletions(&a, prefix, most, &mut of_a);
                    deletions(&b, prefix, most, &mut of_b);
                    assert!(of_a.iter().any(|h| of_b.contains(h)), "{a:?} {b:?}");
                }
            }
        }
        assert_eq!(distance(&letters("tanf"), &letters("tnaf"), 1), Some(1));
    }
}
