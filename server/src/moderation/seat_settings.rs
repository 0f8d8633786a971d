//! How long readers hold seats at events while they fill in the form, and whether those who missed
//! events go behind others on waiting lists: for admins.

use dogear_domain::events::holds::parse_minutes;
use dogear_domain::fields::{FieldErrors, SettingsReason};
use serde_json::json;

use crate::audit::{Entry, audit};
use crate::events::{self, no_shows};
use crate::{Cx, Error, Result};

/// What the site has set of seats.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SeatSettings {
    /// For how many minutes seats are held.
    pub hold_minutes: i16,
    /// Who missed three events in ninety days goes behind others.
    pub missed_count: bool,
}

/// The form, as typed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TypedSeats {
    /// A number of minutes.
    pub hold_minutes: String,
    /// Chosen: “yes” or “no”.
    pub missed: String,
    /// For the audit log; may be empty.
    pub reason: String,
}

/// What is set.
///
/// # Errors
/// `NotFound` for everybody but admins.
pub async fn current(cx: &Cx) -> Result<SeatSettings> {
    cx.admin()?;
    let mut conn = cx.db().acquire().await?;
    Ok(SeatSettings {
        hold_minutes: events::hold_minutes(&mut conn).await?,
        missed_count: no_shows::missed_events_count(&mut conn).await?,
    })
}

/// Changes it, and writes down who did and why. Doing it twice is fine. What is held
/// stays as it is; who is behind others on waiting lists is so no more while missed events do not
/// count.
///
/// # Errors
/// As [`current`]; `Invalid` with the form's fields.
pub async fn change(cx: &Cx, typed: &TypedSeats) -> Result<SeatSettings> {
    let admin = cx.admin()?.id;
    let mut errors = FieldErrors::new();
    let minutes = errors.take("hold_minutes", parse_minutes(&typed.hold_minutes));
    let missed = match typed.missed.as_str() {
        "yes" => Some(true),
        "no" => Some(false),
        _ => {
            errors.add("missed", "Choose whether they go behind others.");
            None
        }
    };
    let reason = errors.take("seats_reason", SettingsReason::parse(&typed.reason));
    let read = minutes.zip(missed).zip(reason);
    let ((minutes, missed), reason) = errors.finish(read).map_err(Error::Invalid)?;
    let now = cx.now();
    let mut tx = cx.begin().await?;
    let before = SeatSettings {
        hold_minutes: events::set_hold_minutes(&mut tx, minutes, admin, now).await?,
        missed_count: no_shows::set_missed_events_count(&mut tx, missed, admin, now).await?,
    };
    let after = SeatSettings {
        hold_minutes: minutes,
        missed_count: missed,
    };
    if before != after {
        let entry = Entry {
            action: "setting.change",
            subject_kind: "setting",
            before: Some(said(before)),
            after: Some(said(after)),
            reason: &reason,
            ..Entry::default()
        };
        audit(&mut tx, cx, entry).await?;
    }
    tx.commit().await?;
    Ok(after)
}

fn said(set: SeatSettings) -> serde_json::Value {
    json!({ "hold_minutes": set.hold_minutes, "missed_events_count": set.missed_count })
}
