//! Reads the texts of square codes (QR) in a picture, which tickets have. Compiled to WASM it is a
//! module of its own, which the door of an event loads.

#![warn(missing_docs)]

// One way for a picture into both modules.
#[cfg(target_arch = "wasm32")]
#[path = "../../barcode/src/frame.rs"]
mod frame;
#[cfg(target_arch = "wasm32")]
mod module;

/// The texts of the square codes in a picture of `width` times `height` brightnesses, row by row, in
/// any direction. What cannot be read is left out. Empty when `luma` has another length than the
/// picture.
#[must_use]
pub fn texts(luma: &[u8], width: usize, height: usize) -> Vec<String> {
    if luma.len() != width * height || luma.is_empty() {
        return Vec::new();
    }
    let mut picture =
        rqrr::PreparedImage::prepare_from_greyscale(width, height, |x, y| luma[y * width + x]);
    let grids = picture.detect_grids();
    grids
        .iter()
        .filter_map(|grid| grid.decode().ok().map(|(_, text)| text))
        .collect()
}

#[cfg(test)]
mod tests;
