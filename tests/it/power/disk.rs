//! A file system for SQLite that writes down what reaches the disk, and fails when it is told to.
//!
//! It stands before the real one as the default of the process. Files outside of the folders that a
//! [`Recorder`] watches pass through it untouched, so that other tests do not notice.

#![expect(
    unsafe_code,
    reason = "SQLite asks for a file system as a table of C functions"
)]

use std::collections::BTreeMap;
use std::ffi::{CStr, c_char, c_int, c_void};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, Once, PoisonError};

use rusqlite::ffi;

use crate::dice::Dice;

/// A sector of a disk: written whole or not at all, unless it is torn.
const SECTOR_BYTES: usize = 512;

/// The file beside the database that the store writes itself, never synced.
const HEAD_FILE: &str = "placetime.head";

/// What reached the disk.
#[derive(Clone, Debug)]
pub(super) enum What {
    /// A file of a name was opened, and made where there was none.
    Open { file: String },
    /// Bytes at a place of it.
    Write {
        file: String,
        at: usize,
        bytes: Vec<u8>,
    },
    /// Its length was set.
    Cut { file: String, len: usize },
    /// All of it is on the disk, and with `folder` its name too.
    Sync { file: String, folder: bool },
    /// Its name was taken away, on the disk at once with `folder`.
    Delete { file: String, folder: bool },
    /// The head's file, as it is now.
    Head(Vec<u8>),
}

/// How a disk fails.
#[derive(Clone, Copy, Debug)]
pub(super) enum Failure {
    /// No room.
    Full,
    /// An error of the device.
    Damaged,
}

/// What happens in one folder.
#[derive(Clone)]
pub(super) struct Recorder {
    folder: PathBuf,
    state: Arc<Mutex<State>>,
}

#[derive(Default)]
struct State {
    ops: Vec<What>,
    /// How many more writes and syncs go well, and what comes then.
    fails: Option<(usize, Failure)>,
    failed: bool,
}

static WATCHED: Mutex<Vec<Recorder>> = Mutex::new(Vec::new());

impl Recorder {
    /// Watches a folder until it is dropped with the process.
    pub(super) fn of(folder: &Path) -> Self {
        register();
        let it = Self {
            folder: folder.to_owned(),
            state: Arc::default(),
        };
        lock(&WATCHED).push(it.clone());
        it
    }

    pub(super) fn len(&self) -> usize {
        lock(&self.state).ops.len()
    }

    pub(super) fn taken(&self) -> Vec<What> {
        std::mem::take(&mut lock(&self.state).ops)
    }

    /// Notes the head's file as it is.
    pub(super) fn note_head(&self, data: &Path) {
        let bytes = std::fs::read(data.join(HEAD_FILE)).unwrap_or_default();
        lock(&self.state).ops.push(What::Head(bytes));
    }

    /// The `n`th write or sync from now fails, once.
    pub(super) fn fail(&self, n: usize, how: Failure) {
        lock(&self.state).fails = Some((n, how));
    }

    pub(super) fn has_failed(&self) -> bool {
        lock(&self.state).failed
    }

    fn note(&self, what: What) {
        lock(&self.state).ops.push(what);
    }

    /// Counts a write or sync; the error it shall answer, if any.
    fn failing(&self) -> Option<Failure> {
        let mut state = lock(&self.state);
        let (left, how) = state.fails.as_mut()?;
        *left -= 1;
        let how = *how;
        if *left > 0 {
            return None;
        }
        state.fails = None;
        state.failed = true;
        Some(how)
    }
}

fn lock<T>(it: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    it.lock().unwrap_or_else(PoisonError::into_inner)
}

// ---- images -------------------------------------------------------------------------------------

#[derive(Clone, Default)]
struct File {
    /// What is on the disk for sure.
    sure: Vec<u8>,
    /// What came since, in order.
    since: Vec<What>,
}

impl File {
    fn sync(&mut self) {
        for what in std::mem::take(&mut self.since) {
            apply(&mut self.sure, &what);
        }
    }
}

fn apply(bytes: &mut Vec<u8>, what: &What) {
    match what {
        What::Write { at, bytes: new, .. } => put(bytes, *at, new),
        What::Cut { len, .. } => bytes.resize(*len, 0),
        _ => {}
    }
}

fn put(bytes: &mut Vec<u8>, at: usize, new: &[u8]) {
    if bytes.len() < at + new.len() {
        bytes.resize(at + new.len(), 0);
    }
    bytes[at..at + new.len()].copy_from_slice(new);
}

/// Which of the changes that were not synced are on the disk after all.
#[derive(Clone, Copy)]
enum Kept {
    None,
    All,
    /// Each sector by chance, old, new or torn; so the order does not count.
    ByChance,
}

/// Builds what a disk may hold after these operations and a power cut; how many changes were lost.
pub(super) fn image(ops: &[What], dice: &mut Dice, folder: &Path) -> usize {
    let mut files: Vec<File> = Vec::new();
    // Names now, names on the disk for sure, and what came since.
    let mut names: BTreeMap<String, usize> = BTreeMap::new();
    let mut sure: BTreeMap<String, usize> = BTreeMap::new();
    let mut since: Vec<(String, Option<usize>)> = Vec::new();
    let mut heads: Vec<Vec<u8>> = vec![Vec::new(), vec![0; 256]];
    for op in ops {
        match op {
            What::Open { file } => {
                if !names.contains_key(file) {
                    names.insert(file.clone(), files.len());
                    since.push((file.clone(), Some(files.len())));
                    files.push(File::default());
                }
            }
            What::Write { file, .. } | What::Cut { file, .. } => {
                files[names[file]].since.push(op.clone());
            }
            What::Sync { file, folder } => {
                files[names[file]].sync();
                if *folder {
                    sure.clone_from(&names);
                    since.clear();
                }
            }
            What::Delete { file, folder } => {
                names.remove(file);
                since.push((file.clone(), None));
                if *folder {
                    sure.clone_from(&names);
                    since.clear();
                }
            }
            What::Head(bytes) => heads.push(bytes.clone()),
        }
    }
    let mut lost = 0;
    // A journal of names keeps their order: the first so many are there.
    let kept_names = dice.below(since.len() + 1);
    lost += since.len() - kept_names;
    for (name, file) in &since[..kept_names] {
        match file {
            Some(file) => sure.insert(name.clone(), *file),
            None => sure.remove(name),
        };
    }
    std::fs::create_dir_all(folder).expect("a folder");
    for (name, at) in sure {
        let kept = [Kept::None, Kept::All, Kept::ByChance, Kept::ByChance][dice.below(4)];
        let file = &files[at];
        let mut bytes = file.sure.clone();
        for what in &file.since {
            match (kept, what) {
                (Kept::None, _) => lost += 1,
                (Kept::All, what) => apply(&mut bytes, what),
                (Kept::ByChance, What::Write { at, bytes: new, .. }) => {
                    lost += by_sector(&mut bytes, *at, new, dice);
                }
                (Kept::ByChance, what) if dice.below(2) == 0 => apply(&mut bytes, what),
                (Kept::ByChance, _) => lost += 1,
            }
        }
        std::fs::write(folder.join(name), bytes).expect("written");
    }
    // Never synced: any head there ever was, or a file without its bytes, or none.
    let at = dice.below(heads.len() + 1);
    if let Some(head) = heads.get(at) {
        std::fs::write(folder.join(HEAD_FILE), head).expect("written");
    }
    lost
}

/// Writes some sectors of a change; how many are old or torn.
fn by_sector(bytes: &mut Vec<u8>, at: usize, new: &[u8], dice: &mut Dice) -> usize {
    let mut lost = 0;
    let mut from = 0;
    while from < new.len() {
        let to = new
            .len()
            .min(from + SECTOR_BYTES - (at + from) % SECTOR_BYTES);
        match dice.below(8) {
            0..=3 => put(bytes, at + from, &new[from..to]),
            // Torn: it begins new and ends old.
            4 => {
                let torn = from + dice.below(to - from);
                put(bytes, at + from, &new[from..torn]);
                lost += 1;
            }
            _ => lost += 1,
        }
        from = to;
    }
    lost
}

// ---- the table of functions ---------------------------------------------------------------------

/// An open file: SQLite's part, whose it is, and behind it the real one.
#[repr(C)]
struct Open {
    base: ffi::sqlite3_file,
    /// A boxed `Watch`, or null.
    watch: *mut Watch,
}

struct Watch {
    recorder: Recorder,
    file: String,
    /// The first sync of a journal makes its name safe too, as SQLite's own file system does it.
    syncs_folder: bool,
}

static REGISTER: Once = Once::new();

/// Puts our file system before the default one; once for the process, and never taken away.
fn register() {
    REGISTER.call_once(|| {
        // SAFETY: the default file system lives as long as the process; our copy of its table is
        // leaked, so it does too. Functions that are not ours ignore the table they are called by.
        unsafe {
            ffi::sqlite3_initialize();
            let real = ffi::sqlite3_vfs_find(std::ptr::null());
            assert!(!real.is_null(), "SQLite has a file system");
            let mut ours = *real;
            ours.zName = c"placetime-recorded".as_ptr();
            ours.pNext = std::ptr::null_mut();
            ours.pAppData = real.cast();
            ours.szOsFile += c_int::try_from(size_of::<Open>()).expect("small");
            ours.xOpen = Some(open);
            ours.xDelete = Some(delete);
            let ours = Box::leak(Box::new(ours));
            assert_eq!(ffi::sqlite3_vfs_register(ours, 1), ffi::SQLITE_OK);
        }
    });
}

/// Who watches a path, and its name in the folder.
fn watcher(path: *const c_char) -> Option<(Recorder, String)> {
    if path.is_null() {
        return None;
    }
    // SAFETY: SQLite gives a name that ends with a nought.
    let path = Path::new(unsafe { CStr::from_ptr(path) }.to_str().ok()?);
    let name = path.file_name()?.to_str()?.to_owned();
    let watched = lock(&WATCHED);
    let it = watched
        .iter()
        .rev()
        .find(|r| path.parent() == Some(&r.folder))?;
    Some((it.clone(), name))
}

fn real_vfs(vfs: *mut ffi::sqlite3_vfs) -> *mut ffi::sqlite3_vfs {
    // SAFETY: `register` put the real one there.
    unsafe { (*vfs).pAppData.cast() }
}

fn real(file: *mut ffi::sqlite3_file) -> *mut ffi::sqlite3_file {
    // SAFETY: SQLite gave room for both, ours first.
    unsafe { file.cast::<u8>().add(size_of::<Open>()).cast() }
}

fn watch<'a>(file: *mut ffi::sqlite3_file) -> Option<&'a mut Watch> {
    // SAFETY: made by `open`, freed by `close`; SQLite uses a file from one thread at a time.
    unsafe { (*file.cast::<Open>()).watch.as_mut() }
}

unsafe extern "C" fn open(
    vfs: *mut ffi::sqlite3_vfs,
    name: *const c_char,
    file: *mut ffi::sqlite3_file,
    flags: c_int,
    out: *mut c_int,
) -> c_int {
    let ours = file.cast::<Open>();
    let under = real_vfs(vfs);
    // SAFETY: as SQLite calls its own file system; a real file that did not open has no methods, and
    // then ours has none either.
    unsafe {
        (*ours).base.pMethods = std::ptr::null();
        (*ours).watch = std::ptr::null_mut();
        let done = (*under).xOpen.expect("it opens")(under, name, real(file), flags, out);
        if (*real(file)).pMethods.is_null() {
            return done;
        }
        if done == ffi::SQLITE_OK
            && let Some((recorder, file)) = watcher(name)
        {
            recorder.note(What::Open { file: file.clone() });
            let journals = ffi::SQLITE_OPEN_WAL
                | ffi::SQLITE_OPEN_MAIN_JOURNAL
                | ffi::SQLITE_OPEN_SUPER_JOURNAL;
            (*ours).watch = Box::into_raw(Box::new(Watch {
                recorder,
                file,
                syncs_folder: flags & journals != 0,
            }));
        }
        (*ours).base.pMethods = &raw const METHODS;
        done
    }
}

unsafe extern "C" fn delete(vfs: *mut ffi::sqlite3_vfs, name: *const c_char, sync: c_int) -> c_int {
    let under = real_vfs(vfs);
    // SAFETY: passed on as it came.
    let done = unsafe { (*under).xDelete.expect("it deletes")(under, name, sync) };
    if done == ffi::SQLITE_OK
        && let Some((recorder, file)) = watcher(name)
    {
        let folder = sync != 0;
        recorder.note(What::Delete { file, folder });
    }
    done
}

/// Passes a call on to the real file.
macro_rules! pass {
    ($name:ident, $method:ident $(, $arg:ident: $kind:ty)*) => {
        unsafe extern "C" fn $name(file: *mut ffi::sqlite3_file $(, $arg: $kind)*) -> c_int {
            let under = real(file);
            // SAFETY: the real file is open as long as ours.
            unsafe { (*(*under).pMethods).$method.expect("it can")(under $(, $arg)*) }
        }
    };
}

pass!(read, xRead, to: *mut c_void, len: c_int, at: ffi::sqlite3_int64);
pass!(real_write, xWrite, from: *const c_void, len: c_int, at: ffi::sqlite3_int64);
pass!(real_cut, xTruncate, len: ffi::sqlite3_int64);
pass!(real_sync, xSync, flags: c_int);
pass!(real_close, xClose);
pass!(size, xFileSize, out: *mut ffi::sqlite3_int64);
pass!(take_lock, xLock, level: c_int);
pass!(unlock, xUnlock, level: c_int);
pass!(reserved, xCheckReservedLock, out: *mut c_int);
pass!(control, xFileControl, op: c_int, arg: *mut c_void);
pass!(sector, xSectorSize);
pass!(traits, xDeviceCharacteristics);
pass!(shm_map, xShmMap, page: c_int, size: c_int, extend: c_int, out: *mut *mut c_void);
pass!(shm_lock, xShmLock, at: c_int, n: c_int, flags: c_int);
pass!(shm_unmap, xShmUnmap, delete: c_int);

unsafe extern "C" fn shm_barrier(file: *mut ffi::sqlite3_file) {
    let under = real(file);
    // SAFETY: the real file is open as long as ours.
    unsafe { (*(*under).pMethods).xShmBarrier.expect("it can")(under) }
}

unsafe extern "C" fn close(file: *mut ffi::sqlite3_file) -> c_int {
    let ours = file.cast::<Open>();
    // SAFETY: made by `open`; SQLite closes a file once.
    unsafe {
        if !(*ours).watch.is_null() {
            drop(Box::from_raw((*ours).watch));
            (*ours).watch = std::ptr::null_mut();
        }
        real_close(file)
    }
}

unsafe extern "C" fn write(
    file: *mut ffi::sqlite3_file,
    from: *const c_void,
    len: c_int,
    at: ffi::sqlite3_int64,
) -> c_int {
    if let Some(watch) = watch(file) {
        match watch.recorder.failing() {
            Some(Failure::Full) => return ffi::SQLITE_FULL,
            Some(Failure::Damaged) => return ffi::SQLITE_IOERR_WRITE,
            None => {}
        }
    }
    // SAFETY: passed on as it came; `from` has `len` bytes.
    unsafe {
        let done = real_write(file, from, len, at);
        if done == ffi::SQLITE_OK
            && let Some(watch) = watch(file)
        {
            let len = usize::try_from(len).expect("a length");
            watch.recorder.note(What::Write {
                file: watch.file.clone(),
                at: usize::try_from(at).expect("a place"),
                bytes: std::slice::from_raw_parts(from.cast::<u8>(), len).to_vec(),
            });
        }
        done
    }
}

unsafe extern "C" fn cut(file: *mut ffi::sqlite3_file, len: ffi::sqlite3_int64) -> c_int {
    if let Some(watch) = watch(file)
        && watch.recorder.failing().is_some()
    {
        return ffi::SQLITE_IOERR_TRUNCATE;
    }
    // SAFETY: passed on as it came.
    let done = unsafe { real_cut(file, len) };
    if done == ffi::SQLITE_OK
        && let Some(watch) = watch(file)
    {
        watch.recorder.note(What::Cut {
            file: watch.file.clone(),
            len: usize::try_from(len).expect("a length"),
        });
    }
    done
}

unsafe extern "C" fn sync(file: *mut ffi::sqlite3_file, flags: c_int) -> c_int {
    if let Some(watch) = watch(file)
        && watch.recorder.failing().is_some()
    {
        return ffi::SQLITE_IOERR_FSYNC;
    }
    // SAFETY: passed on as it came.
    let done = unsafe { real_sync(file, flags) };
    if done == ffi::SQLITE_OK
        && let Some(watch) = watch(file)
    {
        let folder = std::mem::take(&mut watch.syncs_folder);
        watch.recorder.note(What::Sync {
            file: watch.file.clone(),
            folder,
        });
    }
    done
}

/// The second version: with shared memory, without files read as memory, which would pass us by.
static METHODS: ffi::sqlite3_io_methods = ffi::sqlite3_io_methods {
    iVersion: 2,
    xClose: Some(close),
    xRead: Some(read),
    xWrite: Some(write),
    xTruncate: Some(cut),
    xSync: Some(sync),
    xFileSize: Some(size),
    xLock: Some(take_lock),
    xUnlock: Some(unlock),
    xCheckReservedLock: Some(reserved),
    xFileControl: Some(control),
    xSectorSize: Some(sector),
    xDeviceCharacteristics: Some(traits),
    xShmMap: Some(shm_map),
    xShmLock: Some(shm_lock),
    xShmBarrier: Some(shm_barrier),
    xShmUnmap: Some(shm_unmap),
    xFetch: None,
    xUnfetch: None,
};
