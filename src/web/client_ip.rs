//! The client's address: the peer's, or, behind proxies the operator named, the
//! rightmost address in X-Forwarded-For that is not one of them.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use axum::extract::{ConnectInfo, Request};
use axum::http::HeaderMap;
use axum::middleware::Next;
use axum::response::Response;
use dogear_app::http::ClientIp;
use ipnet::IpNet;

pub(super) async fn client_ip(proxies: Arc<[IpNet]>, mut request: Request, next: Next) -> Response {
    let peer = request
        .extensions()
        .get::<ConnectInfo<SocketAddr>>()
        .map_or(IpAddr::from([127, 0, 0, 1]), |info| info.0.ip());
    let ip = find(peer, request.headers(), &proxies);
    request.extensions_mut().insert(ClientIp(ip));
    next.run(request).await
}

fn find(peer: IpAddr, headers: &HeaderMap, proxies: &[IpNet]) -> IpAddr {
    let trusted = |ip: &IpAddr| proxies.iter().any(|net| net.contains(ip));
    if !trusted(&peer) {
        return peer;
    }
    let forwarded: Vec<&str> = headers
        .get_all("x-forwarded-for")
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .collect();
    let mut nearest = peer;
    for hop in forwarded.iter().rev() {
        let Ok(ip) = hop.trim().parse::<IpAddr>() else {
            return nearest;
        };
        if !trusted(&ip) {
            return ip;
        }
        nearest = ip;
    }
    nearest
}

#[cfg(test)]
mod tests {
    use super::*;

    fn from(peer: &str, forwarded: &str) -> IpAddr {
        let mut headers = HeaderMap::new();
        headers.insert("x-forwarded-for", forwarded.parse().unwrap());
        find(
            peer.parse().unwrap(),
            &headers,
            &["10.0.0.0/8".parse().unwrap()],
        )
    }

    #[test]
    fn a_header_is_believed_only_from_a_trusted_proxy() {
        assert_eq!(
            from("203.0.113.9", "198.51.100.1"),
            from("203.0.113.9", "x")
        );
        assert_eq!(from("10.0.0.2", "198.51.100.1").to_string(), "198.51.100.1");
        // The client can write anything to the left of what our proxy adds.
        assert_eq!(
            from("10.0.0.2", "1.2.3.4, 198.51.100.1, 10.0.0.3").to_string(),
            "198.51.100.1"
        );
        assert_eq!(from("10.0.0.2", "nonsense").to_string(), "10.0.0.2");
    }
}
