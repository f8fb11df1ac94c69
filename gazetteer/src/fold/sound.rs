//! How alike two spellings sound: for matches that agree in the consonants only, and for names of
//! one district that no key finds.

use super::letters::Role;

/// The sound of a title, whichever it is: it is left out as easily as a vowel.
const TITLE: u8 = b'*';

/// A folded name as sounds: one letter each, pairs written as capitals, words run together.
///
/// Generic words and articles are left out; "ou", "oo" and "u" are one sound, so are "ee", "iy",
/// "ii", "y" and "i".
pub(crate) fn sounds(folded: &str) -> Vec<u8> {
    let rest = super::generic::without_generic(folded).map_or(folded, |(rest, _)| rest);
    let mut out: Vec<u8> = Vec::with_capacity(rest.len());
    let mut sides: Vec<u8> = Vec::new();
    let only_titles = super::key_words(rest)
        .all(|word| super::letters::variant(word).is_some_and(|known| known.role == Role::Title));
    let only_sides = super::key_words(rest).all(|word| side(word).is_some());
    for word in super::key_words(rest) {
        let mut word = word;
        match super::letters::variant(word).map(|known| (known.role, known.standard)) {
            Some((Role::Side(tag), _)) if !only_sides => {
                sides.push(tag);
                continue;
            }
            Some((Role::Title, _)) if !only_titles => {
                sides.push(TITLE);
                continue;
            }
            Some((Role::Same | Role::Title, standard)) => word = standard,
            _ => {}
        }
        let latin = super::skeleton::latin(word);
        let bytes = latin.as_bytes();
        let mut at = 0;
        while at < bytes.len() && out.len() < 64 {
            let next = bytes.get(at + 1).copied().unwrap_or(b' ');
            let (sound, eaten) = match (bytes[at], next) {
                (b'k', b'h') => (b'H', 2),
                (b'g' | b'q', b'h') => (b'g', 2),
                (b's' | b'c', b'h') => (b'S', 2),
                (b'z', b'h') | (b'd', b'j') => (b'j', 2),
                (b't' | b'd', b'h') => (b'd', 2),
                (b'p', b'h') => (b'f', 2),
                (b'o', b'u' | b'o') => (b'u', 2),
                (b'e', b'e') | (b'i', b'y' | b'i' | b'e') | (b'y', b'y' | b'i') => (b'i', 2),
                (b'a', b'i' | b'y') | (b'e', b'i' | b'y') => (b'e', 2),
                (b'a', b'u' | b'w') => (b'o', 2),
                (b'a', b'a') => (b'a', 2),
                (b'c', _) => (b'k', 1),
                (b'y', _) => (b'i', 1),
                (b'w', _) => (b'v', 1),
                (b'x', _) => (b'k', 1),
                (b'h', b' ') if at > 0 => (b' ', 1),
                (other, _) => (other, 1),
            };
            if sound != b' ' && out.last() != Some(&sound) {
                out.push(sound);
            }
            at += eaten;
        }
    }
    // "Western Jaabar" and "Jaabar Gharbi" say the same in another order.
    sides.sort_unstable();
    out.extend(sides);
    out
}

fn side(word: &str) -> Option<u8> {
    match super::letters::variant(word)?.role {
        Role::Side(tag) => Some(tag),
        _ => None,
    }
}

/// True for the sounds that careless spellings swap and leave out.
fn vowel(sound: u8) -> bool {
    matches!(sound, b'a' | b'e' | b'i' | b'o' | b'u')
}

/// What it costs to hear one sound for another, in hundredths.
fn change(a: u8, b: u8) -> u32 {
    if a == b {
        return 0;
    }
    if vowel(a) && vowel(b) {
        return 30;
    }
    let pair = (a.min(b), a.max(b));
    match pair {
        // Latin hands write q and k for each other; an Arabic ك is no ق.
        (b'k', b'q') => 20,
        (b'g', b'q') => 45,
        // Voiced and voiceless; Ukrainian h for Russian g; Arabic q, g and k; z for dh.
        (b'H', b'h' | b'k')
        | (b'g', b'h' | b'k' | b'j')
        | (b'd', b't' | b'z')
        | (b's', b'z')
        | (b'b', b'p' | b'v')
        | (b'f', b'v')
        | (b'S', b's' | b'j')
        | (b'i', b'j')
        | (b'o' | b'u', b'v') => 45,
        _ => 100,
    }
}

/// What it costs to leave a sound out.
fn loss(sound: u8) -> u32 {
    match sound {
        b'h' | TITLE => 45,
        _ if vowel(sound) => 45,
        _ => 100,
    }
}

/// How alike two names sound: 1 the same, 0 nothing in common (weighted Levenshtein over length).
pub(crate) fn alike(a: &[u8], b: &[u8]) -> f64 {
    let longest = a.len().max(b.len());
    if longest == 0 {
        return 0.0;
    }
    let mut row: Vec<u32> = Vec::with_capacity(b.len() + 1);
    row.push(0);
    for sound in b {
        row.push(row[row.len() - 1] + loss(*sound));
    }
    for x in a {
        let mut diagonal = row[0];
        row[0] += loss(*x);
        for (n, y) in b.iter().enumerate() {
            let changed = diagonal + change(*x, *y);
            diagonal = row[n + 1];
            row[n + 1] = changed.min(diagonal + loss(*x)).min(row[n] + loss(*y));
        }
    }
    (1.0 - f64::from(row[b.len()]) / 100.0 / longest as f64).max(0.0)
}

/// Sounds without vowels, for scripts that write none.
pub(crate) fn without_vowels(sounds: &[u8]) -> Vec<u8> {
    let mut out: Vec<u8> = sounds
        .iter()
        .copied()
        .filter(|s| !vowel(*s) && *s != b'v')
        .collect();
    out.dedup();
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fold::fold;

    #[test]
    fn spellings_by_ear_are_alike_and_others_are_not() {
        let alike = |a: &str, b: &str| alike(&sounds(&fold(a)), &sounds(&fold(b)));
        for (a, b) in [
            ("Novogrigoryevka", "Novohryhorivka"),
            ("Trudovskaya", "Trudivska"),
            ("Abu Rasen", "Abū Rāsīn"),
            ("Maarrat al-Numan", "Ma‘arrat an Nu‘mān"),
            ("Zafaria", "Az Zafiriyah"),
            ("Deir Hafer", "Dayr Ḩāfir"),
        ] {
            assert!(alike(a, b) > 0.75, "{a} {b} {}", alike(a, b));
        }
        for (a, b) in [
            ("Homs", "Hama"),
            ("Bocest", "Fall River"),
            ("Idlib", "Aleppo"),
        ] {
            assert!(alike(a, b) < 0.75, "{a} {b} {}", alike(a, b));
        }
    }
}
