//! The demo community, loaded into a real site.

use super::*;
use crate::testing::TestSite;

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
    let start = std::time::Instant::now();
    let summary = demo(&site.services).await.unwrap();
    eprintln!("{summary:?} in {:?}", start.elapsed());
    assert_eq!(
        (summary.works, summary.readers, summary.copies),
        (310, 40, 600)
    );
    assert_eq!(summary.photos, 25);
    assert_eq!(count(&site, "select count(*) from copy_photos").await, 25);
    assert_eq!(count(&site, "select count(*) from works").await, 310);
    assert_eq!(count(&site, "select count(*) from editions").await, 372);
    let listed = count(&site, "select count(*) from copies where state = 'listed'").await;
    assert!((440..=520).contains(&listed), "{listed}");
    let found = count(&site, "select count(*) from work_search where copies > 0").await;
    assert!(found > 250, "{found}");
    let early = "select count(*) from copies c join users u on u.id = c.owner_id
                 where c.created_at < u.created_at or c.listed_at > now()";
    assert_eq!(count(&site, early).await, 0);
    assert!(demo_is_here(&site.services).await.unwrap());

    assert_eq!(demo(&site.services).await.unwrap(), DemoSummary::default());
    assert_eq!(count(&site, "select count(*) from users").await, 40);
}
