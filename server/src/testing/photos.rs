//! Photos of barcodes, as files.

use std::io::Cursor;

use dogear_barcode::drawn::Drawing;
use image::{DynamicImage, GrayImage, ImageFormat};

/// A PNG file of a drawing.
///
/// # Panics
/// When the drawing is empty.
#[must_use]
pub fn png(drawing: &Drawing) -> Vec<u8> {
    #[allow(clippy::cast_possible_truncation)] // it was drawn in memory
    let (width, height) = (drawing.width as u32, drawing.height as u32);
    let picture = GrayImage::from_raw(width, height, drawing.luma.clone()).expect("as many pixels");
    let mut file = Cursor::new(Vec::new());
    DynamicImage::ImageLuma8(picture)
        .write_to(&mut file, ImageFormat::Png)
        .expect("a picture can be written");
    file.into_inner()
}

/// A PNG file with these numbers as barcodes, one below the other.
///
/// # Panics
/// When one has other characters than digits, or fewer than 13.
#[must_use]
pub fn barcodes(numbers: &[&str]) -> Vec<u8> {
    let sheet = Drawing::sheet(600, 40 + 240 * numbers.len().max(1));
    let drawn = numbers
        .iter()
        .enumerate()
        .fold(sheet, |sheet, (place, number)| {
            sheet.with(number, (120, 30 + 240 * place), 3)
        });
    png(&drawn)
}
