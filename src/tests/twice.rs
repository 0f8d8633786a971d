//! Every form that makes something, sent twice at the same moment with one key.

use axum::body::Body;
use axum::http::{Method, StatusCode, header};
use dogear_domain::accounts::Role;
use dogear_server::{accounts, trades};
use uuid::Uuid;

use super::app::{Answer, Browser, TestApp};
use super::shelf::PNG;

const PASSWORD: &str = "a lamp among the margins";

/// Who sends what where, and what there is one more of afterwards.
struct Row {
    who: &'static str,
    path: &'static str,
    fields: &'static [(&'static str, &'static str)],
    counts: &'static str,
}

const fn row(
    who: &'static str,
    path: &'static str,
    fields: &'static [(&'static str, &'static str)],
    counts: &'static str,
) -> Row {
    Row {
        who,
        path,
        fields,
        counts,
    }
}

/// In the order of a story. `?` stands for what the page of the form holds.
const ROWS: &[Row] = &[
    row(
        "nobody",
        "/register",
        &[
            ("email", "noor@readers.test"),
            ("handle", "noor"),
            ("display_name", "Noor"),
            ("password", PASSWORD),
        ],
        "select count(*) from users where handle = 'noor'",
    ),
    row(
        "ana",
        "/settings/email",
        &[("email", "new@readers.test"), ("email_password", PASSWORD)],
        "select count(*) from mails where to_address = 'new@readers.test'",
    ),
    row(
        "ana",
        "/shelf/add/new",
        &[
            ("title", "Romola"),
            ("authors", "George Eliot"),
            ("grade", "good"),
            ("offer", "trade"),
        ],
        "select count(*) from copies",
    ),
    row(
        "bob",
        "/shelf/add/1",
        &[("grade", "good"), ("offer", "trade")],
        "select count(*) from copies",
    ),
    row(
        "bob",
        "/shelf/add/new",
        &[
            ("title", "Emma"),
            ("authors", "Jane Austen"),
            ("grade", "good"),
            ("offer", "trade"),
        ],
        "select count(*) from copies",
    ),
    row(
        "bob",
        "/copies/3/photos",
        &[],
        "select count(*) from copy_photos",
    ),
    row(
        "ana",
        "/trades/new",
        &[
            ("with", "bob"),
            ("give", "1"),
            ("get", "2"),
            ("method", "post"),
            ("message", "Would you?"),
        ],
        "select count(*) from trades",
    ),
    row(
        "bob",
        "/trades/1/counter",
        &[
            ("seen", "?"),
            ("give", "2"),
            ("give", "3"),
            ("get", "1"),
            ("method", "post"),
        ],
        "select count(*) from trade_revisions",
    ),
    row(
        "ana",
        "/trades/1/messages",
        &[("message", "Gladly.")],
        "select count(*) from trade_messages",
    ),
    row(
        "ana",
        "/trades/1/accept",
        &[("seen", "?")],
        "select count(*) from trade_events where to_state = 'agreed' and from_state = 'proposed'",
    ),
    row(
        "ana",
        "/trades/1/send",
        &[("leg", "?")],
        "select count(*) from trade_legs where state = 'sent'",
    ),
    row(
        "bob",
        "/trades/1/receive",
        &[("leg", "?")],
        "select count(*) from copy_history where leg_id is not null",
    ),
    row(
        "bob",
        "/trades/1/problem",
        &[
            ("leg", "?"),
            ("problem", "wrong_book"),
            ("details", "It is another book."),
        ],
        "select count(*) from trade_disputes",
    ),
    row(
        "ana",
        "/report",
        &[
            ("subject", "member:2"),
            ("reason", "spam"),
            ("details", "Look at the profile."),
        ],
        "select count(*) from reports",
    ),
    row(
        "bob",
        "/shelf/add/new",
        &[
            ("title", "Solaris"),
            ("authors", "Stanisław Lem"),
            ("grade", "good"),
            ("offer", "trade"),
        ],
        "select count(*) from copies where state = 'listed'",
    ),
    row(
        "bea",
        "/admin/listings/4/hide",
        &[("reason", "Show the book itself, not its film.")],
        "select count(*) from moderation_decisions",
    ),
    row(
        "bea",
        "/admin/members/bob/suspend",
        &[("days", "7"), ("reason", "Your books were not yours.")],
        "select count(*) from moderation_decisions",
    ),
];

#[tokio::test]
async fn a_form_that_is_sent_twice_counts_once() {
    let app = TestApp::new().await;
    let nobody = app.browser();
    let (ana, _) = app.signed_in("ana", Role::Member).await;
    let (bob, _) = app.signed_in("bob", Role::Member).await;
    let (bea, _) = app.signed_in("bea", Role::Moderator).await;
    let hash = accounts::hash_password(PASSWORD).await.expect("hashed");
    sqlx::query("update users set password_hash = $1")
        .bind(hash)
        .execute(&app.site.services.db)
        .await
        .expect("PostgreSQL answers");
    for row in ROWS {
        let browser = match row.who {
            "ana" => &ana,
            "bob" => &bob,
            "bea" => &bea,
            _ => &nobody,
        };
        let once = Uuid::new_v4().to_string();
        let mut fields = vec![("once", once)];
        for (name, value) in row.fields {
            let value = match *value {
                "?" => held_by_page(&app, browser, row, name).await,
                value => value.to_owned(),
            };
            fields.push((name, value));
        }
        let what = format!("{} by {}", row.path, row.who);
        let before = count(&app, row).await;
        let (one, two) = tokio::join!(send(browser, row, &fields), send(browser, row, &fields));
        for answer in [&one, &two] {
            assert_eq!(
                answer.status,
                StatusCode::SEE_OTHER,
                "{what}: {}",
                answer.body
            );
        }
        assert_eq!(one.location(), two.location(), "{what}");
        assert_eq!(count(&app, row).await - before, 1, "{what}");
    }
    app.site.run_jobs().await;
    let violations = trades::invariants::violations(&app.site.services.db).await;
    assert_eq!(
        violations.expect("PostgreSQL answers"),
        Vec::<String>::new()
    );
}

async fn count(app: &TestApp, row: &Row) -> i64 {
    sqlx::query_scalar(row.counts)
        .fetch_one(&app.site.services.db)
        .await
        .expect("PostgreSQL answers")
}

/// The leg that ana sends, or the value of a hidden field.
async fn held_by_page(app: &TestApp, browser: &Browser, row: &Row, name: &str) -> String {
    if name == "leg" {
        return sqlx::query_scalar(
            "select l.id::text from trade_legs l join users u on u.id = l.from_user where u.handle = 'ana'",
        )
        .fetch_one(&app.site.services.db)
        .await
        .expect("there is one");
    }
    let page = browser.get(row.path).await.body;
    let mark = format!("name=\"{name}\" value=\"");
    let at = page
        .find(&mark)
        .unwrap_or_else(|| panic!("{name} in {page}"))
        + mark.len();
    page[at..].split('"').next().unwrap_or_default().to_owned()
}

async fn send(browser: &Browser, row: &Row, fields: &[(&str, String)]) -> Answer {
    if !row.path.ends_with("/photos") {
        let fields: Vec<(&str, &str)> = fields
            .iter()
            .map(|(name, value)| (*name, value.as_str()))
            .collect();
        return browser.post(row.path, &fields).await;
    }
    let mut body = Vec::new();
    for (name, value) in fields {
        let part =
            format!("--b\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
        body.extend(part.into_bytes());
    }
    body.extend(
        b"--b\r\nContent-Disposition: form-data; name=\"photos\"; filename=\"x.png\"\r\n\r\n",
    );
    body.extend(PNG);
    body.extend(b"\r\n--b--\r\n");
    let request = browser
        .request(Method::POST, row.path)
        .header(header::CONTENT_TYPE, "multipart/form-data; boundary=b")
        .header("sec-fetch-site", "same-origin")
        .body(Body::from(body))
        .expect("a request");
    browser.send(request).await
}
