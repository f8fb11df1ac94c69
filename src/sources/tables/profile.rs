//! Whose table is this: ACLED's, UCDP's, GDELT's, Ushahidi's, our own, or anybody's.

use super::fields::{Field, Mapping, plain_name};

/// Whose columns and codes a table has.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Profile {
    /// ACLED's events, old or new columns.
    Acled,
    /// ACLED's list of deleted events.
    AcledDeleted,
    /// UCDP's georeferenced events.
    Ucdp,
    /// GDELT's events, which have no header.
    Gdelt,
    /// Ushahidi's reports.
    Ushahidi,
    /// An export of ours.
    Placetime,
    /// Anybody's table.
    Plain,
}

impl Profile {
    /// The name under which rows of such tables are kept; `None` where the table's own name serves.
    #[must_use]
    pub fn source(self) -> Option<&'static str> {
        match self {
            Self::Acled | Self::AcledDeleted => Some("acled"),
            Self::Ucdp => Some("ucdp"),
            Self::Gdelt => Some("gdelt"),
            Self::Ushahidi | Self::Placetime | Self::Plain => None,
        }
    }

    /// The publisher of its rows.
    #[must_use]
    pub fn publisher(self) -> Option<&'static str> {
        match self {
            Self::Acled | Self::AcledDeleted => Some("ACLED"),
            Self::Ucdp => Some("UCDP GED"),
            Self::Gdelt => Some("GDELT"),
            Self::Ushahidi | Self::Placetime | Self::Plain => None,
        }
    }

    /// In words, for the operator.
    #[must_use]
    pub fn in_words(self) -> &'static str {
        match self {
            Self::Acled => "ACLED events",
            Self::AcledDeleted => "ACLED's deleted events",
            Self::Ucdp => "UCDP georeferenced events",
            Self::Gdelt => "GDELT events",
            Self::Ushahidi => "Ushahidi reports",
            Self::Placetime => "an export of placetime",
            Self::Plain => "a table",
        }
    }

    /// Seen by the header.
    #[must_use]
    pub fn of(header: &[String]) -> Self {
        let names: Vec<String> = header.iter().map(|name| plain_name(name)).collect();
        let has = |wanted: &str| names.iter().any(|name| name == wanted);
        if has("deleted_timestamp") && (has("event_id_cnty") || has("data_id")) {
            Self::AcledDeleted
        } else if (has("event_id_cnty") || has("data_id")) && has("event_date") {
            Self::Acled
        } else if has("type_of_violence") && (has("where_prec") || has("best")) {
            Self::Ucdp
        } else if has("globaleventid") || has("actiongeo_type") {
            Self::Gdelt
        } else if has("incident_title") && has("incident_date") || has("post_id") && has("survey") {
            Self::Ushahidi
        } else if has("incident_id") && has("date_precision") && has("place_precision") {
            Self::Placetime
        } else {
            Self::Plain
        }
    }

    /// Where a profile's columns mean something else than their names say.
    pub(super) fn amend(self, mapping: &mut Mapping) {
        match self {
            Self::Acled | Self::AcledDeleted => {
                // data_id numbers the rows of one delivery; the event's own id is this one.
                mapping.set(Field::Id, "event_id_cnty");
            }
            Self::Ucdp => {
                mapping.set(Field::Id, "id");
                // The nearest settlement, which the words of where_description go beyond.
                mapping.set(Field::Place, "where_coordinates");
                mapping.forget(Field::Published);
                mapping.forget(Field::Year);
            }
            Self::Gdelt => {
                mapping.forget(Field::Year);
                mapping.forget(Field::Published);
            }
            Self::Placetime => {
                mapping.set(Field::Id, "incident_id");
            }
            Self::Ushahidi | Self::Plain => {}
        }
    }
}

/// GDELT's columns, which its files do not name: 58 in the first version, 61 in the second.
#[must_use]
pub(super) fn gdelt_header(cells: usize) -> Option<Vec<String>> {
    const START: &str = "GLOBALEVENTID SQLDATE MonthYear Year FractionDate Actor1Code Actor1Name \
        Actor1CountryCode Actor1KnownGroupCode Actor1EthnicCode Actor1Religion1Code \
        Actor1Religion2Code Actor1Type1Code Actor1Type2Code Actor1Type3Code Actor2Code Actor2Name \
        Actor2CountryCode Actor2KnownGroupCode Actor2EthnicCode Actor2Religion1Code \
        Actor2Religion2Code Actor2Type1Code Actor2Type2Code Actor2Type3Code IsRootEvent EventCode \
        EventBaseCode EventRootCode QuadClass GoldsteinScale NumMentions NumSources NumArticles \
        AvgTone";
    let geo: &[&str] = match cells {
        57 | 58 => &[
            "Type",
            "FullName",
            "CountryCode",
            "ADM1Code",
            "Lat",
            "Long",
            "FeatureID",
        ],
        61 => &[
            "Type",
            "FullName",
            "CountryCode",
            "ADM1Code",
            "ADM2Code",
            "Lat",
            "Long",
            "FeatureID",
        ],
        _ => return None,
    };
    let mut header: Vec<String> = START.split_whitespace().map(str::to_owned).collect();
    for of in ["Actor1Geo", "Actor2Geo", "ActionGeo"] {
        header.extend(geo.iter().map(|column| format!("{of}_{column}")));
    }
    header.push("DATEADDED".to_owned());
    if cells > 57 {
        header.push("SOURCEURL".to_owned());
    }
    (header.len() == cells).then_some(header)
}

/// True for the first row of a GDELT file: a number, a day as eight digits, and so many cells.
#[must_use]
pub(super) fn is_gdelt(cells: &[String]) -> bool {
    let digits = |at: usize, n: usize| {
        let cell = cells.get(at).map_or("", String::as_str);
        cell.len() >= n && cell.bytes().all(|b| b.is_ascii_digit())
    };
    matches!(cells.len(), 57 | 58 | 61) && digits(0, 6) && digits(1, 8) && digits(2, 6)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gdelt_has_as_many_columns_as_it_has() {
        for n in [57, 58, 61] {
            assert_eq!(gdelt_header(n).map(|h| h.len()), Some(n));
        }
        assert_eq!(gdelt_header(60), None);
    }
}
