//! Gives a permission back: takes the entries out, then has Google forget it, then forgets it here.

use std::time::{Duration, Instant};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sqlx::PgConnection;
use uuid::Uuid;

use super::api::{self, Problem};
use super::{sealed_for, sync};
use crate::calendars::repo::google::{self as repo, FarewellRow};
use crate::jobs::{self, Claim, Job};
use crate::secrets::open;
use crate::settings::GoogleSettings;
use crate::{Cx, Error, Result};

/// A job that takes longer hands the rest on.
const LONGEST: Duration = Duration::from_secs(45);
/// How often it lets itself be sent away before it gives up.
const MOST_WAITS: u32 = 60;

/// Gives one back.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct GiveBack {
    grant: Uuid,
    /// How often the rest was put off.
    #[serde(default)]
    waits: u32,
}

/// Has a permission given back, after the commit and not before `at`.
pub(super) async fn push(
    conn: &mut PgConnection,
    grant: Uuid,
    at: Option<Timestamp>,
) -> Result<()> {
    GiveBack { grant, waits: 0 }.push(conn, at).await
}

/// What has come of it.
enum Left {
    /// All is done, or cannot be done any more.
    Entirely,
    /// Something is still to do.
    Partly(Problem),
    /// There was not enough time.
    Slowly,
}

impl Job for GiveBack {
    const KIND: &'static str = "google_leave";
    const OWED: Option<&'static str> = Some(
        "A member has disconnected their Google Calendar, and we still hold the permission to write into it.",
    );
    const PLACES: Option<usize> = Some(1);
    type Kept = ();

    async fn run(self, cx: &Cx, (): &(), claim: &Claim) -> Result<()> {
        let row = repo::farewell(cx.db(), self.grant).await?;
        let left = match (&cx.services.settings.google, row) {
            (Some(_), Some(row)) if row.is_behind => Left::Partly(Problem::Later(None)),
            (Some(google), Some(row)) => self.leave(cx, google, row).await?,
            // Without a name of our own at Google nobody there listens.
            _ => Left::Entirely,
        };
        let mut tx = cx.begin().await?;
        match left {
            Left::Entirely => repo::forget_farewell(&mut tx, self.grant).await?,
            Left::Partly(Problem::Later(rest)) if self.waits < MOST_WAITS => {
                let at = sync::after(cx.now(), rest, self.waits);
                self.next().push(&mut tx, Some(at)).await?;
            }
            Left::Slowly => self.next().push(&mut tx, None).await?,
            Left::Partly(problem) => {
                return Err(Error::internal(match problem {
                    Problem::Again(why) | Problem::Refused(why) => why,
                    _ => "Google wants to be left alone".into(),
                }));
            }
        }
        claim.finish(&mut tx).await?;
        tx.commit().await
    }

    /// Google cannot be told. What is forgotten here opens nothing any more.
    async fn on_dead(self, conn: &mut PgConnection, _reason: &str) -> Result<()> {
        repo::forget_farewell(conn, self.grant).await
    }
}

impl GiveBack {
    fn next(&self) -> Self {
        Self {
            waits: self.waits + 1,
            ..*self
        }
    }

    async fn push(&self, conn: &mut PgConnection, at: Option<Timestamp>) -> Result<()> {
        let key = format!("google-leave:{}:{}", self.grant, self.waits);
        jobs::push(conn, self, &key, at).await
    }

    async fn leave(&self, cx: &Cx, google: &GoogleSettings, row: FarewellRow) -> Result<Left> {
        let key = &cx.services.settings.secret_key;
        let Some(refresh) = open(key, &sealed_for(self.grant), &row.refresh_token) else {
            return Ok(Left::Entirely);
        };
        let began = Instant::now();
        if !row.event_ids.is_empty() {
            let access = match api::refresh(google, &refresh).await {
                Ok(access) => access,
                Err(Problem::Ended) => return Ok(Left::Entirely),
                Err(problem) => return Ok(Left::Partly(problem)),
            };
            for event in &row.event_ids {
                if began.elapsed() > LONGEST {
                    return Ok(Left::Slowly);
                }
                match api::remove(google, &access.token, event).await {
                    // What is refused now is refused again.
                    Ok(()) | Err(Problem::Refused(_)) => {
                        repo::note_removed(cx.db(), self.grant, event).await?;
                    }
                    Err(Problem::Ended | Problem::Unauthorized) => return Ok(Left::Entirely),
                    Err(problem) => return Ok(Left::Partly(problem)),
                }
            }
        }
        Ok(match api::revoke(google, &refresh).await {
            Ok(()) | Err(Problem::Ended | Problem::Unauthorized) => Left::Entirely,
            Err(problem) => Left::Partly(problem),
        })
    }
}
