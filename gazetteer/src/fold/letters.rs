//! Letters of every script by their Latin sound, word variants and mishearings: the tables
//! `words/letters.csv`, `words/variants.csv` and `words/hearing.csv`.

use std::collections::HashMap;
use std::sync::OnceLock;

/// The dot below an Indian letter that makes another of it: ड "d", ड़ "r".
const NUKTA: char = '\u{93c}';

/// True for the dot below a letter, in any script of India.
pub(crate) fn is_nukta(c: char) -> bool {
    as_devanagari(c) == NUKTA
}

/// How Latin letters write a letter of another script, and with a dot below; `None` for one that the
/// table lacks.
pub(crate) fn latin_of(c: char, dotted: bool) -> Option<&'static str> {
    static TABLE: OnceLock<HashMap<(char, bool), &'static str, super::Quick>> = OnceLock::new();
    let table = TABLE.get_or_init(|| {
        include_str!("../../words/letters.csv")
            .lines()
            .skip(1)
            .filter_map(|line| line.split_once(','))
            .filter_map(|(letter, latin)| {
                let mut chars = letter.chars();
                Some(((chars.next()?, chars.next() == Some(NUKTA)), latin))
            })
            .collect()
    });
    let look = |c: char, dotted: bool| table.get(&(c, dotted)).copied();
    let of = |dotted: bool| look(c, dotted).or_else(|| look(as_devanagari(c), dotted));
    of(dotted).or_else(|| of(false))
}

/// What stands behind a consonant of an Indian script.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Indian {
    /// Another letter: an unwritten vowel is said between the two.
    Letter,
    /// The sign of another vowel, or that none is said.
    Sign,
}

/// What a character of an Indian script is; `None` for other scripts.
pub(crate) fn indian(c: char) -> Option<Indian> {
    match c as u32 {
        0x0dca..=0x0df3 => Some(Indian::Sign),
        n @ 0x0900..0x0d80 => Some(match n & 0x7f {
            0x3c | 0x3e..=0x4d | 0x55..=0x57 | 0x62 | 0x63 => Indian::Sign,
            _ => Indian::Letter,
        }),
        0x0d80..0x0e00 => Some(Indian::Letter),
        _ => None,
    }
}

/// The scripts of India stand in Unicode in one order, each block 128 characters long.
fn as_devanagari(c: char) -> char {
    let n = c as u32;
    if (0x0980..0x0d80).contains(&n) {
        char::from_u32(0x0900 + (n & 0x7f)).unwrap_or(c)
    } else {
        c
    }
}

/// What a word of a name says beside its sound.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Role {
    /// Another hand's form of the same word: "Cheikh", "Shaykh".
    Same,
    /// A title that may be left out: "Kasrat [Sheikh] Jumah".
    Title,
    /// A side, size or age that is often translated: "Western Jaabar", "Jaabar Gharbi".
    Side(u8),
}

/// A word that hands write in several ways, or that is often translated.
pub(crate) struct Variant {
    /// The form that stands for all.
    pub(crate) standard: &'static str,
    /// What it does in the name.
    pub(crate) role: Role,
}

/// The variant that a folded word is, if it is one.
pub(crate) fn variant(word: &str) -> Option<&'static Variant> {
    static TABLE: OnceLock<HashMap<String, Variant, super::Quick>> = OnceLock::new();
    let table = TABLE.get_or_init(|| {
        let mut sides: Vec<&'static str> = Vec::new();
        let mut table: HashMap<String, Variant, super::Quick> = HashMap::default();
        for line in include_str!("../../words/variants.csv").lines().skip(1) {
            let mut cells = line.split(',');
            let (Some(word), Some(standard), Some(role)) =
                (cells.next(), cells.next(), cells.next())
            else {
                continue;
            };
            let role = match role {
                "title" => Role::Title,
                "side" => {
                    let known = sides.iter().position(|side| *side == standard);
                    let n = known.unwrap_or_else(|| {
                        sides.push(standard);
                        sides.len() - 1
                    });
                    Role::Side(b'0' + n as u8)
                }
                _ => Role::Same,
            };
            table.insert(super::fold(word), Variant { standard, role });
        }
        table
    });
    table.get(word)
}

/// How a nation's hand spells: what it writes for which sounds, longest first, and whether that
/// tells the hand.
pub(crate) type Hand = Vec<(&'static str, &'static str, bool)>;

/// The hands of `words/hands.csv`.
pub(crate) fn hands() -> &'static [Hand] {
    static TABLE: OnceLock<Vec<Hand>> = OnceLock::new();
    TABLE.get_or_init(|| {
        let mut names: Vec<&str> = Vec::new();
        let mut hands: Vec<Hand> = Vec::new();
        for line in include_str!("../../words/hands.csv").lines().skip(1) {
            let mut cells = line.split(',');
            let (Some(hand), Some(written), Some(said), Some(telling)) =
                (cells.next(), cells.next(), cells.next(), cells.next())
            else {
                continue;
            };
            if names.last() != Some(&hand) {
                names.push(hand);
                hands.push(Vec::new());
            }
            if let Some(last) = hands.last_mut() {
                last.push((written, said, telling == "yes"));
            }
        }
        hands
    })
}

/// A word as a hand meant it; `None` where nothing in it tells that hand.
pub(crate) fn in_hand(hand: &Hand, word: &str) -> Option<String> {
    let told = |(written, _, telling): &(&str, &str, bool)| *telling && word.contains(written);
    if !word.is_ascii() || !hand.iter().any(told) {
        return None;
    }
    let (mut out, mut rest) = (String::with_capacity(word.len()), word);
    while let Some(first) = rest.chars().next() {
        match hand.iter().find(|(written, ..)| rest.starts_with(written)) {
            Some((written, said, _)) => {
                out.push_str(said);
                rest = &rest[written.len()..];
            }
            None => {
                out.push(first);
                rest = &rest[first.len_utf8()..];
            }
        }
    }
    Some(out)
}

/// Letters that one ear hears for others: what stands in the word, and what another hand writes.
pub(crate) fn hearings() -> &'static [(&'static str, &'static str)] {
    static TABLE: OnceLock<Vec<(&'static str, &'static str)>> = OnceLock::new();
    TABLE.get_or_init(|| {
        include_str!("../../words/hearing.csv")
            .lines()
            .skip(1)
            .filter_map(|line| {
                let mut cells = line.split(',');
                Some((cells.next()?, cells.next()?))
            })
            .collect()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tables_are_whole() {
        assert_eq!(latin_of('ق', false), Some("q"));
        assert_eq!(
            latin_of('ঢ', false),
            latin_of('ढ', false),
            "Bengali through Devanagari"
        );
        assert_eq!(
            (latin_of('ড', false), latin_of('ড', true)),
            (Some("d"), Some("r"))
        );
        assert!(latin_of('中', false).is_none());
        let polish = &hands()[0];
        assert_eq!(
            in_hand(polish, "szczebrzeszyn").as_deref(),
            Some("shchebzheshyn")
        );
        assert_eq!(in_hand(polish, "homs"), None);
        assert_eq!(variant("cheikh").unwrap().standard, "sheikh");
        let side = |word: &str| variant(&crate::fold::fold(word)).map(|v| v.role);
        assert!(matches!(side("gharbi"), Some(Role::Side(_))));
        assert_eq!(side("غربي"), side("Western"));
        assert_eq!(side("Велика"), side("Bolshaya"));
        assert!(hearings().len() > 10 && hearings().iter().all(|(a, _)| !a.is_empty()));
    }
}
