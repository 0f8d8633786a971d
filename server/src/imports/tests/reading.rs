//! What files say of their readers' reading is kept, and taken back.

use dogear_domain::library::{Ending, Rating, ReadingStatus};

use super::*;

const GOODREADS: &str = "\
Book Id,Title,Author,ISBN,ISBN13,My Rating,Binding,Date Read,Date Added,Bookshelves,Exclusive Shelf,My Review,Spoiler,Private Notes,Read Count,Owned Copies
1,The Left Hand,Ursula Writer,,=\"\",5,Paperback,2024/01/02,2023/12/01,\"sf, loved\",read,\"Cold.<br/>Very &amp; good\",,lent to mum once,2,1
2,A Wish,Ann Author,,,0,Paperback,,2023/12/02,to-read,to-read,,,,0,0
3,On Screen,Carl Coder,,,4,Kindle Edition,2022/05/06,2022/05/01,,read,,,,1,0
4,Half Way,Dora Dreamer,,,0,Hardcover,,2024/02/01,,currently-reading,,,,0,0
5,Given Up,Ed Editor,,,2,Paperback,13/05/2024,2024/02/01,,did-not-finish,,,,0,0
6,Wrong Stars,Fay Fabler,,,7,Paperback,2090/01/01,2024/02/01,,read,,,,1,0
";

/// Title, status, times read, rating and note of everything in the reader's library, by title.
async fn library(cx: &Cx) -> Vec<(String, Option<ReadingStatus>, i32, Option<Rating>, String)> {
    sqlx::query_as(
        "select w.title, b.status, b.times_read, b.rating, b.private_note
         from reader_books b join works w on w.id = b.work_id where b.user_id = $1 order by w.title",
    )
    .bind(cx.reader().unwrap().id)
    .fetch_all(cx.db())
    .await
    .unwrap()
}

/// Everything in the reader's library as a table, by its rows: whose numbers differ.
async fn exported(cx: &Cx) -> String {
    let parts = crate::library::export(cx).await.unwrap();
    let parts: Vec<_> = futures::StreamExt::collect(parts).await;
    let bytes: Vec<u8> = parts.into_iter().flat_map(Result::unwrap).collect();
    String::from_utf8(bytes).unwrap()
}

fn stars(quarters: i16) -> Option<Rating> {
    Rating::from_quarters(quarters)
}

/// How the readings of the book ended, and when, in order.
async fn endings(cx: &Cx, title: &str) -> Vec<(Option<Ending>, Option<String>)> {
    sqlx::query_as(
        "select r.ending, r.ended_on::text from readings r join works w on w.id = r.work_id
         where r.user_id = $1 and w.title = $2 order by r.ended_on nulls last, r.id",
    )
    .bind(cx.reader().unwrap().id)
    .bind(title)
    .fetch_all(cx.db())
    .await
    .unwrap()
}

/// How many readings there are.
async fn readings(cx: &Cx) -> i64 {
    sqlx::query_scalar("select count(*) from readings")
        .fetch_one(cx.db())
        .await
        .unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_goodreads_file_brings_a_reading_life_and_takes_it_back() {
    let site = TestSite::new().await;
    let ann = site.member("ann").await;
    let import = uploaded(&site, &ann, GOODREADS).await;
    let found = page(&ann, import).await.unwrap();
    assert!(found.reading);
    assert_eq!((found.readings.rows, found.readings.waiting), (6, 6));
    started(&site, &ann, import).await;

    assert_eq!(copies_of(&ann).await, 1, "only the book that they own");
    let row = |title: &str, status, times, rating, note: &str| {
        (
            title.to_owned(),
            Some(status),
            times,
            rating,
            note.to_owned(),
        )
    };
    assert_eq!(
        library(&ann).await,
        [
            row("A Wish", ReadingStatus::Want, 0, None, ""),
            row("Given Up", ReadingStatus::Stopped, 0, stars(8), ""),
            row("Half Way", ReadingStatus::Reading, 0, None, ""),
            row("On Screen", ReadingStatus::Read, 1, stars(16), ""),
            row(
                "The Left Hand",
                ReadingStatus::Read,
                2,
                stars(20),
                "lent to mum once\n\nCold.\nVery & good"
            ),
            row("Wrong Stars", ReadingStatus::Read, 1, None, ""),
        ]
    );
    assert_eq!(
        endings(&ann, "The Left Hand").await,
        [
            (Some(Ending::Finished), Some("2024-01-02".to_owned())),
            (Some(Ending::Finished), None)
        ]
    );
    let said: Vec<(String, String)> = rows(&ann, import, None, 1)
        .await
        .unwrap()
        .lines
        .into_iter()
        .filter(|row| !row.said.is_empty())
        .map(|row| (row.title, row.said.join(" ")))
        .collect();
    let titles: Vec<&str> = said.iter().map(|(title, _)| title.as_str()).collect();
    assert_eq!(titles, ["Given Up", "Wrong Stars"]);
    assert!(said[0].1.contains("13/05/2024"), "{said:?}");
    assert!(
        said[1].1.contains("2090-01-01") && said[1].1.contains("“7”"),
        "{said:?}"
    );
    let after = page(&ann, import).await.unwrap();
    assert_eq!((after.readings.recorded, after.readings.said), (6, 2));
    assert_eq!(after.state, ImportState::Done);

    // One rating is changed since: it stays, and so does its book.
    sqlx::query(
        "update reader_books b set rating = 12 from works w where w.id = b.work_id and w.title = 'On Screen'",
    )
    .execute(ann.db())
    .await
    .unwrap();
    undo(&ann, None, import).await.unwrap();
    site.run_jobs().await;
    assert_eq!(state(&ann, import).await, ImportState::Undone);
    assert_eq!(copies_of(&ann).await, 0);
    let left: Vec<(String, Option<Rating>)> = library(&ann)
        .await
        .into_iter()
        .map(|(title, _, _, rating, _)| (title, rating))
        .collect();
    assert_eq!(left, [("On Screen".to_owned(), stars(12))]);
    assert_eq!(readings(&ann).await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_file_twice_brings_nothing_new_and_what_stands_stays() {
    let site = TestSite::new().await;
    let ann = site.member("ann").await;
    let first = uploaded(&site, &ann, GOODREADS).await;
    started(&site, &ann, first).await;
    let before = (library(&ann).await, readings(&ann).await);
    let again = uploaded(
        &site,
        &ann,
        GOODREADS.replace(",5,Paperback,2024/01/02", ",3,Paperback,2024/01/02"),
    )
    .await;
    started(&site, &ann, again).await;
    let after = (library(&ann).await, readings(&ann).await);
    assert_eq!(before, after);
    let said: Vec<String> = rows(&ann, again, None, 1)
        .await
        .unwrap()
        .lines
        .into_iter()
        .find(|row| row.title == "The Left Hand")
        .unwrap()
        .said;
    assert_eq!(said, ["Your rating stays: 5 stars. The file says 3 stars."]);
    // Taking the second back takes nothing of the first.
    undo(&ann, None, again).await.unwrap();
    site.run_jobs().await;
    assert_eq!(library(&ann).await, after.0);
}

#[tokio::test(flavor = "multi_thread")]
async fn reading_is_left_alone_where_its_reader_does_not_want_it() {
    let site = TestSite::new().await;
    let ann = site.member("ann").await;
    let import = uploaded(&site, &ann, GOODREADS).await;
    let mut plan = plan(&ann, import).await;
    plan.reading = false;
    start(&ann, None, import, &plan).await.unwrap();
    site.run_jobs().await;
    assert_eq!(copies_of(&ann).await, 1);
    assert!(library(&ann).await.is_empty());
    plan.shelves.clear();
    let nothing = start(&ann, None, import, &plan).await;
    assert!(matches!(nothing, Err(Error::Invalid(_))), "{nothing:?}");
    // And wants it after all.
    plan.reading = true;
    start(&ann, None, import, &plan).await.unwrap();
    site.run_jobs().await;
    assert_eq!((copies_of(&ann).await, library(&ann).await.len()), (1, 6));
}

#[tokio::test(flavor = "multi_thread")]
async fn storygraph_librarything_and_bookwyrm_tell_of_reading_in_their_own_words() {
    let site = TestSite::new().await;
    let (ann, ben, cid) = (
        site.member("ann").await,
        site.member("ben").await,
        site.member("cid").await,
    );
    let storygraph = "\
Title,Authors,ISBN/UID,Format,Read Status,Date Added,Last Date Read,Dates Read,Read Count,Star Rating,Review,Tags,Owned?
Twice,Tess Teller,,paperback,read,2024/02/01,2024/02/20,\"2020/03-2020/05, 2024/02/12-2024/02/20\",2,4.25,<div>Long</div>,sf,No
Begun,Una Usher,,paperback,currently-reading,2024/02/01,,2024/02/12-,0,,,,No
";
    let librarything = "\
Book Id\tTitle\tPrimary Author\tRating\tReview\tPrivate Comment\tDate Started\tDate Read\tTags\tCollections
1\tOld Song\tVic Verse\t3.5\tFine \"indeed\"\tfrom aunt\t[2019-05-03]\t[2019-05]\tmusic\tYour library, Read but unowned
";
    let bookwyrm = "\
title,author_text,remote_id,isbn_10,isbn_13,start_date,finish_date,stopped_date,rating,review_cw,review_content,shelf,shelf_name,shelf_date
Left Off,Wim Writer,x,,,2023-01-01,,2023-02-01,2.5,the end,So so,stopped-reading,Stopped,2023-01-01
";
    for (who, file) in [(&ann, storygraph), (&ben, librarything), (&cid, bookwyrm)] {
        let import = uploaded(&site, who, file).await;
        let mut plan = plan(who, import).await;
        plan.shelves.clear();
        start(who, None, import, &plan).await.unwrap();
        site.run_jobs().await;
        let said = page(who, import).await.unwrap().readings.said;
        assert_eq!(said, 0, "{file}");
    }
    assert_eq!(
        endings(&ann, "Twice").await,
        [
            (Some(Ending::Finished), Some("2020-05-01".to_owned())),
            (Some(Ending::Finished), Some("2024-02-20".to_owned()))
        ]
    );
    assert_eq!(endings(&ann, "Begun").await, [(None, None)]);
    let started: Vec<Option<String>> =
        sqlx::query_scalar("select started_on::text from readings order by started_on")
            .fetch_all(ann.db())
            .await
            .unwrap();
    let started: Vec<&str> = started.iter().flatten().map(String::as_str).collect();
    assert_eq!(
        started,
        [
            "2019-05-03",
            "2020-03-01",
            "2023-01-01",
            "2024-02-12",
            "2024-02-12"
        ]
    );
    let old = &library(&ben).await[0];
    assert_eq!(
        (old.1, old.3, old.4.as_str()),
        (
            Some(ReadingStatus::Read),
            stars(14),
            "from aunt\n\nFine \"indeed\""
        )
    );
    assert_eq!(
        endings(&cid, "Left Off").await,
        [(Some(Ending::Stopped), Some("2023-02-01".to_owned()))]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_library_comes_back_from_its_own_file_without_loss() {
    let site = TestSite::new().await;
    let (ann, ben) = (site.member("ann").await, site.member("ben").await);
    let import = uploaded(&site, &ann, GOODREADS).await;
    let mut chosen = plan(&ann, import).await;
    chosen.reviews = true;
    start(&ann, None, import, &chosen).await.unwrap();
    site.run_jobs().await;
    // What a file of others cannot say.
    sqlx::query(
        "update readings set progress = 120, total = 300, unit = 'page', paused_at = '2026-11-01T10:00:00Z'
         where ending is null",
    )
    .execute(ann.db())
    .await
    .unwrap();
    sqlx::query("update reader_books set visibility = 'public', rated_at = '2024-02-03T04:05:06Z' where rating = 20")
        .execute(ann.db())
        .await
        .unwrap();
    sqlx::query("update reader_books set status = reading_status(user_id, work_id, wanted_at)")
        .execute(ann.db())
        .await
        .unwrap();
    let first = exported(&ann).await;
    assert_eq!(first.lines().next().unwrap().split(',').count(), 23);
    assert!(
        first.contains("Cold.\nVery & good") && first.contains("sf\nloved"),
        "{first}"
    );

    let import = uploaded(&site, &ben, first.clone()).await;
    let mut chosen = plan(&ben, import).await;
    assert!(chosen.shelves.is_empty() && chosen.reading);
    chosen.reviews = true;
    start(&ben, None, import, &chosen).await.unwrap();
    site.run_jobs().await;
    assert_eq!(page(&ben, import).await.unwrap().readings.said, 0);
    assert_eq!(exported(&ben).await, first);
    assert_eq!(copies_of(&ben).await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn reviews_are_published_only_when_their_reader_wants_it() {
    let site = TestSite::new().await;
    let (ann, ben) = (site.member("ann").await, site.member("ben").await);
    let reviews = async || -> Vec<(String, bool)> {
        sqlx::query_as("select body, deleted_at is null from reviews order by id")
            .fetch_all(ann.db())
            .await
            .unwrap()
    };
    let kept = uploaded(&site, &ann, GOODREADS).await;
    assert!(!plan(&ann, kept).await.reviews, "not unless it is ticked");
    started(&site, &ann, kept).await;
    assert!(reviews().await.is_empty());
    let note = |all: &[(String, Option<ReadingStatus>, i32, Option<Rating>, String)]| {
        all.iter()
            .find(|row| row.0 == "The Left Hand")
            .unwrap()
            .4
            .clone()
    };
    assert_eq!(
        note(&library(&ann).await),
        "lent to mum once\n\nCold.\nVery & good"
    );

    let published = uploaded(&site, &ben, GOODREADS).await;
    let mut chosen = plan(&ben, published).await;
    chosen.reviews = true;
    start(&ben, None, published, &chosen).await.unwrap();
    site.run_jobs().await;
    assert_eq!(reviews().await, [("Cold.\nVery & good".to_owned(), true)]);
    assert_eq!(note(&library(&ben).await), "lent to mum once");
    let lists: Vec<(String, String, i64)> = sqlx::query_as(
        "select l.name, l.visibility, count(i) from lists l left join list_items i on i.list_id = l.id
         where l.owner_id = $1 group by l.id order by l.id",
    )
    .bind(ben.reader().unwrap().id)
    .fetch_all(ben.db())
    .await
    .unwrap();
    let private = |name: &str| (name.to_owned(), "private".to_owned(), 1);
    assert_eq!(lists, [private("sf"), private("loved")]);

    undo(&ben, None, published).await.unwrap();
    site.run_jobs().await;
    assert_eq!(reviews().await, [("Cold.\nVery & good".to_owned(), false)]);
    let left: i64 = sqlx::query_scalar("select count(*) from lists where owner_id = $1")
        .bind(ben.reader().unwrap().id)
        .fetch_one(ben.db())
        .await
        .unwrap();
    assert_eq!(left, 0);
}
