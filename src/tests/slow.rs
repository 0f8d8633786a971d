//! Clients that take their time.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::Request;
use axum::http::{StatusCode, header};
use axum::middleware::{Next, from_fn};
use axum::routing::get;
use dogear_app::http::timeout;
use dogear_domain::accounts::Role;
use dogear_server::testing::photos;
use futures::StreamExt;
use futures::channel::mpsc;
use http_body_util::BodyExt;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_util::sync::CancellationToken;
use tower::ServiceExt;

use super::app::{Answer, Browser, TestApp};
use crate::web;

#[tokio::test]
async fn half_a_header_is_not_waited_for_and_others_are_served_meanwhile() {
    let app = TestApp::new().await;
    let listener = web::bind("127.0.0.1:0".parse().expect("an address"), false)
        .await
        .expect("a free port");
    let address = listener.local_addr().expect("an address");
    let stop = CancellationToken::new();
    let serving = tokio::spawn(web::serve(
        listener,
        app.router.clone(),
        web::Connections::unlimited(),
        stop.clone(),
    ));

    let mut slow = Vec::new();
    for _ in 0..200 {
        let mut stream = TcpStream::connect(address).await.expect("accepted");
        stream
            .write_all(b"GET / HTTP/1.1\r\nHost: dogear.test\r\nX-Slow: ")
            .await
            .expect("sent");
        slow.push(stream);
    }
    let start = Instant::now();
    let mut quick = TcpStream::connect(address).await.expect("accepted");
    quick
        .write_all(b"GET /livez HTTP/1.1\r\nHost: dogear.test\r\nConnection: close\r\n\r\n")
        .await
        .expect("sent");
    let mut answer = String::new();
    quick.read_to_string(&mut answer).await.expect("answered");
    assert!(answer.ends_with("alive"), "{answer}");
    assert!(start.elapsed() < Duration::from_secs(1));

    for mut stream in slow {
        let mut rest = Vec::new();
        tokio::time::timeout(Duration::from_secs(20), stream.read_to_end(&mut rest))
            .await
            .expect("closed within 20 seconds")
            .ok();
    }
    stop.cancel();
    serving.await.expect("it ended by itself");
}

#[tokio::test]
async fn an_answer_that_takes_too_long_is_a_page_that_says_so() {
    let router = Router::new()
        .route("/", get(std::future::pending::<()>))
        .layer(from_fn(|request: Request, next: Next| {
            timeout(Duration::from_millis(20), request, next)
        }));
    let request = Request::builder()
        .uri("/")
        .header("x-request-id", "7f<")
        .body(Body::empty())
        .expect("a request");
    let answer = router.oneshot(request).await.expect("infallible");
    assert_eq!(answer.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert!(answer.headers().contains_key(header::RETRY_AFTER));
    let body = answer.into_body().collect().await.expect("a body");
    let body = String::from_utf8_lossy(&body.to_bytes()).into_owned();
    assert!(body.contains("<h1>This takes too long</h1>"), "{body}");
    assert!(body.contains("<code>7f&lt;</code>"), "{body}");
}

/// Begins an upload without files, from the page of a copy’s photos; it goes on for as long
/// as the sender lives.
fn begin_upload(path: &str, browser: &Browser) -> (mpsc::UnboundedSender<Bytes>, Request) {
    let (sender, receiver) = mpsc::unbounded();
    let copy = path.split('/').nth(2).expect("a copy");
    let start = format!(
        "--b\r\nContent-Disposition: form-data; name=\"copy\"\r\n\r\n{copy}\r\n\
         --b\r\nContent-Disposition: form-data; name=\"photos\"; filename=\"\"\r\n\r\n"
    );
    sender
        .unbounded_send(Bytes::from(start))
        .expect("it is open");
    let body = Body::from_stream(receiver.map(Ok::<_, Infallible>));
    (sender, browser.upload("/api/copies/add-photos", body))
}

async fn whole_upload(path: &str, browser: &Browser) -> Answer {
    let (sender, request) = begin_upload(path, browser);
    sender
        .unbounded_send(Bytes::from_static(b"\r\n--b--\r\n"))
        .expect("it is open");
    drop(sender);
    browser.send(request).await
}

/// Uploads until the answer is this one: what was begun before may take its time to arrive.
async fn in_the_end(path: &str, browser: &Browser, status: StatusCode) -> Answer {
    let start = Instant::now();
    loop {
        let answer = whole_upload(path, browser).await;
        if answer.status == status {
            return answer;
        }
        let late = start.elapsed() > Duration::from_secs(20);
        assert!(!late, "{} and not {status}: {}", answer.status, answer.body);
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// A reader, and the page for the photos of a book of theirs.
async fn with_a_book(app: &TestApp, handle: &str) -> (Arc<Browser>, String) {
    let (browser, _) = app.signed_in(handle, Role::Member).await;
    let fields = [
        ("title", "Romola"),
        ("authors", "George Eliot"),
        ("grade", "fair"),
        ("then", "photos"),
    ];
    let added = browser.post("/api/copies/add-new", &fields).await;
    (Arc::new(browser), added.location().to_owned())
}

/// Begins an upload that goes on until what this returns is dropped, and has it arrive.
async fn hold_upload((browser, path): &(Arc<Browser>, String)) -> mpsc::UnboundedSender<Bytes> {
    let (sender, request) = begin_upload(path, browser);
    let browser = Arc::clone(browser);
    tokio::spawn(async move { browser.send(request).await });
    tokio::time::sleep(Duration::from_millis(200)).await;
    sender
}

/// An upload that is let in is only without a photo.
const LET_IN: StatusCode = StatusCode::UNPROCESSABLE_ENTITY;

/// Sends a photo for a reader's book; it goes on until the copy can be changed.
fn send_photo((browser, path): (Arc<Browser>, String)) {
    let copy = path.split('/').nth(2).expect("a copy");
    let mut body = format!(
        "--b\r\nContent-Disposition: form-data; name=\"copy\"\r\n\r\n{copy}\r\n\
         --b\r\nContent-Disposition: form-data; name=\"photos\"; filename=\"a.png\"\r\n\r\n"
    )
    .into_bytes();
    body.extend(photos::barcodes(&["9780306406157"]));
    body.extend(b"\r\n--b--\r\n");
    tokio::spawn(async move {
        let request = browser.upload("/api/copies/add-photos", Body::from(body));
        browser.send(request).await
    });
}

#[tokio::test]
async fn only_so_many_uploads_are_held_in_memory() {
    let app = TestApp::new().await;
    let (last, path) = with_a_book(&app, "last").await;
    let mut readers = Vec::new();
    for handle in ["ann", "ben", "cat", "dan"] {
        let answer = whole_upload(&path, &last).await;
        assert_eq!(answer.status, LET_IN, "{}", answer.body);
        readers.push(with_a_book(&app, handle).await);
    }
    // All four have arrived, and something else works with their books.
    let mut tx = app.site.services.db.begin().await.expect("a connection");
    sqlx::query("select id from copies where owner_id <> (select id from users where handle = 'last') for update")
        .execute(&mut *tx)
        .await
        .expect("locked");
    readers.into_iter().for_each(send_photo);
    let answer = in_the_end(&path, &last, StatusCode::SERVICE_UNAVAILABLE).await;
    assert!(answer.body.contains("Too busy just now"), "{}", answer.body);
    assert!(!answer.header("retry-after").is_empty());
    // Whoever is done makes room.
    tx.rollback().await.expect("undone");
    in_the_end(&path, &last, LET_IN).await;
}

#[tokio::test]
async fn a10_uploads_that_dawdle_keep_nobody_out() {
    let app = TestApp::new().await;
    let (last, path) = with_a_book(&app, "last").await;
    let mut open = Vec::new();
    for number in 0..9 {
        let slow = with_a_book(&app, &format!("slow{number}")).await;
        open.push(hold_upload(&slow).await);
        let answer = whole_upload(&path, &last).await;
        assert_eq!(answer.status, LET_IN, "{number}: {}", answer.body);
    }
    // One that was slow is taken as any other when it is there.
    let (sender, request) = begin_upload(&path, &last);
    let ending = async {
        tokio::time::sleep(Duration::from_millis(300)).await;
        for part in ["\r\n", "--b", "--\r\n"] {
            sender
                .unbounded_send(Bytes::from_static(part.as_bytes()))
                .expect("it is open");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        drop(sender);
    };
    let (answer, ()) = tokio::join!(last.send(request), ending);
    assert_eq!(answer.status, LET_IN, "{}", answer.body);
}

#[tokio::test]
async fn slow_uploads_of_one_reader_keep_nobody_else_out() {
    let app = TestApp::new().await;
    let slow = with_a_book(&app, "slow").await;
    let (ann, path) = with_a_book(&app, "ann").await;
    let mut open = Vec::new();
    for _ in 0..6 {
        open.push(hold_upload(&slow).await);
    }
    let answer = whole_upload(&path, &ann).await;
    assert_eq!(answer.status, LET_IN, "{}", answer.body);

    let answer = whole_upload(&slow.1, &slow.0).await;
    assert_eq!(answer.status, StatusCode::TOO_MANY_REQUESTS);
    assert!(!answer.header("retry-after").is_empty());
    assert!(
        answer
            .body
            .contains("Another upload of yours is still on its way"),
        "{}",
        answer.body
    );
    // One that waits goes on as soon as the one before it has ended.
    let waiting = whole_upload(&slow.1, &slow.0);
    let ending = async {
        tokio::time::sleep(Duration::from_millis(200)).await;
        open.clear();
    };
    let (answer, ()) = tokio::join!(waiting, ending);
    assert_eq!(answer.status, LET_IN, "{}", answer.body);
}
