//! Which column says what: guessed from the header's words, told by the operator, always shown.
//!
//! The words stand in `fields.csv`, which any text editor mends: a field, and the names that
//! columns of it bear in the tables we know.

use std::collections::BTreeMap;

/// The names of the columns, field by field.
const NAMES: &str = include_str!("fields.csv");

macro_rules! fields {
    ($($variant:ident $code:literal;)*) => {
        /// What a column of a table says of an incident.
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
        #[expect(missing_docs, reason = "the codes are the words of the data dictionary")]
        pub enum Field { $($variant,)* }

        impl Field {
            /// Every field with its code.
            pub const ALL: &'static [(Self, &'static str)] = &[$((Self::$variant, $code),)*];
        }
    };
}

fields! {
    Id "id"; Title "title"; Notes "notes"; Subtype "subtype"; Type "type"; TypeCode "type_code";
    Date "date"; DateEnd "date_end"; Year "year"; Month "month"; DayOfMonth "day_of_month";
    Time "time"; DatePrecision "date_precision"; Lat "lat"; Lon "lon"; Coordinates "coordinates";
    Wkt "wkt"; Place "place"; PlaceText "place_text"; Admin3 "admin3"; Admin2 "admin2";
    Admin1 "admin1"; Country "country"; CountryCode "country_code"; Iso3 "iso3";
    PlacePrecision "place_precision"; RadiusM "radius_m"; Actor "actor"; Target "target";
    ActorBeside "actor_beside"; TargetBeside "target_beside"; Killed "killed";
    KilledMin "killed_min"; KilledMax "killed_max"; CiviliansKilled "civilians_killed";
    CiviliansKilledMin "civilians_killed_min"; CiviliansKilledMax "civilians_killed_max";
    Injured "injured"; InjuredMin "injured_min"; InjuredMax "injured_max"; Source "source";
    Url "url"; Published "published"; Tags "tags"; CivilianTargeting "civilian_targeting";
    Standing "standing"; Edtf "edtf"; Deleted "deleted"; Ignore "ignore";
}

impl Field {
    /// The code, as `--map` and the table of names write it.
    #[must_use]
    pub fn code(self) -> &'static str {
        Self::ALL
            .iter()
            .find(|(field, _)| *field == self)
            .map_or("ignore", |(_, code)| code)
    }

    /// The field of a code; `None` for a code not in the list.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL
            .iter()
            .find(|(_, known)| *known == code)
            .map(|(field, _)| *field)
    }
}

/// A name as it is compared: small letters and digits, everything else one `_`.
#[must_use]
pub(super) fn plain_name(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    for c in name.trim().trim_start_matches('\u{feff}').chars() {
        if c.is_alphanumeric() || c == '#' && name.trim().len() == 1 {
            out.extend(c.to_lowercase());
        } else if !out.is_empty() && !out.ends_with('_') {
            out.push('_');
        }
    }
    out.trim_end_matches('_').to_owned()
}

/// What each column says.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Mapping {
    /// The columns of each field, the likeliest first.
    columns: BTreeMap<Field, Vec<usize>>,
    /// The header.
    header: Vec<String>,
}

impl Mapping {
    /// Guesses from the header; `told` are the operator's own words (`COLUMN=FIELD`), which win.
    pub fn guess(header: &[String], told: &[(String, Field)]) -> Result<Self, String> {
        let plain: Vec<String> = header.iter().map(|name| plain_name(name)).collect();
        let mut columns: BTreeMap<Field, Vec<usize>> = BTreeMap::new();
        let mut taken = vec![false; header.len()];
        for (name, field) in told {
            let wanted = plain_name(name);
            let at = header.iter().position(|h| h == name);
            let Some(at) = at.or_else(|| plain.iter().position(|p| *p == wanted)) else {
                return Err(format!(
                    "there is no column “{name}”; the columns are {}",
                    header.join(", ")
                ));
            };
            taken[at] = true;
            columns.entry(*field).or_default().push(at);
        }
        for line in NAMES.lines().skip(1) {
            let Some((code, names)) = line.split_once(',') else {
                continue;
            };
            let Some(field) = Field::from_code(code) else {
                continue;
            };
            for name in names.split('|') {
                for (at, _) in plain.iter().enumerate().filter(|(_, p)| *p == name) {
                    if !std::mem::replace(&mut taken[at], true) {
                        columns.entry(field).or_default().push(at);
                    }
                }
            }
        }
        Ok(Self {
            columns,
            header: header.to_vec(),
        })
    }

    /// How many header cells name a field: what tells a header from a title above it.
    #[must_use]
    pub fn known_names(cells: &[String]) -> usize {
        let Ok(mapping) = Self::guess(cells, &[]) else {
            return 0;
        };
        mapping.columns.values().map(Vec::len).sum()
    }

    /// The columns of a field, the likeliest first.
    #[must_use]
    pub fn columns(&self, field: Field) -> &[usize] {
        self.columns.get(&field).map_or(&[], Vec::as_slice)
    }

    /// True when a column says this.
    #[must_use]
    pub fn has(&self, field: Field) -> bool {
        self.columns.contains_key(&field)
    }

    /// Takes a field's columns away, where a profile knows better.
    pub fn forget(&mut self, field: Field) {
        self.columns.remove(&field);
    }

    /// Says which column has a field, where a profile knows better.
    pub fn set(&mut self, field: Field, name: &str) {
        if let Some(at) = self.header.iter().position(|h| plain_name(h) == name) {
            for columns in self.columns.values_mut() {
                columns.retain(|column| *column != at);
            }
            self.columns.retain(|_, columns| !columns.is_empty());
            self.columns.insert(field, vec![at]);
        }
    }

    /// The first filled cell of a field.
    #[must_use]
    pub fn one<'a>(&'a self, cells: &'a [String], field: Field) -> Option<&'a str> {
        self.all(cells, field).next()
    }

    /// The filled cells of a field.
    pub fn all<'a>(&'a self, cells: &'a [String], field: Field) -> impl Iterator<Item = &'a str> {
        let columns = self.columns(field);
        columns.iter().filter_map(|at| filled(cells.get(*at)?))
    }

    /// The mapping in words, for the operator: "event_date -> date; ...".
    #[must_use]
    pub fn in_words(&self) -> String {
        let mut pairs: Vec<(usize, String)> = Vec::new();
        for (field, columns) in &self.columns {
            for at in columns {
                let name = self.header.get(*at).map_or("?", String::as_str);
                pairs.push((*at, format!("{name} -> {}", field.code())));
            }
        }
        pairs.sort();
        let mut words: Vec<String> = pairs.iter().map(|(_, words)| words.clone()).collect();
        let read: Vec<usize> = pairs.iter().map(|(at, _)| *at).collect();
        let rest: Vec<&str> = (0..self.header.len())
            .filter(|at| !read.contains(at))
            .map(|at| self.header[at].as_str())
            .filter(|name| !name.is_empty())
            .collect();
        if !rest.is_empty() {
            words.push(format!("kept with the row: {}", rest.join(", ")));
        }
        words.join("; ")
    }
}

/// A cell that says something; tables write "nothing" in several ways.
fn filled(cell: &str) -> Option<&str> {
    let cell = cell.trim();
    let nothing = cell.is_empty()
        || matches!(
            cell,
            "NA" | "N/A" | "n/a" | "null" | "NULL" | "None" | "nan" | "NaN" | "-" | "--" | "#N/A"
        );
    (!nothing).then_some(cell)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn header(names: &str) -> Vec<String> {
        names.split(',').map(str::to_owned).collect()
    }

    #[test]
    fn every_line_of_the_table_names_a_field_and_no_name_stands_twice() {
        let mut seen = std::collections::BTreeSet::new();
        for line in NAMES.lines().skip(1) {
            let (code, names) = line.split_once(',').expect("a field and its names");
            assert!(Field::from_code(code).is_some(), "{code}");
            for name in names.split('|') {
                assert!(seen.insert(name), "{name} stands twice");
                assert_eq!(plain_name(name), name, "written as it is compared");
            }
        }
    }

    #[test]
    fn the_operator_s_word_wins() {
        let header = header("Event Date,Where,Dead");
        let told = [("Where".to_owned(), Field::Place)];
        let mapping = Mapping::guess(&header, &told).expect("known columns");
        let cells = header_cells(&["2022-06-15", "Homs", "3"]);
        assert_eq!(mapping.one(&cells, Field::Place), Some("Homs"));
        assert_eq!(mapping.one(&cells, Field::Killed), Some("3"));
        let wrong = [("Wheer".to_owned(), Field::Place)];
        let error = Mapping::guess(&header, &wrong).expect_err("no such column");
        assert!(error.contains("Event Date, Where, Dead"), "{error}");
    }

    fn header_cells(cells: &[&str]) -> Vec<String> {
        cells.iter().map(|c| (*c).to_owned()).collect()
    }
}
