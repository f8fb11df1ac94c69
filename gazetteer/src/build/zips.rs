//! Archives in: what is in a zip file, and in gzip, with limits against bombs.
//!
//! A reader of the central directory and of stored and deflated entries, which is all that data
//! sets come in; what else the format knows (encryption, other methods, more than 4 GB) is refused
//! with a sentence.

use std::io::Read;

/// Entries of one archive that are read.
const ENTRIES_MAX: usize = 10_000;
/// Tables of places pack to a third or a tenth; what unpacks to more than this many times its size
/// is a bomb.
const UNPACKED_RATIO_MAX: u64 = 200;
/// So much any archive may unpack to, however small it is.
const UNPACKED_FREE_BYTES: u64 = 64 << 20;
/// The end record and its longest comment.
const END_BYTES: usize = 22;
const COMMENT_BYTES_MAX: usize = 65_535;

/// How many bytes an input of so many may unpack to.
fn unpacked_bytes_max(packed: usize) -> u64 {
    (packed as u64)
        .saturating_mul(UNPACKED_RATIO_MAX)
        .clamp(UNPACKED_FREE_BYTES, super::INPUT_BYTES_MAX)
}

/// What is in a gzip file.
pub(super) fn gunzip(bytes: &[u8]) -> Result<Vec<u8>, String> {
    let most = unpacked_bytes_max(bytes.len());
    let mut out = Vec::new();
    flate2::read::MultiGzDecoder::new(bytes)
        .take(most + 1)
        .read_to_end(&mut out)
        .map_err(|error| format!("cannot be unpacked ({error})"))?;
    if out.len() as u64 > most {
        return Err(too_large(most));
    }
    Ok(out)
}

fn too_large(most: u64) -> String {
    format!("unpacks to more than {most} bytes, which no table of places does")
}

/// True for the first bytes of a zip file.
pub(super) fn is_zip(bytes: &[u8]) -> bool {
    bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"PK\x05\x06")
}

/// The files in a zip archive, in its order: names and bytes.
pub(super) fn unzip(bytes: &[u8]) -> Result<Vec<(String, Vec<u8>)>, String> {
    const CUT: &str = "is no whole zip file: copy it again";
    let cut = || CUT.to_owned();
    let from = bytes.len().saturating_sub(END_BYTES + COMMENT_BYTES_MAX);
    let end = (from..=bytes.len().checked_sub(END_BYTES).ok_or(CUT)?)
        .rev()
        .find(|at| bytes[*at..].starts_with(b"PK\x05\x06"))
        .ok_or(CUT)?;
    let count = usize::from(u16_at(bytes, end + 10).ok_or_else(cut)?);
    if count > ENTRIES_MAX {
        return Err(format!(
            "holds {count} files; {ENTRIES_MAX} are read at most"
        ));
    }
    let mut at = u32_at(bytes, end + 16).ok_or_else(cut)? as usize;
    let mut left = unpacked_bytes_max(bytes.len());
    let most = left;
    let mut out = Vec::new();
    for _ in 0..count {
        if bytes
            .get(at..at + 4)
            .is_none_or(|mark| mark != b"PK\x01\x02")
        {
            return Err(cut());
        }
        let field16 = |offset: usize| u16_at(bytes, at + offset).map(usize::from).ok_or_else(cut);
        let field32 = |offset: usize| u32_at(bytes, at + offset).ok_or_else(cut);
        let (flags, method) = (field16(8)?, field16(10)?);
        let (crc, packed) = (field32(16)?, field32(20)?);
        let (name_len, extra_len, comment_len) = (field16(28)?, field16(30)?, field16(32)?);
        let local = field32(42)?;
        let name = bytes.get(at + 46..at + 46 + name_len).ok_or_else(cut)?;
        let name = String::from_utf8_lossy(name).into_owned();
        at += 46 + name_len + extra_len + comment_len;
        if name.ends_with('/') {
            continue;
        }
        if flags & 1 != 0 {
            return Err(format!("is encrypted ({name}): unpack it first"));
        }
        if packed == u32::MAX || local == u32::MAX {
            return Err(format!(
                "is of the kind for more than 4 GB ({name}): unpack it first"
            ));
        }
        let local = local as usize;
        if bytes
            .get(local..local + 4)
            .is_none_or(|mark| mark != b"PK\x03\x04")
        {
            return Err(cut());
        }
        let head = |offset: usize| {
            u16_at(bytes, local + offset)
                .map(usize::from)
                .ok_or_else(cut)
        };
        let start = local + 30 + head(26)? + head(28)?;
        let body = bytes
            .get(start..start.saturating_add(packed as usize))
            .ok_or_else(cut)?;
        let mut unpacked = Vec::new();
        match method {
            0 => unpacked.extend_from_slice(body),
            8 => {
                flate2::read::DeflateDecoder::new(body)
                    .take(left + 1)
                    .read_to_end(&mut unpacked)
                    .map_err(|error| format!("cannot be unpacked ({name}: {error})"))?;
            }
            other => {
                return Err(format!(
                    "is packed by a method not known here ({name}: {other})"
                ));
            }
        }
        left = left
            .checked_sub(unpacked.len() as u64)
            .ok_or_else(|| too_large(most))?;
        let mut sum = flate2::Crc::new();
        sum.update(&unpacked);
        if sum.sum() != crc {
            return Err(format!(
                "is damaged ({name} does not fit its checksum): copy it again"
            ));
        }
        out.push((name, unpacked));
    }
    Ok(out)
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    let b = bytes.get(at..at + 2)?;
    Some(u16::from_le_bytes([b[0], b[1]]))
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    let b = bytes.get(at..at + 4)?;
    Some(u32::from_le_bytes([b[0], b[1], b[2], b[3]]))
}
