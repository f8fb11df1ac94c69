//! Bytes to text: what is no text, which encoding, what could not be decoded.

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE};

use super::{Format, Input, shown_name};
use crate::report::Notice;

/// How much of an input is looked at to tell what it is.
const SNIFF_BYTES: usize = 4096;

/// First bytes of formats that are no text, and what they are.
const MARKS: &[(&[u8], &str)] = &[
    (b"%PDF", "a PDF"),
    (b"\x89PNG", "an image"),
    (b"\xff\xd8\xff", "an image"),
    (b"GIF8", "an image"),
    (b"II*\0", "an image"),
    (b"MM\0*", "an image"),
    (b"BM\0", "an image"),
    (b"\xd0\xcf\x11\xe0", "an old Office file"),
    (b"{\\rtf", "an RTF document"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"BZh", "a bzip2 archive"),
    (b"7z\xbc\xaf", "a 7-Zip archive"),
    (b"Rar!", "a RAR archive"),
    (b"\xfd7zXZ", "an xz archive"),
    (b"(\xb5/\xfd", "a zstd archive"),
    (b"SQLite format 3", "a database"),
    (b"\x7fELF", "a program"),
    (b"MZ\x90", "a program"),
    (b"OggS", "audio"),
    (b"ID3", "audio"),
    (b"PAR1", "a Parquet table"),
];

/// What the bytes are, where they are a format that is no text.
pub(super) fn not_text(bytes: &[u8]) -> Option<&'static str> {
    let start = &bytes[..bytes.len().min(SNIFF_BYTES)];
    let holds = |needle: &[u8]| start.windows(needle.len()).any(|w| w == needle);
    if start.starts_with(b"PK\x03\x04") {
        let office = [
            (b"word/".as_slice(), "a Word document"),
            (b"xl/", "an Excel workbook"),
            (b"ppt/", "a PowerPoint file"),
            (b"opendocument", "an OpenDocument file"),
            (b"epub", "an e-book"),
        ];
        let found = office.iter().find(|(mark, _)| holds(mark));
        return Some(found.map_or("a zip archive", |(_, what)| what));
    }
    if start.starts_with(b"RIFF") {
        return Some(if start.get(8..12) == Some(b"WEBP") {
            "an image"
        } else {
            "audio or video"
        });
    }
    if start.get(4..8) == Some(b"ftyp") {
        return Some("a video or an image");
    }
    MARKS
        .iter()
        .find(|(mark, _)| start.starts_with(mark))
        .map(|(_, what)| *what)
}

/// The first characters, for telling the format; never fails.
pub(super) fn start_as_text(bytes: &[u8]) -> String {
    let encoding = encoding_by_bytes(bytes).unwrap_or(UTF_8);
    let start = &bytes[..bytes.len().min(SNIFF_BYTES)];
    encoding.decode(start).0.into_owned()
}

/// The whole text, by its byte order mark, by what it says of itself, or as UTF-8.
pub(super) fn decode(input: Input<'_>, format: Format) -> Result<(String, Vec<Notice>), String> {
    // Its mark begins like that of UTF-16, and what would be read then are letters and zeros in turn.
    if [b"\xff\xfe\0\0", b"\0\0\xfe\xff"]
        .iter()
        .any(|mark| input.bytes.starts_with(*mark))
    {
        return Err("is text in UTF-32, which is not read; save it as UTF-8 first".to_owned());
    }
    let by_mark = encoding_by_bytes(input.bytes);
    if by_mark.is_none() && looks_binary(input.bytes) {
        return Err(
            "holds no text as far as can be seen; save it as text or HTML first".to_owned(),
        );
    }
    let told = || match format {
        Format::Html | Format::Feed => encoding_by_words(input.bytes),
        _ => None,
    };
    let encoding = match by_mark {
        Some(encoding) => encoding,
        None if std::str::from_utf8(input.bytes).is_ok() => UTF_8,
        None => told().unwrap_or(UTF_8),
    };
    let (text, _, broken) = encoding.decode(input.bytes);
    let mut notices = Vec::new();
    if broken {
        notices.push(Notice::new(
            shown_name(input.name),
            format!(
                "some bytes are no {}; they stand as \u{fffd} in the text, save the file as UTF-8 to mend it",
                encoding.name()
            ),
        ));
    }
    Ok((text.into_owned(), notices))
}

/// UTF-8, UTF-16 by its mark, or UTF-16 without one, seen by where the zero bytes stand.
fn encoding_by_bytes(bytes: &[u8]) -> Option<&'static Encoding> {
    if let Some((encoding, _)) = Encoding::for_bom(bytes) {
        return Some(encoding);
    }
    let start = &bytes[..bytes.len().min(SNIFF_BYTES) & !1];
    let pairs = start.len() / 2;
    if pairs < 4 {
        return None;
    }
    let zeros = |offset: usize| {
        start
            .iter()
            .skip(offset)
            .step_by(2)
            .filter(|b| **b == 0)
            .count()
    };
    let (even, odd) = (zeros(0), zeros(1));
    // Latin text in UTF-16 has every other byte zero; a third is enough for mixed scripts.
    if odd * 3 > pairs && even == 0 {
        Some(UTF_16LE)
    } else if even * 3 > pairs && odd == 0 {
        Some(UTF_16BE)
    } else {
        None
    }
}

/// The encoding a page or feed says it has (`charset=`, `encoding=`).
fn encoding_by_words(bytes: &[u8]) -> Option<&'static Encoding> {
    let start = String::from_utf8_lossy(&bytes[..bytes.len().min(SNIFF_BYTES)]);
    let start = start.to_ascii_lowercase();
    ["charset=", "encoding="].iter().find_map(|mark| {
        let after = &start[start.find(mark)? + mark.len()..];
        let label: String = after
            .trim_start_matches(['"', '\'', ' '])
            .chars()
            .take_while(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | ':'))
            .collect();
        Encoding::for_label(label.as_bytes())
    })
}

/// Zero bytes or many control characters: no text of any one-byte or UTF-8 encoding.
fn looks_binary(bytes: &[u8]) -> bool {
    let start = &bytes[..bytes.len().min(SNIFF_BYTES)];
    let control = start
        .iter()
        .filter(|b| b.is_ascii_control() && !b.is_ascii_whitespace() && **b != 0x1b)
        .count();
    start.contains(&0) || control * 10 > start.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decoded(bytes: &[u8]) -> (String, usize) {
        let input = Input { name: "x", bytes };
        let (text, notices) = decode(input, Format::Text).expect("text");
        (text, notices.len())
    }

    #[test]
    fn marks_of_byte_order_are_understood_and_taken_off() {
        assert_eq!(decoded(b"\xef\xbb\xbfHoms"), ("Homs".to_owned(), 0));
        assert_eq!(decoded(b"\xff\xfeH\0o\0m\0s\0"), ("Homs".to_owned(), 0));
        assert_eq!(decoded(b"\xfe\xff\0H\0o\0m\0s"), ("Homs".to_owned(), 0));
        assert_eq!(decoded(b"H\0o\0m\0s\0.\0"), ("Homs.".to_owned(), 0));
    }

    #[test]
    fn utf_32_is_refused_and_not_taken_for_utf_16() {
        for bytes in [b"\xff\xfe\0\0H\0\0\0", b"\0\0\xfe\xff\0\0\0H"] {
            let refused = decode(Input { name: "x", bytes }, Format::Text).expect_err("refused");
            assert!(refused.starts_with("is text in UTF-32"), "{refused}");
        }
    }

    #[test]
    fn broken_utf8_is_kept_with_a_notice() {
        let (text, notices) = decoded(b"A strike on caf\xe9 Homs");
        assert_eq!(text, "A strike on caf\u{fffd} Homs");
        assert_eq!(notices, 1);
    }

    #[test]
    fn a_page_in_a_legacy_encoding_is_read_by_what_it_says() {
        let bytes = b"<html><meta charset=windows-1251><p>\xc4\xee\xed\xe5\xf6\xea";
        let input = Input { name: "x", bytes };
        let (text, notices) = decode(input, Format::Html).expect("text");
        assert!(text.ends_with("\u{414}\u{43e}\u{43d}\u{435}\u{446}\u{43a}"));
        assert!(notices.is_empty());
    }

    #[test]
    fn noise_is_refused() {
        let bytes: Vec<u8> = (0..=255).collect();
        let input = Input {
            name: "x",
            bytes: &bytes,
        };
        assert!(decode(input, Format::Text).is_err());
    }
}
