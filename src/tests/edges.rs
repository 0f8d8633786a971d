//! The edge of the server, over real connections: bodies that do not come, answers that nobody
//! reads, too many connections, stops.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use dogear_domain::accounts::Role;
use dogear_server::testing::TestSite;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio_util::sync::CancellationToken;

use super::app::TestApp;
use super::processes::{Process, Redis};
use crate::web::{self, Connections};

/// Serves until the token that this returns is cancelled.
async fn open(app: &TestApp, connections: Connections) -> (SocketAddr, CancellationToken) {
    let listener = web::bind("127.0.0.1:0".parse().expect("an address"), false)
        .await
        .expect("a free port");
    let address = listener.local_addr().expect("an address");
    let stop = CancellationToken::new();
    tokio::spawn(web::serve(
        listener,
        app.router.clone(),
        connections,
        stop.clone(),
    ));
    (address, stop)
}

/// The beginning of a form, of which more is announced than is sent.
fn half(path: &str, cookie: &str, kind: &str, body: &str) -> String {
    format!(
        "POST {path} HTTP/1.1\r\nHost: dogear.test\r\nAccept: text/html\r\nCookie: {cookie}\r\n\
         Sec-Fetch-Site: same-origin\r\nContent-Type: {kind}\r\nContent-Length: 5000\r\n\r\n{body}"
    )
}

async fn send(site: SocketAddr, text: &str) -> TcpStream {
    let mut stream = TcpStream::connect(site).await.expect("it listens");
    stream.write_all(text.as_bytes()).await.expect("sent");
    stream
}

/// All that comes until the connection is closed.
async fn rest(mut stream: TcpStream) -> String {
    let mut answer = Vec::new();
    let reading = stream.read_to_end(&mut answer);
    let closed = tokio::time::timeout(Duration::from_secs(30), reading).await;
    assert!(closed.is_ok(), "closed in time");
    String::from_utf8_lossy(&answer).into_owned()
}

const FORM: &str = "application/x-www-form-urlencoded";
const FILES: &str = "multipart/form-data; boundary=b";
const PART: &str = "--b\r\nContent-Disposition: form-data; name=\"copy\"\r\n\r\n1";

#[tokio::test]
async fn k08_half_a_body_is_given_up_in_words_and_its_connection_closed() {
    let app = TestApp::new().await;
    let (ana, _) = app.signed_in("ana", Role::Member).await;
    let cookie = format!("sid={}", ana.cookie("sid").expect("signed in"));
    let (site, stop) = open(&app, Connections::unlimited()).await;
    let late = [
        ("/api/theme/choose", "", FORM, "theme=da"),
        (
            "/api/trades/write-message",
            &cookie,
            FORM,
            "trade=1&message=I",
        ),
        ("/api/copies/add-photos", &cookie, FILES, PART),
        ("/api/nothing", "", FORM, "a=b"),
    ];
    let reading = late.map(|(path, cookie, kind, body)| async move {
        let start = Instant::now();
        let answer = rest(send(site, &half(path, cookie, kind, body)).await).await;
        (path, start.elapsed(), answer)
    });
    for (path, took, answer) in futures::future::join_all(reading).await {
        assert!(took < Duration::from_secs(25), "{path}: {took:?}");
        let nowhere = path == "/api/nothing";
        let status = if nowhere { "404" } else { "408" };
        assert!(
            answer.starts_with(&format!("HTTP/1.1 {status} ")),
            "{path}: {answer}"
        );
        let said = answer.contains("That took too long to arrive");
        assert!(said || nowhere, "{path}: {answer}");
    }
    stop.cancel();
}

#[tokio::test]
async fn k08_a_body_that_comes_in_time_is_taken_however_slowly() {
    let app = TestApp::new().await;
    let (site, stop) = open(&app, Connections::unlimited()).await;
    let mut stream = send(
        site,
        &half("/api/theme/choose", "", FORM, "theme=dark&next=/&x="),
    )
    .await;
    for _ in 0..4 {
        tokio::time::sleep(Duration::from_millis(500)).await;
        stream.write_all(&[b'a'; 1245]).await.expect("sent");
    }
    let mut answer = [0; 20];
    stream.read_exact(&mut answer).await.expect("answered");
    assert!(answer.starts_with(b"HTTP/1.1 303"), "{answer:?}");
    stop.cancel();
}

#[tokio::test]
async fn a18_whoever_does_not_read_makes_room_and_whoever_is_too_many_is_told() {
    let app = TestApp::new().await;
    let few = Connections {
        in_all: 3,
        per_address: 1,
        proxies: Arc::from([]),
    };
    let (site, stop) = open(&app, few).await;
    let once = "GET /about/privacy HTTP/1.1\r\nHost: dogear.test\r\nConnection: close\r\n\r\n";
    assert!(
        rest(send(site, once).await)
            .await
            .starts_with("HTTP/1.1 200")
    );
    tokio::time::sleep(Duration::from_millis(200)).await;

    let socket = TcpSocket::new_v4().expect("a socket");
    socket.set_recv_buffer_size(4096).expect("a small one");
    let mut deaf = socket.connect(site).await.expect("it listens");
    let many = once.replace("Connection: close\r\n", "").repeat(600);
    let asking = tokio::spawn(async move {
        // It asks for far more than fits between the two, and reads nothing.
        let _ = deaf.write_all(many.as_bytes()).await;
        tokio::time::sleep(Duration::from_mins(1)).await;
        drop(deaf);
    });
    tokio::time::sleep(Duration::from_millis(500)).await;
    let refused = rest(send(site, once).await).await;
    assert!(refused.starts_with("HTTP/1.1 503"), "{refused}");
    assert!(refused.contains("Too many connections"), "{refused}");
    let start = Instant::now();
    while !rest(send(site, once).await)
        .await
        .starts_with("HTTP/1.1 200")
    {
        assert!(
            start.elapsed() < Duration::from_secs(35),
            "it keeps its place"
        );
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
    asking.abort();
    stop.cancel();
}

/// A way to PostgreSQL on which, once it is frozen, nothing passes any more.
async fn way_to(database_url: &str) -> (String, CancellationToken) {
    let mut url = url::Url::parse(database_url).expect("a URL");
    let host = url.host_str().expect("a host");
    let server = format!("{host}:{}", url.port().unwrap_or(5432));
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("a port");
    let address = listener.local_addr().expect("an address");
    let frozen = CancellationToken::new();
    let freeze = frozen.clone();
    tokio::spawn(async move {
        while let Ok((mut client, _)) = listener.accept().await {
            let (server, freeze) = (server.clone(), freeze.clone());
            tokio::spawn(async move {
                let mut server = TcpStream::connect(server).await.expect("PostgreSQL");
                let copying = tokio::io::copy_bidirectional(&mut client, &mut server);
                if freeze.run_until_cancelled(copying).await.is_none() {
                    std::future::pending::<()>().await;
                }
            });
        }
    });
    url.set_ip_host(address.ip()).expect("an address");
    url.set_port(Some(address.port())).expect("a port");
    (url.into(), frozen)
}

#[tokio::test(flavor = "multi_thread")]
async fn k08_a_stop_waits_neither_for_half_a_body_nor_for_a_frozen_database() {
    let site = TestSite::new().await;
    let redis = Redis::start().await;
    for frozen in [false, true] {
        let (url, freeze) = way_to(&site.database_url).await;
        let (mut server, address) = Process::serve_with(&site, &redis, &url);
        let mut open = Vec::new();
        for path in ["/api/theme/choose", "/api/accounts/log-in"] {
            open.push(send(address, &half(path, "", FORM, "theme=dark")).await);
        }
        if frozen {
            freeze.cancel();
            open.push(send(address, "GET / HTTP/1.1\r\nHost: x\r\n\r\n").await);
        }
        tokio::time::sleep(Duration::from_millis(500)).await;
        let start = Instant::now();
        server.ask_to_stop();
        let limit = Duration::from_secs(if frozen { 30 } else { 8 });
        while !server.has_ended() {
            assert!(start.elapsed() < limit, "it goes on; frozen: {frozen}");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        let answer = rest(open.swap_remove(0)).await;
        assert!(answer.starts_with("HTTP/1.1 503"), "{answer}");
    }
}
