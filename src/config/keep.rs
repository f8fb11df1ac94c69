//! The options of what keeps the store in order: `reread`, `verify`, `log`, `purge`, `backup`,
//! `restore`.

use std::path::PathBuf;

use clap::Args;

/// `reread`
#[derive(Debug, Args)]
pub struct Reread {
    /// Begin at the first report, also where an earlier run was left unfinished
    #[arg(long)]
    pub from_start: bool,
}

/// `verify`
#[derive(Debug, Args)]
pub struct Verify {
    /// A head kept elsewhere, as `placetime log --head` printed it: the log must pass through it
    #[arg(long, value_name = "SEQ:HASH")]
    pub head: Option<String>,
    /// As JSON
    #[arg(long)]
    pub json: bool,
}

/// `log`
#[derive(Debug, Args)]
pub struct Log {
    /// Only of this report, incident or source
    #[arg(value_name = "ID")]
    pub about: Option<String>,
    /// The most entries to show, latest first
    #[arg(long, value_name = "N", default_value_t = 50)]
    pub limit: usize,
    /// Only the number and hash of the last entry, to be kept where nobody can change it
    #[arg(long, conflicts_with = "about")]
    pub head: bool,
    /// As JSON, one entry a line
    #[arg(long)]
    pub json: bool,
}

/// `purge`
#[derive(Debug, Args)]
pub struct Purge {
    /// The report's id
    #[arg(value_name = "REPORT")]
    pub report: String,
    /// Who asks for it
    #[arg(long, value_name = "NAME", default_value = "operator")]
    pub who: String,
    /// Why; it stays in the log
    #[arg(long, value_name = "WORDS", required = true)]
    pub why: String,
}

/// `backup` and `restore`
#[derive(Debug, Args)]
pub struct BackupFile {
    /// The file
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
}
