//! The deadlines and limits of trades, as admins change them.

use std::collections::BTreeMap;

use dogear_domain::fields::{FieldErrors, SettingsReason};
use dogear_domain::trades::{Policy, Setting};
use serde_json::{Map, Value};
use sqlx::PgConnection;

use crate::audit::{self, Entry, Filter, Shown, audit};
use crate::db::{IdempotencyKey, Idempotent};
use crate::trades::{self, policy};
use crate::{Cx, Error, Result};

/// The numbers as they were typed, and those that the page showed before.
#[derive(Debug, Clone, serde::Serialize)]
pub struct Typed {
    /// As text, which may be no number.
    pub numbers: BTreeMap<Setting, String>,
    /// What [`seen`] said of the policy on the page.
    pub seen: String,
    /// For the audit log; may be empty.
    pub reason: SettingsReason,
}

/// The policy in force.
///
/// # Errors
/// `NotFound` for everybody but admins.
pub async fn current(cx: &Cx) -> Result<Policy> {
    cx.admin()?;
    policy(cx.db()).await
}

/// What changed before, newest first.
///
/// # Errors
/// As [`current`].
pub async fn history(cx: &Cx) -> Result<Vec<Shown>> {
    cx.admin()?;
    let about_settings = Filter {
        subject: "setting".into(),
        ..Filter::default()
    };
    audit::list(cx, &about_settings).await
}

/// A policy in one line, by which a form says which one it was made from.
pub fn seen(policy: &Policy) -> String {
    let numbers: Vec<String> = Setting::ALL
        .iter()
        .map(|setting| setting.of(policy).to_string())
        .collect();
    numbers.join("-")
}

/// Changes the policy. Tells which numbers are others now; without any, nothing is written
/// down.
///
/// # Errors
/// As [`current`]; `Invalid` under the settings' words; `Conflict` when the
/// policy has changed since the page was shown.
pub async fn change(cx: &Cx, key: Option<IdempotencyKey>, typed: &Typed) -> Result<Vec<Setting>> {
    cx.admin()?;
    let mut errors = FieldErrors::new();
    let mut wanted = Policy::default();
    for setting in Setting::ALL {
        let text = typed.numbers.get(setting).map_or("", String::as_str);
        if let Some(number) = errors.take(setting.as_str(), setting.parse(text)) {
            setting.put(&mut wanted, number);
        }
    }
    if errors.is_empty() {
        wanted.check().map_err(Error::Invalid)?;
    }
    errors.finish(Some(())).map_err(Error::Invalid)?;
    let mut once = match cx.once(key, typed).await? {
        Idempotent::Done(changed) => return Ok(changed),
        Idempotent::New(once) => once,
    };
    let now = lock(&mut once.tx).await?;
    if seen(&now) != typed.seen {
        return Err(Error::Conflict(
            "Another admin has changed these settings since you opened the page. Look at the history below, then save again.".into(),
        ));
    }
    let changed = save(&mut once.tx, cx, &now, &wanted, &typed.reason).await?;
    once.commit(&changed).await?;
    Ok(changed)
}

/// Puts one number back to the default.
///
/// # Errors
/// As [`current`]; `Invalid` when the default does not fit the other numbers.
pub async fn restore_default(
    cx: &Cx,
    key: Option<IdempotencyKey>,
    setting: Setting,
) -> Result<Vec<Setting>> {
    cx.admin()?;
    let mut once = match cx.once(key, &("default", setting)).await? {
        Idempotent::Done(changed) => return Ok(changed),
        Idempotent::New(once) => once,
    };
    let now = lock(&mut once.tx).await?;
    let mut wanted = now.clone();
    setting.put(&mut wanted, setting.of(&Policy::default()));
    wanted.check().map_err(Error::Invalid)?;
    let changed = save(&mut once.tx, cx, &now, &wanted, "Back to the default").await?;
    once.commit(&changed).await?;
    Ok(changed)
}

/// Locks the stored policy and reads it.
async fn lock(conn: &mut PgConnection) -> Result<Policy> {
    trades::lock_policy(conn).await?;
    policy(conn).await
}

/// Stores what differs from the defaults, so that a new default reaches whoever never chose.
async fn save(
    conn: &mut PgConnection,
    cx: &Cx,
    now: &Policy,
    wanted: &Policy,
    reason: &str,
) -> Result<Vec<Setting>> {
    let differing = |other: &Policy| {
        let differs = |setting: &Setting| setting.of(wanted) != setting.of(other);
        Setting::ALL
            .iter()
            .copied()
            .filter(differs)
            .collect::<Vec<_>>()
    };
    let changed = differing(now);
    if changed.is_empty() {
        return Ok(changed);
    }
    let numbers = |settings: &[Setting], policy: &Policy| {
        let pair = |setting: &Setting| (setting.as_str().to_owned(), setting.of(policy).into());
        Value::Object(settings.iter().map(pair).collect::<Map<_, _>>())
    };
    let stored = numbers(&differing(&Policy::default()), wanted);
    trades::store_policy(conn, &stored, cx.admin()?.id, cx.now()).await?;
    let entry = Entry {
        action: "setting.change",
        subject_kind: "setting",
        before: Some(numbers(&changed, now)),
        after: Some(numbers(&changed, wanted)),
        reason,
        ..Entry::default()
    };
    audit(conn, cx, entry).await?;
    Ok(changed)
}
