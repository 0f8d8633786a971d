//! The adaptor between plain forms and server functions. A function knows nothing of
//! forms; here its result becomes a redirect with a sentence, and its refusal the page that
//! the form stands on, with everything typed still in it.

use std::sync::{Arc, Mutex, PoisonError};

use axum::Router;
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{DefaultBodyLimit, FromRequest, Multipart, Request};
use axum::http::header::{self, HeaderMap, HeaderName};
use axum::http::request::Parts;
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use leptos::prelude::{FromServerFnError, provide_context, use_context};
use leptos::server_fn::{Decodes, Encodes};

use super::body;
use super::form;
use super::kept::{self, KeptForm};
use super::routes::files_of;
use super::uploads::{self, Files, LARGEST_UPLOAD, Sent, Uploads};
use super::{AccessTable, AppError, Flash, Form, Req, own_path};
use crate::action::{ActionError, Done};
use crate::ui::form_state::FormState;

type ErrorEncoder = <ActionError as FromServerFnError>::Encoder;

/// Who calls, inside a server function.
///
/// # Errors
/// `Broken` outside of a request.
pub fn context() -> Result<Req, ActionError> {
    use_context::<Req>().ok_or(ActionError::Broken)
}

/// Whether the caller wants a page, as a browser does that sends a form; anybody else gets
/// JSON.
pub(super) fn wants_page(headers: &HeaderMap) -> bool {
    headers
        .get(header::ACCEPT)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|value| value.contains("text/html"))
}

/// The files of the form that calls; once, then they are gone.
pub fn files() -> Sent {
    use_context::<Carried>().map_or_else(Vec::new, |carried| {
        let mut files = carried.0.lock().unwrap_or_else(PoisonError::into_inner);
        std::mem::take(&mut *files)
    })
}

#[derive(Clone, Default)]
struct Carried(Arc<Mutex<Sent>>);

/// Calls server functions.
#[derive(Clone)]
pub struct Actions {
    pages: Router,
    table: Arc<AccessTable>,
    uploads: Arc<Uploads>,
}

impl Actions {
    /// `pages` are the site's pages, to show the one again whose form was refused; `table`
    /// says which functions take files.
    pub fn new(pages: Router, table: Arc<AccessTable>) -> Self {
        Self {
            pages,
            table,
            uploads: Arc::default(),
        }
    }

    /// Calls the server function whose address the request has.
    pub async fn call(self, req: Req, request: Request) -> Response {
        let page = wants_page(request.headers());
        let uploads = Arc::clone(&self.uploads);
        // Held until the function has done its work.
        let mut place = None;
        // A form without a file may come as any other does.
        let with_files = !form::is_urlencoded(request.headers());
        let files = files_of(&self.table, request.uri().path()).filter(|_| with_files);
        let read = match files {
            None => read(request).await,
            Some(files) => match uploads.take(&req, request).await {
                Ok((taken, request)) => {
                    place = Some(taken);
                    read_with_files(request, files).await
                }
                Err(error) => Err(error),
            },
        };
        let answer = match read {
            Err(error) if page => error.into_response(),
            Err(error) => error_for_scripts(&error),
            Ok((form, carried, request)) => {
                let path = request.uri().path().to_owned();
                let answer = run(&req, carried, request).await;
                if page {
                    self.shown(&req, path, form, answer).await
                } else {
                    for_scripts(answer).await
                }
            }
        };
        drop(place);
        answer
    }

    /// The answer to a plain form that was sent to `path`.
    async fn shown(self, req: &Req, path: String, form: Form, answer: Response) -> Response {
        let (parts, body) = answer.into_parts();
        let mut response = if parts.status.is_success() {
            let Ok(bytes) = to_bytes(body, usize::MAX).await else {
                return AppError::status(StatusCode::INTERNAL_SERVER_ERROR).into_response();
            };
            match serde_json::from_slice::<Done>(&bytes) {
                Ok(done) => {
                    let again = kept::shown_again(req, self.pages, &self.table, &form).await;
                    again.unwrap_or_else(|| done_with(req, done))
                }
                // A look-up, opened by hand: its answer is for scripts.
                Err(_) => return Response::from_parts(parts, Body::from(bytes)),
            }
        } else {
            let error = error_of(body).await;
            if let Some(page) = page_again(req, self.pages, &form, &error).await {
                page
            } else {
                let error = AppError::from(error);
                let files = files_of(&self.table, &path).is_some();
                let kept = error
                    .log_in
                    .then(|| KeptForm::new(path, &req.from, form, files));
                let kept = kept.flatten();
                AppError { kept, ..error }.into_response()
            }
        };
        keep_cookies(&parts.headers, response.headers_mut());
        response
    }
}

/// The fields of the request, and the request as the function takes it.
async fn read(request: Request) -> Result<(Form, Carried, Request), AppError> {
    if !form::is_urlencoded(request.headers()) {
        return Err(AppError::status(StatusCode::UNSUPPORTED_MEDIA_TYPE));
    }
    let (parts, body) = request.into_parts();
    let whole = Request::from_parts(parts.clone(), body);
    let body = body::whole(whole).await?;
    let form = Form::from_body(&body)?;
    Ok((form, Carried::default(), as_called(parts, body)))
}

/// As [`read`], for a form with files: these go beside the arguments, which are the same as
/// in a form without.
async fn read_with_files(
    request: Request,
    files: Files,
) -> Result<(Form, Carried, Request), AppError> {
    let (mut parts, body) = request.into_parts();
    let mut whole = Request::from_parts(parts.clone(), body);
    DefaultBodyLimit::max(LARGEST_UPLOAD).apply(&mut whole);
    let upload = Multipart::from_request(whole, &())
        .await
        .map_err(|rejection| AppError::status(rejection.status()))?;
    let (form, sent) = uploads::read(upload, files).await?;
    let kind = HeaderValue::from_static("application/x-www-form-urlencoded");
    parts.headers.insert(header::CONTENT_TYPE, kind);
    parts.headers.remove(header::CONTENT_LENGTH);
    let body = form.encoded().into();
    let carried = Carried(Arc::new(Mutex::new(sent)));
    Ok((form, carried, as_called(parts, body)))
}

fn as_called(mut parts: Parts, body: Bytes) -> Request {
    // The function answers in its own encoding; what becomes of it is decided here.
    parts
        .headers
        .insert(header::ACCEPT, HeaderValue::from_static("application/json"));
    Request::from_parts(parts, Body::from(body))
}

async fn run(req: &Req, carried: Carried, request: Request) -> Response {
    let req = req.clone();
    let context = move || {
        provide_context(req.clone());
        provide_context(carried.clone());
    };
    leptos_axum::handle_server_fns_with_context(context, request)
        .await
        .into_response()
}

/// The function's own answer, with the status that fits its error.
async fn for_scripts(answer: Response) -> Response {
    if !answer.status().is_server_error() {
        return answer;
    }
    let (parts, body) = answer.into_parts();
    let mut refused = refusal(&error_of(body).await);
    keep_cookies(&parts.headers, refused.headers_mut());
    refused
}

/// An error in words and as JSON.
fn refusal(error: &ActionError) -> Response {
    let body: Bytes = ErrorEncoder::encode(error).unwrap_or_default();
    let status = StatusCode::from_u16(error.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let kind = [(header::CONTENT_TYPE, "application/json")];
    let mut response = (status, kind, body).into_response();
    AppError::from(error.clone()).set_retry_after(response.headers_mut());
    response
}

/// The answer to a script that has not come as far as a function.
pub(super) fn error_for_scripts(error: &AppError) -> Response {
    let mut response = refusal(&error.for_scripts());
    *response.status_mut() = error.status;
    response
}

async fn error_of(body: Body) -> ActionError {
    match to_bytes(body, usize::MAX).await {
        Ok(bytes) => ErrorEncoder::decode(bytes).unwrap_or(ActionError::Broken),
        Err(_) => ActionError::Broken,
    }
}

fn done_with(req: &Req, done: Done) -> Response {
    match done.said {
        Some(sentence) => {
            let undo = done.undo;
            req.redirect_with(&done.go, Flash { sentence, undo })
        }
        None => req.redirect(&done.go),
    }
}

/// The page that the form names, with what was typed and what is wrong with it. None when
/// there is nothing to mend there, or no such page: an error page says it then.
async fn page_again(
    req: &Req,
    pages: Router,
    form: &Form,
    error: &ActionError,
) -> Option<Response> {
    let state: FormState = form.with_errors(error.clone()).ok()?;
    let path = form.text(FormState::PAGE);
    if own_path(path) != path {
        return None;
    }
    let page = req.on_page(path, state).counted().await;
    let page = page.shown(pages).await?;
    let says_so = *error != ActionError::Gone || page.status() == StatusCode::GONE;
    says_so.then_some(page)
}

/// Cookies that the function set: a session that began or ended, a choice.
fn keep_cookies(from: &HeaderMap, to: &mut HeaderMap) {
    let name: HeaderName = header::SET_COOKIE;
    for cookie in from.get_all(&name) {
        to.append(&name, cookie.clone());
    }
}
