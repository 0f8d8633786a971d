//! The owner's shelf, a page of it at a time.

use dogear_domain::grade::Defect;
use dogear_domain::ids::UserId;
use dogear_domain::offers::Offers;
use sqlx::PgPool;

use crate::Result;
use crate::copies::{Counts, ShelfRow, Sort, Tab};
use crate::db::MaybeTimestamp;

/// How many copies stand under each tab, and the places that their owner has named, in the order of
/// their letters, so many at most; for these the trash does not count.
pub(in crate::copies) async fn counts(
    db: &PgPool,
    owner: UserId,
    most: i64,
) -> Result<(Counts, Vec<String>)> {
    let row = sqlx::query!(
        r#"select count(*) filter (where c.state in ('owned', 'listed')) as "all!",
             count(*) filter (where c.state = 'listed') as "listed!",
             count(*) filter (where c.state = 'owned') as "owned!",
             count(h.trade_id) filter (where b.id is null) as "in_trade!",
             count(*) filter (where h.outside_loan_id is not null or b.id is not null) as "lent!",
             count(*) filter (where c.state = 'archived') as "archive!",
             count(*) filter (where c.state = 'deleted') as "trash!",
             array(select place from copies where owner_id = $1 and place <> '' and state <> 'deleted'
                 group by place order by lower(place), place limit $2) as "places!"
         from copies c left join copy_holds h on h.copy_id = c.id
           left join trade_legs b on b.trade_id = h.trade_id and b.purpose = 'return'
         where c.owner_id = $1"#,
        owner.0,
        most
    )
    .fetch_one(db)
    .await?;
    let counts = Counts {
        all: row.all,
        listed: row.listed,
        owned: row.owned,
        in_trade: row.in_trade,
        lent: row.lent,
        archive: row.archive,
        trash: row.trash,
    };
    Ok((counts, row.places))
}

/// The places that an owner has named, in the order of their letters, so many at most; the trash
/// does not count.
pub(in crate::copies) async fn places(
    db: &PgPool,
    owner: UserId,
    most: i64,
) -> Result<Vec<String>> {
    Ok(sqlx::query_scalar!(
        "select place from copies where owner_id = $1 and place <> '' and state <> 'deleted'
         group by place order by lower(place), place limit $2",
        owner.0,
        most
    )
    .fetch_all(db)
    .await?)
}

/// Which copies, in which order.
pub(in crate::copies) struct ShelfFilter<'a> {
    pub owner: UserId,
    pub tab: Tab,
    /// A key of a title or an author's name; empty for all.
    pub key: &'a str,
    pub isbn: Option<&'a str>,
    /// Where it stands, to the letter; empty for anywhere.
    pub place: &'a str,
    pub sort: Sort,
    pub most: i64,
    pub offset: i64,
}

/// The owner's copies that match.
pub(in crate::copies) async fn rows(
    db: &PgPool,
    filter: &ShelfFilter<'_>,
) -> Result<Vec<ShelfRow>> {
    Ok(sqlx::query_as!(
        ShelfRow,
        r#"select c.id, c.edition_id as edition, c.work_id as work, w.slug, shown_title(e.title, w.title) as "title!",
             w.author_line, coalesce(nullif(e.language, ''), w.language) as "language!",
             c.grade, c.defects as "defects: Vec<Defect>",
             offer_terms(c) as "offers!: Offers", c.state,
             c.listed_at as "listed_at!: MaybeTimestamp", c.created_at,
             case when c.hidden_at is not null then c.hidden_reason end as hidden,
             c.place, h.trade_id as "trade?", h.outside_loan_id as "loan?", h.round_id as "round?",
             b.send_due as "due!: MaybeTimestamp", case when r.status <> 'deleted' then r.display_name end as borrower,
             (select count(*) from trade_items i join trades t on t.id = i.trade_id
                 where i.copy_id = c.id and i.revision = t.revision and t.state = 'proposed') as "proposals!",
             (select p.key from copy_photos p where p.copy_id = c.id order by p.position, p.id limit 1) as photo,
             count(*) over () as "found!"
         from copies c
         join editions e on e.id = c.edition_id
         join works w on w.id = c.work_id
         left join copy_holds h on h.copy_id = c.id
         left join trade_legs b on b.trade_id = h.trade_id and b.purpose = 'return'
         left join users r on r.id = b.from_user
         where c.owner_id = $1
             and case $2
                 when 'listed' then c.state = 'listed'
                 when 'owned' then c.state = 'owned'
                 when 'trading' then h.trade_id is not null and b.id is null
                 when 'lent' then h.outside_loan_id is not null or b.id is not null
                 when 'archive' then c.state = 'archived'
                 when 'trash' then c.state = 'deleted'
                 else c.state in ('owned', 'listed')
             end
             and ($3 = '' or w.title_key like '%' || $3 || '%' or e.isbn13::text = $4
                 or exists (select from work_authors wa join authors a on a.id = wa.author_id
                     where wa.work_id = w.id and a.name_key like '%' || $3 || '%'))
             and ($8 = '' or c.place = $8)
         order by
             case when $5 = 'title' then w.title_key when $5 = 'author' then w.author_key end collate "C",
             case when $5 = 'condition' then -c.grade end,
             c.id desc
         limit $6 offset $7"#,
        filter.owner.0,
        filter.tab.as_str(),
        filter.key,
        filter.isbn,
        filter.sort.as_str(),
        filter.most,
        filter.offset,
        filter.place
    )
    .fetch_all(db)
    .await?)
}
