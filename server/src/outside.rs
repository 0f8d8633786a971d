//! Questions to the servers of others: to one host that is known beforehand, with a limit of time,
//! and never into a private network.

use std::net::{IpAddr, Ipv6Addr};
use std::time::Duration;

use ureq::unversioned::resolver::{DefaultResolver, ResolvedSocketAddrs, Resolver};
use ureq::unversioned::transport::{DefaultConnector, NextTimeout};

/// Whether a private address, and one without TLS, will do: in development, and in tests.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Anywhere(pub bool);

/// What asks. It gives up after `patience`, is not followed elsewhere, and unless it may go anywhere
/// a name has to lead to a public address over TLS. A status that tells of an error is one.
pub(crate) fn agent(patience: Duration, anywhere: Anywhere) -> ureq::Agent {
    made(patience, anywhere, true)
}

/// As [`agent`], for an interface whose errors have something to say: each status is an answer.
pub(crate) fn open_agent(patience: Duration, anywhere: Anywhere) -> ureq::Agent {
    made(patience, anywhere, false)
}

fn made(patience: Duration, Anywhere(anywhere): Anywhere, fails: bool) -> ureq::Agent {
    let config = ureq::Agent::config_builder()
        .timeout_global(Some(patience))
        .max_redirects(0)
        .max_redirects_will_error(true)
        .http_status_as_error(fails)
        .https_only(!anywhere)
        .proxy(None)
        .max_response_header_size(16 * 1024)
        .user_agent(concat!("dogear/", env!("CARGO_PKG_VERSION")))
        .build();
    let resolver = Public {
        inner: DefaultResolver::default(),
        anywhere,
    };
    ureq::Agent::with_parts(config, DefaultConnector::default(), resolver)
}

/// Resolves a name once, and connects to what it said then: only to public addresses.
#[derive(Debug)]
struct Public {
    inner: DefaultResolver,
    anywhere: bool,
}

impl Resolver for Public {
    fn resolve(
        &self,
        uri: &ureq::http::Uri,
        config: &ureq::config::Config,
        timeout: NextTimeout,
    ) -> std::result::Result<ResolvedSocketAddrs, ureq::Error> {
        let found = self.inner.resolve(uri, config, timeout)?;
        let mut allowed = self.empty();
        for address in &found {
            if self.anywhere || is_public(address.ip()) {
                allowed.push(*address);
            }
        }
        if allowed.is_empty() {
            return Err(ureq::Error::HostNotFound);
        }
        Ok(allowed)
    }
}

/// Whether an address is one of the internet at large: none of this machine, of a private
/// network, or set aside (RFC 6890).
pub(crate) fn is_public(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => {
            let [a, b, c, _] = ip.octets();
            !(a == 0
                || ip.is_loopback()
                || ip.is_private()
                || ip.is_link_local()
                || ip.is_documentation()
                || (a == 100 && (64..128).contains(&b))
                || (a == 192 && b == 0 && c == 0)
                || (a == 198 && (18..20).contains(&b))
                || a >= 224)
        }
        IpAddr::V6(ip) => {
            if let Some(ip) = embedded(ip) {
                return is_public(IpAddr::V4(ip));
            }
            let [first, second, ..] = ip.segments();
            // Global unicast, without the block for documentation.
            (0x2000..0x4000).contains(&first) && !(first == 0x2001 && second == 0xdb8)
        }
    }
}

/// The address of the older kind that one of the newer kind stands for: mapped, or
/// through the well-known prefixes of NAT64 and 6to4.
fn embedded(ip: Ipv6Addr) -> Option<std::net::Ipv4Addr> {
    let segments = ip.segments();
    let pair =
        |high: u16, low: u16| std::net::Ipv4Addr::from((u32::from(high) << 16) | u32::from(low));
    match segments {
        [0x64, 0xff9b, 0, 0, 0, 0, high, low] | [0x2002, high, low, ..] => Some(pair(high, low)),
        _ => ip.to_ipv4_mapped(),
    }
}
