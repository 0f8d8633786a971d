//! Lists of books, through their pages.

use axum::http::StatusCode;
use dogear_domain::accounts::Role;

use super::app::{Answer, Browser, TestApp};
use super::trading::listed;

/// Sends a form of the page at `here`, which leads on.
async fn send(browser: &Browser, path: &str, here: &str, fields: &[(&str, &str)]) -> String {
    let answer = post(browser, path, here, fields).await;
    assert_eq!(
        answer.status,
        StatusCode::SEE_OTHER,
        "{path}: {}",
        answer.body
    );
    answer.location().to_owned()
}

async fn post(browser: &Browser, path: &str, here: &str, fields: &[(&str, &str)]) -> Answer {
    let fields = [&[("page", here)], fields].concat();
    browser.post(path, &fields).await
}

async fn page(browser: &Browser, path: &str) -> String {
    let answer = browser.get(path).await;
    assert_eq!(
        answer.status,
        StatusCode::OK,
        "{path}: {}",
        answer.location()
    );
    answer.body
}

#[tokio::test]
async fn a_list_is_made_filled_ordered_and_shown() {
    let app = TestApp::new().await;
    let (ana, _) = app.signed_in("ana", Role::Member).await;
    let (bob, as_bob) = app.signed_in("bob", Role::Member).await;
    listed(&as_bob, "Emma").await.expect("listed");
    listed(&as_bob, "Solaris").await.expect("listed");
    let visitor = app.browser();

    assert!(page(&ana, "/lists").await.contains("No list yet"));
    let refused = [
        ("name", " "),
        ("description", "Salt and ropes."),
        ("visibility", "public"),
    ];
    let refused = post(&ana, "/api/lists/create", "/lists", &refused).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.body.contains("Salt and ropes.") && refused.body.contains("href=\"#f-name\""));
    let made = [
        ("name", "By the “sea”"),
        ("visibility", "public"),
        ("ranked", "on"),
    ];
    let list = send(&ana, "/api/lists/create", "/lists", &made).await;
    assert_eq!(list, "/lists/1-by-the-sea");
    assert!(page(&ana, &list).await.contains("No book in it yet"));

    // Found by words, and added on the spot.
    let found = page(&ana, &format!("{list}?find=solaris")).await;
    assert!(found.contains("aria-label=\"Add: Solaris\""), "{found}");
    let added = [("list", "1"), ("work", "2"), ("find", "solaris")];
    let next = send(&ana, "/api/lists/add", &list, &added).await;
    assert_eq!(next, "/lists/1-by-the-sea?find=solaris");
    let found = page(&ana, &next).await;
    assert!(found.contains("In the list") && found.contains("“Solaris” is in “By the “sea””."));
    assert!(
        page(&ana, &format!("{list}?find=zzzzz"))
            .await
            .contains("No book here answers to that")
    );

    // From the page of a book, too.
    let book = page(&ana, "/books/1-emma").await;
    assert!(book.contains("Add to a list") && book.contains("aria-label=\"Add to By the “sea”\""));
    let back = send(
        &ana,
        "/api/lists/add",
        "/books/1-emma",
        &[("list", "1"), ("work", "1")],
    )
    .await;
    assert_eq!(back, "/books/1");
    assert!(
        page(&ana, "/books/1-emma")
            .await
            .contains("In 1 list of yours")
    );
    assert!(
        !page(&visitor, "/books/1-emma")
            .await
            .contains("Add to a list")
    );

    let up = [("list", "1"), ("work", "1"), ("step", "up"), ("at", "1")];
    let moved = send(&ana, "/api/lists/move", &list, &up).await;
    assert_eq!(moved, "/lists/1-by-the-sea#book-1");
    let entry = "/lists/1/books/1";
    let wrong = [
        ("list", "1"),
        ("work", "1"),
        ("note", "Twice."),
        ("place", "soon"),
        ("copy", ""),
    ];
    let refused = post(&ana, "/api/lists/note", entry, &wrong).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.body.contains("Twice.") && refused.body.contains("value=\"soon\""));
    let right = [
        ("list", "1"),
        ("work", "1"),
        ("note", "Read it twice."),
        ("place", "1"),
        ("copy", ""),
    ];
    send(&ana, "/api/lists/note", entry, &right).await;

    let shown = page(&visitor, &list).await;
    let at = |text: &str| {
        shown
            .find(text)
            .unwrap_or_else(|| panic!("{text}: {shown}"))
    };
    assert!(at("Emma") < at("Solaris") && at("1.") < at("2."));
    assert!(shown.contains("Read it twice.") && shown.contains("2 of these can be had here now"));
    assert!(!shown.contains("noindex") && !shown.contains("/api/lists/"));
    assert!(
        page(&visitor, "/u/ana")
            .await
            .contains(&format!("href=\"{list}\""))
    );
    let moved = visitor.get("/lists/1?show=here").await;
    assert_eq!(moved.location(), "/lists/1-by-the-sea?show=here");
    assert!(page(&bob, &list).await.contains("Report this list"));

    let out = [("list", "1"), ("work", "1"), ("at", "1")];
    send(&ana, "/api/lists/remove", &list, &out).await;
    let after = page(&ana, &list).await;
    assert!(after.contains("“Emma” is out of the list.") && !after.contains("Read it twice."));
    let undo = ana.get(&list).await;
    assert!(!undo.body.contains("/api/lists/put-back"), "said once");
    send(&ana, "/api/lists/put-back", &list, &out).await;
    assert!(page(&ana, &list).await.contains("Read it twice."));

    let table = ana.get("/lists/1/export.csv").await;
    assert_eq!(table.header("content-type"), "text/csv; charset=utf-8");
    assert!(table.body.contains("Read it twice."));

    let ask = page(&ana, "/lists/1/delete").await;
    assert!(ask.contains("2 places for books") && ask.contains("Delete the list"));
    send(
        &ana,
        "/api/lists/delete",
        "/lists/1/delete",
        &[("list", "1")],
    )
    .await;
    let own = page(&ana, "/lists").await;
    assert!(own.contains("Restore By the “sea”") && own.contains("is deleted."));
    assert_eq!(visitor.get(&list).await.status, StatusCode::NOT_FOUND);
    send(&ana, "/api/lists/restore", "/lists", &[("list", "1")]).await;
    page(&visitor, &list).await;
}

#[tokio::test]
async fn an_unlisted_list_opens_by_its_address_alone() {
    let app = TestApp::new().await;
    let (ana, as_ana) = app.signed_in("ana", Role::Member).await;
    let (bob, _) = app.signed_in("bob", Role::Member).await;
    listed(&as_ana, "Emma").await.expect("listed");
    let made = [("name", "For friends"), ("visibility", "unlisted")];
    let list = send(&ana, "/api/lists/create", "/lists", &made).await;
    send(
        &ana,
        "/api/lists/add",
        &list,
        &[("list", "1"), ("work", "1")],
    )
    .await;
    let secret = async || {
        let edit = page(&ana, "/lists/1/edit").await;
        let (_, rest) = edit
            .split_once("http://dogear.test/lists/")
            .expect("a link");
        format!("/lists/{}", rest.split_once('"').expect("its end").0)
    };
    let address = secret().await;
    for browser in [&bob, &app.browser()] {
        for number in [
            "/lists/1",
            &list,
            "/lists/1/edit",
            "/lists/1/books/1",
            "/lists/1/export.csv",
        ] {
            let status = browser.get(number).await.status;
            assert!(
                [StatusCode::NOT_FOUND, StatusCode::SEE_OTHER].contains(&status),
                "{number}: {status}"
            );
        }
        let shown = page(browser, &address).await;
        assert!(shown.contains("For friends") && shown.contains("noindex"));
        assert!(shown.contains("/report?subject=list"));
    }
    // Whoever has the address can report it; whoever guesses the number cannot.
    let shown = page(&bob, &address).await;
    let (_, link) = shown.split_once("href=\"/report?").expect("a link");
    let (subject, proof) = link
        .split_once('"')
        .and_then(|(link, _)| link.split_once("&amp;secret="))
        .expect("with its secret");
    let form = format!("/report?{subject}&secret={proof}");
    assert!(page(&bob, &form).await.contains("“For friends”"));
    let fields = [
        ("kind", "list"),
        ("id", "1"),
        ("reason", "offensive"),
        ("page", &form),
    ];
    let guessed = bob.post("/api/moderation/report", &fields).await;
    assert_eq!(guessed.status, StatusCode::NOT_FOUND);
    let bare = bob.get(&format!("/report?{subject}")).await.status;
    assert_eq!(bare, StatusCode::NOT_FOUND);
    let with = [&fields[..], &[("secret", proof)]].concat();
    let told = bob.post("/api/moderation/report", &with).await;
    assert!(told.location().starts_with("/reports/"), "{}", told.body);
    assert!(!page(&bob, "/u/ana").await.contains("For friends"));
    send(
        &ana,
        "/api/lists/renew-address",
        "/lists/1/edit",
        &[("list", "1")],
    )
    .await;
    assert_ne!(secret().await, address);
    assert_eq!(bob.get(&address).await.status, StatusCode::NOT_FOUND);
    assert_eq!(bob.get(&secret().await).await.status, StatusCode::OK);
}

#[tokio::test]
async fn two_at_once_see_both_versions_of_a_list() {
    let app = TestApp::new().await;
    let (ana, _) = app.signed_in("ana", Role::Member).await;
    send(
        &ana,
        "/api/lists/create",
        "/lists",
        &[("name", "Mine"), ("visibility", "private")],
    )
    .await;
    let here = "/lists/1/edit";
    let form = ana.get(here).await.form("/api/lists/save");
    let version = form.hidden("version").to_owned();
    let save = async |name: &str| {
        let fields = [
            ("list", "1"),
            ("name", name),
            ("visibility", "private"),
            ("version", &version),
        ];
        post(&ana, "/api/lists/save", here, &fields).await
    };
    assert_eq!(save("Ours").await.status, StatusCode::SEE_OTHER);
    let refused = save("Theirs").await;
    assert_eq!(refused.status, StatusCode::CONFLICT);
    for text in ["Both versions", "Ours", "Theirs"] {
        assert!(refused.body.contains(text), "{text}: {}", refused.body);
    }
}

#[tokio::test]
async fn a_hidden_list_says_so_to_its_owner_and_is_shown_again_from_the_desk() {
    let app = TestApp::new().await;
    let (ana, _) = app.signed_in("ana", Role::Member).await;
    let (bob, _) = app.signed_in("bob", Role::Member).await;
    let (bea, _) = app.signed_in("bea", Role::Moderator).await;
    let made = [("name", "Loud words"), ("visibility", "public")];
    let list = send(&ana, "/api/lists/create", "/lists", &made).await;
    let report = "/report?subject=list:1";
    assert!(
        page(&bob, report)
            .await
            .contains("Report the list “Loud words”")
    );
    let told = [
        ("kind", "list"),
        ("id", "1"),
        ("reason", "offensive"),
        ("details", ""),
    ];
    send(&bob, "/api/moderation/report", report, &told).await;
    let case = "/admin/queue/list/1";
    let shown = page(&bea, case).await;
    assert!(shown.contains("Loud words") && shown.contains("Suspending hides the list as well."));
    let hide = [
        ("kind", "list"),
        ("id", "1"),
        ("verdict", "hide"),
        ("message", "Too loud."),
    ];
    send(&bea, "/api/moderation/decide", case, &hide).await;
    assert_eq!(bob.get(&list).await.status, StatusCode::NOT_FOUND);
    assert!(page(&ana, &list).await.contains("“Too loud.”"));
    assert!(page(&ana, "/lists").await.contains("Hidden by a moderator"));
    let shown = page(&bea, case).await;
    assert!(shown.contains("It is hidden from others.") && shown.contains("Show it again"));
    send(
        &bea,
        "/api/moderation/show-list",
        case,
        &[("list", "1"), ("reason", "")],
    )
    .await;
    page(&bob, &list).await;
    assert!(page(&ana, "/inbox").await.contains("Loud words"));
}
