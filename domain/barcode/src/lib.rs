//! Reads the ISBNs that stand as barcodes (EAN-13) in a picture. The server reads photos of barcodes
//! with it; compiled to WASM it is a module of its own, which the page that scans books loads. Square
//! codes are read by a crate beside it, so that nobody loads both.

#![warn(missing_docs)]
// Tests count what they made.
#![cfg_attr(test, allow(clippy::cast_possible_truncation, clippy::cast_sign_loss))]

#[cfg(any(test, feature = "testing"))]
pub mod drawn;
#[cfg(target_arch = "wasm32")]
mod frame;
mod line;
#[cfg(target_arch = "wasm32")]
mod module;

use std::borrow::Cow;

use line::Line;
use rxing::common::{BitArray, HybridBinarizer};
use rxing::{Binarizer, Luma8LuminanceSource};

/// About how many lines of a picture are looked at in each direction.
const LINES: usize = 256;
/// On so many lines a code has to stand to be believed: a check digit is right by chance on one
/// of ten wrong lines, but hardly twice with the same digits.
const AGREEING: usize = 2;
/// A code needs 95 modules and margins; fewer pixels cannot hold one.
const NARROWEST: usize = 100;

/// The ISBNs in a picture of `width` times `height` brightnesses, row by row, as numbers of 13
/// digits; each once, at most `most`. They may stand upright, lie on either side, or be upside
/// down, and be tilted by up to about 25 degrees. Check digit and prefix are right. Empty when
/// `luma` has another length than the picture.
#[must_use]
pub fn isbns(luma: &[u8], width: usize, height: usize, most: usize) -> Vec<u64> {
    let mut found = Found {
        seen: Vec::new(),
        most,
    };
    if luma.len() == width * height {
        found.rows(luma.to_vec(), width, height);
        if !found.enough() {
            found.rows(turned(luma, width, height), height, width);
        }
    }
    found.isbns()
}

/// Codes and on how many lines each was read.
struct Found {
    seen: Vec<(u64, usize)>,
    most: usize,
}

impl Found {
    #[allow(clippy::cast_possible_truncation)] // of a picture that fits into memory
    /// Looks at rows from the middle of the picture outwards.
    fn rows(&mut self, luma: Vec<u8>, width: usize, height: usize) {
        if width < NARROWEST {
            return;
        }
        let Ok(source) = Luma8LuminanceSource::new(luma, width as u32, height as u32) else {
            return;
        };
        let picture = HybridBinarizer::new(source);
        let by_place = picture.get_black_matrix().ok();
        let step = (height / LINES).max(1);
        let middle = height / 2;
        let below = (middle..height).step_by(step);
        let above = (0..middle).rev().step_by(step);
        let mut rows: Vec<usize> = below.chain(above).collect();
        rows.sort_by_key(|row| row.abs_diff(middle));
        for row in rows {
            // Light and dark told apart by what is near, which stands shadows and noise; and by
            // the whole row, which is sharper.
            let by_place = by_place.map(|matrix| Cow::Owned(matrix.getRow(row as u32)));
            self.row(by_place.into_iter().chain(picture.get_black_row(row)));
            if self.enough() {
                return;
            }
        }
    }

    /// Reads one row in both directions, however it was made black and white.
    fn row<'a>(&mut self, versions: impl Iterator<Item = Cow<'a, BitArray>>) {
        let mut on_row = Vec::new();
        for bits in versions {
            let mut bits = bits.into_owned();
            on_row.extend(Line(&bits).isbns());
            bits.reverse();
            on_row.extend(Line(&bits).isbns());
        }
        on_row.sort_unstable();
        on_row.dedup();
        for isbn in on_row {
            self.add(isbn);
        }
    }

    fn add(&mut self, isbn: u64) {
        match self.seen.iter_mut().find(|(known, _)| *known == isbn) {
            Some((_, lines)) => *lines += 1,
            None => self.seen.push((isbn, 1)),
        }
    }

    fn enough(&self) -> bool {
        self.seen
            .iter()
            .filter(|(_, lines)| *lines >= AGREEING)
            .count()
            >= self.most
    }

    fn isbns(self) -> Vec<u64> {
        self.seen
            .into_iter()
            .filter(|(_, lines)| *lines >= AGREEING)
            .map(|(isbn, _)| isbn)
            .take(self.most)
            .collect()
    }
}

/// The picture on its side: columns become rows.
fn turned(luma: &[u8], width: usize, height: usize) -> Vec<u8> {
    let mut turned = Vec::with_capacity(luma.len());
    for column in 0..width {
        turned.extend((0..height).map(|row| luma[row * width + column]));
    }
    turned
}

#[cfg(test)]
mod tests;
