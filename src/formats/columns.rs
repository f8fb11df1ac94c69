//! The one table of columns: it makes the GeoJSON properties, the CSV header, the queryables, the
//! schema and the data dictionary.

use std::borrow::Cow;

use gazetteer::{Basis, Located, Precision};

use super::geometry::Geometry;
use super::iso3::iso3;
use crate::incident::{
    Count, DatePrecision, IncidentType, Kind as IncidentKind, Shown, Standing, Status,
};

/// The type of a column; the same in every format, for one row and for a million.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Type {
    /// Text; lists are joined by "; ".
    Text,
    /// A whole number.
    Integer,
    /// A number.
    Real,
    /// A calendar day, `YYYY-MM-DD`.
    Date,
    /// A moment, RFC 3339.
    DateTime,
}

/// One cell.
#[derive(Clone, PartialEq, Debug)]
pub enum Value<'a> {
    /// Nothing known.
    Null,
    /// Text, a day or a moment.
    Text(Cow<'a, str>),
    /// A whole number.
    Integer(i64),
    /// A number; always finite.
    Real(f64),
}

/// One column.
#[derive(Debug)]
pub struct Column {
    /// The name, as every format writes it.
    pub name: &'static str,
    /// A name of at most ten characters, for Shapefile.
    pub short: &'static str,
    /// The type.
    pub of: Type,
    /// What the column says, in one sentence.
    pub meaning: &'static str,
    /// The cell of one incident.
    pub value: for<'a> fn(&'a Shown) -> Value<'a>,
}

impl Column {
    /// The values that the column may have, in their order; empty when it may have any.
    #[must_use]
    pub fn codes(&self) -> Vec<&'static str> {
        match self.name {
            "type" => IncidentType::ALL.iter().map(|it| it.code()).collect(),
            "type_label" => IncidentType::ALL.iter().map(|it| it.label()).collect(),
            "kind" => IncidentKind::ALL.map(IncidentKind::code).into(),
            "standing" => {
                let features = Standing::ALL.iter().filter(|it| it.is_feature());
                features.map(|it| it.code()).collect()
            }
            "status" => Status::ALL.iter().map(|it| it.code()).collect(),
            "date_precision" => DatePrecision::ALL.iter().map(|it| it.code()).collect(),
            "place_precision" => Precision::ALL.iter().map(|it| it.code()).collect(),
            "place_basis" => Basis::ALL.iter().map(|it| it.code()).collect(),
            "review" => vec!["unreviewed", "confirmed", "corrected"],
            _ => Vec::new(),
        }
    }
}

/// The column of a name.
#[must_use]
pub fn column(name: &str) -> Option<&'static Column> {
    COLUMNS.iter().find(|c| c.name == name)
}

macro_rules! columns {
    ($($name:literal $short:literal $of:ident $meaning:literal = |$it:ident| $value:expr;)*) => {
        /// Every column, in the order of the files.
        pub static COLUMNS: &[Column] = &[$(Column {
            name: $name,
            short: $short,
            of: Type::$of,
            meaning: $meaning,
            value: |$it| $value,
        },)*];
    };
}

columns! {
    "incident_id" "incident" Text "The incident's id: given once, stable across re-reading." = |it| text(&it.incident_id);
    "title" "title" Text "One plain line: what, where, when, as told." = |it| text(&it.title);
    "type" "type" Text "What happened: a code of the vocabulary." = |it| code(it.kind.code());
    "type_label" "type_label" Text "The type in plain words." = |it| code(it.kind.label());
    "kind" "kind" Text "The map's group of the type: clash, strike, civilians, protest, violence, hazard, other." = |it| code(it.kind.kind().code());
    "tags" "tags" Text "Further marks: maritime, grenade, claimed, denied; joined by \"; \"." = |it| list(&it.tags);
    "standing" "standing" Text "Does any report say that it happened: happened, claimed, disputed, ongoing." = |it| code(it.standing.code());
    "status" "status" Text "draft: read by a machine only; published: given out by a person or a rule; rejected." = |it| code(it.status.code());
    "date_start" "date_start" Date "First possible day." = |it| day(it.when.start);
    "date_end" "date_end" Date "Last possible day." = |it| day(it.when.end);
    "time_start" "time_start" Text "Time of day with its zone, where told." = |it| maybe(it.when.time_start.as_deref());
    "time_end" "time_end" Text "End of a span of hours, where told." = |it| maybe(it.when.time_end.as_deref());
    "date_precision" "date_prec" Text "How closely the date is told: day, days, week, month, span, before, year, weekday, day_no_year, unknown." = |it| code(it.when.precision.code());
    "date_edtf" "date_edtf" Text "The date as EDTF, levels 1 and 2; XXXX-06-15 for a day without a year." = |it| filled(&it.when.edtf);
    "date_text" "date_text" Text "The report's words for the date." = |it| filled(&it.when.text);
    "date_because" "date_why" Text "The rule that gave the days, in words." = |it| filled(&it.when.because);
    "place" "place" Text "The gazetteer's name of the place." = |it| place(it, |p| filled(&p.name));
    "place_id" "place_id" Text "The gazetteer's id of the place, source:local-id." = |it| place(it, |p| maybe(p.place_id.as_deref()));
    "place_text" "place_text" Text "The reports' words for the place, joined by \"; \"." = |it| list(&it.place_text);
    "place_precision" "place_prec" Text "How closely the place is told: point, place, near_place, admin, region, country, sea, unknown." = |it| code(it.place.as_ref().map_or("unknown", |p| p.precision.code()));
    "place_basis" "place_base" Text "On what the place rests: told, offset, inferred, imagery, ruling." = |it| place(it, |p| code(p.basis.code()));
    "radius_m" "radius_m" Real "Nine times in ten the event lies within this many metres of the point; for an area the radius of the circle around it; empty without geometry." = |it| radius(it);
    "place_because" "place_why" Text "Why this place, heaviest reason first, joined by \"; \"." = |it| place(it, |p| list(&p.because));
    "place_alternatives" "place_alt" Text "Candidates passed over, joined by \"; \"." = |it| list(&it.place_alternatives);
    "country" "country" Text "ISO 3166-1 alpha-2 code of the country." = |it| place(it, |p| p.country.map_or(Value::Null, |c| owned(c.to_string())));
    "iso3" "iso3" Text "ISO 3166-1 alpha-3 code of the country." = |it| place(it, |p| maybe(p.country.and_then(iso3)));
    "admin1" "admin1" Text "Name of the first-level division." = |it| place(it, |p| maybe(p.admin1.as_deref()));
    "admin1_code" "adm1_code" Text "ISO 3166-2 code, or the source's own, of the first-level division." = |it| place(it, |p| maybe(p.admin1_code.as_deref()));
    "admin2" "admin2" Text "Name of the second-level division." = |it| place(it, |_| Value::Null);
    "pcode" "pcode" Text "OCHA P-code of the place, where known." = |it| place(it, |p| maybe(p.pcode.as_deref()));
    "country_by" "country_by" Text "Whose view of the borders the country is: the data set the place comes from." = |it| place(it, |p| if p.country.is_some() { filled(&p.source) } else { Value::Null });
    "actors" "actors" Text "Who did it, as told, joined by \"; \"." = |it| list(&it.actors);
    "actors_by" "actors_by" Text "According to whom they did it." = |it| list(&it.actors_by);
    "targets" "targets" Text "To whom or what it was done, joined by \"; \"." = |it| list(&it.targets);
    "target_kind" "targ_kind" Text "What sort of target: health, school, aid, market, military ..." = |it| maybe(it.target_kind.as_deref());
    "killed_min" "killed_min" Integer "At least so many killed, of everybody; empty when nothing was said of everybody, 0 only when said of all." = |it| least(it.killed);
    "killed_max" "killed_max" Integer "At most so many killed, of everybody; empty when no bound was said." = |it| most(it.killed);
    "injured_min" "injur_min" Integer "At least so many injured, of everybody." = |it| least(it.injured);
    "injured_max" "injur_max" Integer "At most so many injured, of everybody; empty when no bound was said." = |it| most(it.injured);
    "civilians_killed_min" "civkil_min" Integer "At least so many civilians killed." = |it| least(it.civilians_killed);
    "civilians_killed_max" "civkil_max" Integer "At most so many civilians killed; empty when no bound was said." = |it| most(it.civilians_killed);
    "toll_text" "toll_text" Text "All figures in words: of whom, according to whom; joined by \"; \"." = |it| list(&it.toll_text);
    "confidence" "confidence" Real "0 to 1: how sure the reader is; the file's metadata say what it was calibrated on." = |it| real(it.confidence);
    "review" "review" Text "unreviewed, confirmed, corrected." = |it| code(it.review);
    "created" "created" DateTime "When the incident was first stored." = |it| maybe(it.created.as_deref());
    "updated" "updated" DateTime "When an account or ruling was last added." = |it| maybe(it.updated.as_deref());
    "version" "version" Integer "Counts the changes, from 1." = |it| it.version.map_or(Value::Null, Value::Integer);
    "source_count" "sources" Integer "Independent sources: one agency's text in ten papers is one." = |it| Value::Integer(i64::try_from(it.source_count).unwrap_or(i64::MAX));
    "report_ids" "report_ids" Text "Ids of the telling reports, joined by \"; \"." = |it| list(&it.report_ids);
    "source_urls" "sourc_urls" Text "Addresses of the telling reports, joined by \"; \"." = |it| list(&it.source_urls);
    "publishers" "publishers" Text "Publishers of the telling reports, joined by \"; \"." = |it| list(&it.publishers);
}

/// The data dictionary, as a Markdown table: what every export's columns are called and mean.
#[must_use]
pub fn dictionary() -> String {
    let mut out =
        String::from("| column | in Shapefiles | type | meaning |\n| --- | --- | --- | --- |\n");
    for column in COLUMNS {
        let of = match column.of {
            Type::Text => "text",
            Type::Integer => "whole number",
            Type::Real => "number",
            Type::Date => "day",
            Type::DateTime => "moment",
        };
        let row = [column.name, column.short, of, column.meaning].join(" | ");
        out.push_str("| ");
        out.push_str(&row);
        out.push_str(" |\n");
    }
    out
}

fn text(text: &str) -> Value<'_> {
    Value::Text(Cow::Borrowed(text))
}

fn owned(text: String) -> Value<'static> {
    Value::Text(Cow::Owned(text))
}

fn code(code: &'static str) -> Value<'static> {
    Value::Text(Cow::Borrowed(code))
}

fn maybe(it: Option<&str>) -> Value<'_> {
    it.map_or(Value::Null, text)
}

/// An empty text says nothing.
fn filled(it: &str) -> Value<'_> {
    if it.is_empty() { Value::Null } else { text(it) }
}

fn list(items: &[String]) -> Value<'_> {
    match items {
        [] => Value::Null,
        [one] => filled(one),
        more => owned(more.join("; ")),
    }
}

fn day(day: Option<jiff::civil::Date>) -> Value<'static> {
    day.map_or(Value::Null, |d| owned(d.to_string()))
}

fn place<'a>(it: &'a Shown, value: impl Fn(&'a Located) -> Value<'a>) -> Value<'a> {
    it.place.as_ref().map_or(Value::Null, value)
}

fn radius(it: &Shown) -> Value<'static> {
    match (Geometry::of(it), &it.place) {
        (Geometry::None, _) | (_, None) => Value::Null,
        (_, Some(place)) => place.radius_m.map_or(Value::Null, |r| real(r.round())),
    }
}

fn real(number: f64) -> Value<'static> {
    if number.is_finite() {
        Value::Real(number)
    } else {
        Value::Null
    }
}

fn least(count: Option<Count>) -> Value<'static> {
    count.map_or(Value::Null, |c| Value::Integer(c.least.into()))
}

fn most(count: Option<Count>) -> Value<'static> {
    count
        .and_then(|c| c.most)
        .map_or(Value::Null, |most| Value::Integer(most.into()))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::formats::samples;
    use crate::incident::Incident;

    #[test]
    fn names_are_unique_and_short_names_fit_a_shapefile() {
        let names: BTreeSet<_> = COLUMNS.iter().map(|c| c.name).collect();
        let shorts: BTreeSet<_> = COLUMNS.iter().map(|c| c.short).collect();
        assert_eq!(names.len(), COLUMNS.len());
        assert_eq!(shorts.len(), COLUMNS.len());
        for column in COLUMNS {
            assert!(column.short.len() <= 10, "{}", column.short);
            assert!(column.meaning.ends_with(['.', '…']) || column.meaning.ends_with("..."));
        }
    }

    /// The codes are written as the meanings tell them.
    #[test]
    fn a_column_of_codes_has_no_other_value() {
        for column in COLUMNS {
            let codes = column.codes();
            if column.name.starts_with("type") || codes.is_empty() {
                continue;
            }
            for code in codes {
                assert!(column.meaning.contains(code), "{}: {code}", column.name);
            }
        }
        for shown in samples::all().iter().map(Incident::shown) {
            for column in COLUMNS.iter().filter(|it| !it.codes().is_empty()) {
                if let Value::Text(code) = (column.value)(&shown) {
                    assert!(column.codes().contains(&&*code), "{}: {code}", column.name);
                }
            }
        }
    }

    #[test]
    fn the_dictionary_in_the_documentation_is_this_one() {
        let kept = include_str!("../../docs/columns.md");
        assert!(
            kept.ends_with(&dictionary()),
            "docs/columns.md: end it with what `placetime export --dictionary` prints"
        );
    }

    #[test]
    fn every_cell_has_the_type_of_its_column() {
        for incident in samples::all() {
            let shown = incident.shown();
            for column in COLUMNS {
                let value = (column.value)(&shown);
                let fits = match column.of {
                    Type::Text | Type::Date | Type::DateTime => {
                        matches!(value, Value::Null | Value::Text(_))
                    }
                    Type::Integer => matches!(value, Value::Null | Value::Integer(_)),
                    Type::Real => matches!(value, Value::Null | Value::Real(_)),
                };
                assert!(fits, "{}: {value:?}", column.name);
            }
        }
    }

    #[test]
    fn nothing_said_is_null_and_nought_said_is_nought() {
        let shown = samples::unplaced().shown();
        let cell = |name: &str| (column(name).expect("a column").value)(&shown);
        assert_eq!(cell("killed_min"), Value::Integer(0));
        assert_eq!(cell("injured_min"), Value::Null);
        assert_eq!(cell("radius_m"), Value::Null);
        assert_eq!(cell("place_precision"), code("unknown"));
    }
}
