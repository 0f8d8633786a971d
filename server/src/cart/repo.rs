//! The rows of carts.

use dogear_domain::grade::Grade;
use dogear_domain::ids::{CopyId, UserId, WorkId};
use dogear_domain::money::Currency;
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::PgConnection;

use crate::Result;
use crate::trades::Asked;

/// A copy in a cart, with its book, and its owner as they are now.
pub(super) struct ItemRow {
    pub copy_id: CopyId,
    /// What the reader saw of it.
    pub terms_version: i32,
    pub price: i32,
    pub currency: Currency,
    pub work: WorkId,
    pub slug: String,
    pub title: String,
    pub language: String,
    pub author_line: String,
    pub grade: Grade,
    pub handle: String,
    pub display_name: String,
    pub trader: bool,
    pub takes_returns: bool,
}

/// What is in a reader's cart, in the order in which it was put there.
pub(super) async fn items(conn: &mut PgConnection, user: UserId) -> Result<Vec<ItemRow>> {
    Ok(sqlx::query_as!(
        ItemRow,
        r#"select i.copy_id, i.terms_version, i.price_minor::int as "price!", i.currency as "currency: Currency",
             w.id as "work: WorkId", w.slug, shown_title(e.title, w.title) as "title!", w.language,
             w.author_line, c.grade, u.handle, u.display_name, u.trader,
             u.takes_returns or u.trader as "takes_returns!"
         from cart_items i join copies c on c.id = i.copy_id join editions e on e.id = c.edition_id
             join works w on w.id = c.work_id join users u on u.id = c.owner_id
         where i.user_id = $1 order by i.added_at, i.copy_id"#,
        user.0
    )
    .fetch_all(conn)
    .await?)
}

/// A copy in a cart as the reader saw it.
pub(super) struct SeenRow {
    pub copy_id: CopyId,
    pub terms_version: i32,
    pub price: i32,
    pub currency: Currency,
}

/// As [`items`], of the cart alone.
pub(super) async fn seen(conn: &mut PgConnection, user: UserId) -> Result<Vec<SeenRow>> {
    Ok(sqlx::query_as!(
        SeenRow,
        r#"select copy_id, terms_version, price_minor::int as "price!", currency as "currency: Currency"
         from cart_items where user_id = $1 order by added_at, copy_id"#,
        user.0
    )
    .fetch_all(conn)
    .await?)
}

/// Lets one addition to a cart come after the other, until the end of the transaction; gives how
/// many copies it has but this one.
pub(super) async fn lock_and_count(
    conn: &mut PgConnection,
    user: UserId,
    but: CopyId,
) -> Result<i64> {
    sqlx::query!(
        "select pg_advisory_xact_lock(hashtextextended('cart', $1))",
        user.0
    )
    .fetch_all(&mut *conn)
    .await?;
    Ok(sqlx::query_scalar!(
        r#"select count(*) as "number!" from cart_items where user_id = $1 and copy_id <> $2"#,
        user.0,
        but.0
    )
    .fetch_one(conn)
    .await?)
}

/// Puts a copy into a cart, or notes what was seen of one that is there.
pub(super) async fn put(
    conn: &mut PgConnection,
    user: UserId,
    asked: &Asked,
    now: Timestamp,
) -> Result<()> {
    sqlx::query!(
        "insert into cart_items (user_id, copy_id, terms_version, price_minor, currency, added_at)
         values ($1, $2, $3, $4, $5, $6)
         on conflict (user_id, copy_id) do update set terms_version = excluded.terms_version,
             price_minor = excluded.price_minor, currency = excluded.currency",
        user.0,
        asked.copy.0,
        asked.terms,
        i64::from(asked.price.amount.minor),
        asked.price.amount.currency.as_str(),
        now.to_sqlx()
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Notes what was seen of copies that are in a cart.
pub(super) async fn note_seen(
    conn: &mut PgConnection,
    user: UserId,
    asked: &[Asked],
) -> Result<()> {
    let copies: Vec<CopyId> = asked.iter().map(|asked| asked.copy).collect();
    let terms: Vec<i32> = asked.iter().map(|asked| asked.terms).collect();
    let amounts = || asked.iter().map(|asked| asked.price.amount);
    let prices: Vec<i64> = amounts().map(|amount| amount.minor.into()).collect();
    let currencies: Vec<String> = amounts()
        .map(|amount| amount.currency.to_string())
        .collect();
    sqlx::query!(
        "update cart_items i set terms_version = s.terms, price_minor = s.price, currency = s.currency
         from unnest($2::bigint[], $3::int[], $4::bigint[], $5::text[]) s (copy_id, terms, price, currency)
         where i.user_id = $1 and i.copy_id = s.copy_id",
        user.0,
        &copies as &[CopyId],
        &terms,
        &prices,
        &currencies
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Takes copies out of a cart; those that are not in it are passed over.
pub(super) async fn take_out(
    conn: &mut PgConnection,
    user: UserId,
    copies: &[CopyId],
) -> Result<()> {
    sqlx::query!(
        "delete from cart_items where user_id = $1 and copy_id = any ($2)",
        user.0,
        copies as &[CopyId]
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Deletes the cart of a member who leaves.
///
/// # Errors
/// Those of the database.
pub(crate) async fn erase(conn: &mut PgConnection, user: UserId) -> Result<()> {
    sqlx::query!("delete from cart_items where user_id = $1", user.0)
        .execute(conn)
        .await?;
    Ok(())
}
