//! Copies are added and changed.

use dogear_domain::copies::{CopyState, HeldBy};
use dogear_domain::fields::CopyPlace;
use dogear_domain::grade::{Defect, Grade};
use dogear_domain::ids::{CopyId, EditionId, UserId, WorkId};
use dogear_domain::money::Currency;
use dogear_domain::offers::Offers;
use jiff_sqlx::{Timestamp, ToSqlx};
use sqlx::PgConnection;

use crate::Result;
use crate::copies::input::NewCopy;

/// A copy whose row is locked until the end of the transaction.
#[derive(Debug, Clone)]
pub(in crate::copies) struct Locked {
    pub id: CopyId,
    pub work_id: WorkId,
    pub title: String,
    pub state: CopyState,
    pub grade: Grade,
    pub defects: Vec<Defect>,
    pub note: String,
    /// Where its owner keeps it.
    pub place: String,
    pub offers: Offers,
    pub listed_at: Option<jiff::Timestamp>,
    /// Why it can be promised to nobody else.
    pub held_by: Option<HeldBy>,
}

struct Row {
    id: CopyId,
    work_id: WorkId,
    title: String,
    state: CopyState,
    grade: Grade,
    defects: Vec<Defect>,
    note: String,
    place: String,
    offers: Offers,
    listed_at: Option<Timestamp>,
}

/// Takes every copy of `owner` off the listings; the works, each once.
pub(in crate::copies) async fn unlist_all(
    conn: &mut PgConnection,
    owner: UserId,
    now: jiff::Timestamp,
) -> Result<Vec<WorkId>> {
    let mut works = sqlx::query_scalar!(
        "update copies set state = 'owned', listed_at = null, updated_at = $2
         where owner_id = $1 and state = 'listed' returning work_id",
        owner.0,
        now.to_sqlx()
    )
    .fetch_all(conn)
    .await?;
    works.sort_unstable();
    works.dedup();
    Ok(works)
}

/// The owner's copies among `ids`, locked in the order of their ids so that two calls
/// never wait for each other in a circle. Others are left out.
pub(in crate::copies) async fn lock_owned(
    conn: &mut PgConnection,
    owner: UserId,
    ids: &[CopyId],
) -> Result<Vec<Locked>> {
    let rows = sqlx::query_as!(
Row,
r#"select c.id, c.work_id, w.title, c.state, c.grade, c.defects as "defects: Vec<Defect>", c.note, c.place,
             offer_terms(c) as "offers!: Offers", c.listed_at
         from copies c join works w on w.id = c.work_id
         where c.id = any ($1) and c.owner_id = $2
         order by c.id for update of c"#,
ids as &[CopyId],
owner.0
)
    .fetch_all(&mut *conn)
    .await?;
    // A statement of its own: it has to see what was committed while the rows were waited for.
    let holds = sqlx::query!(
        "select copy_id, trade_id, outside_loan_id, round_id from copy_holds where copy_id = any ($1)",
        ids as &[CopyId]
    )
    .fetch_all(conn)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| Locked {
            held_by: holds
                .iter()
                .find(|hold| hold.copy_id == row.id)
                .and_then(|hold| HeldBy::of(hold.trade_id, hold.outside_loan_id, hold.round_id)),
            id: row.id,
            work_id: row.work_id,
            title: row.title,
            state: row.state,
            grade: row.grade,
            defects: row.defects,
            note: row.note,
            place: row.place,
            offers: row.offers,
            listed_at: row.listed_at.map(Timestamp::to_jiff),
        })
        .collect())
}

/// A copy that was added.
pub(in crate::copies) struct Inserted {
    pub id: CopyId,
    pub work_id: WorkId,
    pub title: String,
}

/// Inserts a copy of each of these editions, in this order, and the first lines of their
/// histories. Editions that are not there are left out.
pub(in crate::copies) async fn insert(
    conn: &mut PgConnection,
    owner: UserId,
    copies: &[(EditionId, &NewCopy)],
) -> Result<Vec<Inserted>> {
    let editions: Vec<i64> = copies.iter().map(|(edition, _)| edition.0).collect();
    let grades: Vec<i16> = copies.iter().map(|(_, copy)| copy.grade.value()).collect();
    // An array of arrays is one long array in SQL; no defect has a space in it.
    let defects: Vec<String> = copies
        .iter()
        .map(|(_, copy)| words(&copy.defects))
        .collect();
    let notes: Vec<&str> = copies.iter().map(|(_, copy)| &**copy.note).collect();
    let places: Vec<&str> = copies.iter().map(|(_, copy)| &**copy.place).collect();
    let states: Vec<&str> = copies.iter().map(|(_, copy)| copy.state.as_str()).collect();
    let listed: Vec<Option<Timestamp>> = copies
        .iter()
        .map(|(_, copy)| copy.listed_at.map(Timestamp::from))
        .collect();
    let offers: OfferColumns = copies.iter().map(|(_, copy)| copy.offers).collect();
    let inserted = sqlx::query_as!(
        Inserted,
        r#"with added as (
             insert into copies (edition_id, work_id, owner_id, grade, defects, note, state, listed_at, place,
                 offer_trade, offer_give, offer_loan, loan_days, price_minor, currency, postage_minor, offer_at_once)
             select e.id, e.work_id, $2, asked.grade, string_to_array(asked.defects, ' '), asked.note,
                 asked.state, case when asked.state = 'listed' then least(now(), coalesce(asked.listed, now())) end,
                 asked.place,
                 asked.trade, asked.give, asked.days is not null, asked.days, asked.price, asked.currency, asked.postage, asked.at_once
             from unnest($1::bigint[], $3::smallint[], $4::text[], $5::text[], $6::text[], $7::timestamptz[], $8::text[],
                 $9::boolean[], $10::boolean[], $11::smallint[], $12::bigint[], $13::text[], $14::bigint[], $15::boolean[])
                 with ordinality as asked (id, grade, defects, note, state, listed, place,
                     trade, give, days, price, currency, postage, at_once, position)
             join editions e using (id)
             order by asked.position
             returning id, work_id
         )
         select added.id as "id!: CopyId", added.work_id as "work_id!: WorkId", w.title from added join works w on w.id = added.work_id
         order by added.id"#,
        &editions,
        owner.0,
        &grades,
        &defects,
        &notes as &[&str],
        &states as &[&str],
        &listed as &[Option<Timestamp>],
        &places as &[&str],
        &offers.trade,
        &offers.give,
        &offers.days as &[Option<i16>],
        &offers.price as &[Option<i64>],
        &offers.currency as &[Option<&str>],
        &offers.postage as &[Option<i64>],
        &offers.at_once
    )
    .fetch_all(&mut *conn)
    .await?;
    let ids: Vec<i64> = inserted.iter().map(|copy| copy.id.0).collect();
    sqlx::query!(
        "insert into copy_history (copy_id, to_user, kind, city)
         select copy, u.id, 'added', u.city
         from unnest($1::bigint[]) as copy, users u where u.id = $2 order by copy",
        &ids,
        owner.0
    )
    .execute(conn)
    .await?;
    Ok(inserted)
}

fn words(defects: &[Defect]) -> String {
    let words: Vec<&str> = defects.iter().map(|defect| defect.as_str()).collect();
    words.join(" ")
}

/// Offers of several copies, a column each.
#[derive(Default)]
struct OfferColumns {
    trade: Vec<bool>,
    give: Vec<bool>,
    days: Vec<Option<i16>>,
    price: Vec<Option<i64>>,
    currency: Vec<Option<&'static str>>,
    postage: Vec<Option<i64>>,
    at_once: Vec<bool>,
}

impl FromIterator<Offers> for OfferColumns {
    fn from_iter<T: IntoIterator<Item = Offers>>(all: T) -> Self {
        let mut columns = Self::default();
        for offers in all {
            let sale = offers.sale;
            columns.trade.push(offers.trade);
            columns.give.push(offers.give);
            columns.days.push(offers.loan);
            columns
                .price
                .push(sale.map(|price| price.amount.minor.into()));
            columns
                .currency
                .push(sale.map(|price| price.amount.currency.as_str()));
            let postage = sale.and_then(|price| price.postage);
            columns.postage.push(postage.map(i64::from));
            columns.at_once.push(offers.is_sold_at_once());
        }
        columns
    }
}

/// Sets what a copy is offered for. Its terms are others then.
pub(in crate::copies) async fn set_offers(
    conn: &mut PgConnection,
    id: CopyId,
    offers: Offers,
) -> Result<()> {
    let sale = offers.sale;
    sqlx::query!(
        "update copies set offer_trade = $2, offer_give = $3, offer_loan = $4::smallint is not null, loan_days = $4,
             price_minor = $5, currency = $6, postage_minor = $7, offer_at_once = $8,
             terms_version = terms_version + 1, updated_at = now()
         where id = $1",
        id.0,
        offers.trade,
        offers.give,
        offers.loan,
        sale.map(|price| i64::from(price.amount.minor)),
        sale.map(|price| price.amount.currency.as_str()),
        sale.and_then(|price| price.postage).map(i64::from),
        offers.is_sold_at_once()
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// The currency in which the owner last offered a copy, of those they own.
pub(in crate::copies) async fn last_currency(
    db: &sqlx::PgPool,
    owner: UserId,
) -> Result<Option<Currency>> {
    Ok(sqlx::query_scalar!(
        r#"select currency as "currency!: Currency" from copies
         where owner_id = $1 and currency is not null order by updated_at desc limit 1"#,
        owner.0
    )
    .fetch_optional(db)
    .await?)
}

/// Sets what the owner says about the condition.
pub(in crate::copies) async fn set_condition(
    conn: &mut PgConnection,
    id: CopyId,
    new: &NewCopy,
) -> Result<()> {
    sqlx::query!(
        "update copies set grade = $2, defects = $3, note = $4, terms_version = terms_version + 1,
             updated_at = now() where id = $1",
        id.0,
        new.grade.value(),
        &new.defects as &[Defect],
        &**new.note
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Notes where the owner keeps these copies. That is no term of a trade.
pub(in crate::copies) async fn set_place(
    conn: &mut PgConnection,
    ids: &[CopyId],
    place: &CopyPlace,
) -> Result<()> {
    sqlx::query!(
        "update copies set place = $2, updated_at = now() where id = any ($1) and place <> $2",
        ids as &[CopyId],
        &***place
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Sets the state; `listed_at` is kept where it is given, else it is now.
pub(in crate::copies) async fn set_state(
    conn: &mut PgConnection,
    id: CopyId,
    state: CopyState,
    listed_at: Option<jiff::Timestamp>,
) -> Result<()> {
    sqlx::query!(
"update copies set state = $2, updated_at = now(),
             listed_at = case when $2 = 'listed' then greatest(created_at, least(now(), coalesce($3, now()))) end
         where id = $1",
id.0,
state.as_str(),
listed_at.map(ToSqlx::to_sqlx) as Option<Timestamp>
)
    .execute(conn)
    .await?;
    Ok(())
}

/// Those of these copies with which somebody has done something since they were added.
pub(in crate::copies) async fn touched(
    conn: &mut PgConnection,
    ids: &[CopyId],
) -> Result<Vec<CopyId>> {
    Ok(sqlx::query_scalar!(
        "select id from copies c where id = any ($1)
             and (updated_at <> created_at or hidden_at is not null
                  or exists (select from copy_photos p where p.copy_id = c.id)
                  or exists (select from trade_items i where i.copy_id = c.id))",
        ids as &[CopyId]
    )
    .fetch_all(conn)
    .await?)
}

/// Puts copies that are locked into the trash.
pub(in crate::copies) async fn trash(conn: &mut PgConnection, ids: &[CopyId]) -> Result<()> {
    sqlx::query!(
        "update copies set state = 'deleted', listed_at = null, updated_at = now()
         where id = any ($1) and state <> 'deleted'",
        ids as &[CopyId]
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Sets the grade alone.
pub(in crate::copies) async fn set_grade(
    conn: &mut PgConnection,
    id: CopyId,
    grade: Grade,
) -> Result<()> {
    sqlx::query!(
        "update copies set grade = $2, terms_version = terms_version + 1, updated_at = now()
         where id = $1",
        id.0,
        grade.value()
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Notes that the photos of a copy are others now.
pub(in crate::copies) async fn raise_terms(conn: &mut PgConnection, id: CopyId) -> Result<()> {
    sqlx::query!(
        "update copies set terms_version = terms_version + 1, updated_at = now() where id = $1",
        id.0
    )
    .execute(conn)
    .await?;
    Ok(())
}
