//! Many copies at once: a line of JSON for each, and a line of the answer for each.

use std::convert::Infallible;

use axum::body::Body;
use axum::extract::{DefaultBodyLimit, FromRequest, Request};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use dogear_server::Cx;
use futures::stream;
use serde::Serialize;
use tokio::sync::{Semaphore, mpsc};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::input::{NewCopy, add};
use crate::Site;
use crate::body::{read, whole};
use crate::caller::Caller;
use crate::id::Id;
use crate::idempotency::Once;
use crate::problem::{Code, Problem, ProblemBody};

/// Lines of one request.
const MOST_LINES: usize = 1000;
/// All of them together.
const LARGEST: usize = 2 * 1024 * 1024;
/// So many requests are worked on at one time in this process; the others wait, so that pages find
/// connections to the database.
static WORKERS: Semaphore = Semaphore::const_new(2);
/// JSON of one line each.
const KIND: &str = "application/x-ndjson";

pub(super) fn routes() -> OpenApiRouter<Site> {
    OpenApiRouter::new()
        .routes(routes!(create_copies))
        .layer(DefaultBodyLimit::max(LARGEST))
}

/// What became of one line.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = LineOfBulk)]
struct Line {
    /// From 1.
    line: usize,
    /// As a request of its own would have been answered: 201 when the copy was added.
    status: u16,
    /// The new copy.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false)]
    copy: Option<Id>,
    /// Why it was not added.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false)]
    problem: Option<ProblemBody>,
}

/// Add many copies
///
/// Up to 1,000 lines of JSON, each as `POST /copies` takes it, 2 MiB together. Each line is added or
/// refused on its own, in their order, and the answer has a line for each, which comes as soon as
/// it is known. With an `Idempotency-Key` the same lines can be sent again: those that were added
/// are answered as before, and the others are tried anew.
#[utoipa::path(
    post,
    path = "/copies/bulk",
    tag = "Copies",
    params(("Idempotency-Key" = Option<String>, Header, description = "Sent again with the same key, no line makes a second copy.")),
    request_body(content = NewCopy, content_type = "application/x-ndjson", description = "One object on each line."),
    responses((status = 200, description = "A line for each line.", body = Line, content_type = "application/x-ndjson")),
    security(("token" = ["shelf"])),
    extensions(("x-cost" = json!(50)))
)]
async fn create_copies(
    caller: Caller,
    once: Once,
    Lines(lines): Lines,
) -> Result<Response, Problem> {
    caller.member()?;
    let (send, receive) = mpsc::unbounded_channel();
    // In a task of its own: whoever goes away in between finds all lines done.
    tokio::spawn(async move {
        let _permit = WORKERS.acquire().await;
        for (number, line) in (1..).zip(lines) {
            let outcome = one(&caller.cx, &once, number, &line).await;
            // Nobody listens any more; the rest is done nevertheless.
            let _ = send.send(outcome);
        }
    });
    let answers = stream::unfold(receive, async |mut receive| {
        let line: Bytes = receive.recv().await?;
        Some((Ok::<_, Infallible>(line), receive))
    });
    Ok((
        StatusCode::OK,
        [(header::CONTENT_TYPE, KIND)],
        Body::from_stream(answers),
    )
        .into_response())
}

/// Adds the copy of one line. Gives the line of the answer.
async fn one(cx: &Cx, once: &Once, line: usize, text: &[u8]) -> Bytes {
    let added = match read::<NewCopy>(text) {
        Ok(new) => add(cx, once.of_line(line), new).await,
        Err(problem) => Err(problem),
    };
    let answer = match added {
        Ok(copy) => Line {
            line,
            status: StatusCode::CREATED.as_u16(),
            copy: Some(copy.into()),
            problem: None,
        },
        Err(problem) => Line {
            line,
            status: problem.code().status().as_u16(),
            copy: None,
            problem: Some(problem.body()),
        },
    };
    let mut text = serde_json::to_vec(&answer).unwrap_or_default();
    text.push(b'\n');
    text.into()
}

/// The lines of a body.
struct Lines(Vec<Bytes>);

impl<S: Send + Sync> FromRequest<S> for Lines {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let kind = request.headers().get(header::CONTENT_TYPE);
        let kind = kind.and_then(|kind| kind.to_str().ok()).unwrap_or_default();
        let kind = kind.split(';').next().unwrap_or_default().trim();
        if !kind.eq_ignore_ascii_case(KIND) {
            return Err(Problem::new(Code::WrongMediaType)
                .saying(format!("Send `Content-Type: {KIND}`, in UTF-8.")));
        }
        let body = whole(request, state).await?;
        let mut lines: Vec<Bytes> = body
            .split(|byte| *byte == b'\n')
            .map(|line| body.slice_ref(line))
            .collect();
        // What ends the last line begins no other one.
        if lines.last().is_some_and(Bytes::is_empty) {
            lines.pop();
        }
        if !(1..=MOST_LINES).contains(&lines.len()) {
            return Err(Problem::field(
                "body",
                format!("Send 1 to {MOST_LINES} lines; these are {}.", lines.len()),
            ));
        }
        Ok(Self(lines))
    }
}
