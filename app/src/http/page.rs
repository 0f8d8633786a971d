//! A whole page: head, layout, content, rendered in one go.

use html_escape::encode_double_quoted_attribute_to_string;
use std::fmt::Write;
use std::sync::Arc;
use std::time::Duration;

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use dogear_server::version::fingerprint;
use hydration_context::{SharedContext, SsrSharedContext};
use leptos::prelude::*;

use super::error::set_retry_after;
use super::{AppError, KeptForm, Req};
use crate::ui::form_state::{FormState, PageForm};

/// Which part of the site a page belongs to: marks the link in the navigation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Nav {
    Browse,
    Shelf,
    Trades,
    Events,
    Inbox,
    Me,
    #[default]
    None,
}

/// How pages are drawn around their content. Handed to the request from above, so that the kit
/// knows no page.
#[derive(Clone, Copy)]
pub struct Layouts {
    /// The body of a document around its content.
    pub document: fn(&Req, Nav, Layout, AnyView) -> AnyView,
    /// The page that tells of an error.
    pub error: fn(&Req, &AppError) -> Response,
    /// The page of a form that nothing was done with and that stands on no other.
    pub kept: fn(&Req, &KeptForm) -> Response,
}

/// What stands around the content.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Layout {
    /// Masthead, footer, tab bar.
    #[default]
    Site,
    /// The moderators' desk; holds the section that is open, e.g. `queue`.
    Admin(&'static str),
}

/// Marks a response that showed a page, so that a flash was seen.
#[derive(Debug, Clone, Copy)]
pub(super) struct Rendered;

/// A page in the making.
pub struct PageBuilder {
    req: Req,
    title: String,
    status: StatusCode,
    retry_after: Option<Duration>,
    nav: Nav,
    layout: Layout,
    description: Option<String>,
    canonical: Option<String>,
    feed: Option<String>,
    data: Option<serde_json::Value>,
    index: bool,
}

impl PageBuilder {
    pub(super) fn new(req: Req, title: String) -> Self {
        Self {
            title: if req.form.failed() {
                format!("Error: {title}")
            } else {
                title
            },
            status: req.form.status(),
            retry_after: req.form.retry_after(),
            req,
            nav: Nav::None,
            layout: Layout::Site,
            description: None,
            canonical: None,
            feed: None,
            data: None,
            index: false,
        }
    }

    pub fn status(mut self, status: StatusCode) -> Self {
        self.status = status;
        self
    }

    pub fn nav(mut self, nav: Nav) -> Self {
        self.nav = nav;
        self
    }

    pub fn layout(mut self, layout: Layout) -> Self {
        self.layout = layout;
        self
    }

    /// A public page: may be indexed, and described by this sentence.
    pub fn public(mut self, description: impl Into<String>, canonical: impl Into<String>) -> Self {
        self.description = Some(description.into());
        self.canonical = Some(canonical.into());
        self.index = true;
        self
    }

    /// Where programs that read news find what is new here.
    pub fn feed(mut self, path: impl Into<String>) -> Self {
        self.feed = Some(path.into());
        self
    }

    /// What the page shows, in the terms of schema.org.
    pub fn data(mut self, data: serde_json::Value) -> Self {
        self.data = Some(data);
        self
    }

    /// Takes the status of a form, and says "Error" first in the title when it failed.
    pub fn form(mut self, state: &FormState) -> Self {
        self.status = state.status();
        self.retry_after = state.retry_after();
        if state.failed() && !self.req.form.failed() {
            self.title = format!("Error: {}", self.title);
        }
        self
    }

    /// Renders `view` inside the layout.
    pub fn render<V: IntoView + 'static>(self, view: impl FnOnce() -> V) -> Response {
        let mut html = String::with_capacity(32 * 1024);
        self.head(&mut html);
        let owner = Owner::new_root(Some(
            Arc::new(SsrSharedContext::new_islands()) as Arc<dyn SharedContext + Send + Sync>
        ));
        owner.with(|| {
            provide_context(PageForm::new(self.req.here.clone(), self.req.form.clone()));
            let content = view().into_any();
            (self.req.layouts.document)(&self.req, self.nav, self.layout, content)
                .to_html_with_buf_into(&mut html);
        });
        owner.cleanup();
        html.push_str("</html>");
        let html = without_markers(&html);
        let is_private = self.req.cx.actor.is_some() || self.req.flash.is_some();
        let etag = (!is_private && self.status == StatusCode::OK)
            .then(|| format!("W/\"{}\"", fingerprint(html.as_bytes())))
            .and_then(|etag| etag.try_into().ok());

        let mut response = (
            self.status,
            [(header::CONTENT_TYPE, "text/html; charset=utf-8")],
            html,
        )
            .into_response();
        response.extensions_mut().insert(Rendered);
        set_retry_after(self.retry_after, response.headers_mut());
        if is_private {
            response
                .headers_mut()
                .insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        } else {
            response
                .headers_mut()
                .insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
            if let Some(etag) = etag {
                response.headers_mut().insert(header::ETAG, etag);
            }
        }
        response
            .headers_mut()
            .insert(header::VARY, HeaderValue::from_static("Cookie"));
        response
    }

    /// Written by hand: the framework's own title and loader are not escaped
    /// (title) or need an inline script (loader), which our policy forbids.
    fn head(&self, html: &mut String) {
        let req = &self.req;
        let assets = &req.assets;
        html.push_str("<!doctype html><html lang=\"en\"");
        if !req.theme.is_empty() {
            let _ = write!(html, " data-theme=\"{}\"", req.theme);
        }
        html.push_str(
            "><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width, initial-scale=1, viewport-fit=cover\"><title>",
        );
        let unread = req.cx.actor.as_ref().map_or(0, |actor| actor.unread);
        if unread > 0 {
            let _ = write!(html, "({unread}) ");
        }
        encode_double_quoted_attribute_to_string(&self.title, html);
        html.push_str(": Dogear</title>");
        let _ = write!(
            html,
            "<link rel=\"stylesheet\" href=\"{}\"><script type=\"module\" src=\"{}\" data-client=\"{}\" data-wasm=\"{}\" data-door=\"{}\"></script>",
            assets.path("app.css"),
            assets.path("boot.js"),
            assets.path("client.js"),
            assets.path("client.wasm"),
            assets.path("door.js"),
        );
        html.push_str("<link rel=\"icon\" href=\"/favicon.svg\" type=\"image/svg+xml\"><link rel=\"manifest\" href=\"/site.webmanifest\"><link rel=\"search\" type=\"application/opensearchdescription+xml\" title=\"Dogear\" href=\"");
        html.push_str(dogear_urls::OPEN_SEARCH);
        html.push_str("\"><meta name=\"theme-color\" content=\"#f4f3ec\" media=\"(prefers-color-scheme: light)\"><meta name=\"theme-color\" content=\"#191815\" media=\"(prefers-color-scheme: dark)\">");
        if !self.index {
            html.push_str("<meta name=\"robots\" content=\"noindex\">");
        }
        if let Some(description) = &self.description {
            html.push_str("<meta name=\"description\" content=\"");
            encode_double_quoted_attribute_to_string(description, html);
            html.push_str("\"><meta property=\"og:description\" content=\"");
            encode_double_quoted_attribute_to_string(description, html);
            html.push_str("\"><meta property=\"og:title\" content=\"");
            encode_double_quoted_attribute_to_string(&self.title, html);
            html.push_str("\"><meta property=\"og:site_name\" content=\"Dogear\"><meta name=\"twitter:card\" content=\"summary\"><meta property=\"og:image\" content=\"");
            encode_double_quoted_attribute_to_string(
                req.cx.services.settings.link("/apple-touch-icon.png"),
                html,
            );
            html.push_str("\">");
        }
        if let Some(path) = &self.canonical {
            let link = req.cx.services.settings.link(path);
            html.push_str("<link rel=\"canonical\" href=\"");
            encode_double_quoted_attribute_to_string(&link, html);
            html.push_str("\"><meta property=\"og:url\" content=\"");
            encode_double_quoted_attribute_to_string(&link, html);
            html.push_str("\">");
        }
        if let Some(path) = &self.feed {
            html.push_str("<link rel=\"alternate\" type=\"application/atom+xml\" title=\"New copies\" href=\"");
            encode_double_quoted_attribute_to_string(path, html);
            html.push_str("\">");
        }
        if let Some(data) = &self.data {
            // A block of data, not a script; no "<" in it can end it early.
            html.push_str("<script type=\"application/ld+json\">");
            html.push_str(&data.to_string().replace('<', "\\u003c"));
            html.push_str("</script>");
        }
        html.push_str("</head>");
    }
}

/// Takes out the empty comments that mark places for hydration, except inside islands: nothing
/// else is hydrated. There they are spelled out: a browser forgives the short form, HTML does not
/// have it. What readers typed is escaped and holds none.
fn without_markers(html: &str) -> String {
    const MARKER: &[u8] = b"<!>";
    const OPEN: &[u8] = b"<leptos-island";
    const CLOSE: &[u8] = b"</leptos-island>";
    let mut out = String::with_capacity(html.len());
    let (mut islands, mut copied) = (0usize, 0);
    for at in memchr::memchr_iter(b'<', html.as_bytes()) {
        let tag = &html.as_bytes()[at..];
        if tag.starts_with(OPEN) {
            islands += 1;
        } else if tag.starts_with(CLOSE) {
            islands = islands.saturating_sub(1);
        } else if tag.starts_with(MARKER) {
            out.push_str(&html[copied..at]);
            if islands > 0 {
                out.push_str("<!---->");
            }
            copied = at + MARKER.len();
        }
    }
    out.push_str(&html[copied..]);
    out
}

/// Appends a view to a buffer that already holds the head.
trait ToHtmlInto {
    fn to_html_with_buf_into(self, html: &mut String);
}

impl<V: RenderHtml> ToHtmlInto for V {
    fn to_html_with_buf_into(self, html: &mut String) {
        self.to_html_with_buf(
            html,
            &mut leptos::tachys::view::Position::FirstChild,
            true,
            false,
            Vec::new(),
        );
    }
}

#[cfg(test)]
mod tests {
    use super::without_markers;

    #[test]
    fn o10_markers_stay_inside_islands_only() {
        let html = "<p>a<!>b<!></p><leptos-island x><i><!></i><leptos-island><!></leptos-island><!></leptos-island><!>c<!>";
        assert_eq!(
            without_markers(html),
            "<p>ab</p><leptos-island x><i><!----></i><leptos-island><!----></leptos-island><!----></leptos-island>c"
        );
        assert_eq!(
            without_markers("<leptos-island><!>"),
            "<leptos-island><!---->"
        );
    }
}
