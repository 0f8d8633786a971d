//! Strings that have broken other sites, through every field that somebody can write in: nothing
//! breaks, and nothing is kept that turns other text round or is no text at all.

use std::collections::{BTreeMap, BTreeSet};

use axum::http::StatusCode;
use dogear_domain::accounts::Role;
use dogear_server::testing::payments::Stub;
use dogear_server::{Cx, accounts as people};

use super::app::{Browser, TestApp};
use super::foreign::declarations::functions;
use super::idempotency::{self, Written, written};

/// One of each kind; written for this test.
const STRINGS: &[&str] = &[
    // Turned, invisible, stacked, out of order.
    "turned \u{202e}dnuor\u{202c}, \u{2066}shut in\u{2069}, \u{200f}right",
    "\u{200b}\u{2060}\u{feff}\u{3164}\u{2800}",
    "a\u{0301}\u{0302}\u{0303}\u{0304}\u{0305}\u{0306}\u{0307}\u{0308}",
    "👩🏽‍👩🏽‍👧🏽‍👦🏽 🏴\u{e0067}\u{e0062}\u{e007f} \u{fdfa}",
    "\u{feff}mark in front, \u{fffe} no character, \u{e000} private, \u{fffd}",
    // Controls, in and between lines.
    "bell \u{7}, escape \u{1b}[31mred\u{1b}[0m, delete \u{7f}, next \u{85} line",
    "Subject\r\nBcc: everybody@readers.test\r\n\r\nBody",
    "tab\tand\u{b}vertical\u{c}form",
    // What other languages read as theirs.
    "'; drop table users; --",
    "\" or \"\"=\"",
    "<script>alert('x')</script><img src=x onerror=alert(1)>",
    "</textarea></title></style><svg/onload=alert(1)>",
    "&lt;b&gt; &amp;amp; &#0; &#x202e; &unknown;",
    "{{7*7}} ${7*7} <%= 7*7 %> #{7*7} %s%n%x {0} $(id) `id`",
    "=cmd|' /C calc'!A0",
    "../../../../etc/passwd\\..\\..",
    "javascript:alert(1) https://user:secret@evil.example/",
    // What passes for something else.
    "null undefined NaN true nil None",
    "-1 0 1e309 ９９ ٣ 0x1F 9223372036854775808 1/0",
    "ＦＵＬＬ ｗｉｄｔｈ ß İ ı ǆ ſt ﬁ Ω",
    "Ｈｅllо wоrld of аnоthеr alphabet",
    "من اليمين إلى اليسار ומשמאל",
    "ཨོཾ་མ་ཎི་པདྨེ་ཧཱུྃ།",
    "",
    " \t\n \u{a0}\u{2003} ",
];

/// Characters that no table may hold: controls but line ends and tabs, and those that turn the
/// direction of what follows.
const NOWHERE: &str = "[\\x01-\\x08\\x0b\\x0c\\x0e-\\x1f\\x7f\u{202a}-\u{202e}\u{2066}-\u{2069}]";

/// The strings, and those of a list of somebody else, where one is named.
fn strings() -> Vec<String> {
    let mut all: Vec<String> = STRINGS.iter().map(|text| (*text).to_owned()).collect();
    all.push("verylongword".repeat(400));
    if let Ok(path) = std::env::var("DOGEAR_NAUGHTY_STRINGS") {
        let list = std::fs::read_to_string(&path).expect("the list can be read");
        let more: Vec<String> = serde_json::from_str(&list).expect("a list of texts in JSON");
        all.extend(more);
    }
    all
}

/// Columns of text with such characters, with one value.
async fn dirty(app: &TestApp) -> Vec<String> {
    let columns: Vec<(String, String)> = sqlx::query_as(
        "select table_name::text, column_name::text from information_schema.columns
         where table_schema = 'public' and data_type in ('text', 'USER-DEFINED', 'jsonb')
           and table_name in (select table_name from information_schema.tables
             where table_schema = 'public' and table_type = 'BASE TABLE')",
    )
    .fetch_all(&app.site.services.db)
    .await
    .expect("PostgreSQL answers");
    let mut found = Vec::new();
    for (table, column) in columns {
        // JSON is looked at as its strings are, not as they are written.
        let sql = format!(
            "select v from (
               select to_jsonb({column}) as whole from {table} where {column} is not null) t,
             lateral (select w #>> '{{}}' as v from jsonb_path_query(whole, '$.**') w
                      where jsonb_typeof(w) = 'string') s
             where v ~ $1 limit 1"
        );
        let value: Option<String> = sqlx::query_scalar(sqlx::AssertSqlSafe(sql))
            .bind(NOWHERE)
            .fetch_optional(&app.site.services.db)
            .await
            .expect("PostgreSQL answers");
        if let Some(value) = value {
            found.push(format!("{table}.{column}: {value:?}"));
        }
    }
    found
}

/// A site with readers, whose browsers and calls stand under their names.
async fn site() -> (
    TestApp,
    BTreeMap<&'static str, Browser>,
    BTreeMap<&'static str, Cx>,
) {
    let stub = Stub::new().await;
    stub.state().is_trusting = true;
    let app = TestApp::paying_at(&stub).await;
    let mut browsers = BTreeMap::from([("nobody", app.browser())]);
    let mut readers = BTreeMap::new();
    for (handle, role) in [
        ("ana", Role::Member),
        ("bob", Role::Member),
        ("bea", Role::Moderator),
        ("dov", Role::Admin),
        ("eve", Role::Member),
        ("fay", Role::Member),
    ] {
        let (browser, cx) = app.signed_in(handle, role).await;
        browsers.insert(handle, browser);
        readers.insert(handle, cx);
    }
    let hash = people::hash_password("a lamp among the margins").await;
    sqlx::query("update users set password_hash = $1")
        .bind(hash.expect("hashed"))
        .execute(&app.site.services.db)
        .await
        .expect("PostgreSQL answers");
    (app, browsers, readers)
}

#[tokio::test(flavor = "multi_thread")]
async fn a11_a12_naughty_strings_break_nothing_and_are_kept_as_text() {
    let (app, browsers, readers) = site().await;
    let strings = strings();
    let (mut broken, mut taken) = (Vec::new(), BTreeMap::new());
    let none = |_: &str| Vec::new();
    written(
        &app,
        &browsers,
        &readers,
        &strings,
        none,
        |written: Written| {
            let Written {
                path,
                field,
                text,
                status,
            } = written;
            if status.is_server_error() {
                broken.push(format!("{path} {field} {text:?}: {status}"));
            }
            if status == StatusCode::SEE_OTHER {
                *taken.entry(field.to_owned()).or_insert(0) += 1;
            }
        },
    )
    .await;
    assert!(broken.is_empty(), "{}", broken.join("\n"));
    // Not everything is refused: these are fields for words.
    for field in ["message", "title", "authors", "reason", "details"] {
        assert!(
            taken.get(field).is_some_and(|times| *times > 3),
            "{field}: {taken:?}"
        );
    }
    let dirty = dirty(&app).await;
    assert!(dirty.is_empty(), "{}", dirty.join("\n"));
    for (who, path) in [
        ("nobody", "/"),
        ("nobody", "/browse"),
        ("nobody", "/u/ana"),
        ("ana", "/shelf"),
        ("ana", "/inbox"),
        ("ana", "/trades"),
        ("ana", "/settings"),
        ("bea", "/admin/queue"),
        ("bea", "/admin/audit"),
        ("bea", "/admin/mail"),
        ("bea", "/admin/corrections"),
    ] {
        let page = browsers[who].get(path).await;
        assert!(!page.status.is_server_error(), "{path}: {}", page.body);
        for markup in ["<script>alert", "<img src=x", "<svg/onload"] {
            assert!(!page.body.contains(markup), "{path} holds {markup}");
        }
    }
}

/// A few of the worst, for every argument.
fn worst() -> Vec<String> {
    [
        "nul \0 in it",
        "escape \u{1b}[31mred\u{1b}[0m",
        "turned \u{202e}dnuor, \u{2066}shut in",
        "\u{200b}\u{3164}\u{2800}",
        "'; drop table users; -- <script>alert('x')</script>",
        "",
    ]
    .map(str::to_owned)
    .into_iter()
    .chain([
        format!("a{}", "\u{0301}".repeat(100)),
        "verylongword".repeat(400),
    ])
    .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a11_every_text_of_every_function_is_read_before_it_is_kept() {
    let (app, browsers, readers) = site().await;
    let strings = worst();
    let functions = functions();
    assert!(functions.len() > 80, "only {} are found", functions.len());
    let texts: BTreeMap<&str, Vec<String>> = functions
        .iter()
        .map(|function| (function.path.as_str(), function.texts()))
        .collect();
    let more = |path: &str| texts.get(path).cloned().unwrap_or_default();
    let (mut broken, mut answers) = (Vec::new(), BTreeMap::<_, BTreeSet<u16>>::new());
    let mut note = |path: &str, field: &str, text: &str, status: StatusCode| {
        if status.is_server_error() {
            broken.push(format!("{path} {field} {text:?}: {status}"));
        }
        let answers = answers.entry((path.to_owned(), field.to_owned()));
        answers.or_default().insert(status.as_u16());
    };
    written(&app, &browsers, &readers, &strings, more, |written| {
        note(written.path, written.field, written.text, written.status);
    })
    .await;
    // Those that have no row there: they may be called by anybody.
    for (path, _) in idempotency::EXCEPTIONS {
        let browser = app.browser();
        for field in more(path) {
            for text in &strings {
                let fields = [(field.clone(), text.clone())];
                let answer = idempotency::send(&browser, path, &fields).await;
                note(path, &field, text, answer.status);
            }
            let answer = idempotency::send_no_text(&browser, path, &[], &field).await;
            note(path, &field, "no text", answer.status);
        }
    }
    assert!(broken.is_empty(), "{}", broken.join("\n"));
    let missing: Vec<String> = texts
        .iter()
        .flat_map(|(path, fields)| {
            fields
                .iter()
                .map(|field| ((*path).to_owned(), field.clone()))
        })
        .filter(|argument| !answers.contains_key(argument))
        .map(|(path, field)| format!("{path} {field}"))
        .collect();
    assert!(missing.is_empty(), "written by nobody: {missing:?}");
    let dirty = dirty(&app).await;
    assert!(dirty.is_empty(), "{}", dirty.join("\n"));
}
