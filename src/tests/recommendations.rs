//! What is recommended, as it stands on the pages.

use dogear_domain::accounts::Role;
use dogear_server::testing::TestSite;
use dogear_server::{Cx, recommendations, search};

use super::app::TestApp;

/// Two books, both offered by three readers; one more of the same genre and language.
async fn books(site: &TestSite) {
    let mut tx = site.services.db.begin().await.expect("a transaction");
    let works: Vec<dogear_domain::ids::WorkId> = sqlx::query_scalar(
        "with work as (insert into works (title, title_key, slug, language, genre)
             select t, lower(t), lower(t), 'cy', 'fantasy' from unnest(array['One', 'Two', 'Three']) as t
             returning id, title),
         edition as (insert into editions (work_id) select id from work returning id, work_id),
         copy as (insert into copies (edition_id, work_id, owner_id, grade, state, listed_at)
             select e.id, e.work_id, u.id, 5, 'listed', now()
             from edition e join work w on w.id = e.work_id, users u
             where u.handle in ('ana', 'ben', 'cat') and (w.title <> 'Three' or u.handle = 'cat'))
         select id from work order by id",
    )
    .fetch_all(&mut *tx)
    .await
    .expect("inserted");
    search::refresh(&mut tx, &works, site.services.clock.now())
        .await
        .expect("refreshed");
    tx.commit().await.expect("committed");
    recommendations::rebuild_co_owned(&Cx::system(site.services.clone()))
        .await
        .expect("counted");
}

#[tokio::test]
async fn books_lead_to_others_and_shelves_to_offers() {
    let app = TestApp::new().await;
    for handle in ["ben", "cat"] {
        app.site.member(handle).await;
    }
    let (ana, _) = app.signed_in("ana", Role::Member).await;
    let (newcomer, _) = app.signed_in("new", Role::Member).await;
    books(&app.site).await;
    let visitor = app.browser();

    let answer = visitor.get("/books/1-one").await;
    assert!(answer.body.contains("Readers who own this also own"));
    assert!(answer.body.contains("3 readers have both"));
    assert!(answer.body.contains("More like this"));
    assert!(answer.body.contains("Fantasy in Welsh"));
    let answer = ana.get("/books/1-one").await;
    assert!(!answer.body.contains("3 readers have both"), "she has both");

    let answer = ana.get("/").await;
    assert!(answer.body.contains("What you could get for what you own"));
    assert!(answer.body.contains("Fantasy, like much on your shelf"));
    assert!(answer.body.contains("/trades/new?with=cat"));
    let answer = newcomer.get("/").await;
    assert!(answer.body.contains("You have no books on your shelf yet"));
    assert!(answer.body.contains("Listed near you"));
    assert!(!answer.body.contains("/trades/new?with="));
    assert!(!visitor.get("/").await.body.contains("What you could get"));
}
