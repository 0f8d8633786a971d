//! The demo community, loaded into a real site.

use super::*;
use crate::testing::TestSite;
use crate::trades;

async fn count(site: &TestSite, what: &'static str) -> i64 {
    sqlx::query_scalar(what)
        .fetch_one(&site.services.db)
        .await
        .unwrap()
}

#[tokio::test]
async fn an_empty_site_becomes_a_community_and_stays_one() {
    let site = TestSite::new().await;
    assert!(!demo_is_here(&site.services).await.unwrap());
    let summary = demo(&site.services).await.unwrap();
    assert_eq!(
        (summary.works, summary.readers, summary.copies),
        (311, 40, 600)
    );
    assert_eq!(summary.photos, 25);
    let kept = count(&site, "select count(*) from copy_photos").await;
    assert!((15..=25).contains(&kept), "{kept}");
    assert_eq!(count(&site, "select count(*) from works").await, 311);
    assert_eq!(count(&site, "select count(*) from editions").await, 373);
    let listed = count(&site, "select count(*) from copies where state = 'listed'").await;
    assert!((380..=500).contains(&listed), "{listed}");
    let found = count(&site, "select count(*) from work_search where copies > 0").await;
    assert!(found > 200, "{found}");
    let early = "select count(*) from copies c join users u on u.id = c.owner_id
                 where c.created_at < u.created_at or c.listed_at > now()";
    assert_eq!(count(&site, early).await, 0);
    site.run_jobs().await;
    assert_eq!(
        trades::invariants::violations(&site.services.db)
            .await
            .unwrap(),
        Vec::<String>::new()
    );
    for (state, least) in [
        ("proposed", 10),
        ("agreed", 5),
        ("completed", 12),
        ("declined", 3),
        ("withdrawn", 2),
        ("expired", 2),
        ("superseded", 3),
        ("cancelled", 2),
        ("disputed", 2),
        ("resolved", 1),
    ] {
        let number: i64 = sqlx::query_scalar("select count(*) from trades where state = $1")
            .bind(state)
            .fetch_one(&site.services.db)
            .await
            .unwrap();
        assert!(number >= least, "{state}: {number}");
    }
    let late = "select count(*) from trade_events e
                  join notifications n on n.dedupe_key like 'trade_event:' || e.id || ':%'
                where n.created_at not between e.at - interval '5 minutes' and e.at + interval '5 minutes'";
    assert_eq!(count(&site, late).await, 0);
    let future = "select count(*) from trade_events where at > now()";
    assert_eq!(count(&site, future).await, 0);
    let unread = "select count(*) from notifications n join users u on u.id = n.user_id
                  where u.handle = 'ana_m' and n.read_at is null";
    assert!(count(&site, unread).await >= 3);
    assert_eq!(
        count(&site, "select count(*) from reports where state = 'open'").await,
        5
    );
    let waiting = "select count(*) from corrections where state = 'open' and created_at < now() - interval '8 hours'";
    assert_eq!(count(&site, waiting).await, 2);
    let lent = "select count(*) from outside_loans l join users u on u.id = l.owner_id
                where u.handle = 'ana_m' and l.back_on is null and l.due_on > now()::date";
    assert_eq!(count(&site, lent).await, 1);
    let sales = "select count(*) from payments y join trade_parties p on p.trade_id = y.trade_id
                   join users u on u.id = p.user_id
                 where u.handle = 'ana_m' and y.state in ('due', 'paid')";
    assert_eq!(count(&site, sales).await, 3);
    let asked = "select count(*) from trades where kind = 'sale' and state = 'proposed'";
    assert_eq!(count(&site, asked).await, 1);
    let borrowed = "select count(*) from trade_legs l join trades t on t.id = l.trade_id
                    where l.purpose = 'return' and l.state = 'pending' and t.state = 'agreed' and t.kind = 'loan'";
    assert_eq!(count(&site, borrowed).await, 4);
    let goes_back = "select count(*) from trade_legs l join trades t on t.id = l.trade_id
                     where l.purpose = 'return' and l.state = 'pending' and t.state = 'agreed' and t.kind = 'sale'";
    assert_eq!(count(&site, goes_back).await, 1);
    let suspended = "select count(*) from users where status = 'suspended'";
    assert_eq!(count(&site, suspended).await, 1);

    assert_eq!(summary.events, 21);
    let full = "select count(*) from event_occurrences o where seats_taken = capacity
                and (select count(*) from seat_waitlist w where w.occurrence_id = o.id and w.state = 'waiting') = 2";
    assert_eq!(count(&site, full).await, 1);
    let met =
        "select count(*) from trade_meetings m join event_occurrences o on o.id = m.occurrence_id
               where o.state = 'published' and o.starts_at > now()";
    assert_eq!(count(&site, met).await, 1);
    let came = "select count(*) from checkins c join event_occurrences o on o.id = c.occurrence_id
                where c.at between o.starts_at - interval '2 hours' and o.ends_at";
    assert_eq!(count(&site, came).await, 2);
    for (state, number) in [("draft", 3), ("published", 24), ("cancelled", 1)] {
        let found: i64 =
            sqlx::query_scalar("select count(*) from event_occurrences where state = $1")
                .bind(state)
                .fetch_one(&site.services.db)
                .await
                .unwrap();
        assert_eq!(found, number, "{state}");
    }

    for (what, number) in [
        ("select count(*) from events where review = 'waiting'", 1),
        (
            "select count(*) from events where deleted_at is not null",
            1,
        ),
        ("select count(*) from event_interests where note <> ''", 1),
        ("select count(*) from events where partners <> '[]'", 1),
        ("select count(*) from organisations", 2),
        ("select count(*) from lists where visibility = 'public'", 2),
        ("select count(*) from list_items", 11),
        (
            "select count(*) from reader_books b join users u on u.id = b.user_id where u.handle = 'ana_m'",
            14,
        ),
        ("select count(*) from work_ratings where n >= 5", 3),
        ("select count(*) from event_feedback where words <> ''", 2),
        (
            "select count(*) from give_rounds where state in ('open', 'offered')",
            5,
        ),
        (
            "select count(*) from give_rounds r join users u on u.id = r.offered_to where u.handle = 'ana_m'",
            1,
        ),
        ("select count(*) from give_asks", 10),
    ] {
        assert_eq!(count(&site, what).await, number, "{what}");
    }

    let found = crate::rounds::invariants::violations(&site.services.db).await;
    assert_eq!(found.unwrap(), Vec::<String>::new());
    assert!(demo_is_here(&site.services).await.unwrap());

    assert_eq!(demo(&site.services).await.unwrap(), DemoSummary::default());
    assert_eq!(count(&site, "select count(*) from users").await, 40);
}

#[tokio::test]
async fn an_interrupted_loading_is_replaced_and_a_finished_one_is_not() {
    let site = TestSite::new().await;
    let cx = Cx::system(site.services.clone());
    let files = Files::read().unwrap();
    let mut random = StdRng::seed_from_u64(SEED);
    // As far as the first commit: readers and shelves, and none of what happened to them.
    settle(&cx, &files, &mut random, cx.now()).await.unwrap();
    assert_eq!(count(&site, "select count(*) from users").await, 40);
    assert_eq!(count(&site, "select count(*) from trades").await, 0);

    let summary = demo(&site.services).await.unwrap();
    assert_eq!((summary.readers, summary.copies), (40, 600));
    assert_eq!(count(&site, "select count(*) from users").await, 40);
    assert_eq!(count(&site, "select count(*) from works").await, 311);
    assert!(count(&site, "select count(*) from trades").await > 40);
    site.run_jobs().await;
    let violations = trades::invariants::violations(&site.services.db).await;
    assert_eq!(violations.unwrap(), Vec::<String>::new());
    assert_eq!(demo(&site.services).await.unwrap(), DemoSummary::default());
}

#[tokio::test]
async fn a_half_loaded_site_that_others_have_joined_is_left_alone() {
    let site = TestSite::new().await;
    let cx = Cx::system(site.services.clone());
    let files = Files::read().unwrap();
    let mut random = StdRng::seed_from_u64(SEED);
    settle(&cx, &files, &mut random, cx.now()).await.unwrap();
    site.member("newcomer").await;
    assert_eq!(demo(&site.services).await.unwrap(), DemoSummary::default());
    assert_eq!(count(&site, "select count(*) from users").await, 41);
}
