//! Whom a request is for. In production the site answers under its own name and no other, so
//! that nobody else's name leads to its pages. How it is, machines may ask under any name.

use std::sync::Arc;

use axum::extract::Request;
use axum::http::uri::Authority;
use axum::http::{StatusCode, header};
use axum::middleware::Next;
use axum::response::Response;
use dogear_app::http::plain_page;
use url::Url;

/// `own` is the address that readers use; none when every name will do.
pub(super) async fn host(own: Option<Arc<Url>>, request: Request, next: Next) -> Response {
    let asks_how = ["/livez", "/readyz"].contains(&request.uri().path());
    match own {
        Some(own) if !asks_how && !is_for(&own, &request) => plain_page(
            StatusCode::MISDIRECTED_REQUEST,
            "This site has another name",
            &format!("It is at {own}. Whoever runs it: does the proxy pass Host on?"),
            "",
        ),
        _ => next.run(request).await,
    }
}

/// Whether the host that the request names is that of the site, on whatever port.
fn is_for(own: &Url, request: &Request) -> bool {
    let named = match request.uri().authority() {
        Some(authority) => Some(authority.clone()),
        None => request
            .headers()
            .get(header::HOST)
            .and_then(|value| Authority::try_from(value.as_bytes()).ok()),
    };
    named.is_some_and(|named| {
        let host = named.host().trim_end_matches('.');
        own.host_str()
            .is_some_and(|own| own.eq_ignore_ascii_case(host))
    })
}

#[cfg(test)]
mod tests {
    use axum::body::Body;

    use super::*;

    #[test]
    fn a22_only_the_own_name_is_ours() {
        let own: Url = "https://books.example.org".parse().expect("an address");
        for (host, ours) in [
            ("books.example.org", true),
            ("books.example.org:443", true),
            ("Books.Example.ORG.", true),
            ("evil.example", false),
            ("books.example.org.evil.example", false),
            ("127.0.0.1:3000", false),
            ("", false),
        ] {
            let request = Request::builder().uri("/").header(header::HOST, host);
            let request = request.body(Body::empty()).expect("a request");
            assert_eq!(is_for(&own, &request), ours, "{host}");
        }
        let without = Request::builder().uri("/").body(Body::empty());
        assert!(!is_for(&own, &without.expect("a request")));
        let of_http_2 = Request::builder().uri("https://books.example.org/browse");
        assert!(is_for(&own, &of_http_2.body(Body::empty()).expect("one")));
        let ip: Url = "http://[::1]:3000".parse().expect("an address");
        let request = Request::builder()
            .uri("/")
            .header(header::HOST, "[::1]:3000");
        assert!(is_for(&ip, &request.body(Body::empty()).expect("one")));
    }
}
