//! Rounds on the moderators' desk.

use dogear_domain::ids::RoundId;
use sqlx::PgPool;

use crate::Result;
use crate::db::MaybeTimestamp;
use crate::rounds::desk::DeskRound;

/// Which rounds.
pub(in crate::rounds) struct Wanted<'a> {
    /// In lower case; title, author of the book or the giver's handle holds it.
    pub words: &'a str,
    pub over: bool,
    pub before: Option<RoundId>,
    pub most: i64,
}

/// Rounds, newest first: those that run, or those that are over.
pub(in crate::rounds) async fn list(db: &PgPool, wanted: &Wanted<'_>) -> Result<Vec<DeskRound>> {
    Ok(sqlx::query_as!(
        DeskRound,
        r#"select r.id, r.copy_id as copy, w.title, u.handle as owner, r.mode, r.state, r.opened_at,
             r.ended_at as "ended_at!: MaybeTimestamp", r.trade_id as trade,
             (select count(*) from give_asks a where a.round_id = r.id) as "asked!",
             (select count(*) from give_asks a where a.round_id = r.id and a.state = 'silent') as "silent!"
         from give_rounds r join users u on u.id = r.owner_id join copies c on c.id = r.copy_id
         join works w on w.id = c.work_id
         where (r.ended_at is not null) = $2
           and ($1 = '' or strpos(w.title_key, folded($1)) > 0 or strpos(w.author_key, folded($1)) > 0
             or lower(u.handle) = $1)
           and ($3::bigint is null or r.id < $3)
         order by r.id desc limit $4"#,
        wanted.words,
        wanted.over,
        wanted.before.map(|id| id.0),
        wanted.most
    )
    .fetch_all(db)
    .await?)
}
