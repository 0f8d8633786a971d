//! What the browser calls. The module imports nothing, so that instantiating it is all it needs.

// The browser finds a function by its name in the module, and a name kept as it is written counts
// as unsafe; nothing in here is.
#![allow(unsafe_code)]

use std::cell::RefCell;

thread_local! {
    /// A frame of the camera: red, green, blue, alpha.
    static FRAME: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
    /// What the square codes of the last frame say, a line each.
    static TEXT: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

/// Makes room for a frame and says where in the module's memory it is to be written.
#[unsafe(no_mangle)]
extern "C" fn room(width: u32, height: u32) -> *const u8 {
    FRAME.with_borrow_mut(|frame| {
        frame.resize(width as usize * height as usize * 4, 0);
        frame.as_ptr()
    })
}

/// The ISBN in the frame as a number of 13 digits, which fits; 0 when there is none.
#[unsafe(no_mangle)]
extern "C" fn read(width: u32, height: u32) -> f64 {
    let luma = brightnesses();
    crate::isbns(&luma, width as usize, height as usize, 1)
        .first()
        .map_or(0.0, |isbn| *isbn as f64)
}

/// Reads the square codes in the frame: how many bytes their texts have, which then stand at
/// [`text`], a line each; 0 when there are none.
#[unsafe(no_mangle)]
extern "C" fn read_text(width: u32, height: u32) -> usize {
    let luma = brightnesses();
    let texts = crate::texts(&luma, width as usize, height as usize);
    let found = texts.join("\n").into_bytes();
    let length = found.len();
    TEXT.set(found);
    length
}

/// Where in the module's memory the texts of the last frame are.
#[unsafe(no_mangle)]
extern "C" fn text() -> *const u8 {
    TEXT.with_borrow(Vec::as_ptr)
}

/// The frame in grey.
fn brightnesses() -> Vec<u8> {
    FRAME.with_borrow(|frame| {
        frame
            .chunks_exact(4)
            .map(|pixel| {
                let [red, green, blue] = [pixel[0], pixel[1], pixel[2]].map(u32::from);
                // The weights add up to 256.
                #[allow(clippy::cast_possible_truncation)]
                let light = ((red * 77 + green * 150 + blue * 29) >> 8) as u8;
                light
            })
            .collect()
    })
}
