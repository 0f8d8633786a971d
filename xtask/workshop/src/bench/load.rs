//! The load: `wrk` on the same machine, keep-alive, one thread.

use std::process::Stdio;

use tokio::process::Command;

use super::Options;
use dogear::commands::Failure;

/// What one run showed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Figures {
    /// Requests per second.
    pub rate: f64,
    pub p50_ms: f64,
    pub p99_ms: f64,
}

/// # Errors
/// When `wrk` is not installed.
pub(super) fn available() -> Result<(), Failure> {
    std::process::Command::new("wrk")
        .arg("-v")
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .map(|_| ())
        .map_err(|error| {
            format!("wrk is needed for measuring ({error}). On Debian: apt-get install wrk").into()
        })
}

/// One warm-up second, then the run that counts.
///
/// # Errors
/// When `wrk` fails or any answer is not a success.
pub(super) async fn load(
    url: &str,
    cookie: Option<&str>,
    options: &Options,
) -> Result<Figures, Failure> {
    once(url, cookie, options.busy, 1).await?;
    once(url, cookie, options.busy, options.seconds).await
}

async fn once(
    url: &str,
    cookie: Option<&str>,
    connections: u32,
    seconds: u64,
) -> Result<Figures, Failure> {
    let mut wrk = Command::new("wrk");
    wrk.args(["-t1", "--latency", "--timeout", "30"])
        .arg(format!("-c{connections}"))
        .arg(format!("-d{seconds}s"));
    if let Some(cookie) = cookie {
        wrk.arg("-H").arg(format!("Cookie: {cookie}"));
    }
    let output = wrk.arg(url).output().await?;
    let text = String::from_utf8_lossy(&output.stdout);
    parse(&text).ok_or_else(|| format!("wrk {url}:\n{text}").into())
}

/// `None` when something is missing or an answer was not a success.
fn parse(text: &str) -> Option<Figures> {
    if text.contains("Non-2xx") || text.contains("Socket errors") {
        return None;
    }
    let after = |label: &str| {
        text.lines()
            .map(str::trim)
            .find_map(|line| line.strip_prefix(label))
            .map(str::trim)
    };
    Some(Figures {
        rate: after("Requests/sec:")?.parse().ok()?,
        p50_ms: milliseconds(after("50%")?)?,
        p99_ms: milliseconds(after("99%")?)?,
    })
}

fn milliseconds(text: &str) -> Option<f64> {
    let units = [("us", 0.001), ("ms", 1.0), ("s", 1000.0), ("m", 60_000.0)];
    let (unit, factor) = units.into_iter().find(|(unit, _)| text.ends_with(unit))?;
    Some(text.strip_suffix(unit)?.parse::<f64>().ok()? * factor)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "Running 5s test\n  Latency Distribution\n     50%  182.00us\n     75%  1.20ms\n     99%    3.07ms\n  1000 requests in 5.00s\nRequests/sec:  34644.12\n";

    #[test]
    fn figures_are_read_from_what_wrk_prints() {
        assert_eq!(
            parse(TEXT),
            Some(Figures {
                rate: 34644.12,
                p50_ms: 0.182,
                p99_ms: 3.07
            })
        );
        assert_eq!(
            parse(&format!("{TEXT}  Non-2xx or 3xx responses: 4\n")),
            None
        );
        assert_eq!(milliseconds("1.50s"), Some(1500.0));
    }
}
