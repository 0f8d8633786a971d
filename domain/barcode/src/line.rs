//! One line across a picture, black and white.

use rxing::common::BitArray;
use rxing::oned::{EAN13Reader, UPCEANReader};

/// See the module. Set bits are black.
pub(crate) struct Line<'a>(pub &'a BitArray);

impl Line<'_> {
    /// Every ISBN on the line, from left to right.
    pub(crate) fn isbns(&self) -> Vec<u64> {
        let mut found = Vec::new();
        let mut from = 0;
        while let Some(start) = self.guard(from) {
            match self.code(start) {
                Some((isbn, end)) => {
                    found.push(isbn);
                    from = end;
                }
                // The next bar may begin one.
                None => from = self.0.getNextUnset(start[0]),
            }
        }
        found
    }

    /// The next opening bars with a margin before them.
    fn guard(&self, mut from: usize) -> Option<[usize; 2]> {
        loop {
            let [start, end] = EAN13Reader
                .findGuardPattern(self.0, from, false, &[1, 1, 1])
                .ok()?;
            let margin = end - start;
            if start >= margin && self.is_light(start - margin, start) {
                return Some([start, end]);
            }
            from = self.0.getNextUnset(start);
        }
    }

    /// The ISBN that begins with these bars, and where it ends.
    fn code(&self, start: [usize; 2]) -> Option<(u64, usize)> {
        let mut digits = String::with_capacity(13);
        let middle = EAN13Reader.decodeMiddle(self.0, &start, &mut digits).ok()?;
        let [closing, end] = EAN13Reader.decodeEnd(self.0, middle).ok()?;
        // Right behind the last digit, and as wide as the opening bars, but for a slant.
        let (opened, closed) = (start[1] - start[0], end - closing);
        let fits = closing - middle <= opened && closed <= opened * 2 && opened <= closed * 2;
        let margin = end + closed;
        let is_isbn = digits.len() == 13
            && (digits.starts_with("978") || digits.starts_with("979"))
            && EAN13Reader.checkChecksum(&digits).unwrap_or(false);
        if !fits || !is_isbn || margin > self.0.get_size() || !self.is_light(end, margin) {
            return None;
        }
        digits.parse().ok().map(|isbn| (isbn, end))
    }

    fn is_light(&self, from: usize, to: usize) -> bool {
        self.0.isRange(from, to, false).unwrap_or(false)
    }
}
