//! Copies, as moderators see them.

use dogear_domain::ids::CopyId;
use sqlx::PgPool;

use crate::Result;
use crate::db::MaybeTimestamp;
use crate::moderation::listings::Listing;

/// Which copies.
#[derive(Default)]
pub(in crate::moderation) struct Wanted<'a> {
    /// This one alone, listed or not.
    pub only: Option<CopyId>,
    /// In lower case; title, author or the owner's handle holds it.
    pub words: &'a str,
    pub isbn: Option<&'a str>,
    pub hidden: bool,
    pub reported: bool,
    pub before: Option<CopyId>,
    pub most: i64,
}

/// Copies, newest first: those hidden, those with open reports, or those listed.
pub(in crate::moderation) async fn list(db: &PgPool, wanted: &Wanted<'_>) -> Result<Vec<Listing>> {
    Ok(sqlx::query_as!(
        Listing,
        r#"select c.id, w.id as work, w.slug, w.title, w.author_line, u.handle as owner, c.grade, c.note,
             c.listed_at as "listed_at!: MaybeTimestamp", c.hidden_at as "hidden_at!: MaybeTimestamp",
             c.hidden_reason,
             (select count(*) from reports r where r.subject_kind = 'copy' and r.subject_id = c.id
                 and r.state = 'open') as "open_reports!"
         from copies c join works w on w.id = c.work_id join users u on u.id = c.owner_id
             join editions e on e.id = c.edition_id
         where case when $2 then c.hidden_at is not null
                 when $3 then exists (select from reports r where r.subject_kind = 'copy'
                     and r.subject_id = c.id and r.state = 'open')
                 else c.listed_at is not null or $7::bigint is not null end
             and c.state <> 'deleted' and ($7::bigint is null or c.id = $7)
             and ($1 = '' or strpos(w.title_key, folded($1)) > 0 or strpos(w.author_key, folded($1)) > 0
                 or lower(u.handle) = $1 or e.id = isbn_edition($4))
             and ($5::bigint is null or c.id < $5)
         order by c.id desc limit $6"#,
        wanted.words,
        wanted.hidden,
        wanted.reported,
        wanted.isbn,
        wanted.before.map(|copy| copy.0),
        wanted.most,
        wanted.only.map(|copy| copy.0)
    )
    .fetch_all(db)
    .await?)
}
