//! What is given away to those who ask.

use super::{Given, Row, row};

/// A copy of bob's that nothing holds, listed.
const BOBS_FREE_COPY: Given = Given::Sql(
    "with listed as (
       update copies set state = 'listed', listed_at = now(), offer_give = true, hidden_at = null
       where id = (select max(c.id) from copies c join users u on u.id = c.owner_id
         where u.handle = 'bob' and c.state <> 'deleted'
           and not exists (select from copy_holds h where h.copy_id = c.id))
       returning id)
     select id::text from listed",
);
/// The newest round; everybody has been here for long enough to ask.
const ROUND: Given = Given::Sql(
    "with aged as (update users set created_at = now() - interval '9 days' returning id)
     select max(id)::text from give_rounds",
);
const ASKS: &str = "select count(*) from give_asks";

const fn in_round(
    who: &'static str,
    path: &'static str,
    fields: &'static [(&'static str, &'static str)],
    counts: &'static str,
) -> Row {
    row(who, path, fields, counts).on("/give/*").given(ROUND)
}

const fn opened(mode: &'static [(&'static str, &'static str)]) -> Row {
    row(
        "bob",
        "/api/rounds/open",
        mode,
        "select count(*) from give_rounds",
    )
    .on("/copies/*/give")
    .given(BOBS_FREE_COPY)
}

pub(super) const ROWS: &[Row] = &[
    opened(&[("mode", "draw"), ("hours", "12")]),
    in_round(
        "bob",
        "/api/rounds/close",
        &[],
        "select count(*) from give_rounds where state = 'closed'",
    ),
    opened(&[("mode", "queue"), ("hours", "48")]),
    in_round("eve", "/api/rounds/ask", &[], ASKS),
    in_round("fay", "/api/rounds/ask", &[], ASKS),
    in_round(
        "fay",
        "/api/rounds/take-back",
        &[],
        "select 100 - count(*) from give_asks",
    ),
    in_round(
        "eve",
        "/api/rounds/pass",
        &[],
        "select count(*) from give_asks where state = 'passed'",
    ),
    in_round("fay", "/api/rounds/ask", &[], ASKS),
    in_round(
        "fay",
        "/api/rounds/take",
        &[("method", "meet")],
        "select count(*) from trades",
    ),
];
