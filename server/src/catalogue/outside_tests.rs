//! Against a stub that speaks as the outside catalogue does, or does not.

use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use super::*;
use crate::outside::is_public;
use crate::testing::TestSite;

/// Answers each connection with `answer` and counts them.
async fn stub(answer: &'static [u8]) -> (Url, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/mirror/", listener.local_addr().unwrap());
    let count = Arc::new(AtomicUsize::new(0));
    let seen = Arc::clone(&count);
    tokio::spawn(async move {
        loop {
            let (mut stream, _) = listener.accept().await.unwrap();
            seen.fetch_add(1, Ordering::SeqCst);
            tokio::spawn(async move {
                let mut request = vec![0; 4096];
                let read = stream.read(&mut request).await.unwrap();
                let line = String::from_utf8_lossy(&request[..read]).into_owned();
                assert!(
                    line.starts_with("GET /mirror/api/books?bibkeys=ISBN%3A97801"),
                    "{line}"
                );
                if answer.is_empty() {
                    tokio::time::sleep(PATIENCE * 3).await;
                }
                let _ = stream.write_all(answer).await;
            });
        }
    });
    (url.parse().unwrap(), count)
}

fn http(status: &str, more: &str, body: &str) -> &'static [u8] {
    let length = body.len();
    format!("HTTP/1.1 {status}\r\ncontent-type: application/json\r\nconnection: close\r\ncontent-length: {length}\r\n{more}\r\n{body}")
        .into_bytes()
        .leak()
}

fn isbn() -> Isbn13 {
    Isbn13::parse("9780141439587").unwrap()
}

async fn site(url: Url) -> TestSite {
    TestSite::with(|settings| settings.lookup_url = Some(url)).await
}

const EMMA: &str = r#"{"ISBN:9780141439587":{"title":"Emma\u0000 ","subtitle":"a novel","authors":[{"name":"Jane Austen","url":"x"},{"name":"A; B"}],
    "publishers":[{"name":"Penguin"}],"publish_date":"May 6, 2003","number_of_pages":512,"subjects":[{"name":"Fiction"}]}}"#;

#[tokio::test]
async fn an_unknown_number_is_asked_for_once_and_remembered() {
    let (url, asked) = stub(http("200 OK", "", EMMA)).await;
    let site = site(url).await;
    let ana = site.member("ana").await;
    let (first, host) = described(&ana, isbn()).await.unwrap().unwrap();
    assert_eq!(host, "127.0.0.1");
    assert_eq!(
        first,
        Described {
            title: "Emma".into(),
            subtitle: "a novel".into(),
            authors: "Jane Austen; A, B".into(),
            publisher: "Penguin".into(),
            year: "2003".into(),
        }
    );
    let again = described(&ana, isbn()).await.unwrap().unwrap();
    assert_eq!(again.0, first);
    assert_eq!(asked.load(Ordering::SeqCst), 1);
    site.services
        .clock
        .advance(SignedDuration::from_hours(24 * (KNOWN + 1)));
    assert!(described(&ana, isbn()).await.unwrap().is_some());
    assert_eq!(asked.load(Ordering::SeqCst), 2);
}

#[tokio::test]
async fn a_number_that_nobody_knows_is_not_asked_for_again_at_once() {
    let (url, asked) = stub(http("200 OK", "", "{}")).await;
    let site = site(url).await;
    let ana = site.member("ana").await;
    for _ in 0..2 {
        assert_eq!(described(&ana, isbn()).await.unwrap(), None);
    }
    assert_eq!(asked.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn answers_that_are_none_cost_nothing_but_the_help() {
    let long = format!(
        "{{\"ISBN:9780141439587\":{{\"title\":\"{}\"}}}}",
        "x".repeat(LONGEST as usize)
    );
    for answer in [
        http("302 Found", "location: http://127.0.0.1:9/\r\n", ""),
        http("500 Oh", "", "{}"),
        http("200 OK", "", "<html>"),
        http("200 OK", "", "[]"),
        http("200 OK", "", &long),
        b"nonsense\r\n\r\n",
        b"",
    ] {
        let (url, asked) = stub(answer).await;
        let site = site(url).await;
        let ana = site.member("ana").await;
        let before = std::time::Instant::now();
        assert_eq!(described(&ana, isbn()).await.unwrap(), None);
        assert!(before.elapsed() < PATIENCE + Duration::from_secs(2));
        // And it is left alone.
        assert_eq!(described(&ana, isbn()).await.unwrap(), None);
        assert_eq!(
            asked.load(Ordering::SeqCst),
            1,
            "{}",
            String::from_utf8_lossy(&answer[..answer.len().min(80)])
        );
    }
}

#[tokio::test]
async fn in_production_nothing_but_a_public_address_is_called() {
    let (url, asked) = stub(http("200 OK", "", EMMA)).await;
    let port = url.port().unwrap();
    for host in [
        "127.0.0.1",
        "localhost",
        "[::1]",
        "2130706433",
        "0x7f.1",
        "[::ffff:127.0.0.1]",
    ] {
        for scheme in ["http", "https"] {
            let url: Url = format!("{scheme}://{host}:{port}/mirror").parse().unwrap();
            let answer = tokio::task::spawn_blocking(move || ask(&url, isbn(), false)).await;
            assert!(answer.unwrap().is_err(), "{scheme} {host}");
        }
    }
    assert_eq!(asked.load(Ordering::SeqCst), 0);
    // Where it is allowed, the same one is reached.
    let answer = tokio::task::spawn_blocking(move || ask(&url, isbn(), true)).await;
    assert!(answer.unwrap().unwrap().is_some());
}

#[tokio::test]
async fn without_a_catalogue_nothing_is_asked() {
    let site = TestSite::new().await;
    let ana = site.member("ana").await;
    assert_eq!(described(&ana, isbn()).await.unwrap(), None);
}

#[test]
fn private_addresses_are_told_in_every_notation() {
    for private in [
        "127.0.0.1",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",
        "224.0.0.1",
        "255.255.255.255",
        "::1",
        "::",
        "fe80::1",
        "fc00::1",
        "::ffff:10.0.0.1",
        "64:ff9b::a00:1",
        "2002:a00:1::",
        "2001:db8::1",
        "ff02::1",
    ] {
        assert!(!is_public(private.parse().unwrap()), "{private}");
    }
    for public in [
        "1.1.1.1",
        "207.241.224.2",
        "2606:4700::1111",
        "::ffff:1.1.1.1",
        "64:ff9b::101:101",
    ] {
        assert!(is_public(public.parse().unwrap()), "{public}");
    }
}
