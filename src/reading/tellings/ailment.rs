//! Of what did people die? Deaths by a disease, a drug or old age are no attack, and no incident
//! of ours.

use std::ops::Range;

use crate::incident::IncidentType;
use crate::reading::events::EventMention;

use super::look::Found;

/// Words of medicine, in order. In the sentence of a death they say what it was of.
const MEDICINE: &[&str] = &[
    "addict",
    "addiction",
    "addicts",
    "anthrax",
    "bacteria",
    "bacterial",
    "bacterium",
    "cancer",
    "cardiac",
    "cholera",
    "contagion",
    "contagious",
    "contaminated",
    "coronavirus",
    "covid",
    "covid-19",
    "dengue",
    "diagnosed",
    "diarrhea",
    "diarrhoea",
    "diphtheria",
    "disease",
    "diseases",
    "dysentery",
    "ebola",
    "encephalitis",
    "epidemic",
    "epidemics",
    "fentanyl",
    "fever",
    "flu",
    "hepatitis",
    "heroin",
    "hiv",
    "illness",
    "illnesses",
    "infected",
    "infection",
    "infections",
    "infectious",
    "influenza",
    "leukaemia",
    "malaria",
    "measles",
    "meningitis",
    "mers",
    "mosquito",
    "mosquitoes",
    "opioid",
    "opioids",
    "outbreak",
    "outbreaks",
    "overdose",
    "overdoses",
    "pandemic",
    "pathogen",
    "plague",
    "pneumonia",
    "polio",
    "quarantine",
    "quarantined",
    "rabies",
    "salmonella",
    "sars",
    "smallpox",
    "strain",
    "strains",
    "swine",
    "symptoms",
    "syndrome",
    "transplant",
    "tuberculosis",
    "typhoid",
    "vaccinate",
    "vaccinated",
    "vaccination",
    "vaccine",
    "vaccines",
    "virus",
    "viruses",
];

/// Different words of medicine from which on a report is one on an illness: reports of attacks on
/// hospitals hold at most two.
const MEDICINE_MIN: usize = 4;

/// Sentences asked: a report of many sentences holds any word.
const SENTENCES_MAX: usize = 40;

/// Does the report tell of an illness?
pub(super) fn is_told(found: &[Found]) -> bool {
    let mut seen = std::collections::BTreeSet::new();
    for f in found.iter().take(SENTENCES_MAX) {
        seen.extend(medicine(f, 0..f.words().len()));
    }
    seen.len() >= MEDICINE_MIN
}

fn medicine<'f>(f: &'f Found, range: Range<usize>) -> impl Iterator<Item = &'static str> + 'f {
    let words = f.words();
    range.filter_map(move |i| {
        let at = MEDICINE.binary_search(&words.at(i)).ok()?;
        Some(MEDICINE[at])
    })
}

/// Harm whose words say that nobody did it: "died", "were found dead".
const NOT_DONE: &[&str] = &[
    "died",
    "dead",
    "dies",
    "dying",
    "perished",
    "perishing",
    "succumbed",
    "drowned",
    "drowning",
    "injured",
    "hurt",
    "lost their lives",
    "lost his life",
    "lost her life",
    "lost its life",
    "losing their lives",
    "lost lives",
    "fatally",
    "leaving dead",
];

/// Is the mention one of a death that no deed is told for? `ill`: the report tells of an illness.
///
/// Words of harm alone ("killed", "died") tell of an attack only where somebody or something did
/// it: not of a disease, and "died" by itself says nothing at all.
pub(super) fn is_no_deed(f: &Found, m: &EventMention, by_somebody: bool, ill: bool) -> bool {
    let vague = m.kind == IncidentType::AttackOther && !m.sure;
    if !(m.harm_only || vague) || by_somebody {
        return false;
    }
    let here = medicine(f, 0..f.words().len()).next().is_some();
    if here || ill {
        return true;
    }
    let told = (m.tokens.clone())
        .map(|i| f.words().at(i))
        .collect::<Vec<_>>()
        .join(" ");
    m.harm_only && NOT_DONE.contains(&told.as_str())
}

#[cfg(test)]
mod tests {
    use super::MEDICINE;

    #[test]
    fn words_stand_in_order() {
        assert!(MEDICINE.is_sorted_by(|a, b| a < b));
    }
}
