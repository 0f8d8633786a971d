//! Forms that nothing was done with, since nobody was signed in who may send them: they travel
//! in the log-in form, and are shown again, filled, to whoever logs in with it.

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{DefaultBodyLimit, FromRequest, Multipart, Request};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use dogear_server::accounts::sessions;
use uuid::Uuid;

use super::form::is_urlencoded;
use super::routes::files_of;
use super::uploads::{self, LARGEST_UPLOAD};
use super::{AccessTable, Flash, Form, Req, SESSION_KEY, SessionData, own_path};
use crate::ui::form_state::FormState;
use dogear_urls as urls;

/// A form that nothing was done with.
#[derive(Debug, Clone)]
pub struct KeptForm {
    /// Where it is sent.
    pub action: String,
    /// Names and values, but for passwords, which stand on no page.
    pub fields: Vec<(String, String)>,
    /// Whether it is one that carries files: those are not kept.
    pub files: bool,
}

/// As it stands in the log-in form: where it is sent, whether it carries files, and each field
/// under its name with this before it.
const ACTION: &str = "kept-form";
const FILES: &str = "kept-files";
const FIELD: &str = "kept.";
/// What the log-in form may hold of it: with its own fields it stays below the largest form.
const LARGEST: usize = 480 * 1024;
const MOST_FIELDS: usize = 1900;

impl KeptForm {
    /// The form of a request, but for its files. None when it is too large to be kept.
    pub(super) async fn of(table: &AccessTable, from: &str, request: Request) -> Option<Self> {
        if request.method().is_safe() {
            return None;
        }
        let action = own_path(request.uri().path()).to_owned();
        let files = files_of(table, &action);
        let form = match files {
            Some(files) if !is_urlencoded(request.headers()) => {
                let mut request = request;
                DefaultBodyLimit::max(LARGEST_UPLOAD).apply(&mut request);
                let upload = Multipart::from_request(request, &()).await.ok()?;
                // Read to their end, but not held.
                let none = uploads::Files {
                    most: 0,
                    largest: 0,
                    ..files
                };
                uploads::read(upload, none).await.ok()?.0
            }
            _ => Form::from_request(request, &()).await.ok()?,
        };
        Self::new(action, from, form, files.is_some())
    }

    /// A form that was read already; `from` is the page that it stands on when it names none.
    pub(super) fn new(action: String, from: &str, form: Form, files: bool) -> Option<Self> {
        let page = form.has(FormState::PAGE);
        let mut fields: Vec<_> = form
            .into_iter()
            .filter(|(name, _)| !is_secret(name))
            .collect();
        if !page {
            fields.push((FormState::PAGE.to_owned(), from.to_owned()));
        }
        let kept = Self {
            action,
            fields,
            files,
        };
        let fits = kept.fields.len() <= MOST_FIELDS
            && kept.carried().collect::<Form>().encoded().len() <= LARGEST;
        fits.then_some(kept)
    }

    /// Its fields in the log-in form.
    pub fn carried(&self) -> impl Iterator<Item = (String, String)> {
        let fields = self.fields.iter();
        [(ACTION.to_owned(), self.action.clone())]
            .into_iter()
            .chain(self.files.then(|| (FILES.to_owned(), "1".to_owned())))
            .chain(fields.map(|(name, value)| (format!("{FIELD}{name}"), value.clone())))
    }

    /// The one that a log-in form carries.
    pub fn in_form(form: &Form) -> Option<Self> {
        let action = form.text(ACTION);
        if action.is_empty() || own_path(action) != action {
            return None;
        }
        let fields = form.clone().into_iter();
        Some(Self {
            action: action.to_owned(),
            fields: fields
                .filter_map(|(name, value)| Some((name.strip_prefix(FIELD)?.to_owned(), value)))
                .filter(|(name, _)| !is_secret(name))
                .collect(),
            files: form.has(FILES),
        })
    }

    /// Whether somebody entered or chose something: a button is only pressed again.
    pub fn is_filled(&self) -> bool {
        self.fields
            .iter()
            .any(|(name, value)| !OURS.contains(&&**name) && !value.trim().is_empty())
    }

    /// The page that it stands on.
    pub fn page(&self) -> &str {
        own_path(self.value(FormState::PAGE))
    }

    fn value(&self, name: &str) -> &str {
        let mut fields = self.fields.iter();
        fields
            .find(|(key, _)| key == name)
            .map_or("", |(_, value)| value)
    }

    /// What somebody wrote in it, under the names of the fields in words: not numbers, keys and
    /// what was chosen.
    pub fn texts(&self) -> Vec<(String, String)> {
        let fields = self.fields.iter();
        fields
            .filter(|(name, value)| !OURS.contains(&&**name) && is_text(value))
            .map(|(name, value)| (in_words(name), value.clone()))
            .collect()
    }

    /// The form with everything in it, which still counts once.
    fn state(&self) -> FormState {
        let form: Form = self.fields.iter().cloned().collect();
        let key = form.key().map(|key| key.0);
        form.refill().as_filled().to_be_sent_again(key, None)
    }
}

/// Fields that no reader fills.
const OURS: [&str; 5] = [FormState::KEY, FormState::PAGE, "version", "seen", "next"];

/// Whether a field holds a password.
fn is_secret(name: &str) -> bool {
    name.contains("password") || name == "current"
}

/// Whether a value is what people write: no number, no key, no choice of ours.
fn is_text(value: &str) -> bool {
    let value = value.trim();
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"_-.:=".contains(&byte);
    let sign = value.bytes().all(plain) && (value.len() > 40 || value.contains('_'));
    value.chars().any(char::is_alphabetic) && !sign && value.parse::<Uuid>().is_err()
}

/// `display_name` is “Display name”.
fn in_words(name: &str) -> String {
    let words = name.replace(['_', '-'], " ");
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(letters).collect()
    })
}

/// The log-in page with the form in it that was sent by nobody.
pub(super) async fn log_in_page(req: &Req, pages: Router, kept: &KeptForm) -> Option<Response> {
    let state = FormState::with(kept.carried());
    let page = req
        .on_page(&urls::login_then(kept.page()), state)
        .seen_by(None);
    let mut page = page.shown(pages).await?;
    *page.status_mut() = StatusCode::UNAUTHORIZED;
    let private = HeaderValue::from_static("no-store");
    page.headers_mut().insert(header::CACHE_CONTROL, private);
    page.headers_mut().remove(header::ETAG);
    Some(page)
}

/// For whoever has logged in by this request: the form that the log-in form carried, on its page,
/// or on one of its own when that shows it to this reader no more. Nothing is sent unasked: it
/// may be another reader than the one who wrote it.
pub(super) async fn shown_again(
    req: &Req,
    pages: Router,
    table: &AccessTable,
    form: &Form,
) -> Option<Response> {
    let kept = KeptForm::in_form(form)?;
    if !kept.is_filled() || !table.contains_key(&("POST", &*kept.action)) {
        return None;
    }
    let session = req.session.get::<SessionData>(SESSION_KEY).await.ok()??.id;
    let before = req.cx.actor.as_ref().map(|actor| actor.session);
    if before == Some(session) {
        return None;
    }
    let actor = sessions::actor(&req.cx.services, session).await.ok()??;
    let mut says = format!(
        "You are logged in as @{}. Nothing was sent yet: look it over, then send it.",
        actor.handle
    );
    if kept.files {
        says.push_str(" Files were not kept: choose them again.");
    }
    let page = req
        .on_page(kept.page(), kept.state())
        .seen_by(Some(actor))
        .saying(Flash::new(says));
    let shown = page.clone().shown(pages).await;
    match shown {
        Some(shown) => match holding(shown, &kept).await {
            Some(shown) => Some(shown),
            None => Some((req.layouts.kept)(&page, &kept)),
        },
        None => Some((req.layouts.kept)(&page, &kept)),
    }
}

/// The page, when the form stands on it with all that was written.
async fn holding(page: Response, kept: &KeptForm) -> Option<Response> {
    let (parts, body) = page.into_parts();
    let body = to_bytes(body, usize::MAX).await.ok()?;
    let html = std::str::from_utf8(&body).ok()?;
    let form = html.contains(&format!("action=\"{}\"", kept.action));
    let written = kept
        .texts()
        .iter()
        .all(|(_, text)| html.contains(&*html_escape::encode_double_quoted_attribute(text)));
    (form && written).then(|| Response::from_parts(parts, Body::from(body)))
}
