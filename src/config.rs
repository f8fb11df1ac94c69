//! The options: one table makes the flags, the environment variables and the manual page.

mod keep;
mod review;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use jiff::civil::Date;

pub use keep::{BackupFile, Log, Purge, Reread, Verify};
pub use review::{
    By, Ids, LevelOption, PublishingOptions, Rule, RuleCommand, Source, SourceCommand,
};

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
    /// Asks feeds again and again, and keeps their reports in the store
    Watch(Watch),
    /// Reads tables of incidents and keeps their rows in the store
    Import(Import),
    /// Writes what the store holds
    Export(Export),
    /// Writes the map as a folder of files for any web host or a USB stick
    Publish(Publish),
    /// Shows a published folder in the browser, without a web host
    Open(Open),
    /// Serves the map and the data
    Serve(Serve),
    /// Builds, describes and asks gazetteers
    #[command(subcommand)]
    Gazetteer(GazetteerCommand),
    /// Says how well it reads what others have annotated by hand
    Score(Score),
    /// Decides on incidents: publish, correct, merge, split, undo, make one by hand
    Rule(Rule),
    /// Says how incidents are published: by one person, by two, by a rule; without options, shows it
    Publishing(PublishingOptions),
    /// Reads every report again with the rules of this version; ids and rulings stay
    Reread(Reread),
    /// Checks that everything is as it was written: the log's chain, every row, the head
    Verify(Verify),
    /// Shows who changed what and when
    Log(Log),
    /// Takes a report out for good, also out of the log; the log says that it did
    Purge(Purge),
    /// Copies the whole store into one file, also while a server runs
    Backup(BackupFile),
    /// Puts a backup in the place of what is here, also while a server runs
    Restore(BackupFile),
    /// Says what may be done with a source: licence, republishing, how closely its places are told
    #[command(subcommand)]
    Source(SourceCommand),
    /// Makes, lists and revokes tokens: who may read drafts, review, and add reports over HTTP
    #[command(subcommand)]
    Token(TokenCommand),
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
    /// Who reads
    #[command(flatten)]
    pub by: ReadBy,
    /// Reports; standard input by default
    #[arg(value_name = "FILE", default_value = "-")]
    pub files: Vec<String>,
}

/// Who reads the reports, and how many at once.
#[derive(Debug, Args)]
pub struct ReadBy {
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
}

/// `add`
#[derive(Debug, Args)]
pub struct Add {
    /// The day of reports that carry no date, YYYY-MM-DD
    #[arg(long, value_name = "DAY")]
    pub published: Option<Date>,
    /// Who reads
    #[command(flatten)]
    pub by: ReadBy,
    /// Also fetch from this machine and private networks
    #[arg(long)]
    pub allow_private: bool,
    /// Reports, as files or web addresses; `-` is standard input
    #[arg(value_name = "FILE|URL", required = true)]
    pub files: Vec<String>,
}

/// `watch`
#[derive(Debug, Args)]
pub struct Watch {
    /// Ask each feed once, now, and end
    #[arg(long)]
    pub once: bool,
    /// Minutes between two askings of one feed
    #[arg(long, value_name = "MINUTES", default_value_t = 15)]
    pub every: u32,
    /// Also ask this machine and private networks
    #[arg(long)]
    pub allow_private: bool,
    /// Addresses of RSS, Atom or JSON feeds
    #[arg(value_name = "FEED", required = true)]
    pub feeds: Vec<String>,
}

/// Whose table it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ProfileOption {
    /// Seen by the header
    Auto,
    /// ACLED's events
    Acled,
    /// UCDP's georeferenced events
    Ucdp,
    /// GDELT's events
    Gdelt,
    /// Ushahidi's reports
    Ushahidi,
    /// Anybody's table
    Plain,
}

/// Which number of 03/04/2022 is the day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum DatesOption {
    /// 3 April
    DayFirst,
    /// March 4
    MonthFirst,
}

/// `import`
#[derive(Debug, Args)]
pub struct Import {
    /// Whose table it is
    #[arg(long, value_enum, default_value = "auto")]
    pub profile: ProfileOption,
    /// What a column says, where the guess is wrong (may be given several times)
    #[arg(long, value_name = "COLUMN=FIELD")]
    pub map: Vec<String>,
    /// Which number is the day in dates such as 03/04/2022, where the table leaves it open
    #[arg(long, value_enum)]
    pub dates: Option<DatesOption>,
    /// The name the rows are kept under; by default the profile's, or the file's
    #[arg(long, value_name = "NAME")]
    pub source: Option<String>,
    /// The licence of the rows
    #[arg(long, value_name = "WORDS")]
    pub licence: Option<String>,
    /// The table is the whole of its source: rows it has no more are taken back
    #[arg(long)]
    pub replace: bool,
    /// Tables; `-` is standard input
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
    /// Begin CSV with a byte order mark, for spreadsheets that take UTF-8 only so
    #[arg(long)]
    pub bom: bool,
    /// Print what the columns mean, and nothing else
    #[arg(long)]
    pub dictionary: bool,
    /// Exact places, and sources that may not be republished: for yourself only
    #[arg(long)]
    pub exact: bool,
    /// Only those for which a CQL2 filter holds, text or JSON: "type = 'airstrike' AND killed_min >= 3"
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
    /// Only those for which a CQL2 filter holds, text or JSON
    #[arg(long, value_name = "CQL2")]
    pub filter: Option<String>,
    /// The folder: a new one, an empty one, or one published before
    #[arg(value_name = "DIR")]
    pub dir: PathBuf,
}

/// `open`
#[derive(Debug, Args)]
pub struct Open {
    /// The port on this machine; a free one by default
    #[arg(long, value_name = "PORT", default_value_t = 0)]
    pub port: u16,
    /// Only print the address, and open no browser
    #[arg(long)]
    pub print: bool,
    /// The folder that `publish` wrote
    #[arg(value_name = "DIR")]
    pub dir: PathBuf,
}

/// `serve`
#[derive(Debug, Args)]
pub struct Serve {
    /// The address to listen on, 127.0.0.1:8080 by default; port 0 takes a free one
    #[arg(long, value_name = "ADDR", env = "PLACETIME_LISTEN")]
    pub listen: Option<String>,
    /// The address others reach the server by, when it is another
    #[arg(long, value_name = "URL", env = "PLACETIME_PUBLIC_URL")]
    pub public_url: Option<String>,
    /// Gives also what is published to holders of a token only
    #[arg(long, env = "PLACETIME_PRIVATE")]
    pub private: bool,
    /// A further name the server answers to (may be given several times)
    #[arg(
        long,
        value_name = "NAME",
        env = "PLACETIME_HOSTS",
        value_delimiter = ','
    )]
    pub host: Vec<String>,
    /// The address of a proxy whose X-Forwarded headers are believed (may be given several times)
    #[arg(
        long,
        value_name = "IP",
        env = "PLACETIME_TRUSTED_PROXIES",
        value_delimiter = ','
    )]
    pub trusted_proxy: Vec<std::net::IpAddr>,
    /// A basemap of your own: a PMTiles file, Protomaps' or in our layers
    #[arg(long, value_name = "FILE", env = "PLACETIME_BASEMAP")]
    pub basemap: Option<PathBuf>,
    /// Borders: drawn, hidden, or a GeoJSON file of lines ("disputed": true is dashed)
    #[arg(long, value_name = "HOW", env = "PLACETIME_BORDERS")]
    pub borders: Option<String>,
    /// An origin whose pages may frame the map, https://paper.example (may be given several times)
    #[arg(
        long,
        value_name = "ORIGIN",
        env = "PLACETIME_EMBED_ORIGINS",
        value_delimiter = ','
    )]
    pub embed_origin: Vec<String>,
    /// Readings a second that one address may ask for, lasting; 0 holds nobody back
    #[arg(long, value_name = "N", env = "PLACETIME_READ_RATE")]
    pub read_rate: Option<u32>,
    /// An address told what is new (may be given several times); the secret that deliveries are
    /// signed with is in PLACETIME_WEBHOOK_SECRET, or in the TOML file
    #[arg(
        long,
        value_name = "URL",
        env = "PLACETIME_WEBHOOKS",
        value_delimiter = ',',
        hide_env_values = true
    )]
    pub webhook: Vec<String>,
    /// Webhooks may lead to this machine and private networks
    #[arg(long, env = "PLACETIME_WEBHOOKS_PRIVATE")]
    pub webhooks_private: bool,
    /// A feed named on the page may be of this machine or a private network
    #[arg(long, env = "PLACETIME_FETCH_PRIVATE")]
    pub fetch_private: bool,
    /// The log for people, or one JSON object a line
    #[arg(long, value_enum, env = "PLACETIME_LOG_FORMAT")]
    pub log_format: Option<LogFormat>,
    /// A TOML file with these options and some more; deploy/serve.toml is an example
    #[arg(long, value_name = "FILE", env = "PLACETIME_CONFIG")]
    pub config: Option<PathBuf>,
}

/// How the log is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// Sentences
    Text,
    /// One JSON object a line
    Json,
}

/// A webhook in the file.
#[derive(Debug, PartialEq, Eq, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WebhookFile {
    /// Where to.
    pub url: String,
    /// What deliveries are signed with, or
    pub secret: Option<String>,
    /// a file that holds it.
    pub secret_file: Option<PathBuf>,
    /// Drafts too.
    #[serde(default)]
    pub drafts: bool,
}

/// The file of `serve --config`. Flags and environment stand above it.
#[derive(Debug, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ServeFile {
    /// As `--listen`.
    pub listen: Option<String>,
    /// As `--public-url`.
    pub public_url: Option<String>,
    /// As `--private`.
    #[serde(default)]
    pub private: bool,
    /// As `--host`.
    #[serde(default)]
    pub hosts: Vec<String>,
    /// As `--trusted-proxy`.
    #[serde(default)]
    pub trusted_proxies: Vec<std::net::IpAddr>,
    /// As `--basemap`.
    pub basemap: Option<PathBuf>,
    /// As `--borders`.
    pub borders: Option<String>,
    /// As `--embed-origin`.
    #[serde(default)]
    pub embed_origins: Vec<String>,
    /// As `--read-rate`.
    pub read_rate: Option<u32>,
    /// As `--fetch-private`.
    #[serde(default)]
    pub fetch_private: bool,
    /// As `--log-format`.
    pub log_format: Option<LogFormat>,
    /// As `--webhooks-private`.
    #[serde(default)]
    pub webhooks_private: bool,
    /// How many seconds a webhook may take to answer, 10 by default.
    pub webhook_timeout_s: Option<u8>,
    /// Addresses told what is new.
    #[serde(default)]
    pub webhooks: Vec<WebhookFile>,
}

/// `token`
#[derive(Debug, Subcommand)]
pub enum TokenCommand {
    /// Makes a token and prints it, this once
    Add {
        /// What it allows: read, review, ingest, admin, joined by commas
        #[arg(long, value_name = "SCOPES", default_value = "read")]
        scope: String,
        /// Whose it is; a name reviewers know the holder by
        #[arg(value_name = "NAME")]
        name: String,
    },
    /// Lists the tokens: number, scopes, when made, whose
    List,
    /// Revokes tokens, from one moment to the next
    Revoke {
        /// Numbers, as `list` shows them
        #[arg(required = true, value_name = "NUMBER")]
        ids: Vec<i64>,
    },
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
    /// Judge only the answers for names and dates that are given, not what is found in running text
    #[arg(long)]
    pub given: bool,
    /// A row for every value of this field of the names, such as kind; judges what is given
    #[arg(long, value_name = "FIELD")]
    pub by: Option<String>,
    /// Only documents whose names all have one of these values, such as where_prec=1,2 (may be given several times)
    #[arg(long = "where", value_name = "FIELD=VALUE,…")]
    pub only: Vec<String>,
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
        /// Only the places of this country, ISO 3166-1 (may be given several times)
        #[arg(long, value_name = "CC", value_parser = country)]
        country: Vec<gazetteer::CountryCode>,
        /// The licence of a file, or of all files of a folder, for the credits
        #[arg(long = "licence", value_name = "PATH=NAME")]
        licences: Vec<String>,
        /// Files or folders
        #[arg(required = true, value_name = "PATH")]
        paths: Vec<PathBuf>,
    },
    /// Downloads GeoNames, checks it, and builds; run again, it goes on where it broke off
    Fetch {
        /// The file to write
        #[arg(short, long, value_name = "FILE", default_value = "geonames.gaz")]
        output: PathBuf,
        /// Only this country, ISO 3166-1 (may be given several times); the world by default, some 2 GB
        #[arg(long, value_name = "CC", value_parser = country)]
        country: Vec<gazetteer::CountryCode>,
        /// A mirror with GeoNames' own file names
        #[arg(long, value_name = "URL", default_value = crate::mirror::GEONAMES)]
        base_url: String,
        /// The folder for what is downloaded; it is kept
        #[arg(long, value_name = "DIR", default_value = "geonames")]
        folder: PathBuf,
        /// Download and check only
        #[arg(long)]
        no_build: bool,
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

/// A country, as its two letters.
fn country(text: &str) -> Result<gazetteer::CountryCode, String> {
    gazetteer::CountryCode::new(text)
        .ok_or_else(|| "no country code; two letters are meant, such as SY".to_owned())
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    #[test]
    fn an_unknown_key_in_the_file_is_named() {
        let read = toml::from_str::<super::ServeFile>;
        let file =
            read("listen = \"0.0.0.0:80\"\ntrusted_proxies = [\"10.0.0.1\"]\n").expect("a file");
        assert_eq!(file.listen.as_deref(), Some("0.0.0.0:80"));
        let error = read("listn = \"x\"\n").expect_err("misspelt").to_string();
        assert!(
            error.contains("listn") && error.contains("public_url"),
            "{error}"
        );
    }

    #[test]
    fn the_options_agree_with_each_other() {
        super::Options::command().debug_assert();
    }
}
