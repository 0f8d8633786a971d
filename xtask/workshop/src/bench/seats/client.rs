//! Readers who send forms, each with a session of their own, over connections that are kept open.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use dogear::commands::Failure;
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tokio::task::JoinSet;

use super::super::load::Figures;
use super::super::report::quantile;

/// A form that is sent.
pub(super) struct Call {
    /// Where to.
    pub path: String,
    /// Of whoever sends it.
    pub cookie: String,
    /// The fields.
    pub body: String,
}

/// What was answered.
pub(super) struct Answer {
    /// Which of the calls it answers.
    pub call: usize,
    pub status: StatusCode,
    body: String,
    took: Duration,
}

/// Sends all of them over `busy` connections: each as soon as the one before it is answered, or,
/// with `pace`, so many a second, whether the others are answered or not. The time of a call then
/// runs from when it was due.
///
/// # Errors
/// When one is not answered with success.
pub(super) async fn send(
    address: SocketAddr,
    calls: Vec<Call>,
    busy: u32,
    pace: Option<f64>,
) -> Result<Figures, Failure> {
    let calls = Arc::new(calls);
    let start = Instant::now();
    let answers = answers(address, Arc::clone(&calls), busy, pace).await?;
    let took = start.elapsed().as_secs_f64();
    for answer in &answers {
        if !(answer.status.is_success() || answer.status.is_redirection()) {
            let (path, Answer { status, body, .. }) = (&calls[answer.call].path, answer);
            return Err(format!("{path} answered {status}: {body}").into());
        }
    }
    let mut times: Vec<_> = answers.iter().map(|answer| answer.took).collect();
    Ok(Figures {
        rate: times.len() as f64 / took,
        p50_ms: quantile(&mut times, 0.5),
        p99_ms: quantile(&mut times, 0.99),
    })
}

/// As [`send`]; gives every answer, whatever it is.
///
/// # Errors
/// When one is not answered.
pub(super) async fn answers(
    address: SocketAddr,
    calls: Arc<Vec<Call>>,
    busy: u32,
    pace: Option<f64>,
) -> Result<Vec<Answer>, Failure> {
    let next = Arc::new(AtomicUsize::new(0));
    let mut connections = Vec::new();
    for _ in 0..busy {
        connections.push(connect(address).await?);
    }
    let start = Instant::now();
    let mut senders = JoinSet::new();
    for mut connection in connections {
        let (calls, next) = (Arc::clone(&calls), Arc::clone(&next));
        senders.spawn(async move {
            let mut answers = Vec::new();
            loop {
                let n = next.fetch_add(1, Ordering::Relaxed);
                let Some(call) = calls.get(n) else {
                    return Ok::<_, Failure>(answers);
                };
                let mut due = Instant::now();
                if let Some(pace) = pace {
                    due = start + Duration::from_secs_f64(n as f64 / pace);
                    tokio::time::sleep_until(due.into()).await;
                }
                let (status, body) = one(&mut connection, call).await?;
                answers.push(Answer {
                    call: n,
                    status,
                    body,
                    took: due.elapsed(),
                });
            }
        });
    }
    let mut all = Vec::with_capacity(calls.len());
    while let Some(sent) = senders.join_next().await {
        all.extend(sent??);
    }
    Ok(all)
}

async fn connect(address: SocketAddr) -> Result<SendRequest<Body>, Failure> {
    let stream = TcpStream::connect(address).await?;
    stream.set_nodelay(true)?;
    let (sender, connection) = handshake(TokioIo::new(stream)).await?;
    tokio::spawn(connection);
    Ok(sender)
}

async fn one(
    connection: &mut SendRequest<Body>,
    call: &Call,
) -> Result<(StatusCode, String), Failure> {
    let request = Request::post(&call.path)
        .header(header::HOST, "127.0.0.1")
        .header(header::ACCEPT, "text/html")
        .header(header::COOKIE, &call.cookie)
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .header("sec-fetch-site", "same-origin")
        .body(Body::from(call.body.clone()))?;
    connection.ready().await?;
    let answer = connection.send_request(request).await?;
    let status = answer.status();
    let body = axum::body::to_bytes(Body::new(answer.into_body()), usize::MAX).await?;
    Ok((status, String::from_utf8_lossy(&body).into_owned()))
}
