//! The read models on the demo catalogue.

mod near;

use std::collections::HashSet;

use dogear_domain::grade::{Defect, Grade};
use dogear_domain::ids::WorkId;
use jiff::SignedDuration;

use super::{
    AuthorPage, AuthorSort, FrontCache, ReaderPage, Subject, author, book, near, reader, series,
    subject, subjects,
};
use crate::search::tests::library::{change, list, load, work};
use crate::search::{Browse, Found, Query};
use crate::testing::TestSite;
use crate::{Cx, Error};

#[tokio::test]
async fn a_book_shows_every_copy_that_can_be_asked_for() {
    let site = TestSite::new().await;
    load(&site).await;
    let (ana, ben, cat) = (
        site.member("ana").await,
        site.member("ben").await,
        site.member("cat").await,
    );
    list(&site, &ana, "Germinal", Grade::Good).await;
    list(&site, &ben, "Germinal", Grade::Fine).await;
    list(&site, &cat, "Germinal", Grade::Fair).await;
    change(
        &site,
        "update copies set defects = '{pets,smoke}', note = 'Read twice.' where grade = 3;
         update users set trades_completed = 4, replies = 2, reply_seconds = 7200 where handle = 'ana';
         insert into copy_photos (copy_id, key, width, height, bytes)
             select id, gen_random_uuid(), 10, 10, 10 from copies where grade = 3;
         insert into trades (state, opened_by) select 'agreed', min(id) from users;
         insert into copy_holds (copy_id, trade_id)
             select c.id, t.id from copies c, trades t where c.grade = 2",
    )
    .await;
    let germinal = work(&site, "Germinal").await;
    let page = book(&ben, germinal, None, 1).await.unwrap();
    assert_eq!((page.available, page.in_trades), (2, 1));
    assert_eq!(page.authors[0].name, "Émile Zola");
    let place = page.facts.series.clone().unwrap();
    assert_eq!(
        (place.title.as_str(), place.position.as_str()),
        ("Les Rougon-Macquart", "13")
    );
    assert_eq!(page.facts.genre.clone().unwrap().0, "classics");
    assert_eq!(page.editions[0].copies, 2);
    assert!(
        page.similar
            .like_this
            .iter()
            .any(|similar| similar.work.title == "Au Bonheur des Dames")
    );
    let [fine, good] = &page.copies[..] else {
        panic!("{:?}", page.copies)
    };
    assert_eq!((fine.owner.as_str(), fine.mine), ("ben", true));
    assert_eq!((good.owner.as_str(), good.mine), ("ana", false));
    assert_eq!(good.defects, [Defect::Pets, Defect::Smoke]);
    assert_eq!(good.photos.len(), 1);
    assert_eq!(good.trust.reply_seconds, Some(3600));
    assert_eq!(fine.trust.reply_seconds, None);

    sqlx::query("insert into blocks (blocker_id, blocked_id) select a.id, b.id from users a, users b where a.handle = 'ana' and b.handle = 'ben'")
        .execute(&site.services.db)
        .await
        .unwrap();
    assert_eq!(book(&ben, germinal, None, 1).await.unwrap().available, 1);
    assert_eq!(
        book(&site.visitor(), germinal, None, 1)
            .await
            .unwrap()
            .available,
        2
    );
    let missing = book(&ben, WorkId(999_999), None, 1).await;
    assert!(matches!(missing, Err(Error::NotFound)));
}

#[tokio::test]
async fn many_copies_stand_on_several_pages_each_once() {
    let site = TestSite::new().await;
    load(&site).await;
    let ana = site.member("ana").await;
    list(&site, &ana, "Germinal", Grade::Good).await;
    // One copy too many for a page, the last ones of another edition.
    change(
        &site,
        "insert into editions (work_id, format, year) select work_id, format, 1900 from copies c
             join editions using (work_id);
         insert into copies (owner_id, work_id, edition_id, grade, state, listed_at)
             select owner_id, work_id, (select max(id) from editions), 2, 'listed', now()
             from copies, generate_series(1, 50)",
    )
    .await;
    let germinal = work(&site, "Germinal").await;
    let first = book(&site.visitor(), germinal, None, 1).await.unwrap();
    let last = book(&site.visitor(), germinal, None, 2).await.unwrap();
    assert_eq!((first.available, first.pages()), (51, 2));
    assert_eq!((first.copies.len(), last.copies.len()), (50, 1));
    let all: HashSet<_> = first
        .copies
        .iter()
        .chain(&last.copies)
        .map(|copy| copy.id)
        .collect();
    assert_eq!(all.len(), 51);
    for page in [&first, &last] {
        let mut of_edition: Vec<i64> = page.editions.iter().map(|e| e.copies).collect();
        of_edition.sort_unstable();
        assert_eq!(of_edition[of_edition.len() - 2..], [1, 50]);
    }
    let beyond = book(&site.visitor(), germinal, None, 3).await.unwrap();
    assert_eq!((beyond.page, beyond.copies), (1, first.copies));
}

#[tokio::test]
async fn authors_and_series_show_their_works() {
    let site = TestSite::new().await;
    load(&site).await;
    let ana = site.member("ana").await;
    list(&site, &ana, "Persuasion", Grade::Fine).await;
    let cx = site.visitor();
    let page = book(&cx, work(&site, "Persuasion").await, None, 1)
        .await
        .unwrap();
    let austen = author(&cx, page.authors[0].id, AuthorSort::Offered, 1)
        .await
        .unwrap();
    assert_eq!(austen.name, "Jane Austen");
    assert_eq!(austen.works[0].title, "Persuasion");
    assert_eq!(
        (austen.copies, austen.total),
        (1, austen.works.len() as i64)
    );
    assert!(
        author(&cx, page.authors[0].id, AuthorSort::Offered, u32::MAX)
            .await
            .unwrap()
            .works
            .is_empty()
    );

    let germinal = book(&cx, work(&site, "Germinal").await, None, 1)
        .await
        .unwrap();
    let rougon = series(&cx, germinal.facts.series.clone().unwrap().id)
        .await
        .unwrap();
    let order: Vec<&str> = rougon.works.iter().map(|v| v.position.as_str()).collect();
    assert!(
        order
            .windows(2)
            .all(|pair| pair[0].parse::<f64>().unwrap() < pair[1].parse().unwrap())
    );
    assert!(rougon.works.iter().all(|volume| !volume.mine));
    list(&site, &ana, "Germinal", Grade::Fine).await;
    for (cx, on_shelf) in [(&ana, vec!["Germinal"]), (&cx, vec![])] {
        let rougon = series(cx, rougon.id).await.unwrap();
        let mine = rougon.works.iter().filter(|volume| volume.mine);
        let mine: Vec<&str> = mine.map(|volume| volume.work.title.as_str()).collect();
        assert_eq!(mine, on_shelf);
    }
}

#[tokio::test]
async fn a_shelf_is_open_to_all_but_the_blocked_and_closed_when_suspended() {
    let site = TestSite::new().await;
    load(&site).await;
    let (ana, ben) = (site.member("ana").await, site.member("ben").await);
    list(&site, &ana, "Emma", Grade::Fine).await;
    list(&site, &ana, "Persuasion", Grade::Fine).await;
    change(&site, "update copies set state = 'owned', listed_at = null where id = (select min(id) from copies)").await;
    let cx = site.visitor();
    let ReaderPage::Open {
        reader: who,
        shelf,
        total,
    } = reader(&cx, "ana", 1).await.unwrap()
    else {
        panic!("open to all")
    };
    assert_eq!((who.city.as_str(), who.is_me, total), ("Leeds", false, 1));
    assert_eq!(shelf[0].title, "Persuasion");
    assert!(
        matches!(reader(&cx, "ANA", 1).await.unwrap(), ReaderPage::Elsewhere(handle) if handle == "ana")
    );
    assert!(matches!(
        reader(&cx, "nobody", 1).await,
        Err(Error::NotFound)
    ));
    assert!(matches!(reader(&cx, "%00'", 1).await, Err(Error::NotFound)));

    sqlx::query("insert into blocks (blocker_id, blocked_id) select a.id, b.id from users a, users b where a.handle = 'ana' and b.handle = 'ben'")
        .execute(&site.services.db)
        .await
        .unwrap();
    assert!(matches!(
        reader(&ben, "ana", 1).await.unwrap(),
        ReaderPage::Closed
    ));
    change(
        &site,
        "update users set status = 'suspended' where handle = 'ana'",
    )
    .await;
    assert!(matches!(
        reader(&cx, "ana", 1).await.unwrap(),
        ReaderPage::Closed
    ));
}

#[tokio::test]
async fn what_is_listed_follows_the_clock_of_the_site() {
    let site = TestSite::new().await;
    load(&site).await;
    let (ana, cx) = (site.member("ana").await, site.visitor());
    list(&site, &ana, "Emma", Grade::Fine).await;
    let emma = work(&site, "Emma").await;
    let open = async || {
        matches!(
            reader(&cx, "ana", 1).await.unwrap(),
            ReaderPage::Open { .. }
        )
    };
    let seen = async || {
        let page = book(&cx, emma, None, 1).await.unwrap();
        let front = FrontCache::default().get(&cx).await.unwrap();
        (page.available, front.this_week, front.copies)
    };
    // A suspension ends with its term, whether or not its row says so yet.
    change(
        &site,
        "update users set status = 'suspended', suspended_until = now() + interval '1 hour' where handle = 'ana'",
    )
    .await;
    assert!(!open().await);
    assert_eq!(seen().await, (0, 0, 0));
    site.advance(SignedDuration::from_hours(2));
    change(&site, "").await;
    assert!(open().await);
    assert_eq!(seen().await, (1, 1, 1));
    // A holiday takes the books off, not the page.
    change(
        &site,
        "update users set away_until = now() + interval '3 hours' where handle = 'ana'",
    )
    .await;
    assert!(open().await);
    assert_eq!(seen().await, (0, 0, 0));
    site.advance(SignedDuration::from_hours(2));
    change(&site, "").await;
    assert_eq!(seen().await, (1, 1, 1));
}

#[tokio::test]
async fn the_front_page_counts_what_there_is() {
    let site = TestSite::new().await;
    load(&site).await;
    let empty = FrontCache::default().get(&site.visitor()).await.unwrap();
    assert_eq!(
        (empty.copies, empty.newest.len(), empty.asked.len()),
        (0, 0, 0)
    );
    let (ana, ben) = (site.member("ana").await, site.member("ben").await);
    list(&site, &ana, "Emma", Grade::Fine).await;
    list(&site, &ben, "Emma", Grade::Fine).await;
    let dracula = list(&site, &ana, "Dracula", Grade::Fine).await;
    sqlx::query(
        "with trade as (insert into trades (state, opened_by, reply_due)
             select 'proposed', id, now() from users where handle = 'ben' returning id, opened_by),
         revision as (insert into trade_revisions (trade_id, number, author_id) select id, 1, opened_by from trade)
         select id from trade",
    )
    .execute(&site.services.db)
    .await
    .unwrap();
    sqlx::query(
        "insert into trade_items (trade_id, revision, copy_id, from_user, to_user, terms_version, frozen)
         select t.id, 1, c.id, c.owner_id, t.opened_by, 1, '{}' from trades t, copies c where c.id = $1",
    )
    .bind(dracula)
    .execute(&site.services.db)
    .await
    .unwrap();
    let front = FrontCache::default().get(&site.visitor()).await.unwrap();
    assert_eq!((front.copies, front.this_week), (3, 3));
    assert_eq!(front.newest[0].work.title, "Dracula");
    assert_eq!(
        (front.plenty[0].title.as_str(), front.plenty[0].copies),
        ("Emma", 2)
    );
    assert_eq!(
        (front.asked[0].work.title.as_str(), front.asked[0].trades),
        ("Dracula", 1)
    );
    let (town, works) = near(&ana).await.unwrap().unwrap();
    assert_eq!((town.as_str(), works.len()), ("Leeds", 2));
    assert!(near(&site.visitor()).await.unwrap().is_none());
}

#[tokio::test]
async fn u11_one_readers_long_list_leaves_room_for_others() {
    let site = TestSite::new().await;
    load(&site).await;
    let (ana, ben) = (site.member("ana").await, site.member("ben").await);
    list(&site, &ben, "Emma", Grade::Fine).await;
    let titles = [
        "Germinal",
        "Dracula",
        "Middlemarch",
        "Persuasion",
        "Jane Eyre",
    ];
    for title in titles {
        list(&site, &ana, title, Grade::Fine).await;
    }
    // As when she pasted them after he had listed his.
    change(
        &site,
        "update copies set listed_at = listed_at + make_interval(secs => id)
         where owner_id = (select id from users where handle = 'ana')",
    )
    .await;
    let front = FrontCache::default().get(&site.visitor()).await.unwrap();
    let owners: Vec<&str> = front.newest.iter().map(|new| new.owner.as_str()).collect();
    assert_eq!(owners, ["ana", "ana", "ben"]);
    let (_, nearby) = near(&ana).await.unwrap().unwrap();
    assert_eq!(nearby, front.newest);

    let newest = |page| {
        let query = Query {
            page,
            ..Query::default()
        };
        let visitor = site.visitor();
        async move {
            match Browse::default().find(&visitor, query).await.unwrap() {
                Found::Listing(listing) => listing.works,
                other => panic!("{other:?}"),
            }
        }
    };
    let works = newest(1).await;
    assert_eq!(works[2].title, "Emma", "after two of hers");
    assert_eq!(works.len(), 1 + titles.len(), "none is lost");
}

#[tokio::test]
async fn u19_an_author_is_sorted_and_says_how_many_the_reader_has() {
    let site = TestSite::new().await;
    load(&site).await;
    let (ana, ben) = (site.member("ana").await, site.member("ben").await);
    list(&site, &ana, "Persuasion", Grade::Good).await;
    list(&site, &ana, "Emma", Grade::Good).await;
    let id = book(&ana, work(&site, "Emma").await, None, 1)
        .await
        .unwrap()
        .authors[0]
        .id;
    let read = |cx: Cx, sort| async move { author(&cx, id, sort, 1).await.unwrap() };
    let titles = |page: &AuthorPage| -> Vec<String> {
        page.works.iter().map(|work| work.title.clone()).collect()
    };
    let offered = read(ana.clone(), AuthorSort::Offered).await;
    assert_eq!((offered.mine, offered.copies), (2, 2));
    assert_eq!(titles(&offered)[..2], ["Emma", "Persuasion"]);
    assert_eq!(read(ben, AuthorSort::Title).await.mine, 0);
    assert_eq!(read(site.visitor(), AuthorSort::Title).await.mine, 0);
    let by_title = titles(&read(ana.clone(), AuthorSort::Title).await);
    let mut sorted = by_title.clone();
    sorted.sort();
    assert_eq!(by_title, sorted);
    let by_year = titles(&read(ana, AuthorSort::Year).await);
    assert_ne!(by_year, by_title);
    let place = |title: &str| by_year.iter().position(|other| other == title);
    assert!(place("Emma") < place("Persuasion"), "{by_year:?}");
}

#[tokio::test]
async fn a_genre_and_a_language_say_what_there_is_of_them() {
    let site = TestSite::new().await;
    load(&site).await;
    let owner = site.member("owner").await;
    for title in ["Emma", "Persuasion", "Germinal"] {
        list(&site, &owner, title, Grade::Good).await;
    }
    let cx = site.visitor();
    let page = subject(&cx, Subject::Genre("classics")).await.unwrap();
    assert_eq!((page.books, page.at_least), (3, false));
    assert_eq!(page.newest.len(), 3);
    let authors: Vec<_> = page
        .authors
        .iter()
        .map(|author| (&*author.name, author.books))
        .collect();
    assert_eq!(authors, [("Jane Austen", 2)]);
    let across: Vec<_> = page
        .across
        .iter()
        .map(|line| (&*line.key, line.books))
        .collect();
    assert_eq!(across, [("en", 2), ("fr", 1)]);
    let french = subject(&cx, Subject::Language("fr")).await.unwrap();
    assert_eq!((&*french.name, french.books), ("French", 1));
    assert_eq!(french.across[0].key, "classics");
    assert!(!french.across[0].name.is_empty());
    let (genres, languages) = subjects(&cx).await.unwrap();
    assert!(
        genres
            .iter()
            .any(|line| line.key == "classics" && line.books == 3)
    );
    let languages: Vec<_> = languages
        .iter()
        .map(|line| (&*line.key, line.books))
        .collect();
    assert_eq!(languages, [("en", 2), ("fr", 1)]);
    // A language in which nothing is offered has its page; what is none has not.
    assert_eq!(
        subject(&cx, Subject::Language("cy")).await.unwrap().books,
        0
    );
    for none in [Subject::Genre("no-such"), Subject::Language("qq")] {
        assert!(matches!(subject(&cx, none).await, Err(Error::NotFound)));
    }
}
