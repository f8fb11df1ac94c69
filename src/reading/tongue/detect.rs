//! Which language is it? By its script, its letters and its commonest words.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::OnceLock;

use super::lexicon::{folded, raw};
use super::{Language, Tongue};

/// Bytes of a text that are looked at; what follows is of the same language or its paragraph says
/// otherwise.
const LOOKED_AT_BYTES: usize = 2_000;

/// Letters below which a piece says nothing of its language.
const LETTERS_MIN: usize = 12;

/// Share of non-ASCII bytes in a paragraph of an English text, in hundredths, above which it is
/// looked at by itself: curly quotation marks and dashes stay below it.
const FOREIGN_PERCENT: usize = 6;

/// Common words of another language by which it must beat the best we read, and how many of them
/// there have to be: a short English headline holds none at all.
const OTHER_WORDS_MIN: usize = 4;

/// A stretch of a text in one language.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Run {
    pub(super) span: Range<usize>,
    pub(super) language: Language,
}

/// The stretches of a text by language: one for nearly every text.
pub(super) fn runs(text: &str) -> Vec<Run> {
    let whole = language(head(text)).unwrap_or_else(|| by_script(head(text)));
    let mut runs: Vec<Run> = Vec::new();
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let end = start + line.len();
        let language = match whole {
            Language::English if !looks_foreign(line) => Language::English,
            _ => language(head(line)).unwrap_or(whole),
        };
        match runs.last_mut() {
            Some(last) if last.language == language || line.trim().is_empty() => {
                last.span.end = end;
            }
            _ => runs.push(Run {
                span: start..end,
                language,
            }),
        }
        start = end;
    }
    if runs.is_empty() {
        runs.push(Run {
            span: 0..text.len(),
            language: whole,
        });
    }
    runs
}

/// The likeliest language of a text that has none of the letters or words that tell it.
fn by_script(text: &str) -> Language {
    let letters = Letters::of(text);
    if letters.cyrillic > letters.latin {
        Language::Read(Tongue::Russian)
    } else {
        Language::English
    }
}

fn looks_foreign(line: &str) -> bool {
    let foreign = line.bytes().filter(|b| !b.is_ascii()).count();
    foreign * 100 > line.len() * FOREIGN_PERCENT
}

fn head(text: &str) -> &str {
    let mut end = text.len().min(LOOKED_AT_BYTES);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

/// Letters by script, and those that only some of its languages have.
#[derive(Default, Debug)]
struct Letters {
    latin: usize,
    cyrillic: usize,
    arabic: usize,
    other: usize,
    /// і ї є ґ.
    ukrainian: usize,
    /// ы э ё.
    russian: usize,
    /// ъ before anything but е, ё, ю, я: never in Russian, in every other word of Bulgarian.
    hard: usize,
    /// Cyrillic letters of neither.
    other_cyrillic: usize,
    /// Letters of Persian, Urdu or Kurdish.
    other_arabic: usize,
}

impl Letters {
    fn of(text: &str) -> Self {
        let mut it = Self::default();
        let mut letters = text.chars().filter(|c| c.is_alphabetic()).peekable();
        while let Some(c) = letters.next() {
            match c {
                'a'..='z' | 'A'..='Z' | '\u{c0}'..='\u{24f}' | '\u{1e00}'..='\u{1eff}' => {
                    it.latin += 1;
                }
                '\u{400}'..='\u{52f}' => {
                    it.cyrillic += 1;
                    match c {
                        'і' | 'ї' | 'є' | 'ґ' | 'І' | 'Ї' | 'Є' | 'Ґ' => it.ukrainian += 1,
                        'ы' | 'э' | 'ё' | 'Ы' | 'Э' | 'Ё' => it.russian += 1,
                        'ъ' | 'Ъ' => {
                            let softened = |c: &char| "еёюяЕЁЮЯ".contains(*c);
                            it.hard += usize::from(!letters.peek().is_some_and(softened));
                        }
                        'а'..='я' | 'А'..='Я' => {}
                        _ => it.other_cyrillic += 1,
                    }
                }
                '\u{600}'..='\u{6ff}' | '\u{750}'..='\u{77f}' | '\u{fb50}'..='\u{fefc}' => {
                    it.arabic += 1;
                    it.other_arabic += usize::from(matches!(
                        c,
                        'پ' | 'چ'
                            | 'ژ'
                            | 'گ'
                            | 'ٹ'
                            | 'ڈ'
                            | 'ے'
                            | 'ھ'
                            | 'ڕ'
                            | 'ڵ'
                            | 'ێ'
                            | 'ۆ'
                            | 'ە'
                            | 'ړ'
                            | 'ښ'
                    ));
                }
                _ => it.other += 1,
            }
        }
        it
    }
}

/// The language of a piece; `None` where it has too few letters to tell.
pub(super) fn language(text: &str) -> Option<Language> {
    let letters = Letters::of(text);
    let all = letters.latin + letters.cyrillic + letters.arabic + letters.other;
    if all < LETTERS_MIN && letters.latin * 2 > all || all == 0 {
        return None;
    }
    let most = letters
        .latin
        .max(letters.cyrillic)
        .max(letters.arabic)
        .max(letters.other);
    if letters.other == most {
        return Some(Language::Other);
    }
    let read = Language::Read;
    if letters.arabic == most {
        // Persian and its neighbours have letters of their own in nearly every third word.
        let other = letters.other_arabic * 50 > letters.arabic || foreign(text);
        return Some(if other {
            Language::Other
        } else {
            read(Tongue::Arabic)
        });
    }
    if letters.cyrillic == most {
        let bulgarian = letters.hard >= 1 && letters.russian == 0;
        if letters.other_cyrillic * 100 > letters.cyrillic || bulgarian || foreign(text) {
            return Some(Language::Other);
        }
        return match (letters.ukrainian, letters.russian) {
            (0, 0) => None,
            (u, r) if u > r => Some(read(Tongue::Ukrainian)),
            _ => Some(read(Tongue::Russian)),
        };
    }
    by_words(text)
}

/// Whose common word is it?
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Whose {
    English,
    Read(Tongue),
    /// The number of a language that is not read.
    Other(usize),
}

/// The commonest words of the languages in Latin letters.
fn common() -> &'static (HashMap<String, Vec<Whose>>, usize) {
    static TABLE: OnceLock<(HashMap<String, Vec<Whose>>, usize)> = OnceLock::new();
    TABLE.get_or_init(|| {
        let mut table: HashMap<String, Vec<Whose>> = HashMap::new();
        let mut add = |words: &str, whose: Whose| {
            for word in words.split('|') {
                let list = table.entry(folded(word, Tongue::French)).or_default();
                if !list.contains(&whose) {
                    list.push(whose);
                }
            }
        };
        for tongue in [Tongue::French, Tongue::Spanish] {
            for [words, is, _] in raw(tongue) {
                if is == "common" {
                    add(&words, Whose::Read(tongue));
                }
            }
        }
        let mut others = 0;
        for line in include_str!("../words/other.csv").lines().skip(1) {
            let Some((name, words)) = line.split_once(',') else {
                continue;
            };
            if name == "English" {
                add(words, Whose::English);
            } else {
                add(words, Whose::Other(others));
                others += 1;
            }
        }
        (table, others)
    })
}

/// The words of a text as they stand.
fn plain_words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_alphabetic())
        .filter(|w| !w.is_empty())
}

/// Words after which a text that is plainly English is looked at no further.
const ENGLISH_WORDS_ENOUGH: usize = 60;

/// Common words of English, of the languages read, and of the others. A text that is plainly
/// English is not counted to its end: nearly every text is, and the rest of the reader waits.
fn counts(text: &str) -> (usize, [usize; 5], Vec<usize>) {
    let (table, others) = common();
    let (mut english, mut read, mut other) = (0, [0; 5], vec![0; *others]);
    let mut small = String::new();
    for (n, word) in plain_words(text).enumerate() {
        if word.is_ascii() {
            small.clear();
            small.push_str(word);
            small.make_ascii_lowercase();
        } else {
            small = folded(word, Tongue::French);
        }
        for whose in table.get(small.as_str()).into_iter().flatten() {
            match whose {
                Whose::English => english += 1,
                Whose::Read(t) => read[*t as usize] += 1,
                Whose::Other(n) => other[*n] += 1,
            }
        }
        if n == ENGLISH_WORDS_ENOUGH {
            let most = read.iter().chain(&other).max().copied().unwrap_or(0);
            if english > 2 * most + OTHER_WORDS_MIN {
                break;
            }
        }
    }
    (english, read, other)
}

/// Does a text in Arabic or Cyrillic letters hold the common words of a language that is not read?
fn foreign(text: &str) -> bool {
    let (_, _, other) = counts(text);
    let words = plain_words(text).count();
    other
        .iter()
        .any(|n| *n >= OTHER_WORDS_MIN && n * 12 >= words)
}

/// A language in Latin letters by its commonest words; `None` where there are none.
fn by_words(text: &str) -> Option<Language> {
    let (english, read, other) = counts(text);
    let (french, spanish) = (
        read[Tongue::French as usize],
        read[Tongue::Spanish as usize],
    );
    let best_other = other.iter().copied().max().unwrap_or(0);
    let best = english.max(french).max(spanish);
    if best_other >= OTHER_WORDS_MIN && best_other * 4 > best * 5 {
        return Some(Language::Other);
    }
    if best == 0 {
        return None;
    }
    // Their commonest words are half the same: letters that only one of them has decide.
    let only = |letters: &str| text.chars().filter(|c| letters.contains(*c)).count();
    let french_letters = only("àâçèêëîïôùûœÀÂÇÈÊÎÔ");
    let spanish_letters = only("áíñóú¿¡ÁÍÑÓÚ");
    let english_only = english == best && english > french.max(spanish);
    let accents = french_letters + spanish_letters;
    Some(if english_only || english == best && accents == 0 {
        Language::English
    } else if french + french_letters >= spanish + spanish_letters {
        Language::Read(Tongue::French)
    } else {
        Language::Read(Tongue::Spanish)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: Language) {
        assert_eq!(runs(text)[0].language, expected, "{text}");
    }

    #[test]
    fn each_language_is_known() {
        let read = Language::Read;
        check("The army shelled the town on Monday.", Language::English);
        check("Homs shelled, 3 killed", Language::English);
        check("", Language::English);
        check(
            "Un deslizamiento sepultó varias viviendas en Quito, en la provincia",
            read(Tongue::Spanish),
        );
        check(
            "Сегодня в городе идут бои, сообщает агентство",
            read(Tongue::Russian),
        );
        check("قصف الجيش المدينة يوم الاثنين", read(Tongue::Arabic));
        check("Удар по Харкову: є поранені", read(Tongue::Ukrainian));
        check("Удар по Харькову: были раненые", read(Tongue::Russian));
        check(
            "Une frappe a visé la ville de Homs dans la nuit",
            read(Tongue::French),
        );
        check(
            "Un ataque contra la ciudad dejó tres muertos en el norte",
            read(Tongue::Spanish),
        );
        check(
            "Bei einem Angriff auf die Stadt sind nach Angaben der Polizei drei Menschen und ein Kind getötet worden",
            Language::Other,
        );
        check(
            "Um ataque na cidade deixou três mortos, disse a polícia, que não deu mais detalhes sobre o caso em uma nota",
            Language::Other,
        );
        check(
            "Kentte dün bir saldırı oldu ve üç kişi öldü, polis bu olay için soruşturma başlattı",
            Language::Other,
        );
        check(
            "در حمله به این شهر سه نفر کشته شدند و پلیس گفت که تحقیق را آغاز کرده است",
            Language::Other,
        );
        check("在该城市的一次袭击中有三人死亡，警方说", Language::Other);
        check("הצבא תקף את העיר ביום שני", Language::Other);
        check(
            "При нападението в града загинаха трима души, съобщи полицията, която не даде повече подробности",
            Language::Other,
        );
    }

    #[test]
    fn a_mixed_text_is_cut_at_its_paragraphs() {
        let text = "The army said on Monday that it had shelled the town.\n\nقال الجيش إنه قصف المدينة يوم الاثنين.\n";
        let runs = runs(text);
        assert_eq!(runs.len(), 2, "{runs:?}");
        assert_eq!(runs[1].language, Language::Read(Tongue::Arabic));
    }
}
