//! What readers say of books.

use super::{Given, Row, row};

const BOOK: Given = Given::Sql("select id || '-' || slug from works where id = 1");
const REVIEW: Given = Given::Sql("select max(id)::text from reviews");

pub(super) const ROWS: &[Row] = &[
    row(
        "ana",
        "/api/reviews/write",
        &[
            (
                "body",
                "Slow, then wonderful. [spoiler]All is well.[/spoiler]",
            ),
            ("stars", "4"),
            ("quarters", "2"),
        ],
        "select count(*) from reviews",
    )
    .on("/books/1/review"),
    row(
        "bob",
        "/api/reviews/vote",
        &[("helpful", "true")],
        "select count(*) from review_votes",
    )
    .on("/books/*/reviews")
    .given(BOOK),
    row(
        "bea",
        "/api/moderation/hide-review",
        &[("reason", "Advertising is not for Dogear.")],
        "select count(*) from moderation_decisions",
    )
    .on("/admin/reviews/*")
    .given(REVIEW),
    row(
        "bea",
        "/api/moderation/restore-review",
        &[("reason", "It was a mistake.")],
        "select count(*) from moderation_decisions",
    )
    .on("/admin/reviews/*")
    .given(REVIEW),
    row(
        "ana",
        "/api/reviews/delete",
        &[],
        "select count(*) from reviews where deleted_at is not null",
    )
    .on("/books/1/review/delete"),
    row(
        "ana",
        "/api/reviews/undelete",
        &[("review", "*")],
        "select count(*) from reviews where deleted_at is null",
    )
    .on("/books/1/review")
    .given(REVIEW),
];
