//! The options of `rule` and `source`.

use clap::{Args, Subcommand, ValueEnum};

/// `rule`
#[derive(Debug, Args)]
pub struct Rule {
    /// What is decided
    #[command(subcommand)]
    pub command: RuleCommand,
    /// By whom and why
    #[command(flatten)]
    pub by: By,
}

/// By whom and why.
#[derive(Debug, Args)]
pub struct By {
    /// Who decides
    #[arg(long, global = true, value_name = "NAME", default_value = "operator")]
    pub who: String,
    /// Why
    #[arg(long, global = true, value_name = "WORDS", default_value = "")]
    pub why: String,
    /// Only if the incident is still at this version
    #[arg(long, global = true, value_name = "N")]
    pub version: Option<i64>,
    /// A name for this write: the same key again does nothing and says what was done
    #[arg(long, global = true, value_name = "KEY")]
    pub key: Option<String>,
}

/// What is decided.
#[derive(Debug, Subcommand)]
pub enum RuleCommand {
    /// Give it out
    Publish(Ids),
    /// Right as it is
    Confirm(Ids),
    /// No incident
    Reject(Ids),
    /// Back to a draft
    Reopen(Ids),
    /// Words for other reviewers (--why); nothing changes
    Note(Ids),
    /// It happened here
    Move {
        /// The incident's id
        #[arg(value_name = "ID")]
        id: String,
        /// A phrase ("10 km north of Homs"), LAT,LON or a gazetteer id (source:local); "unknown"
        /// when nobody knows where
        #[arg(value_name = "PLACE", allow_hyphen_values = true)]
        place: String,
        /// What a position is called
        #[arg(long, value_name = "NAME")]
        name: Option<String>,
        /// Nine times in ten it lies within so many metres
        #[arg(long, value_name = "M")]
        radius_m: Option<f64>,
    },
    /// It happened then
    Date {
        /// The incident's id
        #[arg(value_name = "ID")]
        id: String,
        /// 2022-06-15, 2022-06, 2022, 2022-06-15/2022-06-17, ../2022-06-15 (before), "unknown"
        #[arg(value_name = "DAYS")]
        days: String,
        /// How closely it is told, where the days leave it open: week, days, span
        #[arg(long, value_name = "PRECISION")]
        precision: Option<String>,
    },
    /// That is what happened
    Type {
        /// The incident's id
        #[arg(value_name = "ID")]
        id: String,
        /// A code of the vocabulary, such as airstrike
        #[arg(value_name = "TYPE")]
        r#type: String,
    },
    /// So many were harmed: 3, 3-5, 3+ (at least), -5 (at most), unknown
    Toll {
        /// The incident's id
        #[arg(value_name = "ID")]
        id: String,
        /// Killed, of everybody
        #[arg(long, value_name = "FIGURE", allow_hyphen_values = true)]
        killed: Option<String>,
        /// Injured, of everybody
        #[arg(long, value_name = "FIGURE", allow_hyphen_values = true)]
        injured: Option<String>,
        /// Killed, of civilians
        #[arg(long, value_name = "FIGURE", allow_hyphen_values = true)]
        civilians_killed: Option<String>,
    },
    /// They did it, to those
    Actors {
        /// The incident's id
        #[arg(value_name = "ID")]
        id: String,
        /// Who did it (may be given several times; once and empty: nobody knows)
        #[arg(long, value_name = "NAME")]
        actor: Vec<String>,
        /// To whom (may be given several times; once and empty: nobody knows)
        #[arg(long, value_name = "NAME")]
        target: Vec<String>,
    },
    /// Two incidents are one; the older id stays
    Merge {
        /// One incident's id
        #[arg(value_name = "ID")]
        id: String,
        /// The other's
        #[arg(value_name = "ID")]
        with: String,
    },
    /// Some of its accounts tell of another event
    Split {
        /// The incident's id
        #[arg(value_name = "ID")]
        id: String,
        /// The accounts that leave, counted from 0 as `rule show` lists them
        #[arg(long, required = true, value_delimiter = ',', value_name = "N")]
        accounts: Vec<usize>,
    },
    /// Its place is given out no closer than this
    Sensitive {
        /// The incident's id
        #[arg(value_name = "ID")]
        id: String,
        /// How closely
        #[arg(value_enum)]
        level: LevelOption,
    },
    /// An earlier ruling does not hold; undoing an undoing lets it hold again
    Undo {
        /// The ruling's number, as `rule show` lists it
        #[arg(value_name = "RULING")]
        ruling: i64,
    },
    /// A ruling that was undone holds again
    Redo {
        /// The ruling's number, as `rule show` lists it
        #[arg(value_name = "RULING")]
        ruling: i64,
    },
    /// Makes an incident that no reader found
    Make {
        /// What happened: a code of the vocabulary
        #[arg(long, value_name = "TYPE")]
        r#type: String,
        /// Where: a phrase, LAT,LON or a gazetteer id
        #[arg(long, value_name = "PLACE", allow_hyphen_values = true)]
        place: Option<String>,
        /// What a position is called
        #[arg(long, value_name = "NAME")]
        name: Option<String>,
        /// Nine times in ten it lies within so many metres
        #[arg(long, value_name = "M")]
        radius_m: Option<f64>,
        /// When, as for `rule date`
        #[arg(long, value_name = "DAYS", default_value = "unknown")]
        date: String,
        /// A headline
        #[arg(long, value_name = "WORDS")]
        title: Option<String>,
        /// The report that tells of it
        #[arg(long, value_name = "ID", requires = "from", requires = "to")]
        report: Option<String>,
        /// First character of its words in the report, counted from 0
        #[arg(long, value_name = "N")]
        from: Option<usize>,
        /// One past the last character
        #[arg(long, value_name = "N")]
        to: Option<usize>,
    },
    /// Lists an incident's accounts and rulings
    Show {
        /// The incident's id
        #[arg(value_name = "ID")]
        id: String,
    },
}

/// Some incidents.
#[derive(Debug, Args)]
pub struct Ids {
    /// Ids of incidents
    #[arg(required = true, value_name = "ID")]
    pub ids: Vec<String>,
}

/// How closely a place is given out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum LevelOption {
    /// As it is known
    Exact,
    /// A fixed square of one kilometre
    #[value(name = "1km")]
    Km1,
    /// A fixed square of ten kilometres
    #[value(name = "10km")]
    Km10,
    /// A fixed square of fifty kilometres
    #[value(name = "50km")]
    Km50,
    /// The first-level division, by name
    Admin,
    /// Not given out at all
    Hidden,
}

/// `publishing`
#[derive(Debug, Args)]
pub struct PublishingOptions {
    /// How many people it takes to publish an incident: 1, or 2 (the first proposes)
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u8).range(1..=2))]
    pub people: Option<u8>,
    /// Publish every incident for which this CQL2 filter holds, where no person has decided; "none"
    /// takes the rule away and leaves what it published
    #[arg(long, value_name = "CQL2")]
    pub rule: Option<String>,
    /// Who sets it
    #[arg(long, value_name = "NAME", default_value = "operator")]
    pub who: String,
}

/// `source`
#[derive(Debug, Subcommand)]
pub enum SourceCommand {
    /// Sets the terms of a source
    Set(Source),
    /// Lists the sources that have terms
    List {
        /// As JSON
        #[arg(long)]
        json: bool,
    },
}

/// The terms of one source.
#[derive(Debug, Args)]
pub struct Source {
    /// A publisher's name, or the host of its addresses (example.org stands for news.example.org too)
    #[arg(value_name = "SOURCE")]
    pub source: String,
    /// The licence of its texts
    #[arg(long, value_name = "WORDS")]
    pub licence: Option<String>,
    /// Whether anything of it may leave the house
    #[arg(long, value_name = "YES|NO", value_parser = yes_or_no)]
    pub republish: Option<bool>,
    /// How closely its places are given out
    #[arg(long, value_enum, value_name = "LEVEL")]
    pub sensitivity: Option<LevelOption>,
}

fn yes_or_no(text: &str) -> Result<bool, String> {
    match text {
        "yes" | "true" => Ok(true),
        "no" | "false" => Ok(false),
        _ => Err("yes or no is meant".to_owned()),
    }
}
