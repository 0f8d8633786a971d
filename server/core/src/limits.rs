//! Rate limits: the generic cell rate algorithm (GCRA, ITU-T I.371) in one Lua
//! script, shared by every process through Redis.

use std::net::IpAddr;
use std::time::Duration;

use fred::interfaces::LuaInterface;

use crate::{Cx, Error, Result};

/// `burst` calls at once, then one per `every`. A call that is refused is not counted: whoever
/// keeps trying waits no longer than whoever waits.
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

    /// As [`Limit::new`], for what must not happen uncounted: guessing passwords, and whatever
    /// somebody else gets mail for.
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
pub const REGISTER: Limit = Limit::strict("register", 5, 600);
/// Mails that one visitor can ask for, to whatever addresses.
pub const MAIL_BY_VISITOR: Limit = Limit::strict("mail-by", 10, 60);
/// Mails somebody can make us send to one address.
pub const MAIL_TO_ADDRESS: Limit = Limit::strict("mail-to", 3, 600);
/// Writes per reader.
pub const WRITE: Limit = Limit::new("write", 120, 2);
/// Messages per reader and trade: each sends a mail.
pub const MESSAGE: Limit = Limit::strict("message", 20, 60);
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
pub const REPORT: Limit = Limit::strict("report", 10, 300);
/// Books that a reader enters without a copy of them.
pub const ENTER: Limit = Limit::new("enter", 120, 30);
/// Suggested corrections per reader.
pub const CORRECT: Limit = Limit::new("correct", 20, 120);
/// Reviews per reader, written or changed.
pub const REVIEW: Limit = Limit::new("review", 20, 120);
/// Questions to a payment service that a reader causes.
pub const PAY: Limit = Limit::strict("pay", 20, 30);
/// New proposals per reader.
pub const PROPOSE: Limit = Limit::strict("propose", 15, 120);

/// New events per reader.
pub const HOST: Limit = Limit::new("host", 20, 120);
/// Promo codes that a reader tries out: they are words, and could be guessed.
pub const CODE: Limit = Limit::new("code", 20, 60);

/// Members asked to host with somebody, per reader: each of them is told.
pub const INVITE: Limit = Limit::strict("invite", 20, 120);

/// What programs ask, per access token. What it costs says each question.
pub const API_BY_TOKEN: Limit = Limit {
    every: Duration::from_millis(250),
    ..Limit::new("api-token", 1200, 0)
};
/// The same without a token, per address.
pub const API_BY_ADDRESS: Limit = Limit::new("api-address", 300, 1);

/// How long Redis has for its answer.
const PATIENCE: Duration = Duration::from_millis(500);
/// So many networks of a /48 may do as much as they like within their own limits. Some providers
/// of mobile networks have a whole town in one /48: together they log in 160 times at once, then
/// 48 times a minute, and register 80 times, then 96 times an hour.
const NETWORKS: u32 = 16;

/// Times in milliseconds from Redis's own clock, so that all processes agree. No use of a limit
/// reaches further than its window, so what lies beyond was written while that clock was ahead.
/// Gives how long to wait, if the use is refused, and how long until everything may be used again.
const GCRA: &str = r"
local now = redis.call('TIME')
now = now[1] * 1000 + math.floor(now[2] / 1000)
local every, burst, cost = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local window = every * burst
local due = math.max(tonumber(redis.call('GET', KEYS[1]) or now), now)
if due > now + window then
    due = now + window
    redis.call('SET', KEYS[1], due, 'PX', window)
end
local wait = due - now - every * (burst - cost)
if wait > 0 then return {wait, due - now} end
due = due + every * cost
redis.call('SET', KEYS[1], due, 'PX', due - now)
return {0, due - now}
";

/// What is left of a limit after a use of it, allowed or refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Budget {
    /// As many uses at once as there ever may be.
    pub limit: u32,
    /// So many are left now.
    pub remaining: u32,
    /// Until none of them counts any more.
    pub reset: Duration,
    /// The use was refused, and would not be after this long.
    pub retry_after: Option<Duration>,
}

impl Cx {
    /// Counts one use of `limit` by `who` (an address, a reader, a route).
    /// When Redis does not answer, the call is let through, since the database's own
    /// limits still hold; only strict limits refuse it.
    ///
    /// # Errors
    /// `TooMany` with how long to wait; `Busy` for a strict limit without Redis.
    pub async fn limit(&self, limit: Limit, who: &str) -> Result<()> {
        match self.spend(limit, who, 1).await {
            Some(Budget {
                retry_after: Some(retry_after),
                ..
            }) => Err(Error::TooMany { retry_after }),
            None if limit.strict => Err(Error::Busy(format!("{} cannot be counted", limit.name))),
            Some(_) | None => Ok(()),
        }
    }

    /// Counts `cost` uses of `limit` by `who` at once, which is no more than its burst, and tells
    /// what is left. None when nobody can count.
    pub async fn spend(&self, limit: Limit, who: &str, cost: u32) -> Option<Budget> {
        let factor = u128::from(self.services.settings.rate_limit_factor.max(1));
        let every = (limit.every.as_millis() / factor).max(1);
        // In a box, since it is large, and so are the futures of all who count.
        let counting = Box::pin(self.services.redis.eval::<(i64, i64), _, _, _>(
            GCRA,
            vec![format!("limit:{}:{who}", limit.name)],
            vec![every.to_string(), limit.burst.to_string(), cost.to_string()],
        ));
        // A Redis that refuses, as a full one does, is not one that is away.
        let counting = async {
            match counting.await {
                Err(error) if is_away(&error) => Err(error),
                answered => Ok(answered),
            }
        };
        let breaker = &self.services.redis_breaker;
        let problem = match breaker.call(PATIENCE, counting).await {
            Ok(Ok((wait, reset))) => {
                let reset = reset.unsigned_abs();
                let every = u64::try_from(every).unwrap_or(u64::MAX);
                let used = u32::try_from(reset.div_ceil(every)).unwrap_or(u32::MAX);
                return Some(Budget {
                    limit: limit.burst,
                    remaining: limit.burst.saturating_sub(used),
                    reset: Duration::from_millis(reset),
                    retry_after: (wait > 0)
                        .then(|| Duration::from_millis(wait.max(1000).unsigned_abs())),
                });
            }
            Ok(Err(error)) => error.to_string(),
            Err(problem) => problem,
        };
        tracing::warn!(limit = limit.name, problem, "rate limit not counted");
        None
    }

    /// Counts one use of `limit` by whoever asks: the reader, or the address of a visitor.
    ///
    /// # Errors
    /// As [`Cx::limit`].
    pub async fn limit_by_caller(&self, limit: Limit) -> Result<()> {
        match &self.actor {
            Some(actor) => self.limit(limit, &actor.id.to_string()).await,
            None => self.limit_by_address(limit, "").await,
        }
    }

    /// Counts one use of `limit` by the client's address, as [`Cx::limit`]; `what` tells uses
    /// of one limit apart. All addresses of a /48 together have `NETWORKS` times as much as
    /// one: whoever has many networks of IPv6 is not many people.
    ///
    /// # Errors
    /// As [`Cx::limit`].
    pub async fn limit_by_address(&self, limit: Limit, what: &str) -> Result<()> {
        self.limit(limit, &format!("{what}{}", self.ip_key()))
            .await?;
        let IpAddr::V6(ip) = self.ip.to_canonical() else {
            return Ok(());
        };
        let [a, b, c, ..] = ip.segments();
        let together = Limit {
            burst: limit.burst * NETWORKS,
            every: limit.every / NETWORKS,
            ..limit
        };
        self.limit(together, &format!("{what}{a:x}:{b:x}:{c:x}::/48"))
            .await
    }

    /// The key limits use for the client's address: IPv6 by /64.
    pub fn ip_key(&self) -> String {
        match self.ip.to_canonical() {
            IpAddr::V4(ip) => ip.to_string(),
            IpAddr::V6(ip) => {
                let [a, b, c, d, ..] = ip.segments();
                format!("{a:x}:{b:x}:{c:x}:{d:x}")
            }
        }
    }
}

fn is_away(error: &fred::error::Error) -> bool {
    use fred::error::ErrorKind::{Canceled, IO, Timeout};
    matches!(error.kind(), IO | Timeout | Canceled)
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
        let strict = [
            LOG_IN,
            LOG_IN_TO_ACCOUNT,
            REGISTER,
            MAIL_BY_VISITOR,
            MAIL_TO_ADDRESS,
            MESSAGE,
            PROPOSE,
            REPORT,
        ];
        for limit in strict.into_iter().chain([WRITE]) {
            cx.limit(limit, "somebody").await.unwrap();
        }
        site.services.redis.quit().await.unwrap();
        for limit in strict {
            let refused = cx.limit(limit, "somebody").await;
            assert!(matches!(refused, Err(Error::Busy(_))), "{}", limit.name);
        }
        cx.limit(WRITE, "somebody").await.unwrap();
    }

    #[tokio::test]
    async fn what_is_left_is_told_with_each_use() {
        let set = |settings: &mut crate::Settings| settings.rate_limit_factor = 1;
        let site = TestServices::with(Jobs::default(), crate::testing::NO_HOOKS, set).await;
        let cx = site.visitor();
        let limit = Limit::new("spent", 10, 600);
        let left = async |cost| {
            let budget = cx.spend(limit, "somebody", cost).await.unwrap();
            (budget.remaining, budget.retry_after.is_some())
        };
        assert_eq!(left(3).await, (7, false));
        assert_eq!(left(7).await, (0, false));
        let refused = cx.spend(limit, "somebody", 2).await.unwrap();
        assert_eq!((refused.limit, refused.remaining), (10, 0));
        // Two uses are there again when two of the ten have been waited for.
        let wait = refused.retry_after.unwrap().as_secs();
        assert!((1190..=1200).contains(&wait), "{wait}");
        assert!((5990..=6000).contains(&refused.reset.as_secs()));
        site.services.redis.quit().await.unwrap();
        assert_eq!(cx.spend(limit, "somebody", 1).await, None);
    }

    #[tokio::test]
    async fn a07_addresses_count_in_one_form_and_networks_together() {
        let jobs = Jobs::default();
        let set = |settings: &mut crate::Settings| settings.rate_limit_factor = 1;
        let site = TestServices::with(jobs, crate::testing::NO_HOOKS, set).await;
        let limit = Limit::new("by-address", 2, 600);
        let from = async |ip: String, what: &str| {
            let mut cx = site.visitor();
            cx.ip = ip.parse().unwrap();
            cx.limit_by_address(limit, what).await.is_ok()
        };
        assert!(from("192.0.2.7".into(), "").await);
        assert!(from("::ffff:192.0.2.7".into(), "").await);
        assert!(!from("192.0.2.7".into(), "").await, "one address");
        assert!(from("::ffff:192.0.2.8".into(), "").await, "another one");
        assert!(from("192.0.2.7".into(), "else:").await, "another use");
        let mut allowed = 0;
        for network in 0..60 {
            allowed += u32::from(from(format!("2001:db8:7:{network:x}::1"), "").await);
        }
        assert_eq!(allowed, limit.burst * NETWORKS, "a /48 is one place");
        assert!(from("2001:db8:8::1".into(), "").await, "another /48");
    }

    #[tokio::test]
    async fn c12_a_refused_call_is_not_counted() {
        let jobs = Jobs::default();
        let set = |settings: &mut crate::Settings| settings.rate_limit_factor = 1;
        let site = TestServices::with(jobs, crate::testing::NO_HOOKS, set).await;
        let cx = site.visitor();
        let limit = Limit::new("refused", 2, 2);
        let start = std::time::Instant::now();
        for _ in 0..2 {
            cx.limit(limit, "somebody").await.unwrap();
        }
        // As fast as they come: if they counted, the next one that may would be far away.
        for _ in 0..50 {
            let Err(Error::TooMany { retry_after }) = cx.limit(limit, "somebody").await else {
                assert!(start.elapsed() >= limit.every, "one too many");
                return;
            };
            assert!(retry_after <= limit.every, "{retry_after:?}");
        }
        tokio::time::sleep(limit.every).await;
        cx.limit(limit, "somebody").await.unwrap();
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
