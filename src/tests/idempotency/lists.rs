//! Forms of lists: ana's. Work 1 is hers.

use super::{Given, Row, row};

const NEWEST: Given = Given::Sql("select max(id)::text from lists");
/// In a list of ana's there are two books, and she has taken out a third.
const WITH_BOOKS: Given = Given::Sql(
    "with l as (insert into lists (owner_id, name, slug, created_at, updated_at)
         select id, 'Two', 'two', now(), now() from users where handle = 'ana' returning id),
       w as (insert into works (title, title_key, slug)
         select 'W' || n, 'w' || n, 'w' from generate_series(1, 3) n returning id),
       i as (insert into list_items (list_id, work_id, position, added_at)
         select l.id, w.id, w.id, now() from l, w where w.id > (select min(id) from w)),
       r as (insert into removed_list_items (list_id, work_id, position, note, added_at, removed_at)
         select l.id, min(w.id), 1, '', now(), now() from l, w group by l.id)
     select id::text from l",
);
const UNLISTED: Given = Given::Sql(
    "insert into lists (owner_id, name, slug, visibility, nonce, created_at, updated_at)
       select id, 'Unlisted', 'unlisted', 'unlisted', '\\x00', now(), now() from users where handle = 'ana'
     returning id::text",
);
const EMPTY: Given = Given::Sql(
    "insert into lists (owner_id, name, slug, created_at, updated_at)
       select id, 'Empty', 'empty', now(), now() from users where handle = 'ana' returning id::text",
);
pub(super) const ROWS: &[Row] = &[
    row(
        "ana",
        "/api/lists/create",
        &[
            ("name", "By the sea"),
            ("description", "Salt."),
            ("visibility", "private"),
            ("ranked", "on"),
        ],
        "select count(*) from lists",
    )
    .on("/lists"),
    row(
        "ana",
        "/api/lists/create-with",
        &[("name", "By the lake")],
        "select count(*) from lists",
    )
    .on("/books/1-romola"),
    row(
        "ana",
        "/api/lists/save",
        &[
            ("name", "By the river"),
            ("description", ""),
            ("visibility", "public"),
        ],
        "select count(*) from lists where name = 'By the river'",
    )
    .on("/lists/*/edit")
    .given(NEWEST),
    row(
        "ana",
        "/api/lists/renew-address",
        &[],
        "select count(*) from lists where length(nonce) = 16",
    )
    .on("/lists/*/edit")
    .given(UNLISTED),
    row(
        "ana",
        "/api/lists/add",
        &[("list", "*")],
        "select count(*) from list_items",
    )
    .on("/books/1-romola")
    .given(EMPTY),
    row(
        "ana",
        "/api/lists/note",
        &[("note", "Aloud."), ("place", "1"), ("copy", "")],
        "select count(*) from list_items where note = 'Aloud.'",
    )
    .on("/lists/*/books/1")
    .given(NEWEST),
    row(
        "ana",
        "/api/lists/move",
        &[("step", "down")],
        "select count(*) from (select row_number() over (order by position) as place, work_id
           from list_items where list_id = (select max(id) from lists)) i
         where place = 2 and work_id = (select min(work_id) from list_items
           where list_id = (select max(id) from lists))",
    )
    .on("/lists/*-two")
    .given(WITH_BOOKS),
    row(
        "ana",
        "/api/lists/remove",
        &[],
        "select count(*) from removed_list_items",
    )
    .on("/lists/*-two")
    .given(WITH_BOOKS),
    row(
        "ana",
        "/api/lists/put-back",
        &[],
        "select count(*) from list_items",
    )
    .on("/lists/*-two")
    .given(NEWEST),
    row(
        "ana",
        "/api/lists/delete",
        &[],
        "select count(*) from lists where deleted_at is not null",
    )
    .on("/lists/*/delete")
    .given(EMPTY),
    row(
        "ana",
        "/api/lists/restore",
        &[],
        "select -count(*) from lists where deleted_at is not null",
    )
    .on("/lists"),
];
