//! See [`super::ScanCamera`]. Runs only in the browser.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::time::Duration;

use dogear_domain::events::door::TicketCode;
use dogear_domain::isbn::Isbn13;
use js_sys::{Object, Reflect};
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{
    AudioContext, Element, HtmlFormElement, HtmlInputElement, HtmlVideoElement, MediaStream,
    MediaStreamConstraints, MediaStreamTrack,
};

use super::scan_reader::{Code, Reader};
use super::submit;

/// Between two looks at the camera's picture.
const EVERY: Duration = Duration::from_millis(90);
/// Before a code that did not get through is sent again.
const AGAIN: Duration = Duration::from_secs(3);
/// A code that was taken counts again when it has been out of sight for so many looks.
const GONE_AFTER: u32 = 12;

/// What the camera is for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Purpose {
    Books,
    Tickets,
}

impl Purpose {
    /// The one whose form is in this part of the page.
    fn of(part: &str) -> Self {
        match part {
            "door" => Self::Tickets,
            _ => Self::Books,
        }
    }

    fn code(self) -> Code {
        match self {
            Self::Books => Code::Isbn,
            Self::Tickets => Code::Square,
        }
    }

    /// Id of the part of the page, and name of the field that takes the code.
    fn target(self) -> (&'static str, &'static str) {
        match self {
            Self::Books => ("scan", "isbn"),
            Self::Tickets => ("door", "q"),
        }
    }

    /// Whether this is such a code, and not another one that happens to be in sight.
    fn accepts(self, code: &str) -> bool {
        match self {
            Self::Books => Isbn13::of_barcode(code).is_some(),
            Self::Tickets => TicketCode::parse(code).is_some(),
        }
    }

    fn prompt(self) -> &'static str {
        match self {
            Self::Books => "Hold a barcode before the camera.",
            Self::Tickets => "Hold the code of a ticket before the camera.",
        }
    }

    /// How to go on without a camera.
    fn otherwise(self) -> &'static str {
        match self {
            Self::Books => "Photograph the barcode below, or type the number.",
            Self::Tickets => "Type the code or the name below.",
        }
    }

    fn waiting(self, number: i64) -> String {
        match self {
            Self::Books => crate::ui::count(number, "book waits", "books wait"),
            Self::Tickets => crate::ui::count(number, "code waits", "codes wait"),
        }
    }
}

thread_local! {
    static CAMERA: RefCell<Option<Camera>> = const { RefCell::new(None) };
    /// Codes that are to be sent, oldest first.
    static QUEUE: RefCell<VecDeque<String>> = const { RefCell::new(VecDeque::new()) };
    static SENDING: Cell<bool> = const { Cell::new(false) };
    static PURPOSE: Cell<Purpose> = const { Cell::new(Purpose::Books) };
    static INSTALLED: Cell<bool> = const { Cell::new(false) };
}

/// A camera that is open.
struct Camera {
    stream: MediaStream,
    sound: Option<AudioContext>,
    sight: Sight,
}

/// What was seen lately: a code counts when two looks agree, and not twice in a row.
#[derive(Default)]
struct Sight {
    last: Option<String>,
    taken: Option<String>,
    unseen: u32,
}

impl Sight {
    /// The code of one look, or that there was none; returns a code that counts.
    fn look(&mut self, code: Option<String>) -> Option<String> {
        let Some(code) = code else {
            self.unseen += 1;
            if self.unseen >= GONE_AFTER {
                self.taken = None;
            }
            return None;
        };
        self.unseen = 0;
        let confirmed = self.last.replace(code.clone()).as_ref() == Some(&code);
        if !confirmed || self.taken.as_ref() == Some(&code) {
            return None;
        }
        self.taken = Some(code.clone());
        Some(code)
    }
}

/// Shows the button, and closes the camera whenever nobody looks at the page.
pub(super) fn install(module: &str, part: &str) {
    PURPOSE.set(Purpose::of(part));
    let (Some(panel), Some(button)) = (find("camera"), find("camera-open")) else {
        return;
    };
    let _ = panel.remove_attribute("hidden");
    let module = module.to_owned();
    let open = Closure::<dyn FnMut()>::new(move || {
        let module = module.clone();
        if CAMERA.with_borrow(Option::is_some) {
            close();
        } else {
            spawn_local(async move { open(module).await });
        }
    });
    let _ = button.add_event_listener_with_callback("click", open.as_ref().unchecked_ref());
    // It lives as long as the button.
    open.forget();
    if !INSTALLED.replace(true) {
        window_event_listener_untyped("pagehide", |_| close());
        window_event_listener_untyped("visibilitychange", |_| {
            if document().hidden() {
                close();
            }
        });
    }
}

async fn open(module: String) {
    say("");
    let stream = match stream().await {
        Ok(stream) => stream,
        Err(problem) => return say(&format!("{problem} {}", PURPOSE.get().otherwise())),
    };
    // Also when a second click was quicker, or the page is another one by now.
    let video = find("camera-video").and_then(|video| video.dyn_into::<HtmlVideoElement>().ok());
    let (Some(video), None) = (video, CAMERA.with_borrow(|open| open.as_ref().map(drop))) else {
        return stop(&stream);
    };
    let purpose = PURPOSE.get();
    let Ok(reader) = Reader::load(&module, purpose.code()).await else {
        stop(&stream);
        return say(&format!(
            "The barcode reader could not be loaded. {}",
            purpose.otherwise()
        ));
    };
    video.set_muted(true);
    video.set_src_object(Some(&stream));
    if let Ok(playing) = video.play() {
        let _ = JsFuture::from(playing).await;
    }
    show(true);
    CAMERA.set(Some(Camera {
        stream,
        sound: AudioContext::new().ok(),
        sight: Sight::default(),
    }));
    watch(video, reader);
}

/// Looks at the picture again and again, until the camera is closed or the page has gone.
fn watch(video: HtmlVideoElement, reader: Reader) {
    spawn_local(async move {
        loop {
            pause(EVERY).await;
            if !video.is_connected() {
                return close();
            }
            if CAMERA.with_borrow(Option::is_none) {
                return;
            }
            let codes = reader.read(&video).await;
            let code = codes.into_iter().find(|code| PURPOSE.get().accepts(code));
            let counts = CAMERA.with_borrow_mut(|camera| camera.as_mut()?.sight.look(code));
            if let Some(code) = counts {
                notice();
                QUEUE.with_borrow_mut(|queue| queue.push_back(code));
                if !SENDING.replace(true) {
                    spawn_local(send_all());
                }
            }
        }
    });
}

/// Sends what was seen, one after the other, as the form does.
async fn send_all() {
    while let Some(code) = QUEUE.with_borrow(|queue| queue.front().cloned()) {
        let (part, field) = PURPOSE.get().target();
        let form = find(part)
            .and_then(|part| part.query_selector("form[data-part]").ok().flatten())
            .and_then(|form| form.dyn_into::<HtmlFormElement>().ok());
        let Some(form) = form else { break };
        match submit::send_part(&form, field, &code).await {
            submit::Sent::Shown => {
                QUEUE.with_borrow_mut(VecDeque::pop_front);
                let said = find(part).and_then(|part| {
                    let problem = part.query_selector("#problem").ok().flatten();
                    problem.map_or_else(|| part.get_attribute("data-said"), |it| it.text_content())
                });
                write("camera-said", &said.unwrap_or_default());
            }
            submit::Sent::Unreachable => {
                let waiting = QUEUE.with_borrow(VecDeque::len) as i64;
                write(
                    "camera-said",
                    &format!(
                        "The site cannot be reached. {} to be sent.",
                        PURPOSE.get().waiting(waiting)
                    ),
                );
                pause(AGAIN).await;
            }
            submit::Sent::Refused(text) => {
                QUEUE.with_borrow_mut(VecDeque::clear);
                close();
                say(&text);
            }
        }
    }
    SENDING.set(false);
}

/// The camera at the back, or any; or why there is none, and how to go on.
async fn stream() -> Result<MediaStream, &'static str> {
    let insecure = "Browsers open a camera only at an address that begins with https.";
    let devices = window().navigator().media_devices().map_err(|_| insecure)?;
    let video = Object::new();
    for (key, value) in [("width", 1280), ("height", 720)] {
        let ideal = Object::new();
        let _ = Reflect::set(&ideal, &"ideal".into(), &value.into());
        let _ = Reflect::set(&video, &key.into(), &ideal);
    }
    let _ = Reflect::set(&video, &"facingMode".into(), &"environment".into());
    let asked = MediaStreamConstraints::new();
    asked.set_video(&video);
    let answer = devices
        .get_user_media_with_constraints(&asked)
        .map_err(|_| insecure)?;
    let given = JsFuture::from(answer).await.map_err(|error| {
        let name = Reflect::get(&error, &"name".into()).ok();
        match name.and_then(|name| name.as_string()).as_deref() {
            Some("NotAllowedError" | "SecurityError") => "The camera is not allowed here. Allow it in the settings of the browser for this site and open it again; or go on without.",
            Some("NotFoundError" | "OverconstrainedError") => "This device has no camera that can be used.",
            _ => "The camera cannot be opened; another program may be using it.",
        }
    })?;
    given.dyn_into().map_err(|_| insecure)
}

fn close() {
    if let Some(camera) = CAMERA.take() {
        stop(&camera.stream);
        if let Some(sound) = camera.sound {
            let _ = sound.close();
        }
        show(false);
    }
}

fn stop(stream: &MediaStream) {
    for track in stream.get_tracks() {
        if let Ok(track) = track.dyn_into::<MediaStreamTrack>() {
            track.stop();
        }
    }
}

fn show(open: bool) {
    if let Some(viewer) = find("camera-viewer") {
        let _ = viewer.toggle_attribute_with_force("hidden", !open);
    }
    write("camera-said", PURPOSE.get().prompt());
    write(
        "camera-open",
        if open {
            "Close the camera"
        } else {
            "Open the camera"
        },
    );
}

/// Tells hand and ear that a code was read.
fn notice() {
    let _ = window().navigator().vibrate_with_duration(60);
    let loud = find("camera-sound")
        .and_then(|sound| sound.dyn_into::<HtmlInputElement>().ok())
        .is_some_and(|sound| sound.checked());
    if loud {
        CAMERA.with_borrow(|camera| {
            if let Some(sound) = camera.as_ref().and_then(|camera| camera.sound.as_ref()) {
                let _ = beep(sound);
            }
        });
    }
}

fn beep(sound: &AudioContext) -> Result<(), JsValue> {
    let tone = sound.create_oscillator()?;
    let volume = sound.create_gain()?;
    tone.frequency().set_value(880.0);
    volume.gain().set_value(0.1);
    tone.connect_with_audio_node(&volume)?;
    volume.connect_with_audio_node(&sound.destination())?;
    tone.start()?;
    tone.stop_with_when(sound.current_time() + 0.08)
}

/// What is wrong with the camera, below its button.
fn say(text: &str) {
    write("camera-problem", text);
}

fn write(id: &str, text: &str) {
    if let Some(element) = find(id) {
        element.set_text_content(Some(text));
    }
}

fn find(id: &str) -> Option<Element> {
    document().get_element_by_id(id)
}

async fn pause(time: Duration) {
    let over = js_sys::Promise::new(&mut |done, _| {
        set_timeout(
            move || {
                let _ = done.call0(&JsValue::NULL);
            },
            time,
        );
    });
    let _ = JsFuture::from(over).await;
}
