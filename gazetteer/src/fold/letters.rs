//! Letters of every script by their Latin sound, word variants and mishearings: the tables
//! `words/letters.csv`, `words/variants.csv` and `words/hearing.csv`.

use std::collections::HashMap;
use std::sync::OnceLock;

/// How Latin letters write a letter of another script; `None` for one that the table lacks.
pub(crate) fn latin_of(c: char) -> Option<&'static str> {
    static TABLE: OnceLock<HashMap<char, &'static str, super::Quick>> = OnceLock::new();
    let table = TABLE.get_or_init(|| {
        include_str!("../../words/letters.csv")
            .lines()
            .skip(1)
            .filter_map(|line| line.split_once(','))
            .filter_map(|(letter, latin)| Some((letter.chars().next()?, latin)))
            .collect()
    });
    table.get(&as_devanagari(c)).copied()
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
        assert_eq!(latin_of('ق'), Some("q"));
        assert_eq!(latin_of('ঢ'), latin_of('ढ'), "Bengali through Devanagari");
        assert!(latin_of('中').is_none());
        assert_eq!(variant("cheikh").unwrap().standard, "sheikh");
        let side = |word: &str| variant(&crate::fold::fold(word)).map(|v| v.role);
        assert!(matches!(side("gharbi"), Some(Role::Side(_))));
        assert_eq!(side("غربي"), side("Western"));
        assert_eq!(side("Велика"), side("Bolshaya"));
        assert!(hearings().len() > 10 && hearings().iter().all(|(a, _)| !a.is_empty()));
    }
}
