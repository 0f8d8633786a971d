//! The search rows follow what happens to copies and their owners.

use dogear_domain::grade::Grade;
use dogear_domain::ids::WorkId;
use jiff::SignedDuration;

use super::library::{change, list, load, work};
use crate::accounts::{ProfileForm, save_profile, set_away};
use crate::jobs::schedule::run_if_due;
use crate::search::{self, Browse, Found, Query};
use crate::testing::TestSite;
use crate::version::Version;

async fn copies(site: &TestSite, work: WorkId) -> (i32, Option<i16>, Vec<String>) {
    sqlx::query_as("select copies, best_grade, places from work_search where work_id = $1")
        .bind(work)
        .fetch_one(&site.services.db)
        .await
        .unwrap()
}

#[tokio::test]
async fn a_row_counts_only_copies_that_can_be_asked_for() {
    let site = TestSite::new().await;
    load(&site).await;
    let (ana, ben) = (site.member("ana").await, site.member("ben").await);
    list(&site, &ana, "Emma", Grade::Good).await;
    list(&site, &ben, "Emma", Grade::Fine).await;
    let emma = work(&site, "Emma").await;
    let leeds = vec!["leeds".to_owned()];
    assert_eq!(copies(&site, emma).await, (2, Some(5), leeds.clone()));

    change(&site, "update copies set hidden_at = now() where grade = 5").await;
    assert_eq!(copies(&site, emma).await, (1, Some(3), leeds.clone()));
    change(&site, "update copies set hidden_at = null").await;
    change(
        &site,
        "insert into trades (state, opened_by) select 'agreed', min(id) from users;
         insert into copy_holds (copy_id, trade_id)
             select c.id, t.id from copies c, trades t where c.grade = 5",
    )
    .await;
    assert_eq!(copies(&site, emma).await, (1, Some(3), leeds.clone()));
    change(
        &site,
        "update users set status = 'suspended' where handle = 'ana'",
    )
    .await;
    assert_eq!(copies(&site, emma).await, (0, None, vec![]));
    change(
        &site,
        "delete from copy_holds; update users set away_until = now() + interval '1 day' where handle = 'ben'",
    )
    .await;
    assert_eq!(copies(&site, emma).await.0, 0);

    sqlx::query("update users set away_until = now() - interval '1 minute' where handle = 'ben'")
        .execute(&site.services.db)
        .await
        .unwrap();
    for schedule in search::schedules() {
        assert!(run_if_due(&site.services, &schedule).await.unwrap());
    }
    assert_eq!(copies(&site, emma).await, (1, Some(5), leeds));
}

#[tokio::test]
async fn two_changes_of_one_work_at_once_are_both_seen() {
    let site = TestSite::new().await;
    load(&site).await;
    let mut readers = Vec::new();
    for n in 0..8 {
        readers.push(site.member(&format!("reader{n}")).await);
    }
    let all = readers
        .iter()
        .map(|reader| list(&site, reader, "Emma", Grade::Good));
    futures::future::join_all(all).await;
    assert_eq!(copies(&site, work(&site, "Emma").await).await.0, 8);
}

#[tokio::test]
async fn a_shelf_follows_its_owner_who_moves_and_goes_away() {
    let site = TestSite::new().await;
    load(&site).await;
    let ana = site.member("ana").await;
    list(&site, &ana, "Persuasion", Grade::Fair).await;
    let persuasion = work(&site, "Persuasion").await;
    let moved = ProfileForm {
        display_name: "Ana".into(),
        city: "São Paulo".into(),
        region: "SP".into(),
        time_zone: "UTC".into(),
        ..ProfileForm::default()
    };
    save_profile(&ana, &moved).await.unwrap();
    let there = vec!["sao paulo".to_owned(), "sp".to_owned()];
    assert_eq!(copies(&site, persuasion).await.2, there);
    // Who stays where they are waits for none of their books, and a wrong row stays wrong.
    sqlx::query("update work_search set places = '{}' where work_id = $1")
        .bind(persuasion)
        .execute(&site.services.db)
        .await
        .unwrap();
    let renamed = ProfileForm {
        display_name: "Ana Leal".into(),
        ..moved.clone()
    };
    save_profile(&ana, &renamed).await.unwrap();
    assert_eq!(copies(&site, persuasion).await.2, Vec::<String>::new());
    let region = ProfileForm {
        region: "São Paulo".into(),
        ..renamed
    };
    save_profile(&ana, &region).await.unwrap();
    let there = vec!["sao paulo".to_owned()];
    assert_eq!(copies(&site, persuasion).await.2, there);
    let tomorrow = (ana.now() + SignedDuration::from_hours(48))
        .strftime("%F")
        .to_string();
    set_away(&ana, &tomorrow, &Version::default())
        .await
        .unwrap();
    assert_eq!(copies(&site, persuasion).await.0, 0);
    // Back before the day they had named.
    set_away(&ana, "", &Version::default()).await.unwrap();
    assert_eq!(copies(&site, persuasion).await.0, 1);
}

#[tokio::test]
async fn what_copies_are_offered_for_is_counted_found_and_kept_with_the_cheapest_price() {
    let site = TestSite::new().await;
    load(&site).await;
    let ana = site.member("ana").await;
    for title in ["Emma", "Dracula", "Candide", "Germinal"] {
        list(&site, &ana, title, Grade::Good).await;
    }
    list(&site, &ana, "Candide", Grade::Fine).await;
    change(
        &site,
        "update copies c set offer_trade = false, offer_give = true from works w
             where w.id = c.work_id and w.title = 'Dracula';
         update copies c set price_minor = case c.grade when 5 then 900 else 650 end, currency = 'EUR',
             offer_trade = c.grade = 5 from works w where w.id = c.work_id and w.title = 'Candide';
         update copies c set price_minor = 100, currency = 'GBP', offer_trade = false from works w
             where w.id = c.work_id and w.title = 'Germinal';",
    )
    .await;
    let ask = async |address: &str| {
        let query = Query::from_pairs(url::form_urlencoded::parse(address.as_bytes()));
        match Browse::default().find(&ana, query).await.unwrap() {
            Found::Listing(listing) => listing,
            other => panic!("{other:?}"),
        }
    };
    let titles = async |address: &str| {
        let mut titles: Vec<String> = ask(address)
            .await
            .works
            .into_iter()
            .map(|work| work.title)
            .collect();
        titles.sort();
        titles
    };
    assert_eq!(titles("offer=give").await, ["Dracula"]);
    assert_eq!(titles("offer=sale").await, ["Candide", "Germinal"]);
    assert_eq!(titles("offer=trade").await, ["Candide", "Emma"]);
    assert_eq!(
        titles("offer=give&offer=sale").await,
        ["Candide", "Dracula", "Germinal"]
    );
    assert_eq!(titles("most=6,50&currency=EUR").await, ["Candide"]);
    assert_eq!(titles("most=6,49&currency=EUR").await, [""; 0]);
    // What cannot be read is passed over, as every filter of an address is.
    assert_eq!(titles("most=1.250").await.len(), 4);
    // Each facet without its own choice, with all the others.
    let listing = ask("offer=give").await;
    let mut counts: Vec<(&str, i64)> = listing
        .facets
        .offers
        .iter()
        .map(|choice| (choice.value.as_str(), choice.books))
        .collect();
    counts.sort_unstable();
    assert_eq!(counts, [("give", 1), ("sale", 2), ("trade", 2)]);
    assert_eq!(listing.facets.total(), 1);
    let prices: serde_json::Value =
        sqlx::query_scalar("select prices from work_search where title = 'Candide'")
            .fetch_one(ana.db())
            .await
            .unwrap();
    assert_eq!(prices, serde_json::json!({ "EUR": 650 }));
}
