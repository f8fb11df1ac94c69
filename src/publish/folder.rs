//! The folder a site lives in: written beside, compared with what is there, and exchanged whole.
//!
//! A reader of the folder, a web host's upload for one, sees the old site or the new one and never a
//! mixture. Files that did not change stay the same files (same inode, same time), so that what
//! copies by time and size copies only what changed.
//!
//! # What is not here
//!
//! Nothing of incidents: files have names and bytes.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, BufReader, BufWriter, Read, Write};
use std::path::{Component, Path, PathBuf};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::PublishError;

/// The file that makes a folder ours, and lists what we put there.
pub const MANIFEST: &str = "placetime-site.json";

/// The version of the manifest's form.
const FORM: u32 = 1;

/// A manifest longer than this is not ours: at 200 bytes a file it would list 500,000.
const MANIFEST_BYTES_MAX: u64 = 100_000_000;

/// What is written in the manifest about one file.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct FileRow {
    /// Its length.
    pub bytes: u64,
    /// SHA-256, hex.
    pub sha256: String,
}

/// The manifest: what the page needs to know of the site, and every file of it.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Manifest<About = serde_json::Value> {
    /// [`FORM`].
    pub placetime_site: u32,
    /// What the site tells of itself.
    #[serde(flatten)]
    pub about: About,
    /// Every other file, by its name relative to the folder, `/` between.
    pub files: BTreeMap<String, FileRow>,
}

/// What publishing did to the folder.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Changes {
    /// Files that are new or have other bytes.
    pub written: usize,
    /// Files left as they were.
    pub unchanged: usize,
    /// Files of the old site that the new one lacks.
    pub removed: usize,
}

/// A site being written beside the folder it will become.
#[derive(Debug)]
pub struct Staging {
    target: PathBuf,
    part: PathBuf,
    old: BTreeMap<String, FileRow>,
    files: BTreeMap<String, FileRow>,
    changes: Changes,
    /// Locked as long as we work.
    _lock: File,
}

impl Staging {
    /// Begins a site for `folder`, which is absent, empty or a site of ours; anything else is refused.
    pub fn begin(folder: &Path) -> Result<Self, PublishError> {
        let target = resolved(folder)?;
        let old = owned(&target)?;
        let part = beside(&target)?;
        if let Some(parent) = part.parent() {
            fs::create_dir_all(parent).map_err(|e| PublishError::file(parent, &e))?;
        }
        let lock = locked(&part, &target)?;
        Ok(Self {
            target,
            part,
            old: old.map(|m| m.files).unwrap_or_default(),
            files: BTreeMap::new(),
            changes: Changes::default(),
            _lock: lock,
        })
    }

    /// A path beside the files, for what is needed while working and is gone at the end.
    pub fn scratch(&self, name: &str) -> PathBuf {
        self.part.join(format!(".{name}"))
    }

    /// Adds a file of these bytes.
    pub fn bytes(&mut self, name: &str, bytes: &[u8]) -> Result<(), PublishError> {
        self.file(name, |out| out.write_all(bytes))
    }

    /// Adds a file that is written as it comes.
    pub fn file(
        &mut self,
        name: &str,
        write: impl FnOnce(&mut BufWriter<File>) -> io::Result<()>,
    ) -> Result<(), PublishError> {
        let path = self.path(name)?;
        let failed = |error: &io::Error| PublishError::file(&path, error);
        let mut out = BufWriter::new(File::create(&path).map_err(|e| failed(&e))?);
        write(&mut out).map_err(|e| failed(&e))?;
        let file = out.into_inner().map_err(|e| failed(e.error()))?;
        file.sync_all().map_err(|e| failed(&e))?;
        self.keep(name)
    }

    /// Where a file is to be written by somebody else; [`Staging::keep`] then takes it in.
    pub fn path(&self, name: &str) -> Result<PathBuf, PublishError> {
        debug_assert!(is_plain(name), "{name} is relative and stays inside");
        let path = self.part.join(name);
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent).map_err(|e| PublishError::file(parent, &e))?;
        }
        Ok(path)
    }

    /// Takes in the file written at [`Staging::path`]; one equal to the old site's is replaced by that.
    pub fn keep(&mut self, name: &str) -> Result<(), PublishError> {
        let path = self.part.join(name);
        let row = row_of(&path).map_err(|e| PublishError::file(&path, &e))?;
        let before = self.target.join(name);
        let same = self.old.get(name) == Some(&row)
            && row_of(&before).is_ok_and(|found| found == row)
            && linked(&before, &path);
        if same {
            self.changes.unchanged += 1;
        } else {
            self.changes.written += 1;
        }
        self.files.insert(name.to_owned(), row);
        Ok(())
    }

    /// Writes the manifest and puts the new site in the place of the old one. What others put into the
    /// folder (a `CNAME`, a `.git`) moves along.
    pub fn finish(mut self, about: impl Serialize) -> Result<Changes, PublishError> {
        let manifest = Manifest {
            placetime_site: FORM,
            about,
            files: self.files.clone(),
        };
        let mut text = serde_json::to_vec_pretty(&manifest).expect("our manifest is JSON");
        text.push(b'\n');
        let path = self.part.join(MANIFEST);
        fs::write(&path, text)
            .and_then(|()| File::open(&path)?.sync_all())
            .map_err(|e| PublishError::file(&path, &e))?;
        sync_folder(&self.part);
        self.changes.removed = self
            .old
            .keys()
            .filter(|name| !self.files.contains_key(*name))
            .count();
        exchange(&self.part, &self.target).map_err(|e| PublishError::file(&self.target, &e))?;
        if let Some(parent) = self.target.parent() {
            sync_folder(parent);
        }
        put_away(&self.part, &self.target)?;
        Ok(self.changes)
    }
}

impl Drop for Staging {
    /// A site that was not finished is taken back; a finished one is in its place and not here.
    fn drop(&mut self) {
        if self.part.exists() && !self.part.join(MANIFEST).exists() {
            let _ = fs::remove_dir_all(&self.part);
        }
    }
}

/// The folder with every link followed, so that the exchange hits what the link points to.
fn resolved(folder: &Path) -> Result<PathBuf, PublishError> {
    match fs::canonicalize(folder) {
        Ok(path) => Ok(path),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            let absolute =
                std::path::absolute(folder).map_err(|e| PublishError::file(folder, &e))?;
            match (absolute.parent(), absolute.file_name()) {
                (Some(parent), Some(name)) => Ok(fs::canonicalize(parent)
                    .unwrap_or_else(|_| parent.to_owned())
                    .join(name)),
                _ => Err(PublishError::NotOurs(folder.to_owned())),
            }
        }
        Err(error) => Err(PublishError::file(folder, &error)),
    }
}

/// The manifest of our site in the folder; `None` where the folder is absent or empty.
fn owned(folder: &Path) -> Result<Option<Manifest>, PublishError> {
    let not_ours = || PublishError::NotOurs(folder.to_owned());
    match fs::read_dir(folder) {
        Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(e) if e.kind() == io::ErrorKind::NotADirectory => return Err(not_ours()),
        Err(e) => return Err(PublishError::file(folder, &e)),
        Ok(mut entries) => {
            if entries.next().is_none() {
                return Ok(None);
            }
        }
    }
    manifest(folder).map(Some).ok_or_else(not_ours)
}

/// The manifest in a folder, when it is one of ours.
pub(super) fn manifest(folder: &Path) -> Option<Manifest> {
    let file = File::open(folder.join(MANIFEST)).ok()?;
    let text = io::read_to_string(file.take(MANIFEST_BYTES_MAX)).ok()?;
    let manifest: Manifest = serde_json::from_str(&text).ok()?;
    let ours = manifest.placetime_site == FORM && manifest.files.keys().all(|n| is_plain(n));
    ours.then_some(manifest)
}

/// A name of a file inside the folder: relative, without `..`.
fn is_plain(name: &str) -> bool {
    !name.is_empty()
        && Path::new(name)
            .components()
            .all(|c| matches!(c, Component::Normal(_)))
}

/// Where the new site is written: in the same parent folder, so that it can be renamed.
fn beside(target: &Path) -> Result<PathBuf, PublishError> {
    let name = target
        .file_name()
        .ok_or_else(|| PublishError::NotOurs(target.to_owned()))?;
    let mut part = std::ffi::OsString::from(".");
    part.push(name);
    part.push(".placetime-new");
    Ok(target.with_file_name(part))
}

/// Makes the working folder and locks it; what an interrupted run left there is put away first.
fn locked(part: &Path, target: &Path) -> Result<File, PublishError> {
    let failed = |error: &io::Error| PublishError::file(part, error);
    match fs::create_dir(part) {
        Ok(()) => {}
        Err(e) if e.kind() == io::ErrorKind::AlreadyExists => {
            let lock = File::open(part).map_err(|e| failed(&e))?;
            if matches!(lock.try_lock(), Err(fs::TryLockError::WouldBlock)) {
                return Err(PublishError::AtWork(target.to_owned()));
            }
            put_away(part, target)?;
            fs::create_dir(part).map_err(|e| failed(&e))?;
        }
        Err(e) => return Err(failed(&e)),
    }
    let lock = File::open(part).map_err(|e| failed(&e))?;
    match lock.try_lock() {
        Err(fs::TryLockError::WouldBlock) => Err(PublishError::AtWork(target.to_owned())),
        // A file system without locks: we are alone as far as anybody can tell.
        Ok(()) | Err(fs::TryLockError::Error(_)) => Ok(lock),
    }
}

/// Removes a working folder. With a manifest it is an old site that was exchanged: what is not
/// listed there belongs to somebody else and moves to the folder in use. Without one it is an
/// unfinished site of ours, and everything goes.
fn put_away(part: &Path, target: &Path) -> Result<(), PublishError> {
    let failed = |error: &io::Error| PublishError::file(part, error);
    if !part.exists() {
        return Ok(());
    }
    let Some(old) = manifest(part) else {
        return fs::remove_dir_all(part).map_err(|e| failed(&e));
    };
    let ours: Vec<&str> = old.files.keys().map(String::as_str).collect();
    for name in ours.iter().copied().chain([MANIFEST]) {
        match fs::remove_file(part.join(name)) {
            Err(e) if e.kind() != io::ErrorKind::NotFound => return Err(failed(&e)),
            _ => {}
        }
    }
    move_rest(part, target).map_err(|e| failed(&e))
}

/// Moves what is left to the same name in `to`, folder by folder; empty folders go.
fn move_rest(from: &Path, to: &Path) -> io::Result<()> {
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let (here, there) = (entry.path(), to.join(entry.file_name()));
        if entry.file_type()?.is_dir() && there.is_dir() {
            move_rest(&here, &there)?;
        } else if entry.file_type()?.is_dir() && holds_nothing(&here)? {
            fs::remove_dir_all(&here)?;
        } else if !there.exists() {
            fs::rename(&here, &there)?;
        }
        // A name that the new site takes as well stays where it is, and with it the working folder:
        // nothing of somebody else's is ever overwritten or thrown away.
    }
    match fs::remove_dir(from) {
        Err(e) if e.kind() == io::ErrorKind::DirectoryNotEmpty => Ok(()),
        other => other,
    }
}

fn holds_nothing(folder: &Path) -> io::Result<bool> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if !entry.file_type()?.is_dir() || !holds_nothing(&entry.path())? {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Length and digest of a file.
fn row_of(path: &Path) -> io::Result<FileRow> {
    let mut file = BufReader::new(File::open(path)?);
    let mut hash = Sha256::new();
    let bytes = io::copy(&mut file, &mut hash)?;
    let sha256 = hash.finalize().iter().map(|b| format!("{b:02x}")).collect();
    Ok(FileRow { bytes, sha256 })
}

/// Puts the old file in the place of the new, equal one; false where the file system has no links.
fn linked(old: &Path, new: &Path) -> bool {
    let mut aside = new.as_os_str().to_owned();
    aside.push(".same");
    let aside = PathBuf::from(aside);
    let done = fs::hard_link(old, &aside).and_then(|()| fs::rename(&aside, new));
    if done.is_err() {
        let _ = fs::remove_file(&aside);
    }
    done.is_ok()
}

fn sync_folder(path: &Path) {
    // Some file systems refuse to sync a folder; the files themselves are on the disk.
    let _ = File::open(path).and_then(|folder| folder.sync_all());
}

/// Puts the new folder in the place of the old one, in one step where the system knows how.
fn exchange(new: &Path, target: &Path) -> io::Result<()> {
    if !target.exists() {
        return fs::rename(new, target);
    }
    #[cfg(target_os = "linux")]
    {
        use rustix::fs::{CWD, RenameFlags, renameat_with};
        if renameat_with(CWD, new, CWD, target, RenameFlags::EXCHANGE).is_ok() {
            return Ok(());
        }
    }
    // Without the exchange there is a moment with neither; an interrupted one is told by the error.
    let aside = new.with_extension("placetime-old");
    fs::rename(target, &aside)?;
    fs::rename(new, target).or_else(|error| {
        fs::rename(&aside, target)?;
        Err(error)
    })?;
    fs::rename(&aside, new)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn site(folder: &Path, files: &[(&str, &str)]) -> Result<Changes, PublishError> {
        let mut staging = Staging::begin(folder)?;
        for (name, text) in files {
            staging.bytes(name, text.as_bytes())?;
        }
        staging.finish(json!({"generator": "a test"}))
    }

    fn desk() -> tempfile::TempDir {
        tempfile::tempdir().expect("a folder")
    }

    #[test]
    fn a_second_run_writes_only_what_changed_and_takes_away_what_is_gone() {
        let desk = desk();
        let folder = desk.path().join("site");
        let first = site(
            &folder,
            &[("a.txt", "a"), ("deep/b.txt", "b"), ("c.txt", "c")],
        );
        assert_eq!(first.expect("made").written, 3);
        let before = fs::metadata(folder.join("a.txt")).expect("there");
        let again = site(&folder, &[("a.txt", "a"), ("deep/b.txt", "B")]).expect("made");
        let wanted = Changes {
            written: 1,
            unchanged: 1,
            removed: 1,
        };
        assert_eq!(again, wanted);
        let after = fs::metadata(folder.join("a.txt")).expect("there");
        assert_eq!(
            before.modified().expect("a time"),
            after.modified().expect("a time")
        );
        assert!(!folder.join("c.txt").exists());
        assert_eq!(
            fs::read_to_string(folder.join("deep/b.txt")).expect("b"),
            "B"
        );
        let beside: Vec<_> = fs::read_dir(desk.path()).expect("listed").collect();
        assert_eq!(beside.len(), 1, "nothing is left beside the site");
    }

    #[test]
    fn a_damaged_file_of_the_old_site_is_written_anew() {
        let desk = desk();
        let folder = desk.path().join("site");
        site(&folder, &[("a.txt", "a")]).expect("made");
        fs::write(folder.join("a.txt"), "x").expect("damaged");
        let again = site(&folder, &[("a.txt", "a")]).expect("made");
        assert_eq!(again.written, 1);
        assert_eq!(fs::read_to_string(folder.join("a.txt")).expect("a"), "a");
    }

    #[test]
    fn what_others_put_there_moves_along() {
        let desk = desk();
        let folder = desk.path().join("site");
        site(&folder, &[("a.txt", "a"), ("old/b.txt", "b")]).expect("made");
        fs::write(folder.join("CNAME"), "map.example").expect("written");
        fs::create_dir_all(folder.join(".git/refs")).expect("made");
        fs::write(folder.join(".git/HEAD"), "ref").expect("written");
        fs::write(folder.join("old/mine.txt"), "mine").expect("written");
        site(&folder, &[("a.txt", "a")]).expect("made");
        for kept in ["CNAME", ".git/HEAD", "old/mine.txt"] {
            assert!(folder.join(kept).is_file(), "{kept}");
        }
        assert!(!folder.join("old/b.txt").exists());
    }

    #[test]
    fn a_folder_that_is_not_ours_is_left_alone() {
        let desk = desk();
        let folder = desk.path().join("thesis");
        fs::create_dir(&folder).expect("made");
        fs::write(folder.join("chapter.txt"), "long work").expect("written");
        assert!(matches!(
            site(&folder, &[("a.txt", "a")]),
            Err(PublishError::NotOurs(_))
        ));
        fs::write(folder.join(MANIFEST), "{}").expect("written");
        assert!(site(&folder, &[("a.txt", "a")]).is_err());
        let outside = format!(
            "{{\"placetime_site\":{FORM},\"files\":{{\"../chapter.txt\":{{\"bytes\":1,\"sha256\":\"\"}}}}}}"
        );
        fs::write(folder.join(MANIFEST), outside).expect("written");
        assert!(site(&folder, &[("a.txt", "a")]).is_err());
        assert!(folder.join("chapter.txt").is_file());
        let file = desk.path().join("file");
        fs::write(&file, "x").expect("written");
        assert!(site(&file, &[("a.txt", "a")]).is_err());
    }

    #[test]
    fn a_run_that_fails_leaves_the_old_site_and_nothing_beside_it() {
        let desk = desk();
        let folder = desk.path().join("site");
        site(&folder, &[("a.txt", "a")]).expect("made");
        let mut staging = Staging::begin(&folder).expect("begun");
        staging.bytes("a.txt", b"new").expect("written");
        let full = staging.file("b.txt", |_| Err(io::ErrorKind::StorageFull.into()));
        assert!(full.expect_err("no room").to_string().contains("full"));
        assert!(matches!(
            Staging::begin(&folder),
            Err(PublishError::AtWork(_))
        ));
        drop(staging);
        assert_eq!(fs::read_to_string(folder.join("a.txt")).expect("a"), "a");
        assert_eq!(fs::read_dir(desk.path()).expect("listed").count(), 1);
    }

    #[test]
    fn what_an_interrupted_run_left_is_put_away() {
        let desk = desk();
        let folder = desk.path().join("site");
        site(&folder, &[("a.txt", "a")]).expect("made");
        // Killed while writing.
        let part = beside(&folder).expect("a name");
        fs::create_dir(&part).expect("made");
        fs::write(part.join("half.txt"), "h").expect("written");
        site(&folder, &[("a.txt", "b")]).expect("made");
        assert!(!part.exists());
        // Killed after the exchange: the old site lies beside, with somebody's file in it.
        fs::create_dir(&part).expect("made");
        let old = format!("{{\"placetime_site\":{FORM},\"files\":{{}}}}");
        fs::write(part.join(MANIFEST), old).expect("written");
        fs::write(part.join("CNAME"), "map.example").expect("written");
        site(&folder, &[("a.txt", "b")]).expect("made");
        assert!(!part.exists());
        assert!(folder.join("CNAME").is_file());
    }
}
