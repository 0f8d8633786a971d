//! The camera of the page that scans books, and of the door: it stays open, and each code it sees
//! is sent like a typed one. Where it cannot be had, the page says how to go on without.

use leptos::prelude::*;

/// A button that opens the camera; without scripts nothing.
#[island]
pub fn ScanCamera(
    /// The address of what reads such codes, loaded where the browser does not read them itself.
    module: String,
    /// The part of the page whose form takes what it sees: `scan` for books, `door` for tickets.
    part: String,
) -> impl IntoView {
    #[cfg(feature = "hydrate")]
    Effect::new({
        let (module, part) = (module.clone(), part.clone());
        move |_| super::scan_browser::install(&module, &part)
    });
    let _ = module;
    let said = format!("{part}-said");
    // On the scan page the rows say it.
    let hidden = part == "scan";
    view! {
        <div class="camera" id="camera" hidden>
            <p class="row">
                <button type="button" class="btn" id="camera-open">
                    "Open the camera"
                </button>
                <label class="choice">
                    <input type="checkbox" id="camera-sound" checked />
                    <span>"Beep"</span>
                </label>
            </p>
            <div class="viewer" id="camera-viewer" hidden>
                <video
                    id="camera-video"
                    playsinline
                    muted
                    aria-label="What the camera sees"
                ></video>
                <p class="viewsaid" id="camera-said" aria-hidden="true"></p>
            </div>
            <p class="small" id="camera-problem" role="status"></p>
        </div>
        <p class="strong mt4" class:visually-hidden=hidden role="status" id=said></p>
    }
}
