//! Forms of searches and of the shelf. Copy 1 is ana's; 2 and 3 are bob's, as trade 1 needs them.

use super::{Given, Row, row};

const SAVED: Given = Given::Sql("select max(id)::text from saved_searches");
const NO_TOWN: Given =
    Given::Sql("with ana as (update users set city = '' where handle = 'ana') select 'Ghent'");
const BOBS_NEW_COPY: Given = Given::Sql("select max(id)::text from copies");
const BOBS_IMPORT: Given = Given::Sql("select max(id)::text from shelf_imports");

pub(super) const ROWS: &[Row] = &[
    row(
        "ana",
        "/api/searches/save",
        &[("query", "q=emma&genre=classics")],
        "select count(*) from saved_searches",
    )
    .on("/browse?q=emma&genre=classics"),
    row(
        "ana",
        "/api/searches/alert",
        &[("id", "*"), ("alert", "false")],
        "select count(*) from saved_searches where not alert",
    )
    .on("/searches")
    .given(SAVED),
    row(
        "ana",
        "/api/searches/remove",
        &[("id", "*")],
        "select 1 - count(*) from saved_searches",
    )
    .on("/searches")
    .given(SAVED),
    row(
        "ana",
        "/api/copies/add-new",
        &[
            ("title", "Romola"),
            ("authors", "George Eliot"),
            ("grade", "good"),
            ("offer", "trade"),
        ],
        "select count(*) from copies",
    )
    .on("/shelf/add/new"),
    row(
        "ana",
        "/api/copies/say-town",
        &[("city", "*"), ("country", "BE")],
        "select count(*) from users where city = 'Ghent'",
    )
    .on("/shelf")
    .given(NO_TOWN),
    row(
        "bob",
        "/api/copies/add",
        &[("grade", "good"), ("offer", "trade")],
        "select count(*) from copies",
    )
    .on("/shelf/add/1"),
    row(
        "bob",
        "/api/copies/add-new",
        &[
            ("title", "Emma"),
            ("authors", "Jane Austen"),
            ("grade", "good"),
            ("offer", "trade"),
        ],
        "select count(*) from copies",
    )
    .on("/shelf/add/new"),
    row(
        "bob",
        "/api/copies/add-photos",
        &[],
        "select count(*) from copy_photos",
    )
    .on("/copies/3/photos"),
    // Of three photos the first is moved: by two places if it counted twice.
    row(
        "bob",
        "/api/copies/move-photo-later",
        &[("photo", "*")],
        "select position::bigint from copy_photos order by id limit 1",
    )
    .on("/copies/3/photos")
    .given(Given::Sql(
        "with more as (insert into copy_photos (copy_id, key, width, height, bytes, position)
             select copy_id, gen_random_uuid(), width, height, bytes, p.position + more
             from copy_photos p, generate_series(1, 2) more)
         select id::text from copy_photos",
    )),
    row(
        "bob",
        "/api/copies/move-photo-earlier",
        &[("photo", "*")],
        "select 3 - position::bigint from copy_photos order by id limit 1",
    )
    .on("/copies/3/photos")
    .given(Given::Sql("select min(id)::text from copy_photos")),
    row(
        "bob",
        "/api/copies/remove-photo",
        &[("photo", "*")],
        "select 3 - count(*) from copy_photos",
    )
    .on("/copies/3/photos")
    .given(Given::Sql("select min(id)::text from copy_photos")),
    row(
        "bob",
        "/api/copies/put-back-photo",
        &[("photo", "?")],
        "select count(*) from copy_photos",
    )
    .on("/copies/3/photos"),
    row(
        "bob",
        "/api/copies/add-new",
        &[
            ("title", "Solaris"),
            ("authors", "Stanisław Lem"),
            ("grade", "good"),
            ("offer", "trade"),
        ],
        "select count(*) from copies where state = 'listed'",
    )
    .on("/shelf/add/new"),
    row(
        "bob",
        "/api/copies/edit",
        &[("offer", "trade"), ("grade", "good"), ("note", "Foxed.")],
        "select sum(terms_version)::bigint from copies where note = 'Foxed.' or id = 4",
    )
    .on("/copies/*/edit")
    .given(BOBS_NEW_COPY),
    row(
        "bob",
        "/api/copies/change",
        &[("change", "archive")],
        "select count(*) from copies where state = 'archived'",
    )
    .on("/copies/*/edit")
    .given(BOBS_NEW_COPY),
    row(
        "bob",
        "/api/copies/change-many",
        &[("change", "restore"), ("copy", "*")],
        "select count(*) from copies where state = 'owned'",
    )
    .on("/shelf")
    .given(BOBS_NEW_COPY),
    row(
        "bob",
        "/api/copies/undo-change",
        &[("copies", "*")],
        "select count(*) from copies where state = 'listed'",
    )
    .on("/shelf")
    .given(Given::Sql(
        "select id || ':listed:' || grade || ':' from copies where state = 'owned'",
    )),
    row(
        "bob",
        "/api/copies/set-grade",
        &[("grade", "fine"), ("copy", "*")],
        "select count(*) from copies where grade = 5",
    )
    .on("/shelf")
    .given(BOBS_NEW_COPY),
    row(
        "bob",
        "/api/copies/set-place",
        &[("place", "Attic"), ("copy", "*")],
        "select count(*) from copies where place = 'Attic'",
    )
    .on("/shelf")
    .given(BOBS_NEW_COPY),
    row(
        "bob",
        "/api/copies/set-offers",
        &[("offer", "give"), ("copy", "*")],
        "select count(*) from copies where offer_give",
    )
    .on("/shelf")
    .given(BOBS_NEW_COPY),
    row(
        "bob",
        "/api/copies/lend",
        &[("borrower", "Joana")],
        "select count(*) from outside_loans where back_on is null",
    )
    .on("/copies/*/lent")
    .given(BOBS_NEW_COPY),
    // From the sentence that says it.
    row(
        "bob",
        "/api/copies/undo-lending",
        &[],
        "select 1 - count(*) from outside_loans",
    )
    .on("/copies/*/lent")
    .given(BOBS_NEW_COPY),
    row(
        "bob",
        "/api/copies/lend",
        &[("borrower", "Joana")],
        "select count(*) from outside_loans where back_on is null",
    )
    .on("/copies/*/lent")
    .given(BOBS_NEW_COPY),
    row(
        "bob",
        "/api/copies/set-due",
        &[("due_on", "")],
        "select count(*) from outside_loans where due_on is null",
    )
    .on("/copies/*/lent")
    .given(Given::Sql(
        "with agreed as (update outside_loans set due_on = lent_on returning copy_id)
         select copy_id::text from agreed",
    )),
    row(
        "bob",
        "/api/copies/back",
        &[],
        "select count(*) from outside_loans where back_on is not null",
    )
    .on("/copies/*/lent")
    .given(BOBS_NEW_COPY),
    row(
        "bob",
        "/api/copies/undo-back",
        &[],
        "select count(*) from outside_loans where back_on is null",
    )
    .on("/copies/*/lent")
    .given(BOBS_NEW_COPY),
    row(
        "bob",
        "/api/copies/back",
        &[],
        "select count(*) from outside_loans where back_on is not null",
    )
    .on("/copies/*/lent")
    .given(BOBS_NEW_COPY),
    row(
        "bob",
        "/api/copies/add-many",
        &[("pick-1", "?"), ("grade", "good"), ("offer", "keep")],
        "select count(*) from copies",
    )
    .on("/shelf/add/many")
    .after(&[("lines", "Romola – George Eliot")]),
    row(
        "bob",
        "/api/imports/upload",
        &[],
        "select count(*) from shelf_imports",
    )
    .on("/shelf/import"),
    row(
        "bob",
        "/api/imports/choose-columns",
        &[("column-title", "0"), ("column-author", "1")],
        "select count(*) from shelf_import_rows where outcome = 'enter'",
    )
    .on("/shelf/import/*")
    .given(BOBS_IMPORT),
    row(
        "bob",
        "/api/imports/choose-rows",
        &[("row", "1"), ("pick-1", "enter")],
        "select count(*) from shelf_import_rows where outcome = 'enter'",
    )
    .on("/shelf/import/*/rows")
    .given(Given::Sql(
        "with doubted as (update shelf_import_rows set outcome = 'doubtful' returning import_id)
         select import_id::text from doubted",
    )),
    row(
        "bob",
        "/api/imports/start",
        &[("shelf", ""), ("grade", "good"), ("offer", "keep")],
        "select count(*) from shelf_imports where state = 'running'",
    )
    .on("/shelf/import/*")
    .given(BOBS_IMPORT),
    row(
        "bob",
        "/api/imports/retry",
        &[],
        "select count(*) from shelf_imports where state = 'running'",
    )
    .on("/shelf/import/*")
    .given(Given::Sql(
        "with failed as (update shelf_import_rows set outcome = 'failed' where outcome = 'added' returning import_id)
         select import_id::text from failed",
    )),
    row(
        "bob",
        "/api/imports/stop",
        &[],
        "select count(*) from shelf_imports where state = 'stopped'",
    )
    .on("/shelf/import/*")
    .given(Given::Sql(
        "with again as (update shelf_imports set state = 'running' where state = 'done' returning id)
         select id::text from again",
    )),
    row(
        "bob",
        "/api/imports/undo",
        &[],
        "select count(*) from shelf_imports where state = 'undoing'",
    )
    .on("/shelf/import/*")
    .given(Given::Sql(
        "with there as (update shelf_import_rows set outcome = 'added' where copy_id is not null returning import_id)
         select import_id::text from there",
    )),
    row(
        "bob",
        "/api/copies/scan",
        &[
            ("isbn", "9780306406157"),
            ("grade", "good"),
            ("offer", "keep"),
        ],
        "select count(*) from scans",
    )
    .on("/shelf/add/scan"),
    row(
        "bob",
        "/api/copies/scan-photo",
        &[("grade", "good"), ("offer", "keep")],
        "select count(*) from scans",
    )
    .on("/shelf/add/scan"),
    row(
        "bob",
        "/api/copies/dismiss-scan",
        &[("scan", "*")],
        "select 2 - count(*) from scans",
    )
    .on("/shelf/add/scan")
    .given(Given::Sql(
        "select id::text from scans where isbn13 = '9780306406157'",
    )),
    row(
        "bob",
        "/api/copies/add-scanned",
        &[("scan", "*"), ("grade", "good"), ("offer", "keep")],
        "select count(*) from copies",
    )
    .on("/shelf/add/scan")
    .given(Given::Sql(
        "with known as (update editions set isbn13 = '9791090636071' where id = 1)
         select id::text from scans",
    )),
    row(
        "bob",
        "/api/copies/finish-scans",
        &[("all_grade", "fair")],
        "select count(*) from copies where grade = 2",
    )
    .on("/shelf/add/scan"),
    row(
        "bob",
        "/api/copies/undo-scan",
        &[("copy", "*")],
        "select count(*) from copies where state = 'deleted'",
    )
    .on("/shelf/add/scan")
    .given(Given::Sql(
        "insert into scans (user_id, isbn13, copy_id)
         select owner_id, '9791090636071', id from copies order by id desc limit 1
         returning copy_id::text",
    )),
    row(
        "ana",
        "/api/notifications/choose",
        &[("kind", "trade_proposed"), ("in_app", "trade_proposed")],
        "select count(*) from notification_prefs where not mail",
    )
    .on("/settings/notifications"),
    row(
        "ana",
        "/api/notifications/preset",
        &[("preset", "inbox")],
        "select count(*) from notification_prefs where kind = 'parcel_sent'",
    )
    .on("/settings/notifications"),
    row(
        "nobody",
        "/api/notifications/unsubscribe",
        &[("token", "*")],
        "select count(*) from notification_prefs where not mail",
    )
    .on("/unsubscribe/*")
    .given(Given::MailsToBob),
];
