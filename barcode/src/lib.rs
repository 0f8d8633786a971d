//! Reads the ISBNs that stand as barcodes (EAN-13) in a picture. The server reads photos with
//! it; compiled to WASM it is a module of its own that the scan page loads for a camera.

mod line;
#[cfg(target_arch = "wasm32")]
mod module;

use line::Line;
use rxing::common::GlobalHistogramBinarizer;
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
        found.rows(luma, width, height);
        if !found.enough() {
            found.rows(&turned(luma, width, height), height, width);
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
    /// Looks at rows from the middle of the picture outwards.
    fn rows(&mut self, luma: &[u8], width: usize, height: usize) {
        if width < NARROWEST {
            return;
        }
        let step = (height / LINES).max(1);
        let middle = height / 2;
        let below = (middle..height).step_by(step);
        let above = (0..middle).rev().step_by(step);
        let mut rows: Vec<usize> = below.chain(above).collect();
        rows.sort_by_key(|row| row.abs_diff(middle));
        for row in rows {
            self.row(&luma[row * width..(row + 1) * width]);
            if self.enough() {
                return;
            }
        }
    }

    /// The whole row, and overlapping halves of it: light and dark are told apart by the
    /// brightnesses of what is looked at, and a code may lie between darker and lighter things.
    fn row(&mut self, row: &[u8]) {
        let half = row.len() / 2;
        let starts = [0, half / 2, half];
        let parts = starts.map(|start| &row[start..start + half]);
        let mut on_row = Vec::new();
        for part in std::iter::once(row).chain(parts) {
            if part.len() < NARROWEST {
                continue;
            }
            let Ok(source) = Luma8LuminanceSource::new(part.to_vec(), part.len() as u32, 1) else {
                continue;
            };
            let binarizer = GlobalHistogramBinarizer::new(source);
            let Ok(bits) = binarizer.get_black_row(0) else {
                continue;
            };
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
