//! How alike two spellings sound: for matches that agree in the consonants only, and for names of
//! one district that no key finds.

use std::borrow::Cow;
use std::sync::OnceLock;

use super::letters::{Indian, Role, indian, is_nukta, latin_of};

/// The sound of a title, whichever it is: it is left out as easily as a vowel.
const TITLE: u8 = b'*';
/// A vowel that the script leaves to the reader: any vowel, or none.
pub(crate) const UNWRITTEN: char = '@';
const UNWRITTEN_SOUND: u8 = UNWRITTEN as u8;
/// The Arabic waw within a word: u, o or w.
const WAW: u8 = b'W';
/// The Arabic ya within a word: i, e or y.
const YA: u8 = b'Y';
/// An alif at the beginning of a word: it bears any vowel.
const ALIF: u8 = b'A';

/// A folded name as sounds: one letter each, pairs written as capitals, words run together.
///
/// Generic words and articles are left out; "ou", "oo" and "u" are one sound, so are "ee", "iy",
/// "ii", "y" and "i".
pub(crate) fn sounds(folded: &str) -> Vec<u8> {
    let rest = super::generic::without_generic(folded).map_or(folded, |(rest, _)| rest);
    let mut out: Vec<u8> = Vec::with_capacity(rest.len());
    let mut sides: Vec<u8> = Vec::new();
    let words = || super::key_words(rest).map(|word| (word, super::letters::variant(word)));
    let (mut only_titles, mut only_sides) = (true, true);
    for (_, known) in words() {
        let role = known.map(|known| known.role);
        only_titles &= role == Some(Role::Title);
        only_sides &= matches!(role, Some(Role::Side(_)));
    }
    for (mut word, known) in words() {
        match known.map(|known| (known.role, known.standard)) {
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
        let latin = spoken(word);
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
                (b'c', b'e' | b'i') => (b's', 1),
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

/// A folded word in Latin letters as it is said, with marks for what its script leaves open.
pub(super) fn spoken(word: &str) -> Cow<'_, str> {
    if word.is_ascii() {
        return word.into();
    }
    let of_abjad = |c: char| matches!(c, '\u{590}'..='\u{6ff}');
    if !word.chars().any(|c| of_abjad(c) || indian(c).is_some()) {
        return super::skeleton::latin(word);
    }
    let mut out = String::with_capacity(word.len() * 2);
    let mut chars = word.chars().peekable();
    let mut last_consonant = false;
    while let Some(c) = chars.next() {
        let first = out.is_empty();
        let ends = chars.peek().is_none();
        let mut consonant = false;
        match c {
            'ا' if first => out.push(char::from(ALIF)),
            'و' | 'ו' if !first => out.push(char::from(WAW)),
            'ي' | 'י' if !first => out.push(char::from(YA)),
            // The ending -a, -ah, -eh.
            'ه' if ends && !first => out.push(UNWRITTEN),
            // Said as a stop, or not at all.
            'ع' | 'ע' | 'א' => out.push(UNWRITTEN),
            _ => {
                let dotted = chars.next_if(|next| is_nukta(*next)).is_some();
                let latin = latin_of(c, dotted);
                let begins = latin.and_then(|latin| latin.bytes().next());
                consonant = begins.is_some_and(|b| !vowel(b));
                if consonant && last_consonant && of_abjad(c) {
                    // What is breathed is one letter in Urdu: کھ.
                    let breath =
                        c == 'ه' && out.ends_with(['k', 'g', 't', 'd', 'b', 'p', 'j', 'h']);
                    if !breath {
                        out.push(UNWRITTEN);
                    }
                }
                match latin {
                    Some(latin) => out.push_str(latin),
                    None => out.push(c),
                }
                let silent = |next: &char| indian(*next) == Some(Indian::Letter);
                if consonant
                    && indian(c) == Some(Indian::Letter)
                    && chars.peek().is_some_and(silent)
                {
                    out.push(UNWRITTEN);
                }
            }
        }
        last_consonant = consonant;
    }
    out.into()
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
    let pair = (a.min(b), a.max(b));
    if vowel(a) && vowel(b) {
        // Arabic hands write either of these pairs for one vowel.
        return if matches!(pair, (b'e', b'i') | (b'o', b'u')) {
            24
        } else {
            30
        };
    }
    if a == UNWRITTEN_SOUND || b == UNWRITTEN_SOUND {
        let other = if a == UNWRITTEN_SOUND { b } else { a };
        return if vowel(other) || matches!(other, WAW | YA | ALIF) {
            6
        } else {
            100
        };
    }
    match pair {
        (WAW, b'u' | b'o' | b'v') | (YA, b'i' | b'e') => 3,
        (WAW, b'a' | b'e' | b'i') | (YA, b'a' | b'o' | b'u') | (WAW, YA) => 40,
        (ALIF, b'a') => 3,
        (ALIF, _) if vowel(pair.1) => 6,
        (ALIF, WAW | YA) => 12,
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
        UNWRITTEN_SOUND => 6,
        ALIF => 20,
        b'h' | TITLE | WAW | YA => 45,
        _ if vowel(sound) => 45,
        _ => 100,
    }
}

/// What [`change`] and [`loss`] say, for every pair of sounds.
struct Costs {
    change: Vec<[u8; 256]>,
    loss: [u32; 256],
}

fn costs() -> &'static Costs {
    static COSTS: OnceLock<Costs> = OnceLock::new();
    COSTS.get_or_init(|| Costs {
        change: (0..=255)
            .map(|a| std::array::from_fn(|b| change(a, b as u8) as u8))
            .collect(),
        loss: std::array::from_fn(|sound| loss(sound as u8)),
    })
}

/// Sounds of a name that is compared without a further allocation: nearly all.
const SOUNDS_SHORT: usize = 80;

/// How alike two names sound: 1 the same, 0 nothing in common (weighted Levenshtein over length).
pub(crate) fn alike(a: &[u8], b: &[u8]) -> f64 {
    let heard = |sounds: &[u8]| sounds.iter().filter(|s| **s != UNWRITTEN_SOUND).count();
    let longest = heard(a).max(heard(b));
    if longest == 0 {
        return 0.0;
    }
    let costs = costs();
    let mut short = [0u32; SOUNDS_SHORT + 1];
    let mut long;
    let row = if b.len() <= SOUNDS_SHORT {
        &mut short[..=b.len()]
    } else {
        long = vec![0u32; b.len() + 1];
        &mut long[..]
    };
    for (n, sound) in b.iter().enumerate() {
        row[n + 1] = row[n] + costs.loss[usize::from(*sound)];
    }
    for x in a {
        let changes = &costs.change[usize::from(*x)];
        let loss_x = costs.loss[usize::from(*x)];
        let mut diagonal = row[0];
        let mut left = diagonal + loss_x;
        row[0] = left;
        for (y, cell) in b.iter().zip(&mut row[1..]) {
            let changed = diagonal + u32::from(changes[usize::from(*y)]);
            diagonal = *cell;
            left = changed
                .min(diagonal + loss_x)
                .min(left + costs.loss[usize::from(*y)]);
            *cell = left;
        }
    }
    (1.0 - f64::from(row[b.len()]) / 100.0 / longest as f64).max(0.0)
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
        // A script that leaves vowels out agrees with any, and with none that it writes otherwise.
        for (a, b, other) in [
            ("ذيلب", "Dhaylab", "Dulab"),
            ("سخامة", "Sakhāmah", "Sukhaymah"),
            ("شيقراق", "Shīqrāq", "Shaqraq"),
            ("جوہر", "Jauhar", "Jahra"),
            ("বাসুদেবপুর", "Basudevpur", "Basudipur"),
            ("मढ़ौरा", "Marhaura", "Madhura"),
            ("හැවේලියන්", "Havelian", "Havelock"),
        ] {
            assert!(alike(a, b) > 0.85, "{a} {b} {}", alike(a, b));
            assert!(
                alike(a, b) > alike(a, other),
                "{a} {other} {}",
                alike(a, other)
            );
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
