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
#[cfg(test)]
fn distance(a: &[char], b: &[char], most: usize) -> Option<usize> {
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

/// A word that many names are compared with: each of its letters as the bits of where it stands.
///
/// The distance of [`distance`] by a few operations on whole columns of its table (Hyyrö 2003, "A
/// bit-vector algorithm for computing Levenshtein and Damerau edit distances", Nordic Journal of
/// Computing 10): some ten nanoseconds a name instead of a hundred.
pub(crate) struct Pattern {
    letters: usize,
    ascii: [u64; 128],
    other: Vec<(char, u64)>,
}

/// The columns of the table so far.
#[derive(Clone, Copy)]
struct Columns {
    up: u64,
    down: u64,
    equal: u64,
    before: u64,
    distance: usize,
}

impl Pattern {
    /// Of the word's first [`LETTERS_MAX`] letters.
    pub(crate) fn of(word: &[char]) -> Self {
        let word = &word[..word.len().min(LETTERS_MAX)];
        let mut ascii = [0; 128];
        let mut other: Vec<(char, u64)> = Vec::new();
        for (n, &letter) in word.iter().enumerate() {
            let bit = 1u64 << n;
            match ascii.get_mut(letter as usize) {
                Some(places) => *places |= bit,
                None => match other.iter_mut().find(|(known, _)| *known == letter) {
                    Some((_, places)) => *places |= bit,
                    None => other.push((letter, bit)),
                },
            }
        }
        Self {
            letters: word.len(),
            ascii,
            other,
        }
    }

    fn places(&self, letter: char) -> u64 {
        match self.ascii.get(letter as usize) {
            Some(places) => *places,
            None => self
                .other
                .iter()
                .find(|(known, _)| *known == letter)
                .map_or(0, |(_, places)| *places),
        }
    }

    fn begin(&self) -> Columns {
        Columns {
            up: !0,
            down: 0,
            equal: 0,
            before: 0,
            distance: self.letters,
        }
    }

    #[inline]
    fn step(&self, c: Columns, here: u64) -> Columns {
        let swapped = ((!c.equal & here) << 1) & c.before;
        let equal = ((here & c.up).wrapping_add(c.up) ^ c.up) | here | c.down | swapped;
        let across_up = c.down | !(equal | c.up);
        let across_down = equal & c.up;
        let last = 1u64 << (self.letters.max(1) - 1);
        let distance =
            c.distance + usize::from(across_up & last != 0) - usize::from(across_down & last != 0);
        let across_up = across_up << 1 | 1;
        Columns {
            up: across_down << 1 | !(equal | across_up),
            down: across_up & equal,
            equal,
            before: here,
            distance,
        }
    }

    /// How many letters the word and a name differ by; the name in UTF-8, of which the first
    /// [`LETTERS_MAX`] letters count.
    pub(crate) fn distance(&self, name: &[u8]) -> usize {
        let mut columns = self.begin();
        if self.letters == 0 {
            let letters = name.iter().filter(|byte| **byte & 0xc0 != 0x80).count();
            return letters.min(LETTERS_MAX);
        }
        if name.is_ascii() {
            for byte in name.iter().take(LETTERS_MAX) {
                columns = self.step(columns, self.ascii[usize::from(*byte & 0x7f)]);
            }
        } else {
            let name = std::str::from_utf8(name).unwrap_or_default();
            for letter in name.chars().take(LETTERS_MAX) {
                columns = self.step(columns, self.places(letter));
            }
        }
        columns.distance
    }

    /// How many letters the first letters of the word and a beginning of names differ by at least:
    /// the least over all beginnings of the word.
    pub(crate) fn distance_of_beginning(&self, begin: &[char]) -> usize {
        let mut columns = self.begin();
        for letter in begin {
            columns = self.step(columns, self.places(*letter));
        }
        // Down the last column: each row is one more or one less than the row above, or the same.
        let mut here = begin.len();
        let mut least = here;
        for row in 0..self.letters.min(begin.len() * 2) {
            here = here + usize::from(columns.up >> row & 1 != 0)
                - usize::from(columns.down >> row & 1 != 0);
            least = least.min(here);
        }
        least
    }
}

/// Letters as bits: which of them stand in a word. Letters that share a bit count as one.
pub(crate) fn letter_bits(letters: &[char]) -> u64 {
    letters
        .iter()
        .fold(0, |bits, letter| bits | 1 << (*letter as u64 & 63))
}

/// A name in short, for comparing it with many: which letters it has, in 26 bits, and how many, in
/// six; what more than [`SIGN_LETTERS_MAX`] it has is not told.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Sign(pub(crate) u32);

/// The most letters that a sign tells.
const SIGN_LETTERS_MAX: u32 = 63;

impl Sign {
    /// Of the first [`LETTERS_MAX`] letters of a name, and the number of all.
    pub(crate) fn of(name: &str) -> Self {
        let mut bits = 0;
        let mut count = 0;
        for letter in name.chars() {
            if count < LETTERS_MAX as u32 {
                bits |= 1 << (letter as u32 % 26);
            }
            count += 1;
        }
        Self(bits << 6 | count.min(SIGN_LETTERS_MAX))
    }

    /// False when two names surely differ by more than `most` letters: a letter changed takes one
    /// away and brings one.
    #[inline]
    pub(crate) fn may_be_near(self, other: Self, most: u32) -> bool {
        let (a, b) = (self.0 >> 6, other.0 >> 6);
        let (n, m) = (self.0 & SIGN_LETTERS_MAX, other.0 & SIGN_LETTERS_MAX);
        (a & !b).count_ones() <= most && (b & !a).count_ones() <= most && n.abs_diff(m) <= most
    }
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
            let pattern = Pattern::of(&a);
            let name: String = b.iter().collect();
            assert_eq!(pattern.distance(name.as_bytes()), told, "{a:?} {b:?}");
            let least = (0..=a.len()).map(|n| plain(&a[..n], &b)).min();
            assert_eq!(
                Some(pattern.distance_of_beginning(&b)),
                least,
                "{a:?} {b:?}"
            );
            // The beginning of a name never differs by more than the whole does.
            for n in 0..=b.len() {
                let begin = pattern.distance_of_beginning(&b[..n]);
                assert!(begin <= told, "{a:?} {b:?} {n}");
            }
            let signs = (Sign::of(&a.iter().collect::<String>()), Sign::of(&name));
            assert!(signs.0.may_be_near(signs.1, told as u32), "{a:?} {b:?}");
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
