//! Decisions: written down, listed, taken back.

use dogear_domain::ids::{DecisionId, UserId};
use dogear_domain::moderation::{SubjectKind, SubjectRef, Verdict};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use serde_json::Value;
use sqlx::{PgConnection, PgPool};

use crate::Result;
use crate::db::MaybeTimestamp;
use crate::moderation::queue::{Decision, DecisionFilter};

/// A decision as it is written down.
pub(in crate::moderation) struct NewDecision<'a> {
    pub subject: SubjectRef,
    pub accused: Option<UserId>,
    pub moderator: UserId,
    pub verdict: Verdict,
    pub message: &'a str,
    pub note: &'a str,
    /// Whether it took the subject out of sight.
    pub hid: bool,
    /// The standing that it changed, as it was.
    pub standing_before: Option<Value>,
    pub suspended_until: Option<Timestamp>,
    pub now: Timestamp,
}

impl NewDecision<'_> {
    /// One that changes nothing but what its verdict says.
    pub(crate) fn of(
        subject: SubjectRef,
        accused: Option<UserId>,
        moderator: UserId,
        verdict: Verdict,
        now: Timestamp,
    ) -> Self {
        Self {
            subject,
            accused,
            moderator,
            verdict,
            message: "",
            note: "",
            hid: false,
            standing_before: None,
            suspended_until: None,
            now,
        }
    }
}

/// A decision that somebody wants to take back.
pub(in crate::moderation) struct Undoable {
    pub subject_kind: SubjectKind,
    pub subject_id: i64,
    pub accused_id: Option<UserId>,
    pub moderator_id: UserId,
    pub verdict: Verdict,
    pub hid: bool,
    pub standing_before: Option<Value>,
    pub suspended_until: Option<Timestamp>,
    pub created_at: Timestamp,
    pub undone_at: Option<Timestamp>,
}

/// Writes a decision down.
pub(in crate::moderation) async fn insert(
    conn: &mut PgConnection,
    decision: &NewDecision<'_>,
) -> Result<DecisionId> {
    Ok(sqlx::query_scalar!(
        "insert into moderation_decisions (subject_kind, subject_id, accused_id, moderator_id, verdict,
             message, note, hid, standing_before, suspended_until, created_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) returning id",
        decision.subject.kind.as_str(),
        decision.subject.id,
        decision.accused.map(|user| user.0),
        decision.moderator.0,
        decision.verdict.as_str(),
        decision.message,
        decision.note,
        decision.hid,
        decision.standing_before,
        decision.suspended_until.map(ToSqlx::to_sqlx) as Option<jiff_sqlx::Timestamp>,
        decision.now.to_sqlx()
    )
    .fetch_one(conn)
    .await?)
}

/// The decision with this number, held until the end of the transaction.
pub(in crate::moderation) async fn lock(
    conn: &mut PgConnection,
    id: DecisionId,
) -> Result<Option<Undoable>> {
    Ok(sqlx::query_as!(
        Undoable,
        r#"select subject_kind, subject_id, accused_id, moderator_id, verdict as "verdict: Verdict",
             hid, standing_before, suspended_until as "suspended_until!: MaybeTimestamp", created_at,
             undone_at as "undone_at!: MaybeTimestamp"
         from moderation_decisions where id = $1 for update"#,
        id.0
    )
    .fetch_optional(conn)
    .await?)
}

/// Notes that a decision is taken back.
pub(in crate::moderation) async fn note_undone(
    conn: &mut PgConnection,
    id: DecisionId,
    now: Timestamp,
) -> Result<()> {
    sqlx::query!(
        "update moderation_decisions set undone_at = $2 where id = $1",
        id.0,
        now.to_sqlx()
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Decisions, newest first; the moderator's own of today are those of `me` after `day`. Without
/// those about what a guest says of an event that `me` hosts: they tell who it was.
pub(in crate::moderation) async fn list(
    db: &PgPool,
    filter: &DecisionFilter,
    me: UserId,
    day: Timestamp,
    most: i64,
) -> Result<Vec<Decision>> {
    Ok(sqlx::query_as!(
        Decision,
        r#"select d.id, d.subject_kind, d.subject_id, d.verdict as "verdict: Verdict", d.message, d.note,
             d.created_at, d.undone_at is not null as "undone!", m.handle as moderator,
             m.id as moderator_id, a.handle as "accused?",
             coalesce(w.title, ev.title, li.name, case d.subject_kind when 'member' then a.display_name
                 when 'message' then 'Message ' || d.subject_id
                 when 'feedback' then 'What a guest says of an event'
                 when 'review' then coalesce('Review of ' || rw.title, 'A review that is gone') when 'list' then 'List' else 'Trade ' || d.subject_id end, '')
                 as "title!"
         from moderation_decisions d
         join users m on m.id = d.moderator_id
         left join users a on a.id = d.accused_id
         left join copies c on d.subject_kind = 'copy' and c.id = d.subject_id
         left join works w on w.id = c.work_id
         left join reviews rv on d.subject_kind = 'review' and rv.id = d.subject_id
         left join works rw on rw.id = rv.work_id
         left join events ev on d.subject_kind = 'event' and ev.id = d.subject_id
         left join lists li on d.subject_kind = 'list' and li.id = d.subject_id
           and li.visibility = 'public' and li.deleted_at is null
         where ($1::text is null or d.subject_kind = $1)
             and (not $2::boolean or (d.moderator_id = $3 and d.created_at > $4 and d.undone_at is null))
             and ($5::bigint is null or d.accused_id = $5)
             and (d.subject_kind <> 'feedback' or not hosts_feedback(d.subject_id, $3, now()))
             and ($6::bigint is null or (d.subject_kind = $7 and d.subject_id = $6))
             and ($8::bigint is null or d.id < $8)
         order by d.id desc limit $9"#,
        filter.kind.map(SubjectKind::as_str),
        filter.mine_today,
        me.0,
        day.to_sqlx(),
        filter.accused.map(|user| user.0),
        filter.subject.map(|subject| subject.id),
        filter.subject.map(|subject| subject.kind.as_str()),
        filter.before.map(|decision| decision.0),
        most
    )
    .fetch_all(db)
    .await?)
}
