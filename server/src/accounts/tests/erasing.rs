//! Nothing that names a member is forgotten when they leave.

use std::collections::BTreeSet;

use super::*;

/// Columns that say which member somebody was, and why they still do when the member has left:
/// all that is left then is a number without a name.
const KEPT: [(&str, &str); 24] = [
    ("audit_log.actor_id", "what the staff did stays on record"),
    ("broadcasts.author_id", "what the staff did stays on record"),
    ("copy_history.from_user", "whose a book was"),
    ("corrections.decided_by", "who decided"),
    ("edition_merges.moderator_id", "who decided"),
    ("edition_merges.undone_by", "who decided"),
    ("editions.created_by", "a book stays in the catalogue"),
    (
        "moderation_decisions.accused_id",
        "what was decided stays on record",
    ),
    ("moderation_decisions.moderator_id", "who decided"),
    ("payments.marked_by", "a sale belongs to the other side too"),
    ("reports.claimed_by", "who works on it"),
    ("reports.decided_by", "who decided"),
    ("reports.reporter_id", "what was reported stays on record"),
    ("settings.changed_by", "who decided"),
    ("trade_items.from_user", "a trade belongs to the others too"),
    ("trade_items.to_user", "a trade belongs to the others too"),
    ("trade_legs.from_user", "a trade belongs to the others too"),
    ("trade_legs.to_user", "a trade belongs to the others too"),
    (
        "trade_meetings.chosen_by",
        "a trade belongs to the others too",
    ),
    (
        "trade_revisions.author_id",
        "a trade belongs to the others too",
    ),
    ("trades.opened_by", "a trade belongs to the others too"),
    ("work_merges.moderator_id", "who decided"),
    ("work_merges.undone_by", "who decided"),
    ("works.created_by", "a book stays in the catalogue"),
];

/// Every table and column that refers to a member, as the schema says.
async fn columns(site: &TestSite) -> Vec<(String, String)> {
    sqlx::query_as(
        "select c.conrelid::regclass::text collate \"C\", a.attname::text
         from pg_constraint c
         join pg_attribute a on a.attrelid = c.conrelid and a.attnum = any (c.conkey)
         where c.contype = 'f' and c.confrelid = 'users'::regclass
         union
         select c.oid::regclass::text, a.attname::text
         from pg_class c join pg_attribute a on a.attrelid = c.oid
         where c.relkind = 'r' and c.relnamespace = 'public'::regnamespace and a.attname = 'user_id'
         order by 1, 2",
    )
    .fetch_all(&site.services.db)
    .await
    .unwrap()
}

/// Has each of the tables note the statements that change or delete its rows, also when they
/// find none.
async fn listen(site: &TestSite, tables: &BTreeSet<&str>) {
    let db = &site.services.db;
    sqlx::raw_sql(
        "create table heard (at text, statement text);
         create function hear() returns trigger language plpgsql as $$
           begin insert into heard values (tg_table_name, current_query()); return null; end $$",
    )
    .execute(db)
    .await
    .unwrap();
    for table in tables {
        let sql = format!(
            "create trigger hear after update or delete on {table} for each statement execute function hear()"
        );
        sqlx::raw_sql(sqlx::AssertSqlSafe(sql))
            .execute(db)
            .await
            .unwrap();
    }
}

#[tokio::test]
async fn every_column_that_names_a_member_is_erased_or_kept_for_a_reason() {
    let site = TestSite::new().await;
    let user = account(&site, "wren", Role::Member).await;
    let columns = columns(&site).await;
    listen(&site, &columns.iter().map(|(table, _)| &**table).collect()).await;

    let cx = site.visitor();
    let mut tx = cx.begin().await.unwrap();
    erasure::erase(&cx, &mut tx, user).await.unwrap();
    tx.commit().await.unwrap();

    let heard: Vec<(String, String)> = sqlx::query_as("select at, statement from heard")
        .fetch_all(&site.services.db)
        .await
        .unwrap();
    let erased = |table: &str, column: &str| {
        let named = |text: &str| {
            text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_')
                .any(|word| word == column)
        };
        heard.iter().any(|(at, text)| at == table && named(text))
    };
    let left: Vec<String> = columns
        .iter()
        .filter(|(table, column)| !erased(table, column))
        .map(|(table, column)| format!("{table}.{column}"))
        .collect();
    let kept = KEPT.map(|(column, _)| column);
    assert_eq!(
        left, kept,
        "a column that names a member is either erased (`ERASURES` in runtime.rs) or kept for a reason, which is written above"
    );
}
