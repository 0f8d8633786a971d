//! What belongs to somebody else answers as what is not there. Whatever takes a number from
//! outside is found in its declaration: addresses in `app/urls`, arguments of server functions
//! and names in queries in the text of `app/src`.

pub(super) mod declarations;

use std::collections::BTreeSet;

use axum::http::{Method, StatusCode};
use dogear_domain::accounts::Role;
use dogear_domain::moderation::SubjectKind;
use dogear_domain::trades::Method as Way;
use dogear_server::catalogue::EditionInput;
use dogear_server::copies::{self, Book, CopyInput};
use dogear_server::testing::said;
use dogear_server::trades;
use leptos::server_fn;

use super::app::{Answer, Browser, TestApp};
use super::idempotency;
use super::trading::{agreed, proposed};
use declarations::{functions, query_names};

/// In every table the number of something of ana's.
const OWN: &str = "660066";
/// In every table the number of something that ana may not see.
const FOREIGN: &str = "770077";
/// In no table.
const UNKNOWN: &str = "880088";

/// Tables whose rows everybody may see, or only moderators and the site itself.
const NOT_FOREIGN: &[&str] = &[
    "authors",
    "broadcasts",
    "catalogue_imports",
    "copy_history",
    "corrections",
    "earlier_versions",
    "edition_merges",
    "editions",
    "mails",
    "moderation_decisions",
    "outbox",
    "series",
    "towns",
    "trade_disputes",
    "work_merges",
    "works",
    // Never named by their numbers.
    "audit_log",
    "event_log",
    "auth_tokens",
    "trade_events",
];

/// Parts of addresses that name what everybody may see.
const OPEN: &[&str] = &[
    "{book}",
    "{edition}",
    "{author}",
    "{series}",
    "{organisation}",
];
/// Addresses whose query takes a number, with the page that it is asked on.
const QUERIES: &[(&str, &str)] = &[
    ("get", "/trades/new?with=bob&get=*"),
    ("give", "/trades/new?with=bob&give=*"),
    ("get", "/trades/new?with=bob&get=*&look=get:2&get_page=2"),
    ("leg", "/trades/660066/send?leg=*"),
    ("leg", "/trades/660066/problem?leg=*"),
    ("after", "/events?after=0.*"),
    ("after", "/host/660066?after=*"),
    ("after", "/host/660066/door?after=*"),
    ("after", "/host/660066/door/print?after=*"),
    ("after", "/host/660066/stalls?after=*"),
    ("before", "/host?before=*"),
    ("like", "/events/new?like=*"),
    ("series", "/host?series=*"),
    ("before", "/inbox?before=*"),
    ("before", "/u/ana/reviews?before=*"),
    ("subject", "/report?subject=copy:*"),
    ("subject", "/report?subject=event:*"),
    ("subject", "/report?subject=feedback:*"),
    ("subject", "/report?subject=list:*"),
    ("subject", "/report?subject=member:*"),
    ("subject", "/report?subject=review:*"),
    ("subject", "/report?subject=message:*"),
    ("subject", "/report?subject=trade:*"),
];

/// What an answer tells, without its number and what is made anew each time.
fn told(answer: &Answer, id: &str) -> String {
    let text = format!("{}\n{}\n{}", answer.status, answer.location(), answer.body);
    let is_part = |letter: char| letter.is_ascii_hexdigit() || letter == '-';
    let mut words = String::new();
    let text = [id, FOREIGN, UNKNOWN]
        .iter()
        .fold(text, |text, number| text.replace(number, "NUMBER"));
    for word in text.split_inclusive(|c| !is_part(c)) {
        let digits = word.trim_end_matches(|c| !is_part(c));
        if digits.len() == 36 && digits.matches('-').count() == 4 {
            words.push_str(&word[36..]);
        } else {
            words.push_str(word);
        }
    }
    words
}

/// As [`told`], with the sentence that the next page shows.
async fn told_at_last(browser: &Browser, answer: &Answer, id: &str) -> String {
    let mut words = told(answer, id);
    if answer.status == StatusCode::SEE_OTHER {
        words.push_str(&told(&browser.get("/about/conditions").await, id));
    }
    words
}

fn compare(what: &str, unknown: &str, foreign: &str, problems: &mut Vec<String>) {
    if unknown != foreign {
        let same = unknown
            .chars()
            .zip(foreign.chars())
            .take_while(|(a, b)| a == b);
        let start = same.count().saturating_sub(60);
        let around = |text: &str| text.chars().skip(start).take(200).collect::<String>();
        let (unknown, foreign) = (around(unknown), around(foreign));
        problems.push(format!("{what}:\n  unknown {unknown}\n  foreign {foreign}"));
    }
}

/// A number where a UUID is asked for.
fn uuid(number: &str) -> String {
    format!("00000000-0000-4000-8000-000000{number}")
}

/// The next row of every table gets this number.
async fn number_from(app: &TestApp, first: &str) {
    let statements: Vec<String> = sqlx::query_scalar(
        "select format('alter table %I alter column id restart with %s', table_name, $1::text)
         from information_schema.columns
         where table_schema = 'public' and column_name = 'id' and is_identity = 'YES'",
    )
    .bind(first)
    .fetch_all(&app.site.services.db)
    .await
    .expect("PostgreSQL answers");
    for statement in statements {
        run(app, &statement).await;
    }
}

async fn run(app: &TestApp, statement: &str) {
    sqlx::raw_sql(sqlx::AssertSqlSafe(statement.to_owned()))
        .execute(&app.site.services.db)
        .await
        .unwrap_or_else(|error| panic!("{statement}: {error}"));
}

/// For each table where one is needed, a row of `handle`, whose copy 'copy' is.
fn rows_of(handle: &str, copy: &str) -> String {
    let user = format!("(select id from users where handle = '{handle}')");
    // What is one's own may be read in pages.
    let name = if handle == "ana" { "Own" } else { "Secret" };
    format!(
        "insert into shelf_imports (user_id, file_name, source, headers, columns, shelves, grade, offer, state, created_at)
           values ({user}, 'secret.csv', 'table', '{{}}', '{{}}', '{{}}', 4, 'keep', 'ready', now());
         insert into scans (user_id, isbn13) values ({user}, '9780306406157');
         insert into reviews (user_id, work_id, body, hidden_at)
           select {user}, min(id), '{name} words.', case '{name}' when 'Secret' then now() end from works;
         insert into saved_searches (user_id, query) values ({user}, 'q=secret');
         insert into lists (owner_id, name, slug, created_at, updated_at)
           values ({user}, '{name} list', '{name}-list', now(), now());
         insert into list_items (list_id, work_id, position, note, added_at)
           select (select max(id) from lists), work_id, 1, '{name} note.', now() from copies where id = {copy};
         insert into reader_books (user_id, work_id, status, private_note)
           select {user}, min(id), 'reading', '{name} note.' from works;
         insert into readings (user_id, work_id) select {user}, min(id) from works;
         insert into copy_photos (copy_id, key, width, height, bytes)
           values ({copy}, gen_random_uuid(), 1, 1, 1);
         insert into outside_loans (copy_id, owner_id, borrower_sealed, lent_on, back_on)
           values ({copy}, {user}, '\\x00', current_date, current_date);
         insert into give_rounds (copy_id, owner_id, mode, state, closes_at, ended_at)
           values ({copy}, {user}, 'queue', 'closed', now(), now());
         insert into reports (reporter_id, subject_kind, subject_id, reason, details)
           values ({user}, 'member', (select id from users where handle = 'cyd'), 'spam', 'Secret.');
         insert into venues (owner_id, name, address, city, country, time_zone)
           values ({user}, '{name} place', '1 {name} Street', 'Leeds', 'GB', 'Europe/London');
         insert into events (host_id, venue_id, kind, visibility, title, slug, description)
           select {user}, max(id), 'reading', 'public', '{name} evening', '{name}-evening', '{name}.' from venues;
         insert into event_messages (event_id, audience, body, written_at)
           select max(id), 'guests', '{name} words.', now() from events;
         insert into event_tasks (event_id, title, note, wanted, created_at)
           select max(id), '{name} task', '{name}.', 2, now() from events;
         insert into event_series (host_id, repeats, every, first_day, times, starts, ends, more_days, time_zone, created_at)
           values ({user}, 'weekly', 1, current_date, 4, '19:00', '21:00', 0, 'Europe/London', now());
         update events set series_id = (select max(id) from event_series), series_day = current_date
           where id = (select max(id) from events);
         insert into event_hosts (event_id, user_id, role, invited_at)
           select max(e.id), u.id, 'door', now() from events e, users u where u.handle = 'cyd' group by u.id;
         insert into organisations (name, slug, town, description, link, created_at)
           values ('{name} library', '{name}-library', 'Leeds', '{name}.', '', now());
         insert into organisation_members (organisation_id, user_id, role, state, invited_at)
           select max(id), {user}, 'admin', 'active', now() from organisations;
         insert into event_occurrences (event_id, starts_at, ends_at, time_zone, capacity, max_party, seats_taken)
           select max(id), now() + interval '10 days', now() + interval '11 days', 'UTC', 20, 4, 1 from events;
         insert into seat_bookings (occurrence_id, user_id, party_size, state)
           select max(id), {user}, 1, 'confirmed' from event_occurrences;
         insert into seat_transfers (booking_id, recipient_id, party_size, state, created_at)
           select max(id), {user}, 1, 'withdrawn', now() from seat_bookings;
         insert into promo_codes (event_id, code, percent, for_members, created_at)
           select max(id), upper('{name}-CODE'), 10, false, now() from events;
         insert into event_feedback (booking_id, occurrence_id, rating, would_return, words, created_at, updated_at)
           select id, occurrence_id, 4, true, '{name} words.', now(), now() from seat_bookings order by id desc limit 1;
         insert into checkins (booking_id, occurrence_id, seq, party, at, by_user)
           select b.id, b.occurrence_id, 1, 1, now(), {user} from seat_bookings b order by b.id desc limit 1;
         insert into seat_waitlist (occurrence_id, user_id, party_size, accepts_fewer, auto_confirm, state, queued_at)
           select max(id), {user}, 1, false, true, 'left', now() from event_occurrences;"
    )
}

/// A site on which ana has one of everything, and others have one of everything that she may
/// not see.
async fn site() -> (TestApp, Browser, String) {
    let app = TestApp::new().await;
    number_from(&app, OWN).await;
    let (browser, ana) = app.signed_in("ana", Role::Member).await;
    let (_, bob) = app.signed_in("bob", Role::Member).await;
    let (_, cyd) = app.signed_in("cyd", Role::Member).await;
    let own = agreed(&ana, &bob, Way::Post, "Own").await.expect("agreed");
    trades::write(&ana, None, own, &said("Gladly."))
        .await
        .expect("written");
    app.site.run_jobs().await;
    run(&app, &rows_of("ana", OWN)).await;
    let seen = trades::page(&ana, own).await.expect("theirs").seen;

    number_from(&app, FOREIGN).await;
    // Never on offer: what was can be reported for a week.
    let book = Book::New(Box::new(EditionInput {
        title: "A secret book".into(),
        authors: "An Author".into(),
        ..EditionInput::default()
    }));
    let kept = CopyInput {
        grade: "good".into(),
        ..CopyInput::default()
    };
    let secret = copies::create(&bob, None, &book, &kept).await;
    assert_eq!(secret.expect("added").copy.to_string(), FOREIGN);
    app.site.account("umberto", Role::Member).await;
    run(
        &app,
        "update users set email_verified_at = null, display_name = 'Secret name' where handle = 'umberto'",
    )
    .await;
    let foreign = proposed(&cyd, &bob, Way::Post, "Another").await;
    assert_eq!(foreign.expect("proposed").to_string(), FOREIGN);
    run(
        &app,
        &format!(
            "insert into trade_legs (trade_id, from_user, to_user, state, send_due)
               select {FOREIGN}, p.user_id, q.user_id, 'pending', now()
               from trade_parties p join trade_parties q on q.trade_id = p.trade_id and q.position = 2
               where p.trade_id = {FOREIGN} and p.position = 1;
             insert into trade_messages (trade_id, author_id, body)
               select trade_id, user_id, 'Secret words' from trade_parties
               where trade_id = {FOREIGN} and position = 1;"
        ),
    )
    .await;
    app.site.run_jobs().await;
    run(&app, &rows_of("bob", FOREIGN)).await;
    for (handle, number) in [("ana", OWN), ("bob", FOREIGN)] {
        let session = uuid(number);
        run(
            &app,
            &format!(
                "insert into user_sessions (id, user_id, auth_version)
                   select '{session}', id, auth_version from users where handle = '{handle}'"
            ),
        )
        .await;
    }
    (app, browser, seen.to_string())
}

#[tokio::test(flavor = "multi_thread")]
async fn a01_every_kind_of_row_is_tried() {
    let (app, ..) = site().await;
    let tables: Vec<String> = sqlx::query_scalar(
        "select table_name::text from information_schema.columns
         where table_schema = 'public' and column_name = 'id' and is_identity = 'YES'",
    )
    .fetch_all(&app.site.services.db)
    .await
    .expect("PostgreSQL answers");
    for table in &tables {
        if NOT_FOREIGN.contains(&table.as_str()) {
            continue;
        }
        for id in [OWN, FOREIGN] {
            let statement = format!("select exists (select from {table} where id = {id})");
            let there: bool = sqlx::query_scalar(sqlx::AssertSqlSafe(statement))
                .fetch_one(&app.site.services.db)
                .await
                .expect("PostgreSQL answers");
            assert!(there, "{table} has no row {id}, and is not said to be open");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a01_an_address_with_a_foreign_number_answers_as_one_with_an_unknown_number() {
    let (_app, browser, _) = site().await;
    let mut problems = Vec::new();
    let names: Vec<String> = query_names().into_keys().collect();
    // Whoever looks at their trade has read its notices from then on.
    browser.get(&format!("/trades/{OWN}")).await;
    for ((method, pattern), _) in dogear_app::routes(false).access().iter() {
        if *method != Method::GET.as_str() {
            continue;
        }
        let handle = pattern.contains("{handle}");
        let fill = |id: &str| -> String {
            let id = match id {
                FOREIGN if handle => "umberto",
                UNKNOWN if handle => "nobody-",
                OWN if handle => "ana",
                id => id,
            };
            let part = |part| match part {
                "{kind}" => "copy",
                // Files have their kind in their names.
                "{file}" => "x.svg",
                part if str::starts_with(part, "{") => id,
                part => part,
            };
            pattern.split('/').map(part).collect::<Vec<_>>().join("/")
        };
        if pattern.contains('{') && !OPEN.iter().any(|part| pattern.contains(part)) {
            let (unknown, foreign) = (fill(UNKNOWN), fill(FOREIGN));
            let (unknown, foreign) = tokio::join!(browser.get(&unknown), browser.get(&foreign));
            let hide =
                |answer: &Answer, id: &str, name: &str| told(answer, id).replace(name, "NAME");
            let unknown = hide(&unknown, UNKNOWN, "nobody-");
            compare(
                pattern,
                &unknown,
                &hide(&foreign, FOREIGN, "umberto"),
                &mut problems,
            );
        }
        // Every name that any page knows, all at once.
        let asked = |id: &str| {
            let query: Vec<String> = names.iter().map(|name| format!("{name}={id}")).collect();
            format!("{}?{}", fill(OWN), query.join("&"))
        };
        let (unknown, foreign) = (asked(UNKNOWN), asked(FOREIGN));
        let (unknown, foreign) = tokio::join!(browser.get(&unknown), browser.get(&foreign));
        let (unknown, foreign) = (told(&unknown, UNKNOWN), told(&foreign, FOREIGN));
        compare(&format!("{pattern}?…"), &unknown, &foreign, &mut problems);
    }
    for (_, address) in QUERIES {
        let unknown = browser.get(&address.replace('*', UNKNOWN)).await;
        assert!(
            [StatusCode::OK, StatusCode::NOT_FOUND].contains(&unknown.status),
            "{address}: {}",
            unknown.status
        );
        let foreign = browser.get(&address.replace('*', FOREIGN)).await;
        assert!(
            !foreign.body.contains("ecret"),
            "{address}: {}",
            foreign.body
        );
        let (unknown, foreign) = (told(&unknown, UNKNOWN), told(&foreign, FOREIGN));
        compare(address, &unknown, &foreign, &mut problems);
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

#[test]
fn a01_every_number_in_a_query_has_a_row() {
    let rows: BTreeSet<&str> = QUERIES.iter().map(|(name, _)| *name).collect();
    let names = query_names();
    let is_number = |kind: &str| kind.contains("i64") || kind.ends_with("Id");
    let missing: Vec<_> = names
        .iter()
        .filter(|(_, kind)| is_number(kind))
        // Compared and merged on the desk only: two works, two editions.
        .filter(|(name, _)| !["keep", "drop"].contains(&name.as_str()))
        .filter(|(name, _)| !rows.contains(name.as_str()))
        .collect();
    assert!(missing.is_empty(), "asked by no row: {missing:?}");
    for row in rows {
        assert!(names.contains_key(row), "{row} is the name of nothing");
    }
}

#[test]
fn a01_every_server_function_is_read() {
    let read: BTreeSet<String> = functions().into_iter().map(|one| one.path).collect();
    let declared: BTreeSet<String> = server_fn::axum::server_fn_paths()
        .map(|(path, _)| path.to_owned())
        .collect();
    assert_eq!(read, declared);
}

#[tokio::test(flavor = "multi_thread")]
async fn a01_a_function_with_a_foreign_number_answers_as_with_an_unknown_number() {
    let (_app, browser, seen) = site().await;
    let mut problems = Vec::new();
    let mut tried = 0;
    for function in functions() {
        let ids = function.ids();
        let (page, fields) = idempotency::example(&function.path).unwrap_or_default();
        let page = page.replace('*', OWN).replace("LEG", OWN);
        let asks_kind = function
            .arguments
            .iter()
            .any(|(_, kind)| kind == "SubjectKind");
        let kinds = if asks_kind {
            SubjectKind::ALL
        } else {
            &SubjectKind::ALL[..1]
        };
        for (id, kind) in ids
            .iter()
            .flat_map(|id| kinds.iter().map(move |kind| (id, kind)))
        {
            // Of a copy its terms are seen, which are numbered; of a trade its version.
            let counts_terms = function
                .arguments
                .iter()
                .any(|(name, kind)| name == "seen" && kind == "i32");
            let with = |number: &str| {
                let mut sent: Vec<(String, String)> = fields
                    .iter()
                    .filter(|(name, _)| !ids.contains(name) && *name != "seen")
                    .map(|(name, value)| ((*name).to_owned(), value.replace('*', OWN)))
                    .collect();
                for (name, kind) in &function.arguments {
                    let value = if name == id { number } else { OWN };
                    let value = if kind == "Uuid" {
                        uuid(value)
                    } else {
                        value.to_owned()
                    };
                    if ids.contains(&name.as_str()) {
                        sent.push((name.clone(), value));
                    }
                }
                for name in function.open() {
                    if sent.iter().all(|(known, _)| known != name) {
                        sent.push((name.to_owned(), OWN.to_owned()));
                    }
                }
                for (name, value) in [
                    ("with", "bob"),
                    ("seen", if counts_terms { OWN } else { seen.as_str() }),
                    ("kind", kind.as_str()),
                ] {
                    let is_asked = function
                        .arguments
                        .iter()
                        .any(|(argument, _)| argument == name);
                    // A kind may be that of something else, and stands among the fields then.
                    if is_asked && (name != "kind" || asks_kind) {
                        sent.push((name.to_owned(), value.to_owned()));
                    }
                }
                sent.push(("page".to_owned(), page.clone()));
                sent
            };
            let what = format!("{} with another {id} ({kind})", function.path);
            let answer = idempotency::send(&browser, &function.path, &with(UNKNOWN)).await;
            assert!(
                !answer.status.is_server_error() && answer.status != StatusCode::BAD_REQUEST,
                "{what}: {} {}",
                answer.status,
                answer.body
            );
            let unknown = told_at_last(&browser, &answer, UNKNOWN).await;
            let answer = idempotency::send(&browser, &function.path, &with(FOREIGN)).await;
            let foreign = told_at_last(&browser, &answer, FOREIGN).await;
            compare(&what, &unknown, &foreign, &mut problems);
            tried += 1;
        }
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
    assert!(tried > 50, "{tried}");
}
