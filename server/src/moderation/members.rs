//! Members: search, page, suspend, restore, roles.

use dogear_domain::accounts::{
    AccountStatus, Role, RoleChange, SuspendError, can_grant, can_suspend,
};
use dogear_domain::fields::{
    DecisionMessage, DeskNote, FieldErrors, Handle, RestoreReason, RoleReason,
};
use dogear_domain::ids::{DecisionId, UserId};
use dogear_domain::moderation::Verdict;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::json;
use sqlx::PgConnection;

use super::decisions::{Ruled, apply_decision, record_restore};
use super::notify;
use super::repo::members::{self as repo, Which};
use super::subject::SubjectRef;
use crate::accounts::{self, ActiveAdmins, standing};
use crate::audit::{Entry, audit};
use crate::db::{IdempotencyKey, Idempotent};
use crate::{Cx, Error, Result, search};

/// Rows per page of [`list`].
pub const PAGE: i64 = 50;

/// Whom to list.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Among {
    /// All who are not gone.
    #[default]
    Everybody,
    /// Those whose suspension lasts.
    Suspended,
    /// Moderators and admins.
    Staff,
}

/// A member in a list, or beside something of theirs.
#[derive(Debug, Clone)]
pub struct Person {
    /// Stays the same when the handle changes.
    pub id: UserId,
    /// Without the @.
    pub handle: String,
    /// What they want to be called.
    pub display_name: String,
    /// As they wrote it; may be empty.
    pub city: String,
    /// Two letters; may be empty.
    pub country: String,
    /// In their words; may be empty.
    pub about: String,
    /// What they may do here.
    pub role: Role,
    /// As it stands now: a suspension that has lapsed is none.
    pub status: AccountStatus,
    /// None when not suspended, or until somebody lifts it.
    pub suspended_until: Option<Timestamp>,
    /// What they were told; empty when not suspended.
    pub suspension_reason: String,
    /// Whether the e-mail address is confirmed.
    pub verified: bool,
    /// The address with most of its name left out.
    pub email_hint: String,
    /// When they registered.
    pub created_at: Timestamp,
    /// In which they took part.
    pub trades_completed: i32,
    /// Copies on offer now.
    pub listings: i64,
    /// Reports about them, and how many led to something.
    pub reports: i64,
    /// Those of them that a moderator acted on.
    pub upheld: i64,
}

/// Standing of an account, as it can be put back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Standing {
    status: AccountStatus,
    until: Option<Timestamp>,
    reason: String,
}

/// A suspension.
#[derive(Debug, Clone, Serialize)]
pub struct Suspension {
    /// Who is suspended.
    member: UserId,
    /// Days from now; without it, until somebody restores the member.
    days: Option<u16>,
    /// What the member reads.
    reason: DecisionMessage,
    /// For colleagues.
    note: DeskNote,
}

impl Suspension {
    /// Reads the form. Without `days`, it lasts until somebody restores the member.
    ///
    /// # Errors
    /// On `days`, `reason` and `note`.
    pub fn read(
        member: UserId,
        days: Option<u16>,
        reason: &str,
        note: &str,
    ) -> Result<Self, FieldErrors> {
        let mut errors = FieldErrors::new();
        let reason = errors.take("reason", DecisionMessage::parse(reason));
        let note = errors.take("note", DeskNote::parse(note));
        if days.is_some_and(|days| !(1..=365).contains(&days)) {
            errors.add("days", "Choose a term from the list.");
        }
        let (reason, note) = errors.finish(reason.zip(note))?;
        Ok(Self {
            member,
            days,
            reason,
            note,
        })
    }
}

/// Members whose handle, name or address holds `words`, newest first, 50 at a time;
/// `before` is the last id of the page before.
///
/// # Errors
/// `NotFound` for everybody but moderators and admins.
pub async fn list(
    cx: &Cx,
    words: &str,
    among: Among,
    before: Option<UserId>,
) -> Result<Vec<Person>> {
    cx.moderator()?;
    let words = words.trim().trim_start_matches('@').to_lowercase();
    let which = Which {
        words: &words,
        suspended: among == Among::Suspended,
        staff: among == Among::Staff,
        before,
        most: PAGE,
    };
    repo::list(cx.db(), None, &which, cx.now()).await
}

/// A member by handle, in any case.
///
/// # Errors
/// As [`list`], and `NotFound` when there is none.
pub async fn by_handle(cx: &Cx, handle: &str) -> Result<Person> {
    cx.moderator()?;
    let handle = Handle::parse(handle).map_err(|_| Error::NotFound)?;
    let id = repo::by_handle(cx.db(), &handle).await?;
    by_id(cx, id.ok_or(Error::NotFound)?).await
}

/// The member whom an address of the desk names: by handle or by number, which no handle begins
/// with. The mark of somebody who has left ends with their number.
///
/// # Errors
/// As [`by_handle`].
pub async fn named(cx: &Cx, name: &str) -> Result<Person> {
    match name.rsplit(':').next().unwrap_or_default().parse() {
        Ok(id) => one(cx, id).await,
        Err(_) => by_handle(cx, name).await,
    }
}

/// The member with this id.
///
/// # Errors
/// `NotFound` without such a member, and for everybody but moderators and admins.
pub async fn one(cx: &Cx, id: UserId) -> Result<Person> {
    cx.moderator()?;
    by_id(cx, id).await
}

pub(super) async fn by_id(cx: &Cx, id: UserId) -> Result<Person> {
    let everybody = Which {
        words: "",
        suspended: false,
        staff: false,
        before: None,
        most: 1,
    };
    repo::list(cx.db(), Some(id), &everybody, cx.now())
        .await?
        .pop()
        .ok_or(Error::NotFound)
}

/// Suspends a member for a term or until restored; they are told.
///
/// # Errors
/// `NotFound` for everybody but moderators and admins; `Forbidden` when the moderator may
/// not act on this member or has reported them; `Conflict` when the account is
/// being closed.
pub async fn suspend(
    cx: &Cx,
    key: Option<IdempotencyKey>,
    suspension: &Suspension,
) -> Result<DecisionId> {
    cx.moderator()?;
    let mut once = match cx.once(key, suspension).await? {
        Idempotent::Done(id) => return Ok(id),
        Idempotent::New(once) => once,
    };
    let until = suspension
        .days
        .map(|days| cx.now() + SignedDuration::from_hours(24 * i64::from(days)));
    let act = Ruled {
        subject: SubjectRef::member(suspension.member),
        accused: Some(suspension.member),
        verdict: Verdict::Suspend,
        message: suspension.reason.clone(),
        note: suspension.note.clone(),
        until: Some(until),
        reports: Vec::new(),
    };
    let id = apply_decision(&mut once.tx, cx, &act).await?;
    once.commit(&id).await?;
    Ok(id)
}

/// Ends a suspension; the member is told.
///
/// # Errors
/// As [`suspend`]; `Conflict` when the member is not suspended.
pub async fn restore(
    cx: &Cx,
    key: Option<IdempotencyKey>,
    id: UserId,
    reason: &RestoreReason,
) -> Result<()> {
    cx.moderator()?;
    let mut once = match cx.once(key, &("restore", id, reason)).await? {
        Idempotent::Done(()) => return Ok(()),
        Idempotent::New(once) => once,
    };
    let before = change_standing(&mut once.tx, cx, id, None).await?;
    if before.status != AccountStatus::Suspended {
        return Err(Error::Conflict("This member is not suspended.".into()));
    }
    let subject = SubjectRef::member(id);
    let decision = record_restore(&mut once.tx, cx, subject, Some(id), reason).await?;
    let key = format!("decision:{decision}");
    notify::standing_restored(&mut once.tx, cx, (id, true), reason, &key).await?;
    search::refresh_owner(&mut once.tx, id, cx.now()).await?;
    let entry = Entry {
        action: "member.restore",
        subject_kind: "member",
        subject_id: Some(id.0),
        before: Some(json!({ "standing": before })),
        after: Some(json!({ "decision": decision })),
        reason,
    };
    audit(&mut once.tx, cx, entry).await?;
    once.commit(&()).await?;
    Ok(())
}

/// A role as it is given.
#[derive(Debug, Clone, Serialize)]
pub struct RoleGrant {
    /// Who gets it.
    pub member: UserId,
    /// In place of the one they have.
    pub role: Role,
    /// For the audit log.
    pub reason: RoleReason,
}

/// Gives a member another role. It counts from their next request on. Asks for the admin's
/// `password`: a browser left open makes nobody an admin.
///
/// # Errors
/// `NotFound` for everybody but admins, also for one who has just ceased to be one; `Invalid`
/// with another password; `Conflict` with the rule that speaks against it.
pub async fn set_role(
    cx: &Cx,
    key: Option<IdempotencyKey>,
    grant: &RoleGrant,
    password: &str,
) -> Result<()> {
    let actor = cx.admin()?.id;
    let (target, role) = (grant.member, grant.role);
    accounts::require_password(cx, "password", password).await?;
    let mut once = match cx.once(key, &("role", grant)).await? {
        Idempotent::Done(()) => return Ok(()),
        Idempotent::New(once) => once,
    };
    let admins = ActiveAdmins::lock(&mut once.tx, cx.now()).await?;
    // The session may be older than a change that was waited for just now.
    if !admins.contains(actor) {
        return Err(Error::NotFound);
    }
    let (from, handle) = repo::lock_role(&mut once.tx, target)
        .await?
        .ok_or(Error::NotFound)?;
    can_grant(&RoleChange {
        actor,
        actor_role: Role::Admin,
        target,
        from,
        to: role,
        last_admin: admins.is_last(target),
    })
    .map_err(|rule| Error::Conflict(rule.to_string()))?;
    accounts::set_role(&mut once.tx, target, role).await?;
    let entry = Entry {
        action: "member.role",
        subject_kind: "member",
        subject_id: Some(target.0),
        before: Some(json!({ "role": from, "handle": handle })),
        after: Some(json!({ "role": role })),
        reason: &grant.reason,
    };
    audit(&mut once.tx, cx, entry).await?;
    once.commit(&()).await?;
    Ok(())
}

/// Suspends until a moment with a reason (`Some`), or makes active; gives the standing before.
/// Checks who may.
pub(super) async fn change_standing(
    conn: &mut PgConnection,
    cx: &Cx,
    target: UserId,
    suspension: Option<(Option<Timestamp>, &str)>,
) -> Result<Standing> {
    let actor = cx.moderator()?;
    let admins = ActiveAdmins::lock(conn, cx.now()).await?;
    let row = repo::lock(conn, target)
        .await?
        .filter(|row| row.status != AccountStatus::Deleted)
        .ok_or(Error::NotFound)?;
    let actor_role = repo::role(conn, actor.id).await?;
    can_suspend(
        (actor.id, actor_role),
        (target, row.role),
        admins.is_last(target),
    )
    .or_else(|rule| match rule {
        // Restoring an admin takes nobody away.
        SuspendError::LastAdmin if suspension.is_none() => Ok(()),
        rule => Err(Error::Forbidden(rule.to_string())),
    })?;
    if row.status == AccountStatus::Closing {
        return Err(Error::Conflict(
            "This account is being closed by its owner and can begin nothing new anyway.".into(),
        ));
    }
    let (status, until, reason) = match suspension {
        Some((until, reason)) => (AccountStatus::Suspended, until, reason),
        None => (AccountStatus::Active, None, ""),
    };
    standing::set(conn, target, status, until, reason).await?;
    Ok(Standing {
        status: row.status,
        until: row.suspended_until,
        reason: row.suspension_reason,
    })
}

/// Puts an earlier standing back, if the suspension that replaced it still stands.
pub(super) async fn put_standing_back(
    conn: &mut PgConnection,
    cx: &Cx,
    target: UserId,
    replaced_by: Option<Timestamp>,
    was: &Standing,
) -> Result<()> {
    let now = change_standing(conn, cx, target, None).await?;
    if now.status != AccountStatus::Suspended || now.until != replaced_by {
        return Err(Error::Conflict(
            "The member’s standing has changed since. Open the member to change it.".into(),
        ));
    }
    standing::set(conn, target, was.status, was.until, &was.reason).await
}

/// Makes members active whose term has passed, so that their books are found again.
///
/// # Errors
/// Those of the database.
pub(super) async fn end_suspensions(cx: &Cx) -> Result<()> {
    let due = repo::lapsed(cx.db(), cx.now(), 200).await?;
    for id in due {
        let mut tx = cx.begin().await?;
        let Some(until) = standing::end_term(&mut tx, id, cx.now()).await? else {
            continue;
        };
        let key = format!("suspension-ended:{id}:{}", until.as_second());
        notify::standing_restored(
            &mut tx,
            cx,
            (id, true),
            "The term of your suspension has passed.",
            &key,
        )
        .await?;
        search::refresh_owner(&mut tx, id, cx.now()).await?;
        let entry = Entry {
            action: "member.term_passed",
            subject_kind: "member",
            subject_id: Some(id.0),
            before: Some(json!({ "until": until.to_string() })),
            ..Entry::default()
        };
        audit(&mut tx, cx, entry).await?;
        tx.commit().await?;
    }
    Ok(())
}
