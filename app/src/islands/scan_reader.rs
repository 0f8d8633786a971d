//! What reads a barcode out of a picture: the browser itself, or our module.

use js_sys::{Array, Function, Object, Promise, Reflect, Uint8Array, WebAssembly};
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement, HtmlVideoElement};

/// The widest picture that our module is given, in pixels.
const WIDEST: u32 = 1280;

#[wasm_bindgen]
extern "C" {
    /// The Barcode Detection API, which web-sys has only behind a flag.
    pub type BarcodeDetector;
    #[wasm_bindgen(static_method_of = BarcodeDetector, js_name = getSupportedFormats)]
    fn formats() -> Promise;
    #[wasm_bindgen(constructor, catch)]
    fn new(options: &JsValue) -> Result<BarcodeDetector, JsValue>;
    #[wasm_bindgen(method, catch)]
    fn detect(this: &BarcodeDetector, picture: &HtmlVideoElement) -> Result<Promise, JsValue>;
}

pub(super) enum Reader {
    Browser(BarcodeDetector),
    Module(Module),
}

/// `dogear-barcode`, instantiated.
pub(super) struct Module {
    memory: WebAssembly::Memory,
    room: Function,
    read: Function,
    canvas: HtmlCanvasElement,
    picture: CanvasRenderingContext2d,
}

impl Reader {
    /// The browser's own where it reads EAN-13, else the module at this address.
    pub(super) async fn load(module: &str) -> Result<Self, JsValue> {
        match of_browser().await {
            Some(detector) => Ok(Self::Browser(detector)),
            None => Module::load(module).await.map(Self::Module),
        }
    }

    /// The code in the present picture, if there is one.
    pub(super) async fn read(&self, video: &HtmlVideoElement) -> Option<String> {
        match self {
            Self::Browser(detector) => {
                let found = JsFuture::from(detector.detect(video).ok()?).await.ok()?;
                let first = found.dyn_into::<Array>().ok()?.get(0);
                Reflect::get(&first, &"rawValue".into()).ok()?.as_string()
            }
            Self::Module(module) => module.read(video).ok().flatten(),
        }
    }
}

async fn of_browser() -> Option<BarcodeDetector> {
    if !Reflect::has(&window(), &"BarcodeDetector".into()).ok()? {
        return None;
    }
    let formats = JsFuture::from(BarcodeDetector::formats()).await.ok()?;
    let formats: Array = formats.dyn_into().ok()?;
    if !formats.includes(&"ean_13".into(), 0) {
        return None;
    }
    let options = Object::new();
    Reflect::set(&options, &"formats".into(), &Array::of1(&"ean_13".into())).ok()?;
    BarcodeDetector::new(&options).ok()
}

impl Module {
    async fn load(address: &str) -> Result<Self, JsValue> {
        let file = window().fetch_with_str(address);
        let made = JsFuture::from(WebAssembly::instantiate_streaming(&file, &Object::new()));
        let instance = Reflect::get(&made.await?, &"instance".into())?;
        let exports = Reflect::get(&instance, &"exports".into())?;
        let export = |name: &str| Reflect::get(&exports, &name.into());
        let canvas: HtmlCanvasElement = document().create_element("canvas")?.dyn_into()?;
        let often = Object::new();
        Reflect::set(&often, &"willReadFrequently".into(), &true.into())?;
        let picture = canvas
            .get_context_with_context_options("2d", &often)?
            .ok_or(JsValue::NULL)?;
        Ok(Self {
            memory: export("memory")?.dyn_into()?,
            room: export("room")?.dyn_into()?,
            read: export("read")?.dyn_into()?,
            canvas,
            picture: picture.dyn_into()?,
        })
    }

    fn read(&self, video: &HtmlVideoElement) -> Result<Option<String>, JsValue> {
        let (width, height) = (video.video_width(), video.video_height());
        if width == 0 || height == 0 {
            return Ok(None);
        }
        let (width, height) = match width {
            0..=WIDEST => (width, height),
            _ => (WIDEST, (height * WIDEST / width).max(1)),
        };
        if (self.canvas.width(), self.canvas.height()) != (width, height) {
            self.canvas.set_width(width);
            self.canvas.set_height(height);
        }
        self.picture
            .draw_image_with_html_video_element_and_dw_and_dh(
                video,
                0.0,
                0.0,
                f64::from(width),
                f64::from(height),
            )?;
        let data = self
            .picture
            .get_image_data(0.0, 0.0, f64::from(width), f64::from(height))?;
        let data = Reflect::get(&data, &"data".into())?;
        let place = self
            .room
            .call2(&JsValue::NULL, &width.into(), &height.into())?;
        // An address in the memory of the module.
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
        let place = place.as_f64().ok_or(JsValue::NULL)? as u32;
        // A view is made each time: it ends when the memory grows.
        let room = Uint8Array::new_with_byte_offset_and_length(
            &self.memory.buffer(),
            place,
            width * height * 4,
        );
        room.set(data.unchecked_ref(), 0);
        let isbn = self
            .read
            .call2(&JsValue::NULL, &width.into(), &height.into())?;
        let isbn = isbn.as_f64().filter(|isbn| *isbn > 0.0);
        Ok(isbn.map(|isbn| format!("{isbn:.0}")))
    }
}
