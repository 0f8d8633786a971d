//! The moderators' desk, through its pages.

use axum::http::StatusCode;
use dogear_domain::accounts::Role;
use dogear_domain::trades::{Policy, Setting};
use dogear_server::seed;

use super::app::TestApp;

#[tokio::test(flavor = "multi_thread")]
async fn a_trade_with_a_problem_is_brought_to_its_end() {
    let app = TestApp::new().await;
    seed::demo(&app.site.services)
        .await
        .expect("the demo loads");
    let (dov, cx) = app.signed_in("dov", Role::Admin).await;
    let (trade, details): (i64, String) = sqlx::query_as(
        "select trade_id, details from trade_disputes where closed_at is null order by id limit 1",
    )
    .fetch_one(cx.db())
    .await
    .expect("the demo has an open problem");
    let case = format!("/admin/queue/trade/{trade}");
    let page = dov.get(&case).await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.body.contains("As it was agreed"));
    assert!(page.body.contains("As it is reported"));
    assert!(page.body.contains(&details));
    assert!(!page.body.contains("name=\"verdict\""));
    let whole = dov.get(&format!("/admin/trades/{trade}")).await;
    assert_eq!(whole.status, StatusCode::OK);
    assert!(whole.body.contains("Books, as they were taken down"));
    assert!(whole.body.contains("Letters and events"));

    let path = "/api/moderation/resolve-trade";
    let id = trade.to_string();
    let once = page.form(path).hidden("once").to_owned();
    let half = dov
        .post(
            path,
            &[
                ("trade", &id),
                ("page", &case),
                ("outcome", "cancel"),
                ("statement", "Both sides say so."),
                ("once", &once),
            ],
        )
        .await;
    assert_eq!(half.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(half.body.contains("Both sides say so."));
    assert!(half.body.contains("href=\"#f-sure\"") && half.body.contains("id=\"f-sure\""));
    let chosen = half
        .body
        .split("value=\"cancel\"")
        .nth(1)
        .expect("the choice");
    assert!(chosen.split('>').next().expect("a tag").contains("checked"));

    let whole = [
        ("trade", id.as_str()),
        ("page", &case),
        ("outcome", "cancel"),
        ("statement", "Both sides say so."),
        ("sure", "on"),
        ("once", half.hidden("once")),
    ];
    for _ in 0..2 {
        let done = dov.post(path, &whole).await;
        assert_eq!(done.status, StatusCode::SEE_OTHER);
        assert!(done.location().starts_with("/admin/queue"));
    }
    let page = dov.get(&case).await;
    assert!(page.body.contains("Both sides say so."));
    assert!(!page.body.contains("name=\"outcome\""));
}

#[tokio::test]
async fn jobs_are_given_up_only_when_asked_twice() {
    let app = TestApp::new().await;
    let (bea, cx) = app.signed_in("bea", Role::Moderator).await;
    let insert = async |kind: &str, state: &str, attempts: i32| -> i64 {
        sqlx::query_scalar(
            "insert into outbox (kind, payload, dedupe_key, state, attempts, max_attempts)
             values ($1, '{}', $1 || $2 || $3::text, $2, $3, 12) returning id",
        )
        .bind(kind)
        .bind(state)
        .bind(attempts)
        .fetch_one(cx.db())
        .await
        .expect("stored")
    };
    let failed = insert("trade_event", "ready", 3).await;
    let dead = insert("trade_event", "dead", 12).await;
    let erasure = insert("erase_account", "dead", 12).await;
    let retry = |id: i64| format!("name=\"job\" value=\"{id}\"");
    let discard = |id: i64| format!("/admin/jobs/{id}/discard");
    let waiting = bea.get("/admin/jobs").await;
    assert!(!waiting.body.contains(&retry(failed)) && !waiting.body.contains(&discard(failed)));
    let page = bea.get("/admin/jobs?state=failed").await;
    assert!(page.body.contains(&retry(failed)) && page.body.contains(&discard(failed)));
    assert!(!page.body.contains(&retry(dead)) && !page.body.contains(&discard(dead)));
    let page = bea.get("/admin/jobs?state=dead").await;
    assert!(page.body.contains(&discard(dead)));
    assert!(page.body.contains(&retry(erasure)));
    assert!(!page.body.contains(&discard(erasure)));

    let ask = bea.get(&discard(dead)).await;
    assert_eq!(ask.status, StatusCode::OK);
    assert!(ask.body.contains("Cancel it"));
    for id in [dead, erasure] {
        let id = id.to_string();
        let answer = bea
            .post("/api/moderation/discard-job", &[("job", &id)])
            .await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER);
    }
    let page = bea.get("/admin/jobs?state=discarded").await;
    assert!(page.body.contains(&retry(dead)));
    assert!(!page.body.contains(&retry(erasure)) && !page.body.contains(&discard(erasure)));
    let id = dead.to_string();
    bea.post("/api/moderation/retry-job", &[("job", &id)]).await;
    let page = bea.get("/admin/jobs").await;
    assert!(page.body.contains(&retry(dead)));
}

#[tokio::test]
async fn an_admin_changes_the_settings_and_keeps_what_was_typed_on_errors() {
    let app = TestApp::new().await;
    let (dov, _) = app.signed_in("dov", Role::Admin).await;
    let (bea, _) = app.signed_in("bea", Role::Moderator).await;
    let path = "/admin/settings";
    assert_eq!(bea.get(path).await.status, StatusCode::NOT_FOUND);
    assert!(!bea.get("/admin/queue").await.body.contains(path));
    assert!(dov.get("/admin/queue").await.body.contains(path));

    let page = dov.get(path).await;
    assert_eq!(page.status, StatusCode::OK);
    for setting in Setting::ALL {
        assert!(page.body.contains(setting.label()), "{setting}");
        assert!(page.body.contains(setting.unit()), "{setting}");
    }
    assert!(!page.body.contains("Back to the default of"));
    let filled = |send_days: &str, once: &str, seen: &str| {
        let mut fields: Vec<(String, String)> = Setting::ALL
            .iter()
            .map(|setting| {
                let number = setting.of(&Policy::default()).to_string();
                (setting.as_str().to_owned(), number)
            })
            .collect();
        for (name, value) in [
            ("send_days", send_days),
            ("once", once),
            ("seen", seen),
            ("page", path),
        ] {
            fields.retain(|(known, _)| known != name);
            fields.push((name.to_owned(), value.to_owned()));
        }
        fields.push(("reason".to_owned(), "Strikes at the post.".to_owned()));
        fields
    };
    let send = async |fields: &[(String, String)]| {
        let fields: Vec<(&str, &str)> = fields
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
        dov.post("/api/moderation/change-settings", &fields).await
    };
    let seen = page.hidden("seen");
    let wrong = send(&filled("900", page.hidden("once"), seen)).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.body.contains("value=\"900\""));
    assert!(wrong.body.contains("value=\"Strikes at the post.\""));
    assert!(wrong.body.contains("href=\"#f-send_days\""));

    let fields = filled("12", wrong.hidden("once"), seen);
    for _ in 0..2 {
        let saved = send(&fields).await;
        assert_eq!(saved.status, StatusCode::SEE_OTHER);
        assert_eq!(saved.location(), path);
    }
    let page = dov.get(path).await;
    assert!(page.body.contains("send_days: 7 → 12"), "the history");
    assert!(page.body.contains("Strikes at the post."));
    assert!(page.body.contains("Back to the default of 7"));
    assert!(dov.get("/about/trading").await.body.contains("12 days"));

    let back = dov
        .post(
            "/api/moderation/restore-setting",
            &[("setting", "send_days"), ("once", page.hidden("once"))],
        )
        .await;
    assert_eq!(back.status, StatusCode::SEE_OTHER);
    let page = dov.get(path).await;
    assert!(!page.body.contains("Back to the default of"));
    assert!(page.body.contains("send_days: 12 → 7"));
}

#[tokio::test]
async fn a_book_that_was_merged_leads_to_the_kept_one() {
    let app = TestApp::new().await;
    let (ana, cx) = app.signed_in("ana", Role::Member).await;
    let (bea, _) = app.signed_in("bea", Role::Moderator).await;
    for title in ["Emma", "Emma again"] {
        sqlx::query(
            "with work as (insert into works (title, title_key, slug)
                 values ($1, lower($1), replace(lower($1), ' ', '-')) returning id)
             insert into editions (work_id, isbn13)
             select id, case $1 when 'Emma' then null else '9780141439587' end from work",
        )
        .bind(title)
        .execute(cx.db())
        .await
        .expect("stored");
    }
    let compare = "/admin/books/merge?keep=1&drop=2";
    for path in ["/admin/books", compare, "/admin/books/merges/1"] {
        assert_eq!(ana.get(path).await.status, StatusCode::NOT_FOUND);
    }
    assert_eq!(
        bea.get("/admin/books/merge").await.status,
        StatusCode::NOT_FOUND
    );
    let found = bea.get("/admin/books?q=emma").await;
    assert!(found.body.contains("Emma again") && found.body.contains("Compare the two"));
    let page = bea.get(compare).await;
    assert_eq!(page.status, StatusCode::OK);
    let merge = "/api/moderation/merge-books";
    let fields = [
        ("keep", "1"),
        ("drop", "2"),
        ("title", "keep"),
        ("once", page.hidden("once")),
    ];
    assert_eq!(ana.post(merge, &fields).await.status, StatusCode::NOT_FOUND);
    let done = bea.post(merge, &fields).await;
    assert_eq!(done.location(), "/admin/books/merges/1");
    for old in ["/books/2-emma-again", "/books/2", "/books/2-older-slug"] {
        let answer = ana.get(old).await;
        assert_eq!(answer.status, StatusCode::PERMANENT_REDIRECT);
        assert_eq!(answer.location(), "/books/1-emma");
    }
    assert_eq!(
        ana.get("/isbn/9780141439587").await.location(),
        "/books/1-emma"
    );
    let sitemap = ana.get("/sitemaps/books-0.xml").await;
    assert!(sitemap.body.contains("/books/1-emma") && !sitemap.body.contains("/books/2"));
    let late = bea.get(compare).await;
    assert_eq!(late.status, StatusCode::CONFLICT);
    assert!(late.body.contains("was merged into another"));
    let back = bea
        .post("/api/moderation/take-back-merge", &[("merge", "1")])
        .await;
    assert_eq!(back.location(), "/admin/books/merges/1");
    assert_eq!(ana.get("/books/2-emma-again").await.status, StatusCode::OK);
}

#[tokio::test]
async fn two_editions_are_chosen_compared_and_merged() {
    let app = TestApp::new().await;
    let (ana, cx) = app.signed_in("ana", Role::Member).await;
    let (bea, _) = app.signed_in("bea", Role::Moderator).await;
    sqlx::query(
        "with work as (insert into works (title, title_key, slug) values ('Emma', 'emma', 'emma') returning id)
         insert into editions (work_id, isbn13, publisher)
         select id, isbn, publisher from work,
             (values ('9780141439587', ''), ('9780199535521', 'Oxford')) as t (isbn, publisher)",
    )
    .execute(cx.db())
    .await
    .expect("stored");
    let compare = "/admin/editions/merge?keep=978-0-14-143958-7&drop=%232";
    for path in ["/admin/books/1", compare, "/admin/editions/merges/1"] {
        assert_eq!(ana.get(path).await.status, StatusCode::NOT_FOUND);
    }
    let book = bea.get("/admin/books/1").await;
    assert!(book.body.contains("978-0199535521") && book.body.contains("Compare the two"));
    let nowhere = bea.get("/admin/editions/merge?keep=1&drop=77").await;
    assert_eq!(nowhere.location(), "/admin/books?keep=1&drop=77");
    let page = bea.get(compare).await;
    assert!(page.body.contains("from the other") && page.body.contains("Oxford"));
    let merge = "/api/moderation/merge-editions";
    let fields = [("keep", "1"), ("drop", "2"), ("once", page.hidden("once"))];
    assert_eq!(ana.post(merge, &fields).await.status, StatusCode::NOT_FOUND);
    let done = bea.post(merge, &fields).await;
    assert_eq!(done.location(), "/admin/editions/merges/1");
    assert_eq!(
        ana.get("/isbn/9780199535521").await.location(),
        "/books/1-emma"
    );
    assert_eq!(
        ana.get("/shelf/add?q=9780199535521").await.location(),
        "/shelf/add/1"
    );
    assert_eq!(ana.get("/shelf/add/2").await.status, StatusCode::OK);
    let late = bea.get("/admin/editions/merge?keep=1&drop=2").await;
    assert_eq!(late.status, StatusCode::CONFLICT);
    let list = bea.get("/admin/books").await;
    assert!(list.body.contains("Emma, edition 978-0199535521"));
    let back = bea
        .post("/api/moderation/take-back-edition-merge", &[("merge", "1")])
        .await;
    assert_eq!(back.location(), "/admin/editions/merges/1");
    let again = bea.get("/admin/editions/merge?keep=1&drop=2").await;
    assert_eq!(again.status, StatusCode::OK);
}

#[tokio::test]
async fn a_correction_goes_from_the_book_to_the_desk_and_back() {
    let app = TestApp::new().await;
    let (ana, cx) = app.signed_in("ana", Role::Member).await;
    let (bea, _) = app.signed_in("bea", Role::Moderator).await;
    sqlx::query(
        "with work as (insert into works (title, title_key, slug) values ('Ema', 'ema', 'ema') returning id)
         insert into editions (work_id, isbn13) select id, '9780141439587' from work",
    )
    .execute(cx.db())
    .await
    .expect("stored");
    let book = ana.get("/books/1-ema").await;
    assert!(book.body.contains("href=\"/books/1-ema/correct\""));
    let form = ana.get("/books/1-ema/correct").await;
    assert!(form.body.contains("9780141439587"));
    let seen = form.hidden("seen").to_owned();
    let once = form.hidden("once").to_owned();
    let suggest = "/api/corrections/suggest";
    let mut fields = vec![
        ("work", "1"),
        ("page", "/books/1-ema/correct"),
        ("seen", seen.as_str()),
        ("once", once.as_str()),
        ("title", "Emma"),
        ("authors", "Jane <Austen>"),
        ("isbn-1", "9780141439588"),
        ("note", "Look at the cover."),
    ];
    let wrong = ana.post(suggest, &fields).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.body.contains("#f-isbn-1") && wrong.body.contains("Look at the cover."));
    fields[6].1 = "9780141439587";
    let sent = ana.post(suggest, &fields).await;
    assert_eq!(sent.location(), "/books/1-ema");
    let again = ana.get("/books/1-ema/correct").await;
    assert!(
        again.body.contains("it waits for a moderator") && again.body.contains("value=\"Emma\"")
    );

    let (accept, refuse) = ("/api/corrections/accept", "/api/corrections/refuse");
    assert_eq!(
        ana.get("/admin/corrections").await.status,
        StatusCode::NOT_FOUND
    );
    assert_eq!(
        ana.post(accept, &[("correction", "1")]).await.status,
        StatusCode::NOT_FOUND
    );
    let desk = bea.get("/admin/corrections").await;
    assert!(desk.body.contains("Jane &lt;Austen&gt;") && desk.body.contains("data-key=\"a\""));
    assert!(bea.get("/admin/queue").await.body.contains("Corrections"));
    let long = "x".repeat(1001);
    let refused = bea
        .post(
            refuse,
            &[
                ("correction", "1"),
                ("page", "/admin/corrections"),
                ("reason", long.as_str()),
            ],
        )
        .await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.body.contains(&long));
    assert!(
        refused.body.contains("href=\"#f-reason\"") && refused.body.contains("id=\"f-reason\"")
    );
    let done = bea.post(accept, &[("correction", "1")]).await;
    assert_eq!(done.location(), "/admin/corrections");
    assert_eq!(ana.get("/books/1-ema").await.location(), "/books/1-emma");
    let late = bea.post(refuse, &[("correction", "1")]).await;
    assert_eq!(late.location(), "/admin/corrections");
    let inbox = ana.get("/inbox").await;
    assert!(
        inbox
            .body
            .contains("Your correction of “Emma”: a moderator has taken it over.")
    );
    let accepted = bea.get("/admin/corrections?state=accepted").await;
    assert!(accepted.body.contains("Emma"));
}

#[tokio::test]
async fn u14_the_overview_says_why_mail_waits_and_sends_a_test() {
    let app = TestApp::new().await;
    let (bea, cx) = app.signed_in("bea", Role::Moderator).await;
    let page = bea.get("/admin/overview").await;
    assert!(page.body.contains("No mail waits that should have left."));
    sqlx::query(
        "insert into mails (to_address, kind, subject, text_body, html_body, message_id,
             dedupe_key, last_error, created_at)
         values ('a@b.test', 'x', 'x', 'x', 'x', gen_random_uuid(), 'waits',
             'connection refused', now() - interval '12 minutes')",
    )
    .execute(cx.db())
    .await
    .expect("a mail that waits");
    let page = bea.get("/admin/overview").await;
    let says = "Mail has not left for 12 min: connection refused. 1 mail waits.";
    assert!(page.body.contains(says), "{}", page.body);

    let path = "/api/moderation/send-test-mail";
    let once = page.form(path).hidden("once").to_owned();
    let answer = bea.post(path, &[("once", &once)]).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    let log = bea.get(answer.location()).await;
    assert!(log.body.contains("A test mail to you is on its way."));
    assert!(log.body.contains("A test mail"));
}

#[tokio::test]
async fn c03_c04_the_desk_shows_schedules_and_what_the_night_has_found() {
    let app = TestApp::new().await;
    let (bea, cx) = app.signed_in("bea", Role::Moderator).await;
    let overview = bea.get("/admin/overview").await;
    assert!(overview.body.contains("they have not been checked yet"));
    let rows = "insert into schedules (name, last_run_at, last_error)
         values ('check the records', now() - interval '3 hours', 'the disk is full');
         insert into record_checks (checked_at, entries, findings)
         values (now() - interval '3 hours', 7, '{I5: something: 4}')";
    sqlx::raw_sql(rows).execute(cx.db()).await.expect("a night");
    let overview = bea.get("/admin/overview").await;
    assert!(
        overview
            .body
            .contains("do not fit together, as a check 3 hours ago has found")
    );
    assert!(overview.body.contains("I5: something: 4"));
    sqlx::query("update record_checks set findings = '{}'")
        .execute(cx.db())
        .await
        .expect("another night");
    let overview = bea.get("/admin/overview").await;
    assert!(
        overview
            .body
            .contains("checked 3 hours ago, 7 entries in the log")
    );

    assert!(
        bea.get("/admin/jobs")
            .await
            .body
            .contains("/admin/schedules")
    );
    let page = bea.get("/admin/schedules").await;
    assert_eq!(page.status, StatusCode::OK);
    for schedule in dogear_server::runtime::schedules() {
        assert!(page.body.contains(schedule.name), "{}", schedule.name);
    }
    assert!(page.body.contains("the disk is full") && page.body.contains("3 hours ago"));
    let answer = bea
        .post(
            "/api/moderation/run-schedule",
            &[("schedule", "check the records")],
        )
        .await;
    assert_eq!(answer.location(), "/admin/schedules");
    let page = bea.get("/admin/schedules").await;
    assert!(
        page.body
            .contains("“check the records” runs within a minute.")
    );
}
