//! Barcodes as a press prints them, for tests.

/// The seven modules of each digit on the left, with odd parity; a set bit is dark.
const ODD: [u8; 10] = [
    0b000_1101, 0b001_1001, 0b001_0011, 0b011_1101, 0b010_0011, 0b011_0001, 0b010_1111, 0b011_1011,
    0b011_0111, 0b000_1011,
];
/// Which of the six digits on the left have even parity, by the first digit.
const PARITY: [u8; 10] = [
    0b00_0000, 0b00_1011, 0b00_1101, 0b00_1110, 0b01_0011, 0b01_1001, 0b01_1100, 0b01_0101,
    0b01_0110, 0b01_1010,
];

/// A picture in shades of grey.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Drawing {
    /// Pixels from left to right.
    pub width: usize,
    /// Pixels from top to bottom.
    pub height: usize,
    /// Row by row; 255 is white.
    pub luma: Vec<u8>,
}

/// The 95 modules of a number of 13 digits, right or not; true is dark.
///
/// # Panics
/// When it has other characters than digits, or fewer than 13.
#[must_use]
pub fn modules(number: &str) -> Vec<bool> {
    let digits: Vec<usize> = number
        .bytes()
        .map(|byte| usize::from(byte - b'0'))
        .collect();
    let seven = |bits: u8| (0..7).rev().map(move |place| bits >> place & 1 == 1);
    // Even parity is the right side's pattern backwards, which is the left side's turned over.
    let even = |digit: usize| (!ODD[digit]).reverse_bits() >> 1;
    let mut modules = vec![true, false, true];
    for place in 0..6 {
        let digit = digits[place + 1];
        let is_even = PARITY[digits[0]] >> (5 - place) & 1 == 1;
        modules.extend(seven(if is_even { even(digit) } else { ODD[digit] }));
    }
    modules.extend([false, true, false, true, false]);
    for digit in &digits[7..13] {
        modules.extend(seven(!ODD[*digit]));
    }
    modules.extend([true, false, true]);
    modules
}

impl Drawing {
    /// An empty sheet.
    #[must_use]
    pub fn sheet(width: usize, height: usize) -> Self {
        let luma = vec![255; width * height];
        Self {
            width,
            height,
            luma,
        }
    }

    /// Prints a barcode with its upper left corner at `left`, `top`.
    #[must_use]
    pub fn with(mut self, number: &str, (left, top): (usize, usize), module: usize) -> Self {
        for (place, _) in modules(number)
            .iter()
            .enumerate()
            .filter(|(_, dark)| **dark)
        {
            for row in top..(top + module * 60).min(self.height) {
                let from = row * self.width + left + place * module;
                self.luma[from..from + module].fill(20);
            }
        }
        self
    }

    /// The same on its side, a quarter turn.
    #[must_use]
    pub fn on_its_side(&self) -> Self {
        Self {
            width: self.height,
            height: self.width,
            luma: crate::turned(&self.luma, self.width, self.height),
        }
    }

    /// What `pixel` gives for each place, from left and from above, of a picture of the same size.
    #[must_use]
    pub fn each(&self, pixel: impl Fn(usize, usize) -> u8) -> Self {
        let Self { width, height, .. } = *self;
        let luma = (0..width * height).map(|at| pixel(at % width, at / width));
        Self {
            width,
            height,
            luma: luma.collect(),
        }
    }

    /// Seen by a camera that is turned by some degrees.
    #[must_use]
    // Places in a picture are small, and none that is looked at is negative.
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    pub fn tilted(&self, degrees: f64) -> Self {
        let (sin, cos) = degrees.to_radians().sin_cos();
        let (middle, level) = (self.width as f64 / 2.0, self.height as f64 / 2.0);
        self.each(|x, y| {
            let (x, y) = (x as f64 - middle, y as f64 - level);
            let (x, y) = (x * cos - y * sin + middle, x * sin + y * cos + level);
            let inside = x >= 0.0 && y >= 0.0 && x < self.width as f64 && y < self.height as f64;
            if inside {
                self.luma[y as usize * self.width + x as usize]
            } else {
                255
            }
        })
    }
}
