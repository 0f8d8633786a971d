//! A frame of the camera, in the memory of a module. The reader of square codes has this file too.

// The browser finds a function by its name in the module, and a name kept as it is written counts
// as unsafe; nothing in here is.
#![allow(unsafe_code)]

use std::cell::RefCell;

thread_local! {
    /// Red, green, blue, alpha.
    static FRAME: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

/// Makes room for a frame and says where in the module's memory it is to be written.
#[unsafe(no_mangle)]
extern "C" fn room(width: u32, height: u32) -> *const u8 {
    FRAME.with_borrow_mut(|frame| {
        frame.resize(width as usize * height as usize * 4, 0);
        frame.as_ptr()
    })
}

/// The frame in grey.
pub(crate) fn brightnesses() -> Vec<u8> {
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
