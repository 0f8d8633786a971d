//! The client: what `wasm-bindgen` exports to the loader.

#[wasm_bindgen::prelude::wasm_bindgen]
pub fn start() {
    console_error_panic_hook::set_once();
    dogear_app::start();
}
