//! The options: one table makes the flags, the environment variables and the manual page.

mod review;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use jiff::civil::Date;

pub use review::{By, Ids, LevelOption, Rule, RuleCommand, Source, SourceCommand};

/// Reads reports, finds the incidents, says where and when and how sure, and puts them on a map.
#[derive(Debug, Parser)]
#[command(name = "placetime", version, max_term_width = 100)]
pub struct Options {
    /// Options of every command.
    #[command(flatten)]
    pub house: House,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// Options of every command; they stand before or after it.
#[derive(Debug, Args)]
pub struct House {
    /// A built gazetteer; without it the embedded starter gazetteer serves
    #[arg(long, global = true, value_name = "FILE", env = "PLACETIME_GAZETTEER")]
    pub gazetteer: Option<PathBuf>,
    /// The store's folder
    #[arg(
        long,
        global = true,
        value_name = "DIR",
        env = "PLACETIME_DATA",
        default_value = "./placetime-data"
    )]
    pub data: PathBuf,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Says what a place phrase may mean, best first
    Resolve(Resolve),
    /// Marks the places or the dates in texts given as JSONL
    #[command(subcommand)]
    Annotate(Annotate),
    /// Reads reports and prints the incidents; nothing is stored
    Read(Read),
    /// Reads reports and keeps them in the store
    Add(Add),
    /// Writes what the store holds
    Export(Export),
    /// Writes the map as a folder of files for any web host or a USB stick
    Publish(Publish),
    /// Serves the map and the data
    Serve(Serve),
    /// Builds, describes and asks gazetteers
    #[command(subcommand)]
    Gazetteer(GazetteerCommand),
    /// Says how well it reads what others have annotated by hand
    Score(Score),
    /// Decides on incidents: publish, correct, merge, split, undo, make one by hand
    Rule(Rule),
    /// Says what may be done with a source: licence, republishing, how closely its places are told
    #[command(subcommand)]
    Source(SourceCommand),
}

/// `resolve`
#[derive(Debug, Args)]
pub struct Resolve {
    /// A country the place is likely in, ISO 3166-1 (may be given several times)
    #[arg(long, value_name = "CC")]
    pub country: Vec<String>,
    /// A position the place is likely near
    #[arg(long, value_name = "LAT,LON", allow_hyphen_values = true)]
    pub near: Option<String>,
    /// The most candidates to give
    #[arg(long, value_name = "N", default_value_t = 10)]
    pub limit: usize,
    /// As JSON
    #[arg(long)]
    pub json: bool,
    /// The place phrase, such as "70 km northeast of al-Tanf"
    #[arg(required = true, value_name = "PHRASE")]
    pub phrase: Vec<String>,
}

/// `annotate`
#[derive(Debug, Subcommand)]
pub enum Annotate {
    /// Places: `toponyms` with positions
    Places(AnnotateInput),
    /// Dates: `expressions` with values
    Dates(AnnotateInput),
}

/// The input of `annotate`.
#[derive(Debug, Args)]
pub struct AnnotateInput {
    /// Only the given spans are judged; their other fields are ignored
    #[arg(long)]
    pub given: bool,
    /// JSONL; standard input by default
    #[arg(value_name = "FILE", default_value = "-")]
    pub file: String,
}

/// The formats `read` writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ReadFormat {
    /// One feature collection
    Geojson,
    /// One feature a line, with its accounts
    Jsonl,
    /// A table
    Csv,
}

/// How much of an incident is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum DetailOption {
    /// Scalars only
    Flat,
    /// With every account
    Full,
}

/// Which incidents by status.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum StatusOption {
    /// What a machine read
    Draft,
    /// What was given out
    Published,
    /// What was found to be none
    Rejected,
}

/// `read`
#[derive(Debug, Args)]
pub struct Read {
    /// The day of reports that carry no date, YYYY-MM-DD
    #[arg(long, value_name = "DAY")]
    pub published: Option<Date>,
    /// The format of the output
    #[arg(long, value_enum, default_value = "geojson")]
    pub format: ReadFormat,
    /// Scalars only, or with every account nested
    #[arg(long, value_enum)]
    pub detail: Option<DetailOption>,
    /// Another reader's mentions, as JSONL
    #[arg(long, value_name = "FILE", conflicts_with = "reader")]
    pub reading: Option<PathBuf>,
    /// A reader that listens on this machine: http://127.0.0.1:PORT/PATH
    #[arg(long, value_name = "URL")]
    pub reader: Option<String>,
    /// How long that reader may take for one report, in seconds
    #[arg(long, value_name = "SECONDS", default_value = "60", value_parser = clap::value_parser!(u64).range(1..=3600))]
    pub reader_timeout: u64,
    /// Reports read at once; by default as many as there are cores
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub jobs: Option<u16>,
    /// Reports; standard input by default
    #[arg(value_name = "FILE", default_value = "-")]
    pub files: Vec<String>,
}

/// `add`
#[derive(Debug, Args)]
pub struct Add {
    /// The day of reports that carry no date, YYYY-MM-DD
    #[arg(long, value_name = "DAY")]
    pub published: Option<Date>,
    /// Reports; `-` is standard input
    #[arg(value_name = "FILE", required = true)]
    pub files: Vec<String>,
}

/// `export`
#[derive(Debug, Args)]
pub struct Export {
    /// The format; by default the one of the file's ending, or geojson
    #[arg(long, value_name = "FORMAT")]
    pub format: Option<String>,
    /// Only in this box: west,south,east,north
    #[arg(long, value_name = "W,S,E,N", allow_hyphen_values = true)]
    pub bbox: Option<String>,
    /// Only on these days: 2022-06-15, 2022-06-01/2022-06-30, ../2022-06-30
    #[arg(long, value_name = "DAYS")]
    pub datetime: Option<String>,
    /// Only of this status (may be given several times); draft and published by default
    #[arg(long, value_enum)]
    pub status: Vec<StatusOption>,
    /// Scalars only, or with every account nested
    #[arg(long, value_enum, default_value = "flat")]
    pub detail: DetailOption,
    /// Exact places, and sources that may not be republished: for yourself only
    #[arg(long)]
    pub exact: bool,
    /// A CQL2 filter (not yet understood)
    #[arg(long, value_name = "CQL2")]
    pub filter: Option<String>,
    /// The file to write; standard output by default
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
}

/// `publish`
#[derive(Debug, Args)]
pub struct Publish {
    /// Only in this box: west,south,east,north
    #[arg(long, value_name = "W,S,E,N", allow_hyphen_values = true)]
    pub bbox: Option<String>,
    /// Only on these days: 2022-06-15, 2022-06-01/2022-06-30, ../2022-06-30
    #[arg(long, value_name = "DAYS")]
    pub datetime: Option<String>,
    /// A CQL2 filter (not yet understood)
    #[arg(long, value_name = "CQL2")]
    pub filter: Option<String>,
    /// The folder: a new one, an empty one, or one published before
    #[arg(value_name = "DIR")]
    pub dir: PathBuf,
}

/// `serve`
#[derive(Debug, Args)]
pub struct Serve {
    /// The address to listen on; port 0 takes a free one
    #[arg(
        long,
        value_name = "ADDR",
        env = "PLACETIME_LISTEN",
        default_value = "127.0.0.1:8080"
    )]
    pub listen: String,
    /// The address others reach the server by, when it is another
    #[arg(long, value_name = "URL", env = "PLACETIME_PUBLIC_URL")]
    pub public_url: Option<String>,
}

/// How `score` prints.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ScoreFormat {
    /// A table for the screen
    Text,
    /// The same as a Markdown table
    Markdown,
    /// Every figure
    Json,
}

/// `score`
#[derive(Debug, Args)]
pub struct Score {
    /// How to print
    #[arg(long, value_enum, default_value = "text")]
    pub format: ScoreFormat,
    /// Gold annotations as JSONL: places (`doc`, `text`, `toponyms`) or dates (`id`, `dct`, `text`, `expressions`)
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,
}

/// `gazetteer`
#[derive(Debug, Subcommand)]
pub enum GazetteerCommand {
    /// Builds one file from data sets
    Build {
        /// The file to write
        #[arg(short, long, value_name = "FILE")]
        output: PathBuf,
        /// Also take data under a share-alike licence (ODbL), which then binds the whole file
        #[arg(long)]
        share_alike: bool,
        /// Files or folders
        #[arg(required = true, value_name = "PATH")]
        paths: Vec<PathBuf>,
    },
    /// Rows by source and country, and credits
    Info {
        /// As JSON
        #[arg(long)]
        json: bool,
    },
    /// Places whose name begins with or is like the words
    Search {
        /// The most places to give
        #[arg(long, value_name = "N", default_value_t = 10)]
        limit: usize,
        /// As JSON
        #[arg(long)]
        json: bool,
        /// The words
        #[arg(required = true, value_name = "WORDS")]
        words: Vec<String>,
    },
    /// The places nearest to a position
    Reverse {
        /// The most places to give
        #[arg(long, value_name = "N", default_value_t = 5)]
        limit: usize,
        /// As JSON
        #[arg(long)]
        json: bool,
        /// The position
        #[arg(value_name = "LAT,LON", allow_hyphen_values = true)]
        at: String,
    },
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    #[test]
    fn the_options_agree_with_each_other() {
        super::Options::command().debug_assert();
    }
}
