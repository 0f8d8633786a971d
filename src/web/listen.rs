//! Accepting connections: so many in all and from one address, time limits for clients that
//! send or read slowly, no Nagle delay, a clean end.

use std::collections::HashMap;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::extract::{ConnectInfo, Request};
use hyper::body::Incoming;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use ipnet::IpNet;
use tokio::net::{TcpListener, TcpStream};
use tokio_io_timeout::TimeoutStream;
use tokio_util::sync::CancellationToken;
use tower::ServiceExt;

use super::client_ip::is_in;

/// So long a client may take until it reads on.
const UNREAD: Duration = Duration::from_secs(20);
/// After the site was asked to stop, open requests have so long to end. Shorter than the command
/// waits for all that is under way: what goes on behind them has a moment left.
const LAST_REQUESTS: Duration = Duration::from_secs(17);
/// What a client reads that is one too many.
const TOO_MANY: &[u8] = b"HTTP/1.1 503 Service Unavailable\r\nconnection: close\r\nretry-after: 5\r\ncontent-type: text/plain; charset=utf-8\r\ncontent-length: 60\r\n\r\nToo many connections are open just now. Try again in a bit.\n";

/// How many connections may be open at a time.
#[derive(Debug, Clone)]
pub struct Connections {
    /// From everywhere.
    pub in_all: usize,
    /// From one address, or one /64 of IPv6.
    pub per_address: usize,
    /// Proxies that readers come through: theirs are not counted by address.
    pub proxies: Arc<[IpNet]>,
}

/// The open connections.
#[derive(Default)]
struct Open {
    in_all: usize,
    by_address: HashMap<IpAddr, usize>,
}

/// One of them, until it is dropped.
struct Counted {
    open: Arc<Mutex<Open>>,
    address: Option<IpAddr>,
}

impl Connections {
    /// As many as come.
    pub fn unlimited() -> Self {
        Self {
            in_all: usize::MAX,
            per_address: usize::MAX,
            proxies: Arc::from([]),
        }
    }

    /// Counts one more from `peer`, if there may be one.
    fn count(&self, open: &Arc<Mutex<Open>>, peer: IpAddr) -> Option<Counted> {
        let peer = peer.to_canonical();
        let address = (!is_in(&self.proxies, peer)).then(|| network(peer));
        let mut now = lock(open);
        if now.in_all >= self.in_all {
            return None;
        }
        if let Some(address) = address {
            let same = now.by_address.entry(address).or_default();
            if *same >= self.per_address {
                return None;
            }
            *same += 1;
        }
        now.in_all += 1;
        Some(Counted {
            open: Arc::clone(open),
            address,
        })
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        let mut open = lock(&self.open);
        open.in_all -= 1;
        if let Some(address) = self.address
            && let Some(same) = open.by_address.get_mut(&address)
        {
            *same -= 1;
            if *same == 0 {
                open.by_address.remove(&address);
            }
        }
    }
}

fn lock(open: &Mutex<Open>) -> MutexGuard<'_, Open> {
    open.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Whoever has one address of IPv6 has a /64 of them.
fn network(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(v6) => {
            let [a, b, c, d, ..] = v6.segments();
            IpAddr::from([a, b, c, d, 0, 0, 0, 0])
        }
    }
}

/// Listens on `wanted`, or, when `flexible`, on the next free of the twenty ports after it.
///
/// # Errors
/// When none of them is free.
pub async fn bind(wanted: SocketAddr, flexible: bool) -> std::io::Result<TcpListener> {
    let mut address = wanted;
    for _ in 0..20 {
        match TcpListener::bind(address).await {
            Err(error) if flexible && error.kind() == std::io::ErrorKind::AddrInUse => {
                address.set_port(address.port() + 1);
            }
            result => return result,
        }
    }
    TcpListener::bind(wanted).await
}

/// Serves until `stop`, then lets open requests end for at most 17 seconds.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    connections: Connections,
    stop: CancellationToken,
) {
    let graceful = GracefulShutdown::new();
    let open = Arc::new(Mutex::new(Open::default()));
    loop {
        let (stream, peer) = tokio::select! {
            () = stop.cancelled() => break,
            accepted = listener.accept() => match accepted {
                Ok(accepted) => accepted,
                Err(error) => {
                    // Out of file descriptors, most likely: wait for some to close.
                    tracing::warn!(%error, "connection not accepted");
                    tokio::time::sleep(Duration::from_millis(100)).await;
                    continue;
                }
            },
        };
        let Some(counted) = connections.count(&open, peer.ip()) else {
            refuse(&stream);
            continue;
        };
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!(%error, "TCP_NODELAY not set");
        }
        let mut stream = Box::pin(TimeoutStream::new(stream));
        stream.as_mut().set_write_timeout_pinned(Some(UNREAD));
        let router = router.clone();
        let service = hyper::service::service_fn(move |mut request: Request<Incoming>| {
            request.extensions_mut().insert(ConnectInfo(peer));
            router.clone().oneshot(request)
        });
        let connection = hyper::server::conn::http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(Duration::from_secs(15))
            .max_headers(100)
            .serve_connection(TokioIo::new(stream), service);
        let connection = graceful.watch(connection);
        tokio::spawn(async move {
            let _counted = counted;
            if let Err(error) = connection.await {
                tracing::debug!(%error, "connection ended");
            }
        });
    }
    drop(listener);
    tokio::select! {
        () = graceful.shutdown() => {}
        () = tokio::time::sleep(LAST_REQUESTS) => {
            tracing::warn!("some requests did not end in time");
        }
    }
}

/// Says that there are too many, as far as the client hears it, and hangs up.
fn refuse(stream: &TcpStream) {
    tracing::debug!("a connection too many");
    // Nobody waits for a client that does not listen.
    let _ = stream.try_write(TOO_MANY);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a18_connections_are_counted_in_all_and_by_address_and_network() {
        let connections = Connections {
            in_all: 6,
            per_address: 2,
            proxies: Arc::from(["10.0.0.0/8".parse().unwrap()]),
        };
        let open = Arc::default();
        let count = |peer: &str| connections.count(&open, peer.parse().unwrap());
        let first = [count("192.0.2.1"), count("::ffff:192.0.2.1")];
        assert!(first.iter().all(Option::is_some));
        assert!(count("192.0.2.1").is_none(), "two from one address");
        let sixth = [count("2001:db8::1"), count("2001:db8::ffff:2")];
        assert!(sixth.iter().all(Option::is_some));
        assert!(count("2001:db8::3").is_none(), "two from one network");
        let proxied = [count("10.0.0.2"), count("::ffff:10.0.0.2")];
        assert!(proxied.iter().all(Option::is_some), "a proxy is everybody");
        assert!(count("198.51.100.1").is_none(), "six in all");
        drop(first);
        assert!(count("192.0.2.1").is_some(), "whoever leaves makes room");
        drop((sixth, proxied));
        assert!(lock(&open).by_address.is_empty() && lock(&open).in_all == 0);
    }

    #[test]
    fn what_a_client_too_many_reads_is_whole() {
        let text = String::from_utf8_lossy(TOO_MANY);
        let (head, body) = text.split_once("\r\n\r\n").unwrap();
        assert!(head.contains(&format!("content-length: {}", body.len())));
    }
}
