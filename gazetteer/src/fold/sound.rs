//! How alike two spellings sound: for matches that agree in the consonants only, and for names of
//! one district that no key finds.

use std::sync::OnceLock;

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
    out.truncate(SOUNDS_MAX);
    out
}

/// Sounds of a name at most: sixty-four of its letters, and of sides and titles more than any name
/// has.
pub(crate) const SOUNDS_MAX: usize = 127;

/// True where a script writes no vowels: less is compared then, and less is sure.
pub(crate) fn writes_no_vowels(folded: &str) -> bool {
    folded.chars().any(|c| matches!(c, '\u{590}'..='\u{6ff}'))
}

/// How the names of a place sound, one after the other, each way once: for the file. A byte tells
/// how many sounds follow; its highest bit, that the script writes no vowels.
pub(crate) fn packed<'n>(names: impl Iterator<Item = &'n str>, out: &mut Vec<u8>) {
    let first = out.len();
    for name in names {
        let folded = super::fold(name);
        let sounds = sounds(&folded);
        let head = sounds.len() as u8 | if writes_no_vowels(&folded) { 0x80 } else { 0 };
        if !unpacked(&out[first..]).any(|known| known == (head & 0x80 != 0, &sounds[..])) {
            out.push(head);
            out.extend_from_slice(&sounds);
        }
    }
}

/// What [`packed`] wrote: for each name whether its script writes no vowels, and its sounds.
pub(crate) fn unpacked(mut bytes: &[u8]) -> impl Iterator<Item = (bool, &[u8])> {
    std::iter::from_fn(move || {
        let (head, rest) = bytes.split_first()?;
        let (sounds, rest) = rest.split_at_checked(usize::from(head & 0x7f))?;
        bytes = rest;
        Some((head & 0x80 != 0, sounds))
    })
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

/// The least that it costs to leave a sound out.
const LOSS_LEAST: usize = 45;

/// How alike two names sound: 1 the same, 0 nothing in common (weighted Levenshtein over length).
#[cfg(test)]
fn alike(a: &[u8], b: &[u8]) -> f64 {
    alike_beyond(a, b, -1.0).unwrap_or_default()
}

/// The same where it is more than `least`; `None` as soon as it cannot be.
pub(crate) fn alike_beyond(a: &[u8], b: &[u8], least: f64) -> Option<f64> {
    let (a, b) = (&a[..a.len().min(SOUNDS_MAX)], &b[..b.len().min(SOUNDS_MAX)]);
    let longest = a.len().max(b.len());
    let told = |cost: usize| {
        let alike = if longest == 0 {
            0.0
        } else {
            (1.0 - cost as f64 / 100.0 / longest as f64).max(0.0)
        };
        (alike > least).then_some(alike)
    };
    // What one has more than the other is left out.
    told(a.len().abs_diff(b.len()) * LOSS_LEAST)?;
    let costs = costs();
    let mut row = [0u32; SOUNDS_MAX + 1];
    let row = &mut row[..=b.len()];
    for (n, sound) in b.iter().enumerate() {
        row[n + 1] = row[n] + costs.loss[usize::from(*sound)];
    }
    for x in a {
        let changes = &costs.change[usize::from(*x)];
        let loss_x = costs.loss[usize::from(*x)];
        let mut diagonal = row[0];
        let mut left = diagonal + loss_x;
        row[0] = left;
        let mut cheapest = left;
        for (y, cell) in b.iter().zip(&mut row[1..]) {
            let changed = diagonal + u32::from(changes[usize::from(*y)]);
            diagonal = *cell;
            left = changed
                .min(diagonal + loss_x)
                .min(left + costs.loss[usize::from(*y)]);
            *cell = left;
            cheapest = cheapest.min(left);
        }
        // No row is cheaper than the one before at its cheapest.
        told(cheapest as usize)?;
    }
    told(row[b.len()] as usize)
}

/// Sounds without vowels, for scripts that write none.
pub(crate) fn without_vowels(sounds: &[u8]) -> Vec<u8> {
    let mut out = [0; SOUNDS_MAX];
    without_vowels_in(sounds, &mut out).to_vec()
}

/// The same, where there is room for them.
pub(crate) fn without_vowels_in<'o>(sounds: &[u8], out: &'o mut [u8; SOUNDS_MAX]) -> &'o [u8] {
    let mut len = 0;
    let consonants = sounds.iter().filter(|s| !vowel(**s) && **s != b'v');
    for sound in consonants.take(SOUNDS_MAX) {
        if len == 0 || out[len - 1] != *sound {
            out[len] = *sound;
            len += 1;
        }
    }
    &out[..len]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fold::fold;

    #[test]
    fn sounds_are_unpacked_as_they_were_packed_and_the_like_of_them_found_beyond_a_bound() {
        let names = [
            "Homs",
            "Ḩimş",
            "Hims",
            "حمص",
            "Deir ez-Zor",
            "",
            "Дамаск",
            "Damasco",
        ];
        let mut bytes = Vec::new();
        packed(names.into_iter(), &mut bytes);
        let told: Vec<_> = unpacked(&bytes).collect();
        for name in names {
            let folded = fold(name);
            let own = (writes_no_vowels(&folded), &sounds(&folded)[..]);
            assert_eq!(
                told.iter().filter(|known| **known == own).count(),
                1,
                "{name}"
            );
        }
        for (_, a) in &told {
            for (_, b) in &told {
                let whole = alike(a, b);
                for least in [0.0, 0.3, 0.595, 0.8, 1.0] {
                    assert_eq!(
                        alike_beyond(a, b, least),
                        Some(whole).filter(|w| *w > least)
                    );
                }
            }
        }
        assert_eq!(unpacked(&[200, 1]).count(), 0, "cut short");
    }

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
