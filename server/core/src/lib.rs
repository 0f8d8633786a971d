//! What every feature of Dogear stands on: a call and its services, transactions, the queue,
//! limits, the audit log. Names no feature.

#![warn(missing_docs)]
// Tests count what they made.
#![cfg_attr(test, allow(clippy::cast_possible_truncation, clippy::cast_sign_loss))]
// What is said here is logged, or told to the caller.
#![warn(clippy::print_stdout, clippy::print_stderr)]

pub mod audit;
pub mod blocking;
pub mod breaker;
pub mod clock;
pub mod db;
pub mod error;
pub mod hooks;
pub mod jobs;
pub mod limits;
pub mod lost;
pub mod secrets;
pub mod settings;
mod suspension;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
pub mod version;

use std::net::IpAddr;
use std::sync::Arc;

use dogear_domain::accounts::{AccountStatus, Role};
use dogear_domain::ids::UserId;

pub use clock::Clock;
pub use error::{Error, Result};
pub use settings::Settings;
pub use suspension::Suspension;

/// Everything a service needs that outlives a request. One per process.
pub struct Services {
    /// Pages and writes. Small on purpose: see `Settings::db_connections`.
    pub db: sqlx::PgPool,
    /// Sessions, queue, rate limits. May vanish at any time.
    pub redis: fred::clients::Client,
    /// Around what a request asks of Redis.
    pub redis_breaker: breaker::Breaker,
    /// What time it is; tests move it.
    pub clock: Clock,
    /// Validated configuration.
    pub settings: Settings,
    /// Wakes the relay, so that mail does not wait for its next look; see [`db::Tx`].
    pub wake_relay: tokio::sync::Notify,
    /// The kinds of jobs that workers do; `runtime` of the server names them.
    pub jobs: jobs::Jobs,
    /// What features do for those below them; `runtime` of the server names it.
    pub hooks: hooks::Hooks,
    /// Photos of copies.
    pub photos: Arc<dyn object_store::ObjectStore>,
}

/// Who is asking, as the session says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Actor {
    /// Stays the same when the handle changes.
    pub id: UserId,
    /// Without the @.
    pub handle: String,
    /// What they want to be called.
    pub display_name: String,
    /// Where their mail goes, confirmed or not.
    pub email: String,
    /// The e-mail address is confirmed.
    pub verified: bool,
    /// What they may do here.
    pub role: Role,
    /// As it stands now: a suspension that has lapsed is none.
    pub status: AccountStatus,
    /// Why and until when, while they are suspended.
    pub suspension: Option<Suspension>,
    /// As they write it; may be empty.
    pub city: String,
    /// IANA name; their times are shown in it.
    pub time_zone: String,
    /// The session's row in `user_sessions`.
    pub session: uuid::Uuid,
    /// Notifications not yet read. This and what follows is counted for pages: 0 in other calls.
    pub unread: i64,
    /// Trades in which the next move is theirs.
    pub needs_you: i64,
    /// Cases that wait for a decision; 0 for whoever decides none.
    pub open_cases: i64,
}

/// One call: the services, and who asks from where.
#[derive(Clone)]
pub struct Cx {
    /// What outlives the call.
    pub services: Arc<Services>,
    /// Nobody when not signed in, and for the site itself.
    pub actor: Option<Actor>,
    /// The client's address after trusted proxies; limits and the audit log use it.
    pub ip: IpAddr,
    /// As the browser names itself; may be empty.
    pub user_agent: String,
    /// In the logs, the audit log and on error pages.
    pub request_id: String,
}

impl Cx {
    /// A call made by the site itself: jobs, schedules, seeding.
    pub fn system(services: Arc<Services>) -> Self {
        Self {
            services,
            actor: None,
            ip: IpAddr::from([127, 0, 0, 1]),
            user_agent: String::new(),
            request_id: "system".into(),
        }
    }

    /// For statements outside of a transaction.
    pub fn db(&self) -> &sqlx::PgPool {
        &self.services.db
    }

    /// By the clock of the site, which tests move.
    pub fn now(&self) -> jiff::Timestamp {
        self.services.clock.now()
    }

    /// The signed-in reader, whatever their standing.
    ///
    /// # Errors
    /// `SignInRequired` when nobody is signed in.
    pub fn reader(&self) -> Result<&Actor> {
        self.actor.as_ref().ok_or(Error::SignInRequired)
    }

    /// A reader who may start new things: address confirmed, not suspended.
    ///
    /// # Errors
    /// `SignInRequired`, or `Forbidden` with what to do about it.
    pub fn member(&self) -> Result<&Actor> {
        let actor = self.reader()?;
        match actor.status {
            AccountStatus::Active => {}
            AccountStatus::Suspended => {
                let none = Suspension {
                    until: None,
                    reason: String::new(),
                };
                let suspension = actor.suspension.as_ref().unwrap_or(&none);
                return Err(Error::Forbidden(
                    suspension.refusal(&actor.time_zone, self.now()),
                ));
            }
            AccountStatus::Closing | AccountStatus::Deleted => {
                return Err(Error::Forbidden(
                    "Your account is being closed. You can finish your running trades, and nothing else.".into(),
                ));
            }
        }
        if !actor.verified {
            return Err(Error::Forbidden(
                "Confirm your e-mail address first: open the link in the mail we sent you, or have it sent again at /verify.".into(),
            ));
        }
        Ok(actor)
    }

    /// A moderator or an admin.
    ///
    /// # Errors
    /// `SignInRequired`, or `NotFound`: the desk does not show itself to others.
    pub fn moderator(&self) -> Result<&Actor> {
        self.staff(Role::Moderator)
    }

    /// An admin.
    ///
    /// # Errors
    /// As [`Cx::moderator`].
    pub fn admin(&self) -> Result<&Actor> {
        self.staff(Role::Admin)
    }

    fn staff(&self, least: Role) -> Result<&Actor> {
        let actor = self.reader()?;
        if actor.role >= least && actor.status == AccountStatus::Active {
            Ok(actor)
        } else {
            Err(Error::NotFound)
        }
    }
}
