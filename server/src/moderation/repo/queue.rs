//! The queue of reported subjects, and its numbers.

use dogear_domain::ids::UserId;
use dogear_domain::moderation::{ReportReason, SubjectKind};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::PgPool;

use crate::Result;
use crate::db::MaybeTimestamp;
use crate::moderation::queue::{Counts, Item};

/// Which part of the queue.
pub(in crate::moderation) struct Part {
    pub kind: Option<SubjectKind>,
    /// Only what `me` has claimed.
    pub mine: bool,
    /// By score before age.
    pub by_score: bool,
    pub me: UserId,
    /// Claims before this are over.
    pub stale: Timestamp,
    pub most: i64,
    pub offset: i64,
}

/// Subjects with open reports.
pub(in crate::moderation) async fn list(db: &PgPool, part: &Part) -> Result<Vec<Item>> {
    Ok(sqlx::query_as!(
        Item,
        r#"select g.subject_kind as "kind!: SubjectKind", g.subject_id as "id!",
             g.reason as "reason!: ReportReason", g.reports as "reports!", g.score as "score!",
             g.oldest as "oldest!",
             coalesce(w.title, ev.title, li.name, case g.subject_kind when 'member' then a.display_name
                 when 'message' then 'Message in trade ' || m.trade_id
                 when 'feedback' then 'What a guest says of an event' when 'list' then 'List'
                 when 'review' then coalesce('Review of ' || rw.title, 'A review that is gone')
                 else 'Trade ' || g.subject_id end, '') as "title!",
             case when g.subject_kind = 'feedback' and hosts_feedback(g.subject_id, $2, now()) then null
                 else a.handle end as "accused?", k.handle as "claimed_by?",
             coalesce(g.claimed_by = $2, false) as "claimed_by_me!"
         from (
             select subject_kind, subject_id, count(*) as reports,
                 count(*) * max(severity) as score, min(created_at) as oldest,
                 (array_agg(reason order by severity desc, id))[1] as reason,
                 (array_agg(accused_id order by id))[1] as accused_id,
                 max(claimed_by) filter (where claimed_at > $3) as claimed_by
             from reports where state = 'open' and ($1::text is null or subject_kind = $1)
             group by subject_kind, subject_id
         ) g
         left join copies c on g.subject_kind = 'copy' and c.id = g.subject_id
         left join works w on w.id = c.work_id
         left join trade_messages m on g.subject_kind = 'message' and m.id = g.subject_id
         left join reviews rv on g.subject_kind = 'review' and rv.id = g.subject_id
         left join works rw on rw.id = rv.work_id
         left join events ev on g.subject_kind = 'event' and ev.id = g.subject_id
         left join lists li on g.subject_kind = 'list' and li.id = g.subject_id
           and li.visibility = 'public' and li.deleted_at is null
         left join users a on a.id = g.accused_id
         left join users k on k.id = g.claimed_by
         where not $4::boolean or g.claimed_by = $2
         order by case when $5 then g.score end desc nulls last, g.oldest, g.subject_kind, g.subject_id
         limit $6 offset $7"#,
        part.kind.map(SubjectKind::as_str),
        part.me.0,
        part.stale.to_sqlx(),
        part.mine,
        part.by_score,
        part.most,
        part.offset
    )
    .fetch_all(db)
    .await?)
}

/// The numbers at the side: what `me` has claimed after `stale` and decided after `day` among
/// them.
pub(in crate::moderation) async fn counts(
    db: &PgPool,
    me: UserId,
    stale: Timestamp,
    day: Timestamp,
) -> Result<Counts> {
    Ok(sqlx::query_as!(
        Counts,
        r#"select count(distinct subject_id) filter (where subject_kind = 'copy') as "copies!",
             count(distinct subject_id) filter (where subject_kind = 'member') as "members!",
             count(distinct subject_id) filter (where subject_kind = 'message') as "messages!",
             count(distinct subject_id) filter (where subject_kind = 'trade') as "trades!",
             count(distinct subject_id) filter (where subject_kind = 'event') as "events!",
             count(distinct subject_id) filter (where subject_kind = 'feedback') as "feedback!",
             count(distinct subject_id) filter (where subject_kind = 'list') as "lists!",
             count(distinct subject_id) filter (where subject_kind = 'review') as "reviews!",
             count(distinct (subject_kind, subject_id))
                 filter (where claimed_by = $1 and claimed_at > $2) as "claimed!",
             min(created_at) as "oldest!: MaybeTimestamp",
             (select count(*) from moderation_decisions
              where moderator_id = $1 and created_at > $3 and undone_at is null) as "decided_today!",
             (select count(*) from corrections where state = 'open') as "corrections!"
         from reports where state = 'open'"#,
        me.0,
        stale.to_sqlx(),
        day.to_sqlx()
    )
    .fetch_one(db)
    .await?)
}
