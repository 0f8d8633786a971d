//! Where the copies of a book are.

use super::*;
use crate::accounts::{ProfileForm, save_profile};
use crate::copies;
use crate::pages::CopySort;
use crate::trades::{self, Books, ShelfSearch};

/// Says where a reader lives, and looks for it on the map.
async fn lives(cx: &Cx, city: &str, country: &str, posts_abroad: bool) {
    let form = ProfileForm {
        display_name: "Somebody".into(),
        city: city.into(),
        country: country.into(),
        posts_abroad,
        time_zone: "UTC".into(),
        ..ProfileForm::default()
    };
    save_profile(cx, &form).await.unwrap();
}

#[tokio::test]
async fn u07_a_copy_says_how_far_away_it_is_in_circles_and_in_which_country() {
    let site = TestSite::new().await;
    load(&site).await;
    let (ana, ben, cat) = (
        site.member("ana").await,
        site.member("ben").await,
        site.member("cat").await,
    );
    for owner in [&ana, &ben, &cat] {
        list(&site, owner, "Germinal", Grade::Good).await;
    }
    lives(&ana, "Glasgow", "GB", false).await;
    lives(&ben, "Ghent", "BE", true).await;
    lives(&cat, "", "FR", false).await;
    let germinal = work(&site, "Germinal").await;
    let said = |cx: Cx| async move {
        let copies = book(&cx, germinal, None, 1).await.unwrap().copies;
        let mut said: Vec<_> = copies
            .into_iter()
            .map(|copy| (copy.owner, copy.whereabouts.said()))
            .collect();
        said.sort();
        said.into_iter().map(|(_, said)| said).collect::<Vec<_>>()
    };
    // A visitor is nowhere, and so is whoever names a place that is on no map.
    let visitors = [
        "Glasgow, United Kingdom",
        "Ghent, Belgium · posts abroad",
        "France",
    ];
    assert_eq!(said(site.visitor()).await, visitors);
    let reader = site.member("reader").await;
    lives(&reader, "Erewhon", "", false).await;
    assert_eq!(said(reader.clone()).await, visitors);
    // Some 37 km; the other two are in other countries.
    lives(&reader, "Stirling", "GB", false).await;
    let near = ["Glasgow · within 50 km of you", visitors[1], "France"];
    assert_eq!(said(reader.clone()).await, near);
    // Some 49 km, and a border between them.
    lives(&reader, "Lille", "FR", false).await;
    let across = "Ghent, Belgium · within 100 km of you · posts abroad";
    assert_eq!(said(reader.clone()).await, [visitors[0], across, "France"]);
    // The builder and the page of one copy say the same.
    let (none, look) = (Books::default(), ShelfSearch::default());
    let builder = trades::builder(&reader, "ben", &none, &look).await.unwrap();
    assert_eq!(builder.other.whereabouts.said(), across);
    let copies = book(&reader, germinal, None, 1).await.unwrap().copies;
    let bens = copies.iter().find(|copy| copy.owner == "ben").unwrap();
    let page = copies::page(&reader, bens.id).await.unwrap();
    assert_eq!(page.whereabouts.said(), across);
    // To oneself nothing is near.
    assert_eq!(said(ben).await[1], "Ghent · posts abroad");
}

#[tokio::test]
async fn u07_copies_are_sorted_and_the_nearest_come_first_for_whom_something_is_near() {
    let site = TestSite::new().await;
    load(&site).await;
    // From the best copy to the worst; the last one is listed last.
    for (handle, city, country, abroad, grade) in [
        ("far", "London", "GB", false, Grade::Fine),
        ("across", "Erewhon", "BE", true, Grade::VeryGood),
        ("unsaid", "", "BE", false, Grade::Good),
        ("near", "Glasgow", "GB", false, Grade::Fair),
        ("same", "", "GB", false, Grade::ReadingCopy),
    ] {
        let owner = site.member(handle).await;
        list(&site, &owner, "Germinal", grade).await;
        lives(&owner, city, country, abroad).await;
    }
    change(
        &site,
        "update copies set listed_at = listed_at + id * interval '1 minute'",
    )
    .await;
    let germinal = work(&site, "Germinal").await;
    let order = |cx: Cx, sort: Option<CopySort>| async move {
        let page = book(&cx, germinal, sort, 1).await.unwrap();
        let owners: Vec<String> = page.copies.into_iter().map(|copy| copy.owner).collect();
        (page.sort, owners.join(" "))
    };
    let reader = site.member("reader").await;
    let best = "far across unsaid near same".to_owned();
    let newest = "same near unsaid across far".to_owned();
    // Who is nowhere is shown the best, whatever they ask for.
    for nowhere in [&site.visitor(), &reader] {
        for sort in [None, Some(CopySort::Nearest), Some(CopySort::Condition)] {
            let best = (CopySort::Condition, best.clone());
            assert_eq!(order(nowhere.clone(), sort).await, best);
        }
    }
    lives(&reader, "Stirling", "GB", false).await;
    // By distance, then what is in the country, then what is posted to it.
    let nearest = "near far same across unsaid".to_owned();
    for sort in [None, Some(CopySort::Nearest)] {
        let nearest = (CopySort::Nearest, nearest.clone());
        assert_eq!(order(reader.clone(), sort).await, nearest);
    }
    for (sort, owners) in [(CopySort::Condition, best), (CopySort::Newest, newest)] {
        assert_eq!(order(reader.clone(), Some(sort)).await, (sort, owners));
    }
}
