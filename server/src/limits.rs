//! Rate limits: the generic cell rate algorithm (GCRA, ITU-T I.371) in one Lua
//! script, shared by every process through Redis.

use std::time::Duration;

use fred::interfaces::LuaInterface;

use crate::{Cx, Error, Result};

/// `burst` calls at once, then one per `every`.
#[derive(Debug, Clone, Copy)]
pub struct Limit {
    pub name: &'static str,
    pub burst: u32,
    pub every: Duration,
}

impl Limit {
    pub const fn new(name: &'static str, burst: u32, every_seconds: u64) -> Self {
        Self {
            name,
            burst,
            every: Duration::from_secs(every_seconds),
        }
    }
}

/// Tries to log in, or to confirm a password, per address or reader.
pub const LOG_IN: Limit = Limit::new("log-in", 10, 20);
/// Tries to log in to one account, from everywhere its owner has not been. Refills faster
/// than one address can use up, so that it takes several to reach it.
pub const LOG_IN_TO_ACCOUNT: Limit = Limit::new("log-in-account", 50, 15);
/// New accounts per address.
pub const REGISTER: Limit = Limit::new("register", 5, 600);
/// Mails that one visitor can ask for, to whatever addresses.
pub const MAIL_BY_VISITOR: Limit = Limit::new("mail-by", 10, 60);
/// Mails somebody can make us send to one address.
pub const MAIL_TO_ADDRESS: Limit = Limit::new("mail-to", 3, 600);
/// Writes per reader.
pub const WRITE: Limit = Limit::new("write", 120, 2);
/// Look-ups while typing, per reader.
pub const LOOK_UP: Limit = Limit::new("look-up", 90, 1);
/// Reports per reader.
pub const REPORT: Limit = Limit::new("report", 10, 300);
/// New proposals per reader.
pub const PROPOSE: Limit = Limit::new("propose", 15, 120);

/// Times in milliseconds from Redis's own clock, so that all processes agree.
const GCRA: &str = r"
local now = redis.call('TIME')
now = now[1] * 1000 + math.floor(now[2] / 1000)
local every, burst = tonumber(ARGV[1]), tonumber(ARGV[2])
local due = math.max(tonumber(redis.call('GET', KEYS[1]) or now), now)
/// Uploads of photos per reader, each of up to 24 MB.
pub const UPLOAD: Limit = Limit::new("upload", 20, 20);
local wait = due - now - every * (burst - 1)
if wait > 0 then return wait end
redis.call('SET', KEYS[1], due + every, 'PX', due + every - now)
return 0
";

impl Cx {
    /// Counts one use of `limit` by `who` (an address, a reader, a route).
    /// When Redis does not answer, the call is let through: the database's own
    /// limits still hold, and log-ins stay bounded by the hashing semaphore.
    ///
    /// # Errors
    /// `TooMany` with how long to wait.
    pub async fn limit(&self, limit: Limit, who: &str) -> Result<()> {
        let factor = u128::from(self.services.settings.rate_limit_factor.max(1));
        let every = (limit.every.as_millis() / factor).max(1) as u64;
        let asked: std::result::Result<Result<i64, _>, _> = tokio::time::timeout(
            Duration::from_millis(500),
            self.services.redis.eval(
                GCRA,
                vec![format!("limit:{}:{who}", limit.name)],
                vec![every.to_string(), limit.burst.to_string()],
            ),
        )
        .await;
        match asked {
            Ok(Ok(0)) => Ok(()),
            Ok(Ok(wait)) => Err(Error::TooMany {
                retry_after: Duration::from_millis(wait.max(1000) as u64),
            }),
            Ok(Err(error)) => {
                let error: fred::error::Error = error;
                tracing::warn!(limit = limit.name, %error, "rate limit not counted");
                Ok(())
            }
            Err(_) => {
                tracing::warn!(limit = limit.name, "rate limit not counted: Redis is slow");
                Ok(())
            }
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
