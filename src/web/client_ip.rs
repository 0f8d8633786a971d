//! The client's address: the peer's, or, behind proxies the operator named, the
//! rightmost address in X-Forwarded-For that is not one of them. Every address is brought to
//! one form before it is compared or counted.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use axum::extract::{ConnectInfo, Request};
use axum::http::{HeaderMap, HeaderValue};
use axum::middleware::Next;
use axum::response::Response;
use dogear_app::http::ClientIp;
use ipnet::IpNet;

/// The name of a request in the logs: a trusted proxy may give one, nobody else.
const REQUEST_ID: &str = "x-request-id";

pub(super) async fn client_ip(proxies: Arc<[IpNet]>, mut request: Request, next: Next) -> Response {
    let peer = request
        .extensions()
        .get::<ConnectInfo<SocketAddr>>()
        .map_or(IpAddr::from([127, 0, 0, 1]), |info| info.0.ip());
    let ip = find(peer, request.headers(), &proxies);
    request.extensions_mut().insert(ClientIp(ip));
    let headers = request.headers_mut();
    let known = headers.get(REQUEST_ID).is_some_and(is_request_id);
    if !known || !is_in(&proxies, peer.to_canonical()) {
        headers.remove(REQUEST_ID);
    }
    next.run(request).await
}

/// Whether it is an id as proxies make them: it goes into the log and onto pages.
fn is_request_id(value: &HeaderValue) -> bool {
    let plain = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'-';
    (8..=64).contains(&value.len()) && value.as_bytes().iter().all(plain)
}

fn find(peer: IpAddr, headers: &HeaderMap, proxies: &[IpNet]) -> IpAddr {
    let peer = peer.to_canonical();
    if !is_in(proxies, peer) {
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
        let Some(ip) = address(hop) else {
            return nearest;
        };
        if !is_in(proxies, ip) {
            return ip;
        }
        nearest = ip;
    }
    nearest
}

/// Whether one of the networks has this address, in its one form. A network of IPv4 may have
/// been written as one of IPv6, and `::/0` is everybody.
pub(super) fn is_in(networks: &[IpNet], ip: IpAddr) -> bool {
    networks.iter().any(|network| {
        network.contains(&ip)
            || matches!((network, ip), (IpNet::V6(mapped), IpAddr::V4(ip))
                if mapped.contains(&ip.to_ipv6_mapped()))
    })
}

/// The address that a proxy has written: alone, in brackets, or with a port.
fn address(hop: &str) -> Option<IpAddr> {
    let hop = hop.trim().trim_matches('"');
    let bare = hop
        .strip_prefix('[')
        .and_then(|hop| hop.strip_suffix(']'))
        .unwrap_or(hop);
    bare.parse::<IpAddr>()
        .or_else(|_| hop.parse::<SocketAddr>().map(|with_port| with_port.ip()))
        .ok()
        .map(|ip| ip.to_canonical())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn from(peer: &str, forwarded: &str) -> IpAddr {
        let mut headers = HeaderMap::new();
        headers.insert("x-forwarded-for", forwarded.parse().unwrap());
        let proxies = ["10.0.0.0/8", "fd00::/8", "::ffff:172.16.0.0/108"];
        let proxies = proxies.map(|network| network.parse().unwrap());
        find(peer.parse().unwrap(), &headers, &proxies)
    }

    #[test]
    fn a07_an_address_has_one_form_however_it_is_written() {
        for peer in ["10.0.0.2", "::ffff:10.0.0.2", "fd00::2", "172.16.0.2"] {
            for (hop, client) in [
                ("198.51.100.1", "198.51.100.1"),
                ("198.51.100.1:4711", "198.51.100.1"),
                ("::ffff:198.51.100.1", "198.51.100.1"),
                ("[::ffff:198.51.100.1]:4711", "198.51.100.1"),
                ("[::ffff:c633:6401]", "198.51.100.1"),
                ("2001:DB8:0:0::7", "2001:db8::7"),
                ("[2001:db8::7]", "2001:db8::7"),
                ("\"[2001:db8::7]:4711\"", "2001:db8::7"),
            ] {
                assert_eq!(from(peer, hop).to_string(), client, "{peer} {hop}");
                let later = format!("{hop}, 10.1.2.3:80, [::ffff:10.1.2.4]:80, [fd00::9]");
                assert_eq!(from(peer, &later).to_string(), client, "{peer} {later}");
            }
        }
        assert_eq!(
            from("::ffff:203.0.113.9", "x").to_string(),
            "203.0.113.9",
            "on [::] a peer of IPv4 is one of IPv4"
        );
    }

    #[test]
    fn a07_a_network_of_everybody_has_peers_of_ipv4_too() {
        let all = ["::/0".parse().unwrap()];
        for peer in ["192.0.2.7", "::ffff:192.0.2.7", "2001:db8::7"] {
            let peer: IpAddr = peer.parse().unwrap();
            assert!(is_in(&all, peer.to_canonical()), "{peer}");
        }
        let other = ["2001:db8::/32".parse().unwrap()];
        assert!(!is_in(&other, "192.0.2.7".parse().unwrap()));
    }

    #[test]
    fn a22_an_id_of_a_request_is_plain() {
        for (id, plain) in [
            ("0192f0c1-7d2e-7b1a", true),
            ("short", false),
            ("with space in it", false),
            ("12345678\t", false),
            (&"a".repeat(65), false),
        ] {
            let value = HeaderValue::from_str(id).unwrap();
            assert_eq!(is_request_id(&value), plain, "{id}");
        }
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
