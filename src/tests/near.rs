//! What readers get of each other's towns and trades, over HTTP.

use axum::http::StatusCode;
use dogear_domain::accounts::Role;
use dogear_domain::trades::Method;
use dogear_server::Cx;
use dogear_server::accounts::{ProfileForm, save_profile};

use super::app::TestApp;
use super::trading;

#[tokio::test]
async fn u02_the_list_of_trades_finds_them_from_every_tab() {
    let app = TestApp::new().await;
    let (ana, ana_cx) = app.signed_in("ana", Role::Member).await;
    let (_, bob_cx) = app.signed_in("bob", Role::Member).await;
    let (_, cat_cx) = app.signed_in("cat", Role::Member).await;
    let none = ana.get("/trades").await.body;
    assert!(!none.contains("role=\"search\" aria-label=\"Your trades\""));
    for (other, name) in [(&bob_cx, "Persuasion"), (&cat_cx, "Middlemarch")] {
        trading::proposed(&ana_cx, other, Method::Post, name)
            .await
            .expect("proposed");
    }
    let page = ana.get("/trades?show=done").await.body;
    assert!(page.contains("role=\"search\" aria-label=\"Your trades\""));
    let found = ana.get("/trades?show=all&q=persuasion").await.body;
    assert!(found.contains("1 trade matches “persuasion”."));
    assert!(found.contains("Persuasion, taken") && !found.contains("Middlemarch"));
    // Kept with the tabs, and told where else it is.
    assert!(found.contains("/trades?show=open&amp;q=persuasion"));
    let done = ana.get("/trades?show=done&q=%40cat").await.body;
    assert!(done.contains("No trade here matches “@cat”"));
    assert!(done.contains("1 other trade matches “@cat”."));
    let nothing = ana.get("/trades?show=all&q=dracula").await.body;
    assert!(nothing.contains("Try one word of a title"));
}

/// Says where a reader lives.
async fn lives(cx: &Cx, city: &str, country: &str, posts_abroad: bool) {
    let form = ProfileForm {
        display_name: "Somebody".into(),
        city: city.into(),
        country: country.into(),
        posts_abroad,
        time_zone: "UTC".into(),
        ..ProfileForm::default()
    };
    save_profile(cx, &form).await.expect("saved");
}

#[tokio::test]
async fn u07_a_book_and_the_builder_say_where_a_copy_is() {
    let app = TestApp::new().await;
    let (_, ana_cx) = app.signed_in("ana", Role::Member).await;
    let (bob, bob_cx) = app.signed_in("bob", Role::Member).await;
    let copy = trading::listed(&ana_cx, "Persuasion")
        .await
        .expect("listed");
    lives(&ana_cx, "Ghent", "BE", true).await;
    let work: i64 = sqlx::query_scalar("select work_id from copies where id = $1")
        .bind(copy)
        .fetch_one(ana_cx.db())
        .await
        .expect("a work");
    let path = format!("/books/{work}-persuasion");
    let visitor = app.browser().get(&path).await;
    assert_eq!(visitor.status, StatusCode::OK);
    assert!(visitor.body.contains("Ghent, Belgium · posts abroad"));
    lives(&bob_cx, "Lille", "FR", false).await;
    let said = "Ghent, Belgium · within 100 km of you · posts abroad";
    for page in [
        path,
        format!("/copies/{copy}"),
        format!("/trades/new?with=ana&get={copy}"),
    ] {
        assert!(bob.get(&page).await.body.contains(said), "{page}");
    }
    // The page of a trade says the same of the other reader.
    let trade = trading::proposed(&bob_cx, &ana_cx, Method::Post, "Villette");
    let trade = trade.await.expect("proposed");
    let page = bob.get(&format!("/trades/{trade}")).await.body;
    assert!(page.contains(said), "{page}");
    let shelf = bob.get("/u/ana").await.body;
    assert!(shelf.contains("ana · Ghent, Belgium · posts abroad"));
}

#[tokio::test]
async fn u07_the_orders_of_the_copies_are_links() {
    let app = TestApp::new().await;
    let (_, ana_cx) = app.signed_in("ana", Role::Member).await;
    let (bob, bob_cx) = app.signed_in("bob", Role::Member).await;
    let copy = trading::listed(&ana_cx, "Persuasion")
        .await
        .expect("listed");
    let path = |work: i64| format!("/books/{work}-persuasion");
    let work: i64 = sqlx::query_scalar("select work_id from copies where id = $1")
        .bind(copy)
        .fetch_one(ana_cx.db())
        .await
        .expect("a work");
    let orders = "aria-label=\"Order of the copies\"";
    let one = app.browser().get(&path(work)).await.body;
    assert!(!one.contains(orders), "there is nothing to sort");
    sqlx::query(
        "insert into copies (owner_id, work_id, edition_id, grade, state, listed_at)
         select owner_id, work_id, edition_id, 5, 'listed', now() from copies where id = $1",
    )
    .bind(copy)
    .execute(ana_cx.db())
    .await
    .expect("a second one");
    lives(&bob_cx, "Lille", "FR", false).await;
    let link = |sort: &str| format!("{}?sort={sort}#copies", path(work));
    let visitor = app
        .browser()
        .get(&format!("{}?sort=newest", path(work)))
        .await
        .body;
    assert!(visitor.contains(orders) && visitor.contains(&link("condition")));
    assert!(!visitor.contains(&link("nearest")));
    let readers = bob.get(&path(work)).await.body;
    assert!(readers.contains(&format!(
        "<a href=\"{}\" aria-current=\"true\"",
        link("nearest")
    )));
}

#[tokio::test]
async fn u07_the_town_is_asked_for_after_the_first_book_and_can_be_put_off() {
    const SAY: &str = "/api/copies/say-town";
    const QUESTION: &str = "Where are your books?";
    let app = TestApp::new().await;
    let (ana, ana_cx) = app.signed_in("ana", Role::Member).await;
    let (bob, bob_cx) = app.signed_in("bob", Role::Member).await;
    sqlx::query("update users set city = ''")
        .execute(ana_cx.db())
        .await
        .expect("nobody has said it");
    for browser in [&ana, &bob] {
        for page in ["/shelf", "/shelf/add"] {
            assert!(!browser.get(page).await.body.contains(QUESTION), "{page}");
        }
    }
    for cx in [&ana_cx, &bob_cx] {
        trading::listed(cx, "Persuasion").await.expect("listed");
    }
    for page in ["/shelf", "/shelf/add"] {
        let asked = ana.get(page).await.body;
        assert!(asked.contains(QUESTION) && asked.contains(SAY), "{page}");
    }
    let empty = ana.post(SAY, &[("city", " "), ("country", "BE")]).await;
    assert_eq!(empty.status, StatusCode::UNPROCESSABLE_ENTITY);
    let saved = ana
        .post(
            SAY,
            &[("city", "Ghent"), ("country", "BE"), ("from", "add")],
        )
        .await;
    assert_eq!(saved.location(), "/shelf/add");
    assert!(!ana.get("/shelf").await.body.contains(QUESTION));
    let seen = app.browser().get("/u/ana").await.body;
    assert!(seen.contains("ana · Ghent, Belgium"));
    // The rest of the profile stays as it was.
    let name: String = sqlx::query_scalar("select display_name from users where handle = 'ana'")
        .fetch_one(ana_cx.db())
        .await
        .expect("a name");
    assert!(!name.is_empty());
    let put_off = bob.post(SAY, &[("later", "1"), ("city", "Ghent")]).await;
    assert_eq!(put_off.location(), "/shelf");
    for page in ["/shelf", "/shelf/add"] {
        assert!(!bob.get(page).await.body.contains(QUESTION), "{page}");
    }
    assert!(!app.browser().get("/u/bob").await.body.contains("Ghent"));
}
