//! The weakest form: consonants in classes, so that hearing-by-ear spellings and scripts meet.
//!
//! "Hassakeh", "al-Ḥasakah", "الحسكة" and "Хасака" all become `hsk`. Two different names may share
//! a skeleton; whoever uses one says that the match is weak and compares the letters besides.
//! A stored name has few skeletons ([`stored`]); a name that is looked up has more ([`asked`]), as
//! another ear may have heard it.

use std::borrow::Cow;

use super::letters::{Role, hands, hearings, in_hand, is_nukta, latin_of, variant};

/// Skeletons that are looked up for one name at most.
const ASKED_MAX: usize = 16;
/// Letters that have to be left of a word from which a joined article is taken.
const REST_LETTERS_MIN: usize = 4;

/// The skeleton of a folded name; empty when fewer than two consonants are left.
#[cfg(test)]
pub(crate) fn skeleton(folded: &str) -> String {
    classes(&words(folded, false, false))
}

/// The skeletons under which a name is stored: as it is, without titles, without an article that
/// is written together with it ("Elbab"), without the breath of South Asian consonants.
pub(crate) fn stored(folded: &str) -> Vec<String> {
    let plain = words(folded, false, false);
    let untitled = words(folded, true, false);
    let mut out = vec![classes(&plain)];
    let mut add = |more: String| {
        if !more.is_empty() && !out.contains(&more) {
            out.push(more);
        }
    };
    add(classes(&untitled));
    add(classes(&words(folded, false, true)));
    if let Some(breathless) = breathless(&untitled) {
        add(classes(&breathless));
    }
    out.retain(|text| !text.is_empty());
    out
}

/// "Khokhar" -> "Kokar", "Bhakkar" -> "Bakkar": one hand writes the breath, another none, and in
/// Urdu it is a letter by itself. `None` where no word has any.
fn breathless(words: &Words) -> Option<Words> {
    let mut out = words.clone();
    let mut any = false;
    for word in &mut out.words {
        let bytes = word.as_bytes();
        let mut kept = String::with_capacity(word.len());
        for (n, c) in word.char_indices() {
            let before = kept.trim_end_matches('|').bytes().last();
            let apart = n > 0 && bytes[n - 1] == b'|';
            let breath = c == 'h'
                && n + 1 < bytes.len()
                && before.is_some_and(|b| match b {
                    b'b' | b'j' | b'k' | b'r' => true,
                    b'd' | b't' | b'g' | b'p' | b'h' => apart,
                    _ => false,
                });
            any |= breath;
            if !breath {
                kept.push(c);
            }
        }
        *word = kept;
    }
    any.then_some(out)
}

/// The skeletons to look a name up by, likeliest first: those it would be stored under, then one
/// for each letter that is often heard otherwise.
pub(crate) fn asked(folded: &str) -> Vec<String> {
    let mut out = stored(folded);
    if let Some((rest, _)) = super::generic::without_generic(folded) {
        for more in stored(rest) {
            if !out.contains(&more) {
                out.push(more);
            }
        }
    }
    let plain = words(folded, false, false);
    for hand in hands() {
        let mut meant = plain.clone();
        for word in &mut meant.words {
            if let Some(said) = in_hand(hand, word) {
                *word = said;
            }
        }
        let more = classes(&meant);
        if !more.is_empty() && !out.contains(&more) {
            out.push(more);
        }
    }
    for (heard, other) in hearings() {
        if out.len() >= ASKED_MAX {
            break;
        }
        if plain.words.iter().all(|word| !word.contains(heard)) {
            continue;
        }
        let mut otherwise = plain.clone();
        for word in &mut otherwise.words {
            *word = word.replace(heard, other);
        }
        let more = classes(&otherwise);
        if !more.is_empty() && !out.contains(&more) {
            out.push(more);
        }
    }
    out
}

/// True for a name of at most two consonants: these agree by chance.
pub(crate) fn is_short(folded: &str) -> bool {
    classes(&words(folded, true, false)).len() <= 2
}

/// A folded name as hands that spell otherwise would have meant it: "szczecin" is "shchetsin" in
/// a Polish one.
pub(crate) fn in_hands(folded: &str) -> impl Iterator<Item = String> + '_ {
    hands().iter().filter_map(|hand| {
        let mut any = false;
        let words: Vec<Cow<'_, str>> = folded
            .split(' ')
            .map(|word| match in_hand(hand, word) {
                Some(said) => {
                    any = true;
                    said.into()
                }
                None => word.into(),
            })
            .collect();
        any.then(|| words.join(" "))
    })
}

/// The words of a name in Latin letters, and what stands beside them.
#[derive(Clone)]
pub(super) struct Words {
    pub(super) words: Vec<String>,
    /// Sides, sizes and ages, in one order however they stood.
    pub(super) sides: Vec<u8>,
}

/// Words by their standard forms; sides set apart unless nothing else is left.
fn words(folded: &str, without_titles: bool, without_joined_articles: bool) -> Words {
    let mut out = Words {
        words: Vec::new(),
        sides: Vec::new(),
    };
    let mut said = Vec::new();
    for word in super::key_words(folded) {
        let mut word = word;
        if let Some(known) = variant(word) {
            match known.role {
                Role::Side(tag) => {
                    out.sides.push(tag);
                    said.push(word);
                    continue;
                }
                Role::Title if without_titles => {
                    said.push(word);
                    continue;
                }
                Role::Same | Role::Title => word = known.standard,
            }
        }
        if without_joined_articles {
            word = without_joined_article(word);
        }
        out.words.push(transliterated(word, "|").into_owned());
    }
    if out.words.is_empty() {
        out.sides.clear();
        out.words = said
            .into_iter()
            .map(|word| transliterated(word, "|").into_owned())
            .collect();
    }
    out.sides.sort_unstable();
    out
}

/// "elbab" -> "bab"; "aleppo" stays, as what is left would begin with a vowel.
fn without_joined_article(word: &str) -> &str {
    match word
        .strip_prefix("al")
        .or_else(|| word.strip_prefix("el"))
        .or_else(|| word.strip_prefix("ul"))
    {
        Some(rest)
            if rest.len() >= REST_LETTERS_MIN
                && rest.is_ascii()
                && !rest.starts_with(['a', 'e', 'i', 'o', 'u', 'y', 'l']) =>
        {
            rest
        }
        _ => word,
    }
}

/// The classes of all words, run together; empty when fewer than two consonants are left.
fn classes(words: &Words) -> String {
    let mut out = String::with_capacity(16);
    for (n, word) in words.words.iter().enumerate() {
        let start = out.len();
        push_consonants(word, n + 1 < words.words.len(), &mut out);
        if out.len() == start {
            // A word of vowels only ("Aya") leaves a mark that a word was there.
            out.push('a');
        }
    }
    if out.bytes().filter(|b| *b != b'a').count() < 2 {
        out.clear();
        return out;
    }
    for side in &words.sides {
        out.push(char::from(*side));
    }
    out
}

/// A folded word in Latin letters, script by script; Latin words pass through.
pub(crate) fn latin(word: &str) -> Cow<'_, str> {
    transliterated(word, "")
}

/// A folded name in Latin letters, where its script is another and writes its vowels: as it stands,
/// and with the vowel that Indian letters leave unwritten. Empty for Latin letters and abjads.
pub(crate) fn romanised(folded: &str) -> Vec<String> {
    if folded.is_ascii() || folded.chars().any(|c| matches!(c, '\u{590}'..='\u{6ff}')) {
        return Vec::new();
    }
    let words = |said: &dyn Fn(&str) -> String| {
        let all: Vec<String> = super::key_words(folded).map(said).collect();
        all.join(" ")
    };
    let mut out = vec![words(&|word| latin(word).into_owned())];
    let vowelled = words(&|word| super::sound::spoken(word).replace(super::sound::UNWRITTEN, "a"));
    if !out.contains(&vowelled) {
        out.push(vowelled);
    }
    out.retain(|name| name.is_ascii());
    out
}

/// Letter by letter, with a mark between, so that two letters are not taken for a pair ("k" and
/// "h" of the Arabic "Hasakah" are no "kh").
fn transliterated<'a>(word: &'a str, mark: &str) -> Cow<'a, str> {
    if word.is_ascii() {
        return word.into();
    }
    // A Burmese letter with the killer sign ends a syllable and is not heard, nasals aside.
    const BURMESE_KILLER: char = '\u{103a}';
    const BURMESE_NASALS: &str = "ငညဏနမ";
    let mut out = String::with_capacity(word.len());
    let mut chars = word.chars().peekable();
    let mut first = true;
    while let Some(c) = chars.next() {
        let killed = chars.peek() == Some(&BURMESE_KILLER);
        if c == BURMESE_KILLER || (killed && !BURMESE_NASALS.contains(c)) {
            continue;
        }
        let dotted = chars.next_if(|next| is_nukta(*next)).is_some();
        if !first && !c.is_ascii() {
            out.push_str(mark);
        }
        first = false;
        match latin_of(c, dotted) {
            Some(latin) => out.push_str(latin),
            None => out.push(c),
        }
    }
    out.into()
}

/// Appends the consonant classes of a Latin word.
fn push_consonants(word: &str, goes_on: bool, out: &mut String) {
    let letters: Vec<char> = word.chars().collect();
    // "Kasrat Juma", "Qaryat Juma", "Mazra‘at Juma": the t of a first word is a final h elsewhere.
    let len = match letters[..] {
        [.., 'a' | 'e', 't'] if goes_on && letters.len() >= 5 => letters.len() - 1,
        _ => letters.len(),
    };
    let mut last = None;
    let mut at = 0;
    while at < len {
        let next = if at + 1 < len { letters[at + 1] } else { ' ' };
        let ends = at + 1 == len;
        let (class, eaten) = match (letters[at], next) {
            ('k', 'h') => (Some('h'), 2),
            ('g' | 'q', 'h') => (Some('k'), 2),
            ('s' | 'c', 'h') => (Some('s'), 2),
            ('z', 'h') | ('d', 'j') => (Some('j'), 2),
            ('d' | 't', 'h') => (Some('d'), 2),
            ('p', 'h') => (Some('f'), 2),
            ('c', 'k') => (Some('k'), 2),
            ('|', _) => {
                at += 1;
                continue;
            }
            ('h', _) if ends && at > 0 => (None, 1),
            ('a' | 'e' | 'i' | 'o' | 'u' | 'y' | 'w', _) => (None, 1),
            ('b' | 'p', _) => (Some('b'), 1),
            ('c', 'e' | 'i') => (Some('s'), 1),
            ('c' | 'k' | 'q' | 'g', _) => (Some('k'), 1),
            // z stands for dh and th in many hands.
            ('d' | 'z' | 't', _) => (Some('d'), 1),
            ('x', _) => {
                if last != Some('k') {
                    out.push('k');
                }
                (Some('s'), 1)
            }
            (other, _) => (Some(other), 1),
        };
        // A doubled letter is one; a vowel between two keeps both.
        match class {
            Some(class) => {
                if last != Some(class) {
                    out.push(class);
                }
                last = Some(class);
            }
            None => last = None,
        }
        at += eaten;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fold::fold;

    #[test]
    fn spellings_by_ear_and_scripts_meet() {
        for group in [
            &["Al-Ḥasakah", "Hassakeh", "الحسكة", "Хасака"][..],
            &["Sheikh Maqsoud", "Shaykh Maqsud", "الشيخ مقصود"],
            &["Tall Abyad", "Tell Abiad", "Tel Abyadh", "تل أبيض"],
            &["Deir ez-Zor", "Dayr az Zawr", "دير الزور"],
            &["Quneitra", "Kuneitra", "القنيطرة"],
            &["Kharkiv", "Харків"],
            &["Zaporizhzhia", "Запоріжжя", "Zaporijia"],
            &[
                "Abu Kamal",
                "Abou Kamal",
                "ابو كمال",
                "Albu Kamal",
                "البو كمال",
            ],
            &["Khirbet Ghazaleh", "Khirbat Ghazalah", "خربة غزالة"],
            &["Western Jaabar", "Jaabar Gharbi", "جعبر غربي"],
            &["Velyka Novosilka", "Велика Новосілка", "Bolshaya Novoselka"],
            &["Kathmandu", "काठमांडू"],
            &["Mandalay", "မန္တလေး"],
            &["Tbilisi", "თბილისი"],
            &["Thessaloniki", "Θεσσαλονίκη"],
            &["Dhaka", "ঢাকা"],
        ] {
            for name in group {
                assert_eq!(
                    skeleton(&fold(name)),
                    skeleton(&fold(group[0])),
                    "{name} and {}",
                    group[0]
                );
            }
        }
        assert_eq!(skeleton("aya"), "");
        assert!(is_short(&fold("Kok")) && !is_short(&fold("Kokel")));
        assert_eq!(romanised(&fold("Верино")), ["verino"]);
        assert!(romanised(&fold("जौनपुर")).contains(&"jonapur".to_owned()));
        assert!(romanised("homs").is_empty() && romanised(&fold("حمص")).is_empty());
        assert_ne!(skeleton("homs"), skeleton("hama"));
        assert_ne!(
            skeleton(&fold("Upper Silat")),
            skeleton(&fold("Lower Silat"))
        );
    }

    #[test]
    fn what_one_ear_hears_another_has_written() {
        for (asked_for, stored_as) in [
            ("Gorlovka", "Horlivka"),
            ("Горлівка", "Horlivka"),
            ("Gabal Elba", "Jabal Elba"),
            ("Wardak", "Vardak"),
            ("وردك", "Vardak"),
            ("Kasrat Juma’a", "Kasrat Shaykh Jum‘ah"),
            ("كسرة جمعة", "Kasrat Shaykh Jum‘ah"),
            ("Bir Elhasham", "Bi’r al Hasham"),
            ("Ath Thawrah", "As Saura"),
            ("قرية الغدير", "Qaryat al Ghadīr"),
            ("Szczucin", "Shchutsin"),
            ("Tschernigow", "Chernigov"),
            ("Khokhar", "کھوکھر"),
            ("Khutor Ratki", "Ratki"),
            ("Goth Mir Wahi", "Mir Wahi"),
            ("মুর্শিদাবাদ জেলা", "Murshidabad"),
        ] {
            let stored = stored(&fold(stored_as));
            let asked = asked(&fold(asked_for));
            assert!(
                asked.iter().any(|a| stored.contains(a)),
                "{asked_for} {asked:?}, {stored_as} {stored:?}"
            );
        }
    }
}
