//! The site as it was at some moment: the same database, an earlier clock.

use std::sync::Arc;

use dogear_domain::ids::TradeEventId;
use jiff::{SignedDuration, Timestamp};
use jiff_sqlx::ToSqlx;

use crate::trades::TellParties;
use crate::{Clock, Cx, Result, Services, Settings, trades};

/// Events before this are told to nobody: their notifications would be long read.
const TOLD: SignedDuration = SignedDuration::from_hours(30 * 24);
/// Mail about events after this is really sent.
const SENT: SignedDuration = SignedDuration::from_hours(48);
/// Notifications older than this have been read.
const UNREAD: SignedDuration = SignedDuration::from_hours(4 * 24);

/// See the module.
pub(super) struct Past {
    pub services: Arc<Services>,
    now: Timestamp,
    /// The database's clock when the first scene began: rows that carry a later time
    /// belong to the scene that is being played.
    begun: jiff_sqlx::Timestamp,
}

impl Past {
    /// Services whose clock can be set, and without limits on how often.
    ///
    /// # Errors
    /// Those of the database.
    pub(super) async fn of(services: &Services) -> Result<Self> {
        let past = Services {
            db: services.db.clone(),
            redis: services.redis.clone(),
            redis_breaker: crate::breaker::Breaker::default(),
            clock: Clock::default(),
            settings: Settings {
                rate_limit_factor: 1_000_000,
                ..services.settings.clone()
            },
            wake_relay: tokio::sync::Notify::new(),
            jobs: services.jobs.clone(),
            hooks: services.hooks,
            photos: Arc::clone(&services.photos),
        };
        past.clock
            .advance(services.clock.now().duration_since(past.clock.now()));
        let begun = sqlx::query_scalar("select clock_timestamp()")
            .fetch_one(&services.db)
            .await?;
        Ok(Self {
            now: past.clock.now(),
            services: Arc::new(past),
            begun,
        })
    }

    /// Sets the clock.
    pub(super) fn go_to(&self, at: Timestamp) {
        let clock = &self.services.clock;
        clock.advance(at.duration_since(clock.now()));
    }

    /// Tells everybody what just happened, as if the worker had done it at the time.
    ///
    /// # Errors
    /// Those of the database.
    pub(super) async fn tell(&self) -> Result<()> {
        let cx = Cx::system(Arc::clone(&self.services));
        let at = cx.now();
        let mut tx = cx.begin().await?;
        if self.now.duration_since(at) < TOLD {
            for event in self.events(&mut tx).await? {
                trades::tell(&cx, &mut tx, event).await?;
            }
        }
        let sent = self.now.duration_since(at) > SENT;
        sqlx::query(
            "update outbox set created_at = $1, run_at = $1,
                 state = case when kind = 'trade_event' or $3 then 'done' else state end,
                 done_at = case when kind = 'trade_event' or $3 then $1 end
             where created_at >= $2",
        )
        .bind(at.to_sqlx())
        .bind(self.begun)
        .bind(sent)
        .execute(&mut *tx)
        .await?;
        sqlx::query(
            "update mails set created_at = $1,
                 state = case when $3 then 'sent' else state end, sent_at = case when $3 then $1 end
             where created_at >= $2",
        )
        .bind(at.to_sqlx())
        .bind(self.begun)
        .bind(sent)
        .execute(&mut *tx)
        .await?;
        sqlx::query(
            "update notifications set created_at = $1,
                 read_at = case when $3 then $1 + interval '3 hours' end
             where created_at >= $2",
        )
        .bind(at.to_sqlx())
        .bind(self.begun)
        .bind(self.now.duration_since(at) > UNREAD)
        .execute(&mut *tx)
        .await?;
        tx.commit().await?;
        Ok(())
    }

    /// The events nobody has been told of.
    async fn events(&self, conn: &mut sqlx::PgConnection) -> Result<Vec<TradeEventId>> {
        let payloads: Vec<serde_json::Value> = sqlx::query_scalar(
            "select payload from outbox where kind = 'trade_event' and created_at >= $1 order by id",
        )
        .bind(self.begun)
        .fetch_all(conn)
        .await?;
        let mut events = Vec::with_capacity(payloads.len());
        for payload in payloads {
            let TellParties { event } = serde_json::from_value(payload)?;
            events.push(event);
        }
        Ok(events)
    }
}
