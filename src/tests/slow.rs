//! Clients that take their time.

use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_util::sync::CancellationToken;

use super::app::TestApp;
use crate::web;

#[tokio::test]
async fn half_a_header_is_not_waited_for_and_others_are_served_meanwhile() {
    let app = TestApp::new().await;
    let listener = web::bind("127.0.0.1:0".parse().expect("an address"), false)
        .await
        .expect("a free port");
    let address = listener.local_addr().expect("an address");
    let stop = CancellationToken::new();
    let serving = tokio::spawn(web::serve(listener, app.router.clone(), stop.clone()));

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
