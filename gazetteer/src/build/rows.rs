//! Texts, each kept once.

use std::collections::HashMap;

/// An arena of texts: two bytes of length, then the bytes. Number 0 is the empty text.
#[derive(Debug)]
pub(crate) struct Strings {
    bytes: Vec<u8>,
    seen: HashMap<u64, u32, std::hash::BuildHasherDefault<PassOn>>,
}

impl Default for Strings {
    fn default() -> Self {
        Self {
            bytes: vec![0, 0],
            seen: HashMap::default(),
        }
    }
}

/// The keys are hashes already.
#[derive(Default, Debug)]
pub(crate) struct PassOn(u64);

impl std::hash::Hasher for PassOn {
    fn finish(&self) -> u64 {
        self.0
    }
    fn write(&mut self, bytes: &[u8]) {
        self.0 = crate::fold::hash_bytes(bytes);
    }
    fn write_u64(&mut self, n: u64) {
        self.0 = n;
    }
}

impl Strings {
    /// The number of a text, kept if it is new.
    pub(crate) fn number(&mut self, text: &str) -> u32 {
        if text.is_empty() {
            return 0;
        }
        let text = crate::fold::cut(text, crate::fold::NAME_BYTES_MAX);
        let mut key = crate::fold::hash_bytes(text.as_bytes());
        loop {
            match self.seen.get(&key) {
                Some(&number) if self.text(number) == text => return number,
                Some(_) => key = key.wrapping_add(0x9e37_79b9_7f4a_7c15),
                None => break,
            }
        }
        let Ok(number) = u32::try_from(self.bytes.len()) else {
            return 0;
        };
        self.bytes
            .extend_from_slice(&(text.len() as u16).to_le_bytes());
        self.bytes.extend_from_slice(text.as_bytes());
        self.seen.insert(key, number);
        number
    }

    /// The text of a number.
    pub(crate) fn text(&self, number: u32) -> &str {
        let at = number as usize;
        let len = usize::from(u16::from_le_bytes([self.bytes[at], self.bytes[at + 1]]));
        std::str::from_utf8(&self.bytes[at + 2..at + 2 + len]).unwrap_or_default()
    }

    /// The arena.
    pub(crate) fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }
}
