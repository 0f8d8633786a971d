//! What the logs tell about a request.

use std::io;
use std::sync::{Arc, Mutex};

use axum::http::StatusCode;
use tracing_subscriber::fmt::MakeWriter;

use super::app::TestApp;

/// Lines that were logged on this thread.
#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl Lines {
    fn with(&self, words: &[&str]) -> bool {
        let bytes = self.0.lock().expect("not poisoned");
        String::from_utf8_lossy(&bytes)
            .lines()
            .any(|line| words.iter().all(|word| line.contains(word)))
    }
}

impl io::Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0
            .lock()
            .expect("not poisoned")
            .extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Lines {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

#[tokio::test]
async fn a_write_that_fails_is_found_by_the_reference_that_its_reader_saw() {
    let app = TestApp::new().await;
    let lines = Lines::default();
    let subscriber = tracing_subscriber::fmt()
        .json()
        .with_writer(lines.clone())
        .finish();
    // While there is one subscriber only, a place that another test's thread comes to first
    // is switched off for all threads: that thread alone is asked, and it has none.
    let _second = tracing::Dispatch::new(tracing_subscriber::registry());
    let _guard = tracing::subscriber::set_default(subscriber);
    let browser = app.browser();
    let fine = browser.get("/login?next=%2Fsecret").await;
    let id = fine.header("x-request-id");
    assert!(lines.with(&[
        id,
        "answered",
        "\"status\":200",
        "\"GET\"",
        "\"/login\"",
        "\"ms\""
    ]));
    assert!(!lines.with(&["secret"]), "no query is logged");

    app.site.services.db.close().await;
    let form = [("login", "ana"), ("password", "long enough")];
    let broken = browser.post("/api/accounts/log-in", &form).await;
    assert_eq!(broken.status, StatusCode::INTERNAL_SERVER_ERROR);
    let id = broken.header("x-request-id");
    assert!(broken.body.contains(id), "{}", broken.body);
    assert!(lines.with(&[id, "internal error", "\"POST\"", "\"/api/accounts/log-in\""]));
    assert!(lines.with(&[id, "answered", "\"status\":500"]));
}
