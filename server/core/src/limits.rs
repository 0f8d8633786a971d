//! Rate limits: the generic cell rate algorithm (GCRA, ITU-T I.371) in one Lua
//! script, shared by every process through Redis.

use std::time::Duration;

use fred::interfaces::LuaInterface;

use crate::{Cx, Error, Result};

/// `burst` calls at once, then one per `every`.
#[derive(Debug, Clone, Copy)]
pub struct Limit {
    /// Under which calls are counted.
    pub name: &'static str,
    /// So many at once.
    pub burst: u32,
    /// After those, one in this time.
    pub every: Duration,
    /// Whether calls are refused while nobody can count them.
    pub strict: bool,
}

impl Limit {
    /// A limit that lets calls through while nobody can count them.
    pub const fn new(name: &'static str, burst: u32, every_seconds: u64) -> Self {
        Self {
            name,
            burst,
            every: Duration::from_secs(every_seconds),
            strict: false,
        }
    }

    /// As [`Limit::new`], for what must not happen uncounted: guessing passwords.
    pub const fn strict(name: &'static str, burst: u32, every_seconds: u64) -> Self {
        Self {
            strict: true,
            ..Self::new(name, burst, every_seconds)
        }
    }
}

/// Tries to log in, or to confirm a password, per address or reader.
pub const LOG_IN: Limit = Limit::strict("log-in", 10, 20);
/// Tries to log in to one account, from everywhere its owner has not been. Refills faster
/// than one address can use up, so that it takes several to reach it.
pub const LOG_IN_TO_ACCOUNT: Limit = Limit::strict("log-in-account", 50, 15);
/// New accounts per address.
pub const REGISTER: Limit = Limit::new("register", 5, 600);
/// Mails that one visitor can ask for, to whatever addresses.
pub const MAIL_BY_VISITOR: Limit = Limit::new("mail-by", 10, 60);
/// Mails somebody can make us send to one address.
pub const MAIL_TO_ADDRESS: Limit = Limit::new("mail-to", 3, 600);
/// Writes per reader.
pub const WRITE: Limit = Limit::new("write", 120, 2);
/// Messages per reader and trade: each sends a mail.
pub const MESSAGE: Limit = Limit::new("message", 20, 60);
/// Look-ups while typing, per reader.
pub const LOOK_UP: Limit = Limit::new("look-up", 90, 1);
/// Questions to an outside catalogue, per reader.
pub const OUTSIDE: Limit = Limit::new("outside", 30, 10);
/// Pasted lists per reader, each of up to 200 look-ups.
pub const PASTE: Limit = Limit::new("paste", 20, 15);
/// Uploads of photos per reader, each of up to 24 MB.
pub const UPLOAD: Limit = Limit::new("upload", 20, 20);
/// Imported files per reader, each of up to 10 MB.
pub const IMPORT: Limit = Limit::new("import", 10, 300);
/// Reports per reader.
pub const REPORT: Limit = Limit::new("report", 10, 300);
/// Suggested corrections per reader.
pub const CORRECT: Limit = Limit::new("correct", 20, 120);
/// New proposals per reader.
pub const PROPOSE: Limit = Limit::new("propose", 15, 120);

/// Times in milliseconds from Redis's own clock, so that all processes agree. No use of a limit
/// reaches further than its window, so what lies beyond was written while that clock was ahead.
const GCRA: &str = r"
local now = redis.call('TIME')
now = now[1] * 1000 + math.floor(now[2] / 1000)
local every, burst = tonumber(ARGV[1]), tonumber(ARGV[2])
local window = every * burst
local due = math.max(tonumber(redis.call('GET', KEYS[1]) or now), now)
if due > now + window then
    due = now + window
    redis.call('SET', KEYS[1], due, 'PX', window)
end
local wait = due - now - every * (burst - 1)
if wait > 0 then return wait end
redis.call('SET', KEYS[1], due + every, 'PX', due + every - now)
return 0
";

impl Cx {
    /// Counts one use of `limit` by `who` (an address, a reader, a route).
    /// When Redis does not answer, the call is let through, since the database's own
    /// limits still hold; only strict limits refuse it.
    ///
    /// # Errors
    /// `TooMany` with how long to wait; `Busy` for a strict limit without Redis.
    pub async fn limit(&self, limit: Limit, who: &str) -> Result<()> {
        let factor = u128::from(self.services.settings.rate_limit_factor.max(1));
        let every = (limit.every.as_millis() / factor).max(1);
        let asked: std::result::Result<Result<i64, fred::error::Error>, _> = tokio::time::timeout(
            Duration::from_millis(500),
            self.services.redis.eval(
                GCRA,
                vec![format!("limit:{}:{who}", limit.name)],
                vec![every.to_string(), limit.burst.to_string()],
            ),
        )
        .await;
        let problem = match asked {
            Ok(Ok(0)) => return Ok(()),
            Ok(Ok(wait)) => {
                return Err(Error::TooMany {
                    retry_after: Duration::from_millis(wait.max(1000).unsigned_abs()),
                });
            }
            Ok(Err(error)) => error.to_string(),
            Err(_) => "Redis is slow".to_owned(),
        };
        tracing::warn!(limit = limit.name, problem, "rate limit not counted");
        if limit.strict {
            Err(Error::Busy(format!("{} cannot be counted", limit.name)))
        } else {
            Ok(())
        }
    }

    /// The key limits use for the client's address: IPv6 by /64.
    pub fn ip_key(&self) -> String {
        match self.ip {
            std::net::IpAddr::V4(ip) => ip.to_string(),
            std::net::IpAddr::V6(ip) => {
                let [a, b, c, d, ..] = ip.segments();
                format!("{a:x}:{b:x}:{c:x}:{d:x}")
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use fred::interfaces::ClientLike;

    use super::*;
    use crate::jobs::Jobs;
    use crate::testing::TestServices;

    #[tokio::test]
    async fn without_redis_only_strict_limits_refuse() {
        let site = TestServices::new(Jobs::default()).await;
        let cx = site.visitor();
        for limit in [LOG_IN, LOG_IN_TO_ACCOUNT, WRITE] {
            cx.limit(limit, "somebody").await.unwrap();
        }
        site.services.redis.quit().await.unwrap();
        for limit in [LOG_IN, LOG_IN_TO_ACCOUNT] {
            let refused = cx.limit(limit, "somebody").await;
            assert!(matches!(refused, Err(Error::Busy(_))), "{}", limit.name);
        }
        cx.limit(WRITE, "somebody").await.unwrap();
    }

    #[tokio::test]
    async fn k07_a_clock_that_was_ahead_locks_nobody_out() {
        use fred::interfaces::KeysInterface;
        let jobs = Jobs::default();
        let set = |settings: &mut crate::Settings| settings.rate_limit_factor = 1;
        let site = TestServices::with(jobs, crate::testing::NO_HOOKS, set).await;
        let cx = site.visitor();
        let tomorrow =
            (jiff::Timestamp::now() + jiff::SignedDuration::from_hours(24)).as_millisecond();
        let limits = [Limit::new("lenient", 2, 1), Limit::strict("strict", 1, 2)];
        for limit in limits {
            let key = format!("limit:{}:somebody", limit.name);
            let redis = &site.services.redis;
            let _: () = redis.set(key, tomorrow, None, None, false).await.unwrap();
            let Err(Error::TooMany { retry_after }) = cx.limit(limit, "somebody").await else {
                panic!("all that the limit allows counts as used: {}", limit.name);
            };
            assert!(retry_after <= limit.every, "{} {retry_after:?}", limit.name);
            tokio::time::sleep(retry_after).await;
            cx.limit(limit, "somebody").await.unwrap();
        }
    }
}
