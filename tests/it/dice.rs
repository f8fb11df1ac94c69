//! Chance with a seed: the same seed throws the same numbers on every machine.

/// SplitMix64 (Steele, Lea and Flood, 2014).
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }
}

impl Dice {
    /// A number below `n`, which is at least 1.
    pub(crate) fn below(&mut self, n: usize) -> usize {
        usize::try_from(self.next() % n as u64).expect("below n")
    }
}

/// How many rounds a test of chance takes: as many as it says, or as `PLACETIME_ROUNDS` says.
pub(crate) fn rounds(by_default: usize) -> usize {
    let told = std::env::var("PLACETIME_ROUNDS").ok();
    told.and_then(|n| n.parse().ok()).unwrap_or(by_default)
}
