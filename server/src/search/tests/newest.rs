//! The first pages of the newest, on which a long list of one reader makes room for others.

use dogear_domain::ids::WorkId;
use dogear_domain::variety::OF_ONE_OWNER;

use super::library::change;
use crate::search::repo::VARIOUS_PAGES;
use crate::search::{Browse, Found, PER_PAGE, Query};
use crate::testing::TestSite;
use crate::{Cx, seed};

/// The newest works with whoever listed them, as they stand on the pages by the rule.
async fn by_the_rule(site: &TestSite) -> Vec<WorkId> {
    let rows: Vec<(WorkId, i64)> = sqlx::query_as(
        "select s.work_id, (select c.owner_id from copies c where c.work_id = s.work_id
             and c.state = 'listed' order by c.listed_at desc, c.id desc limit 1)
         from work_search s where s.copies > 0
         order by s.newest_at desc, s.work_id desc limit $1",
    )
    .bind(i64::from(PER_PAGE * VARIOUS_PAGES))
    .fetch_all(&site.services.db)
    .await
    .unwrap();
    let of_owner = |at: usize| {
        let before = rows[..at].iter().filter(|row| row.1 == rows[at].1).count();
        before >= OF_ONE_OWNER
    };
    let (later, first): (Vec<usize>, Vec<usize>) = (0..rows.len()).partition(|at| of_owner(*at));
    assert!(later.len() > 40 && first.len() > 40, "both are there");
    first
        .into_iter()
        .chain(later)
        .map(|at| rows[at].0)
        .collect()
}

async fn pages(site: &TestSite, pages: u32) -> Vec<WorkId> {
    let mut works = Vec::new();
    for page in 1..=pages {
        let query = Query {
            page,
            ..Query::default()
        };
        match Browse::default()
            .find(&site.visitor(), query)
            .await
            .unwrap()
        {
            Found::Listing(listing) => works.extend(listing.works.iter().map(|work| work.id)),
            other => panic!("{other:?}"),
        }
    }
    works
}

#[tokio::test]
async fn u11_what_is_read_of_the_newest_makes_no_difference_to_their_order() {
    let site = TestSite::new().await;
    seed::scale(&Cx::system(site.services.clone()), 3_000, 1)
        .await
        .unwrap();
    let rule = by_the_rule(&site).await;
    assert_eq!(pages(&site, VARIOUS_PAGES).await, rule);

    // One reader has listed a whole shelf: what is read at first does not fill a page.
    change(
        &site,
        "update copies set owner_id = (select min(id) from users)
         where work_id in (select work_id from work_search where copies > 0
             order by newest_at desc, work_id desc limit 100)",
    )
    .await;
    let crowded = by_the_rule(&site).await;
    assert_ne!(crowded[..PER_PAGE as usize], rule[..PER_PAGE as usize]);
    assert_eq!(pages(&site, VARIOUS_PAGES).await, crowded);
}
