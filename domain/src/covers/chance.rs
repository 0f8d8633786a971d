//! Chance, made certain: the same bytes give the same numbers, on every machine.

/// The 32-bit FNV-1a hash of `bytes`.
pub(super) fn fnv1a(bytes: &[u8]) -> u32 {
    bytes.iter().fold(0x811c_9dc5, |hash, &byte| {
        (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193)
    })
}

/// The mulberry32 generator.
pub(super) struct Chance(u32);

impl Chance {
    pub(super) fn new(seed: u32) -> Self {
        Self(seed)
    }

    /// The next number, at least 0 and below 1.
    pub(super) fn unit(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x6d2b_79f5);
        let a = self.0;
        let mut t = (a ^ (a >> 15)).wrapping_mul(a | 1);
        t ^= t.wrapping_add((t ^ (t >> 7)).wrapping_mul(t | 0x3d));
        f64::from(t ^ (t >> 14)) / 4_294_967_296.0
    }

    /// The next number as a whole one below `limit`.
    pub(super) fn below(&mut self, limit: u32) -> u32 {
        // This is the rounding wanted, and the product is below `limit`.
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
        let number = (self.unit() * f64::from(limit)) as u32;
        number
    }

    /// Whether the next number is below `likelihood`.
    pub(super) fn likely(&mut self, likelihood: f64) -> bool {
        self.unit() < likelihood
    }

    /// One of `choices`, which has at least one member.
    pub(super) fn pick<T: Copy, const N: usize>(&mut self, choices: [T; N]) -> T {
        #[allow(clippy::cast_possible_truncation)] // a handful
        let number = N as u32;
        choices[self.below(number) as usize]
    }
}
