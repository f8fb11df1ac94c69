//! Tables as text: cells parted by a comma, a semicolon, a tab or a bar, quoted where needed.
//!
//! A parser of our own and not the `csv` crate's, because a quote that is never closed must not
//! swallow the file: a record has a longest length, and when it does not come out right the rows
//! after its first line are still read.

use std::io::Read;

use encoding_rs::{Decoder, Encoding};

use super::{BadRow, Row};

/// The longest record, in bytes; ACLED's longest notes are a hundredth of it.
pub(super) const RECORD_BYTES_MAX: usize = 1_000_000;

/// The most cells in a record: a spreadsheet's widest row.
pub(super) const CELLS_MAX: usize = 16_384;

/// How much is read at once.
const CHUNK_BYTES: usize = 128 * 1024;

/// The separators known; of two that part the lines alike the one that seldom stands in words.
const SEPARATORS: &[u8] = b"\t;|,";

/// Text of any encoding as UTF-8, chunk by chunk.
pub(super) struct Decoded<R> {
    input: R,
    decoder: Decoder,
    raw: Vec<u8>,
    /// True once something did not fit the encoding.
    pub(super) broken: bool,
    ended: bool,
}

impl<R: Read> Decoded<R> {
    pub(super) fn new(input: R, encoding: &'static Encoding) -> Self {
        Self {
            input,
            decoder: encoding.new_decoder_with_bom_removal(),
            raw: vec![0; CHUNK_BYTES],
            broken: false,
            ended: false,
        }
    }

    /// Appends the next chunk; false at the end.
    pub(super) fn more_of(&mut self, out: &mut String) -> std::io::Result<bool> {
        if self.ended {
            return Ok(false);
        }
        let mut got = 0;
        while got < self.raw.len() {
            match self.input.read(&mut self.raw[got..]) {
                Ok(0) => {
                    self.ended = true;
                    break;
                }
                Ok(n) => got += n,
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        let room = self.decoder.max_utf8_buffer_length(got);
        out.reserve(room.unwrap_or(got * 3 + 16));
        let (_, _, broken) = self
            .decoder
            .decode_to_string(&self.raw[..got], out, self.ended);
        self.broken |= broken;
        Ok(true)
    }
}

/// Records of a delimited text.
pub(super) struct Records<R> {
    text: Decoded<R>,
    separator: u8,
    buffer: String,
    at: usize,
    line: usize,
    ended: bool,
}

/// One record with the line it begins on.
pub(super) type Record = (usize, Vec<String>);

enum Parsed {
    /// Cells, bytes, line breaks.
    Record(Vec<String>, usize, usize),
    /// The buffer ends within it.
    Unfinished,
    /// Longer than a record may be.
    TooLong,
}

impl<R: Read> Records<R> {
    pub(super) fn new(text: Decoded<R>, separator: u8) -> Self {
        Self {
            text,
            separator,
            buffer: String::new(),
            at: 0,
            line: 1,
            ended: false,
        }
    }

    /// True when bytes did not fit the encoding so far.
    pub(super) fn broken(&self) -> bool {
        self.text.broken
    }

    /// The next record; `None` at the end. `cells` is the width a record of several lines must
    /// have, 0 when that is not known yet.
    pub(super) fn next(&mut self, cells: usize) -> Option<Result<Record, BadRow>> {
        loop {
            let rest = &self.buffer.as_bytes()[self.at..];
            let parsed = if rest.is_empty() && self.ended {
                return None;
            } else {
                parse(rest, self.separator, self.ended)
            };
            let bad = |line, why: String| Some(Err(BadRow { line, why }));
            match parsed {
                Parsed::Unfinished if !self.ended => {
                    self.buffer.drain(..self.at);
                    self.at = 0;
                    match self.text.more_of(&mut self.buffer) {
                        Ok(more) => self.ended = !more,
                        Err(error) => {
                            self.ended = true;
                            self.buffer.clear();
                            return bad(self.line, format!("the file cannot be read on: {error}"));
                        }
                    }
                }
                Parsed::Record(found, bytes, lines) => {
                    let line = self.line;
                    let empty = found.iter().all(|c| c.trim().is_empty());
                    // A quote opened and not closed takes the next rows in; what comes out then is
                    // no row of this table.
                    if lines > 1 && cells > 0 && found.len() != cells && !empty {
                        self.skip_line();
                        return bad(
                            line,
                            format!(
                                "a quote opened here is closed {} lines further on, and what lies between is no row of {cells} cells; close the quote",
                                lines - 1
                            ),
                        );
                    }
                    self.at += bytes;
                    self.line += lines;
                    if !empty {
                        return Some(Ok((line, found)));
                    }
                }
                Parsed::Unfinished | Parsed::TooLong => {
                    let line = self.line;
                    self.skip_line();
                    return bad(
                        line,
                        format!(
                            "a cell is longer than {RECORD_BYTES_MAX} bytes, or a quote opened here is never closed; close the quote"
                        ),
                    );
                }
            }
        }
    }

    /// Goes on after the next line break.
    fn skip_line(&mut self) {
        loop {
            let rest = &self.buffer.as_bytes()[self.at..];
            if let Some(end) = rest.iter().position(|b| *b == b'\n') {
                self.at += end + 1;
                self.line += 1;
                return;
            }
            self.buffer.clear();
            self.at = 0;
            if self.ended {
                return;
            }
            match self.text.more_of(&mut self.buffer) {
                Ok(more) => self.ended = !more,
                Err(_) => self.ended = true,
            }
        }
    }
}

/// One record at the start of `bytes`.
fn parse(bytes: &[u8], separator: u8, ended: bool) -> Parsed {
    let mut cells = Vec::new();
    let mut cell: Vec<u8> = Vec::new();
    let mut quoted = false;
    // A quote was closed within a word: it was no closing quote.
    let mut ragged = false;
    let mut lines = 0;
    let mut i = 0;
    let text = |cell: &mut Vec<u8>| {
        let bytes = std::mem::take(cell);
        String::from_utf8(bytes)
            .unwrap_or_else(|e| String::from_utf8_lossy(e.as_bytes()).into_owned())
    };
    loop {
        if i >= RECORD_BYTES_MAX || cells.len() > CELLS_MAX {
            return Parsed::TooLong;
        }
        let Some(&byte) = bytes.get(i) else {
            if !ended || quoted {
                return Parsed::Unfinished;
            }
            cells.push(text(&mut cell));
            return Parsed::Record(cells, i, lines + 1);
        };
        i += 1;
        if quoted {
            match byte {
                b'"' if bytes.get(i) == Some(&b'"') => {
                    cell.push(b'"');
                    i += 1;
                }
                b'"' if bytes.get(i).is_none() && !ended => return Parsed::Unfinished,
                b'"' => {
                    quoted = false;
                    ragged |= bytes
                        .get(i)
                        .is_some_and(|b| *b != separator && !matches!(b, b'\n' | b'\r' | b' '));
                }
                b'\n' => {
                    lines += 1;
                    cell.push(byte);
                }
                _ => cell.push(byte),
            }
        } else {
            match byte {
                b'"' if cell.is_empty() => quoted = true,
                b'\n' | b'\r' => {
                    if byte == b'\r' {
                        match bytes.get(i) {
                            Some(b'\n') => i += 1,
                            None if !ended => return Parsed::Unfinished,
                            _ => {}
                        }
                    }
                    cells.push(text(&mut cell));
                    return if ragged && lines > 0 {
                        Parsed::TooLong
                    } else {
                        Parsed::Record(cells, i, lines + 1)
                    };
                }
                b if b == separator => cells.push(text(&mut cell)),
                _ => cell.push(byte),
            }
        }
    }
}

/// The separator that parts the first lines into the most cells, alike from line to line.
pub(super) fn separator_of(start: &str) -> u8 {
    let width = |separator: u8| {
        let mut at = 0;
        let mut widths = Vec::new();
        let bytes = start.as_bytes();
        while widths.len() < 20 {
            match parse(&bytes[at..], separator, false) {
                Parsed::Record(cells, used, _) => {
                    at += used;
                    widths.push(cells.len());
                }
                _ => break,
            }
        }
        if widths.is_empty()
            && let Parsed::Record(cells, ..) = parse(bytes, separator, true)
        {
            widths.push(cells.len());
        }
        // The width most lines have.
        let usual = widths
            .iter()
            .copied()
            .max_by_key(|w| widths.iter().filter(|x| *x == w).count());
        usual.filter(|w| *w > 1).map_or((0, 0), |usual| {
            let alike = widths.iter().filter(|w| **w == usual).count();
            (alike * 100 / widths.len(), usual)
        })
    };
    let found = SEPARATORS.iter().copied().map(|s| (width(s), s));
    // Of two that part all lines alike, the one that makes more cells; else the order of the list.
    found
        .filter(|((alike, cells), _)| *alike >= 50 && *cells > 1)
        .max_by_key(|((alike, cells), s)| {
            let rank = SEPARATORS.iter().position(|x| x == s).unwrap_or(9);
            (*alike >= 90, *cells, usize::MAX - rank)
        })
        .map_or(b',', |(_, s)| s)
}

/// A record as a row of the table.
pub(super) fn row((line, cells): Record) -> Row {
    Row {
        line,
        cells,
        ..Row::default()
    }
}

#[cfg(test)]
mod tests {
    use encoding_rs::{UTF_8, UTF_16LE, WINDOWS_1252};

    use super::*;

    fn read(bytes: &[u8], encoding: &'static Encoding, cells: usize) -> Vec<Result<Record, usize>> {
        let separator = separator_of(&String::from_utf8_lossy(bytes));
        let mut records = Records::new(Decoded::new(bytes, encoding), separator);
        std::iter::from_fn(|| records.next(cells))
            .map(|r| r.map_err(|bad| bad.line))
            .collect()
    }

    fn cells(record: &Result<Record, usize>) -> Vec<&str> {
        let (_, cells) = record.as_ref().expect("a row");
        cells.iter().map(String::as_str).collect()
    }

    #[test]
    fn quotes_breaks_and_separators() {
        let all = read(b"a,b\r\n\"1,\"\"2\"\"\n3\",x\n\n4,5", UTF_8, 2);
        assert_eq!(all.len(), 3);
        assert_eq!(cells(&all[1]), ["1,\"2\"\n3", "x"]);
        assert_eq!(all[2], Ok((5, vec!["4".to_owned(), "5".to_owned()])));
        assert_eq!(separator_of("a;b;c\n1,5;2;3\n"), b';');
        assert_eq!(separator_of("a\tb, c\n1\t2, 3\n"), b'\t');
        assert_eq!(separator_of("a,b\n\"1;2;3\",4\n"), b',');
    }

    #[test]
    fn a_quote_never_closed_costs_its_own_row_only() {
        let all = read(b"a,b\n1,\"open\n2,x\n3,y\n", UTF_8, 2);
        let lines: Vec<_> = all
            .iter()
            .map(|r| r.as_ref().map(|(line, _)| *line).map_err(|line| *line))
            .collect();
        assert_eq!(lines, [Ok(1), Err(2), Ok(3), Ok(4)]);
        let all = read(b"a,b\n1,\"open\n2,x\n3,\"closed\"\n4,y\n", UTF_8, 2);
        assert_eq!(all.iter().filter(|r| r.is_err()).count(), 1, "{all:?}");
        assert_eq!(all.len(), 5);
    }

    #[test]
    fn a_cell_of_ten_million_bytes_is_one_bad_row() {
        let mut bytes = b"a,b\n1,\"".to_vec();
        bytes.extend(std::iter::repeat_n(b'x', 10_000_000));
        bytes.extend_from_slice(b"\"\n2,y\n");
        let all = read(&bytes, UTF_8, 2);
        assert_eq!(all.len(), 3);
        assert_eq!(all[1], Err(2));
        assert_eq!(cells(&all[2]), ["2", "y"]);
    }

    #[test]
    fn other_encodings() {
        let utf16: Vec<u8> = "\u{feff}a,b\nحمص,é\n"
            .encode_utf16()
            .flat_map(u16::to_le_bytes)
            .collect();
        let mut records = Records::new(Decoded::new(utf16.as_slice(), UTF_16LE), b',');
        assert_eq!(records.next(0).expect("a row").expect("read").1, ["a", "b"]);
        assert_eq!(
            records.next(2).expect("a row").expect("read").1,
            ["حمص", "é"]
        );
        let all = read(b"a,b\ncaf\xe9,x\n", WINDOWS_1252, 2);
        assert_eq!(cells(&all[1]), ["café", "x"]);
    }
}
