//! The authors of an import, and keys of the source that lead to others.

use sqlx::PgConnection;

use crate::Result;

/// Lets each redirect that leads to another one lead to where that leads.
pub(in crate::catalogue::bulk) async fn follow_redirects(conn: &mut PgConnection) -> Result<()> {
    sqlx::query!(
        "update staged_redirects r set to_key = next.to_key from staged_redirects next
             where next.from_key = r.to_key and next.to_key <> r.to_key and next.to_key <> r.from_key"
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Has the planner look at what was read.
pub(in crate::catalogue::bulk) async fn analyze_staged(conn: &mut PgConnection) -> Result<()> {
    sqlx::query("analyze staged_authors, staged_redirects, staged_works, staged_editions")
        .execute(conn)
        .await?;
    Ok(())
}

/// Adds authors whose names are new, and tells how many.
pub(in crate::catalogue::bulk) async fn insert_new(conn: &mut PgConnection) -> Result<u64> {
    Ok(sqlx::query!(
        "insert into authors (name, sort_name, name_key)
         select distinct on (name_key) name, sort_name, name_key from staged_authors
         order by name_key, key on conflict (name_key) do nothing"
    )
    .execute(conn)
    .await?
    .rows_affected())
}

/// Gives authors the name in their own script, where they have none yet; their works are to be
/// found by it.
pub(in crate::catalogue::bulk) async fn complete(conn: &mut PgConnection) -> Result<()> {
    sqlx::query!(
        "with named as (
             update authors a set own_name = s.own_name
             from (select distinct on (name_key) name_key, own_name from staged_authors
                   where own_name <> '' order by name_key, own_name) s
             where a.name_key = s.name_key and a.own_name = ''
             returning a.id)
         insert into resolved_works (key, work_id, created)
         select 'named:' || wa.work_id, wa.work_id, false from named join work_authors wa on wa.author_id = named.id
         group by wa.work_id"
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Remembers the keys of the authors at their source.
pub(in crate::catalogue::bulk) async fn note_keys(
    conn: &mut PgConnection,
    source: &str,
) -> Result<()> {
    sqlx::query!(
        "insert into author_sources (source, key, author_id)
         select distinct on (s.key) $1::text, s.key, a.id
         from staged_authors s join authors a using (name_key) order by s.key
         on conflict (source, key) do nothing",
        source
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Remembers the former keys of what is known by its key now: in the table `$table`, where
/// `$id` is what a key stands for.
macro_rules! note_redirects {
    ($conn:expr, $source:expr, $table:tt, $id:tt) => {
        sqlx::query!(
            "insert into "
                + $table
                + " (source, key, "
                + $id
                + ")
             select distinct on (r.from_key) $1::text, r.from_key, t."
                + $id
                + " from staged_redirects r
             join "
                + $table
                + " t on t.source = $1 and t.key = r.to_key order by r.from_key
             on conflict (source, key) do nothing",
            $source
        )
        .execute($conn)
    };
}

/// Remembers the former keys of authors.
pub(in crate::catalogue::bulk) async fn note_author_redirects(
    conn: &mut PgConnection,
    source: &str,
) -> Result<()> {
    note_redirects!(conn, source, "author_sources", "author_id").await?;
    Ok(())
}

/// Remembers the former keys of works.
pub(in crate::catalogue::bulk) async fn note_work_redirects(
    conn: &mut PgConnection,
    source: &str,
) -> Result<()> {
    note_redirects!(conn, source, "work_sources", "work_id").await?;
    Ok(())
}
