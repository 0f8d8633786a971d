//! What reads a code out of a picture: the browser itself, or our module.

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

/// What is looked for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Code {
    /// The barcode of a book.
    Isbn,
    /// The square code of a ticket.
    Square,
}

pub(super) enum Reader {
    Browser(BarcodeDetector),
    Module(Module),
}

/// `dogear-barcode` or `dogear-square`, instantiated.
pub(super) struct Module {
    memory: WebAssembly::Memory,
    room: Function,
    read: Read,
    canvas: HtmlCanvasElement,
    picture: CanvasRenderingContext2d,
}

/// The functions of the module for its kind of code.
enum Read {
    /// Gives a number.
    Isbn(Function),
    /// Gives how long the texts are, of which each is a line; and where they are.
    Square(Function, Function),
}

impl Reader {
    /// The browser's own where it reads such codes, else the module at this address.
    pub(super) async fn load(module: &str, code: Code) -> Result<Self, JsValue> {
        match of_browser(code).await {
            Some(detector) => Ok(Self::Browser(detector)),
            None => Module::load(module, code).await.map(Self::Module),
        }
    }

    /// The codes in the present picture. Several may be in sight at once.
    pub(super) async fn read(&self, video: &HtmlVideoElement) -> Vec<String> {
        match self {
            Self::Browser(detector) => detected(detector, video).await.unwrap_or_default(),
            Self::Module(module) => module.read(video).unwrap_or_default(),
        }
    }
}

/// What the browser finds.
async fn detected(
    detector: &BarcodeDetector,
    video: &HtmlVideoElement,
) -> Result<Vec<String>, JsValue> {
    let found = JsFuture::from(detector.detect(video)?).await?;
    let found: Array = found.dyn_into()?;
    let codes = found.iter().filter_map(|code| {
        let text = Reflect::get(&code, &"rawValue".into()).ok()?;
        text.as_string()
    });
    Ok(codes.collect())
}

async fn of_browser(code: Code) -> Option<BarcodeDetector> {
    let format: JsValue = match code {
        Code::Isbn => "ean_13".into(),
        Code::Square => "qr_code".into(),
    };
    if !Reflect::has(&window(), &"BarcodeDetector".into()).ok()? {
        return None;
    }
    let formats = JsFuture::from(BarcodeDetector::formats()).await.ok()?;
    let formats: Array = formats.dyn_into().ok()?;
    if !formats.includes(&format, 0) {
        return None;
    }
    let options = Object::new();
    Reflect::set(&options, &"formats".into(), &Array::of1(&format)).ok()?;
    BarcodeDetector::new(&options).ok()
}

impl Module {
    async fn load(address: &str, code: Code) -> Result<Self, JsValue> {
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
            read: match code {
                Code::Isbn => Read::Isbn(export("read")?.dyn_into()?),
                Code::Square => Read::Square(
                    export("read_text")?.dyn_into()?,
                    export("text")?.dyn_into()?,
                ),
            },
            canvas,
            picture: picture.dyn_into()?,
        })
    }

    fn read(&self, video: &HtmlVideoElement) -> Result<Vec<String>, JsValue> {
        let (width, height) = (video.video_width(), video.video_height());
        if width == 0 || height == 0 {
            return Ok(Vec::new());
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
        self.bytes(&place, width * height * 4)?
            .set(data.unchecked_ref(), 0);
        let (read, text) = match &self.read {
            Read::Isbn(read) => (read, None),
            Read::Square(read, text) => (read, Some(text)),
        };
        let found = read.call2(&JsValue::NULL, &width.into(), &height.into())?;
        let Some(number) = found.as_f64().filter(|number| *number > 0.0) else {
            return Ok(Vec::new());
        };
        let Some(text) = text else {
            return Ok(vec![format!("{number:.0}")]);
        };
        let place = text.call0(&JsValue::NULL)?;
        // Shorter than any picture.
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
        let text = self.bytes(&place, number as u32)?.to_vec();
        let text = String::from_utf8(text).unwrap_or_default();
        Ok(text.lines().map(str::to_owned).collect())
    }

    /// So many bytes of the module's memory. Made anew each time: a view ends when the memory grows.
    fn bytes(&self, place: &JsValue, length: u32) -> Result<Uint8Array, JsValue> {
        // An address in the memory of the module.
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
        let place = place.as_f64().ok_or(JsValue::NULL)? as u32;
        Ok(Uint8Array::new_with_byte_offset_and_length(
            &self.memory.buffer(),
            place,
            length,
        ))
    }
}
