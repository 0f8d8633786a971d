//! What the browser calls. The module imports nothing, so that instantiating it is all it needs.

// The browser finds a function by its name in the module, and a name kept as it is written counts
// as unsafe; nothing in here is.
#![allow(unsafe_code)]

use std::cell::RefCell;

use crate::frame::brightnesses;

thread_local! {
    /// What the square codes of the last frame say, a line each.
    static TEXT: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
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
