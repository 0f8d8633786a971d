//! Forms of the library: eve keeps track of book 1.

use super::{Given, Row, row};

const BOOK: &str = "/reading/books/1";
const READING: Given = Given::Sql("select max(id)::text from readings");

pub(super) const ROWS: &[Row] = &[
    row(
        "eve",
        "/api/reading/want",
        &[],
        "select count(*) from reader_books where wanted_at is not null",
    )
    .on(BOOK),
    row(
        "eve",
        "/api/reading/want-no-more",
        &[],
        "select 1 - count(*) from reader_books where wanted_at is not null",
    )
    .on(BOOK),
    row(
        "eve",
        "/api/reading/start",
        &[],
        "select count(*) from readings",
    )
    .on(BOOK),
    row(
        "eve",
        "/api/reading/pause",
        &[],
        "select count(*) from readings where paused_at is not null",
    )
    .on(BOOK),
    row(
        "eve",
        "/api/reading/resume",
        &[],
        "select 1 - count(*) from readings where paused_at is not null",
    )
    .on(BOOK),
    row(
        "eve",
        "/api/reading/progress",
        &[("done", "12"), ("unit", "page"), ("of", "100")],
        "select count(*) from readings where progress = 12",
    )
    .on(BOOK),
    row(
        "eve",
        "/api/reading/finish",
        &[],
        "select count(*) from readings where ending = 'finished'",
    )
    .on("/reading"),
    row(
        "eve",
        "/api/reading/reopen",
        &[],
        "select 1 - count(*) from readings where ending = 'finished'",
    )
    .on(BOOK),
    row(
        "eve",
        "/api/reading/rate",
        &[("stars", "4"), ("quarters", "1")],
        "select count(*) from work_ratings where n = 1 and sum = 17",
    )
    .on(BOOK),
    row(
        "eve",
        "/api/reading/add",
        &[("ended_on", "2019"), ("ending", "finished")],
        "select count(*) from readings",
    )
    .on("/reading/books/1/add"),
    row(
        "eve",
        "/api/reading/edit",
        &[
            ("started_on", "2018-01"),
            ("ended_on", "2019"),
            ("ending", "stopped"),
        ],
        "select count(*) from readings where ending = 'stopped'",
    )
    .on("/reading/readings/*")
    .given(READING),
    row(
        "eve",
        "/api/reading/remove",
        &[],
        "select 100 - count(*) from readings",
    )
    .on(BOOK),
    row(
        "eve",
        "/api/reading/note",
        &[("note", "Mine."), ("visibility", "public")],
        "select count(*) from reader_books where private_note <> ''",
    )
    .on(BOOK),
    row(
        "eve",
        "/api/reading/share",
        &[],
        "select count(*) from library_settings where is_public",
    )
    .on("/reading"),
    row(
        "eve",
        "/api/reading/set-goal",
        &[("books", "12")],
        "select count(*) from reading_goals",
    )
    .on("/reading/2026"),
    row(
        "eve",
        "/api/reading/remove-goal",
        &[],
        "select 1 - count(*) from reading_goals",
    )
    .on("/reading/2026"),
];
