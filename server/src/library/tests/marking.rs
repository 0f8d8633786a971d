//! What a reader says of a book, step by step.

use dogear_domain::library::{Progress, ProgressUnit, Visibility};
use jiff::SignedDuration;

use super::super::*;
use super::*;
use crate::version::Version;

#[allow(clippy::option_option)] // nothing said, no rating, a rating
fn finished(reading: ReadingId, day: &str, rating: Option<Option<Rating>>) -> Finish {
    Finish {
        reading,
        ending: Ending::Finished,
        ended: Some(RoughDay::parse(day).unwrap()),
        rating,
    }
}

/// The field that an error is about.
fn field<T: std::fmt::Debug>(result: Result<T>) -> String {
    match result {
        Err(Error::Invalid(errors)) => errors.iter().next().unwrap().0.to_owned(),
        other => format!("{other:?}"),
    }
}

async fn shown(cx: &Cx, work: WorkId) -> Panel {
    super::super::panel(cx, work).await.unwrap().unwrap()
}

#[tokio::test]
async fn a_book_goes_from_wanted_to_read_and_is_read_again() {
    let site = TestSite::new().await;
    load(&site).await;
    let (wren, rook) = (site.member("wren").await, site.member("rook").await);
    let book = work(&site, "Emma").await;
    assert_eq!(shown(&wren, book).await.status, None);
    assert_eq!(
        super::super::panel(&site.visitor(), book).await.unwrap(),
        None
    );

    want(&wren, None, book).await.unwrap();
    want(&wren, None, book).await.unwrap();
    assert_eq!(shown(&wren, book).await.status, Some(ReadingStatus::Want));
    let reading = start(&wren, None, book).await.unwrap();
    assert_eq!(start(&wren, None, book).await.unwrap(), reading);
    let panel = shown(&wren, book).await;
    assert_eq!(
        (panel.status, panel.wanted),
        (Some(ReadingStatus::Reading), false)
    );
    assert_eq!(panel.open, Some(reading));

    // Nobody else's.
    for refused in [
        pause(&rook, None, reading).await,
        go_on(&rook, None, reading).await,
        finish(&rook, None, &finished(reading, "2024", None)).await,
        reopen(&rook, None, reading).await,
        edit_reading(
            &rook,
            None,
            reading,
            &ReadingInput::default(),
            &Version::default(),
        )
        .await,
    ] {
        assert!(matches!(refused, Err(Error::NotFound)), "{refused:?}");
    }
    let removed = remove_reading(&rook, None, reading).await;
    assert!(matches!(removed, Err(Error::NotFound)), "{removed:?}");

    let page = Progress::new(120, Some(300), ProgressUnit::Page).unwrap();
    progress(&wren, None, reading, page).await.unwrap();
    pause(&wren, None, reading).await.unwrap();
    let panel = shown(&wren, book).await;
    assert_eq!(panel.status, Some(ReadingStatus::Paused));
    assert_eq!((panel.progress, panel.pages), (Some(page), Some(300)));
    // Whoever reads on has not put it aside.
    progress(&wren, None, reading, page).await.unwrap();
    assert_eq!(
        shown(&wren, book).await.status,
        Some(ReadingStatus::Reading)
    );

    let today = today(&wren);
    let tomorrow = today.tomorrow().unwrap().to_string();
    assert_eq!(
        field(finish(&wren, None, &finished(reading, &tomorrow, None)).await),
        "ended_on"
    );
    assert_eq!(
        field(finish(&wren, None, &finished(reading, "1999", None)).await),
        "ended_on"
    );
    let end = finished(reading, &today.to_string(), Some(stars(17)));
    finish(&wren, None, &end).await.unwrap();
    let twice = finish(&wren, None, &end).await;
    assert!(matches!(twice, Err(Error::Conflict(_))), "{twice:?}");
    let late = progress(&wren, None, reading, page).await;
    assert!(matches!(late, Err(Error::Conflict(_))), "{late:?}");
    let panel = shown(&wren, book).await;
    assert_eq!(
        (panel.status, panel.times_read),
        (Some(ReadingStatus::Read), 1)
    );
    assert_eq!(panel.rating, stars(17));

    // Once more, and it is still among what was read; wanted on top of that.
    let again = start(&wren, None, book).await.unwrap();
    want(&wren, None, book).await.unwrap();
    let panel = shown(&wren, book).await;
    assert_eq!(
        (panel.status, panel.times_read),
        (Some(ReadingStatus::Reading), 1)
    );
    let counts = library(&wren, &LibraryQuery::default())
        .await
        .unwrap()
        .counts;
    assert_eq!(
        (
            counts.all,
            counts.want,
            counts.reading,
            counts.read,
            counts.rated
        ),
        (1, 1, 1, 1, 1)
    );
    let reopened = reopen(&wren, None, reading).await;
    assert!(matches!(reopened, Err(Error::Conflict(_))), "{reopened:?}");
    let stop = Finish {
        ending: Ending::Stopped,
        ..finished(again, &today.to_string(), None)
    };
    finish(&wren, None, &stop).await.unwrap();
    let panel = shown(&wren, book).await;
    assert_eq!(
        (panel.status, panel.times_read),
        (Some(ReadingStatus::Stopped), 1)
    );
    assert_eq!(
        panel.rating,
        stars(17),
        "kept by whoever says nothing of it"
    );
    reopen(&wren, None, again).await.unwrap();
    assert_eq!(shown(&wren, book).await.open, Some(again));
    assert_eq!(violations(&site).await, Vec::<String>::new());
}

#[tokio::test]
async fn readings_are_written_down_later_corrected_and_removed() {
    let site = TestSite::new().await;
    load(&site).await;
    let wren = site.member("wren").await;
    let book = work(&site, "Emma").await;
    let day = |text: &str| Some(RoughDay::parse(text).unwrap());
    let input = ReadingInput {
        started: day("2019-05-07"),
        ending: Some(Ending::Finished),
        ended: day("2019"),
    };
    let id = add_reading(&wren, None, book, &input, None).await.unwrap();
    let backwards = ReadingInput {
        ended: day("2018"),
        ..input
    };
    assert_eq!(
        field(add_reading(&wren, None, book, &backwards, None).await),
        "ended_on"
    );
    let early = ReadingInput {
        started: day("2100"),
        ..input
    };
    assert_eq!(
        field(add_reading(&wren, None, book, &early, None).await),
        "started_on"
    );
    let open = ReadingInput {
        ending: None,
        ..input
    };
    assert_eq!(
        field(add_reading(&wren, None, book, &open, None).await),
        "ending"
    );
    let nowhere = add_reading(&wren, None, WorkId(i64::MAX), &input, None).await;
    assert!(matches!(nowhere, Err(Error::NotFound)), "{nowhere:?}");

    // Two windows: the second has not seen what the first saved.
    let seen = input.version().unwrap();
    let stopped = ReadingInput {
        ending: Some(Ending::Stopped),
        ..input
    };
    edit_reading(&wren, None, id, &stopped, &seen)
        .await
        .unwrap();
    assert_eq!(shown(&wren, book).await.times_read, 0);
    let late = edit_reading(&wren, None, id, &backwards, &seen).await;
    assert_eq!(field(late), "ended_on");
    let other = ReadingInput {
        started: None,
        ..input
    };
    let late = edit_reading(&wren, None, id, &other, &seen).await;
    assert!(matches!(late, Err(Error::Conflict(_))), "{late:?}");

    // Only one goes on.
    let reading = start(&wren, None, book).await.unwrap();
    let going = ReadingInput {
        ending: None,
        ended: None,
        ..input
    };
    let now = stopped.version().unwrap();
    assert_eq!(
        field(edit_reading(&wren, None, id, &going, &now).await),
        "ending"
    );
    let gone = remove_reading(&wren, None, reading).await.unwrap();
    assert_eq!(gone.work, book);
    let removed = remove_reading(&wren, None, id).await.unwrap();
    assert_eq!(shown(&wren, book).await.status, None);
    add_reading(&wren, None, removed.work, &removed.input, removed.edition)
        .await
        .unwrap();
    assert_eq!(
        shown(&wren, book).await.status,
        Some(ReadingStatus::Stopped)
    );
    assert_eq!(violations(&site).await, Vec::<String>::new());
}

#[tokio::test]
async fn a_note_is_not_written_over_by_an_old_page() {
    let site = TestSite::new().await;
    load(&site).await;
    let wren = site.member("wren").await;
    let work = work(&site, "Emma").await;
    let form = |note: &str, version: Version| EntryForm {
        note: said(note),
        visibility: Some(Visibility::Private),
        version,
    };
    let empty = EntryForm::version_of("", None).unwrap();
    save_entry(&wren, None, work, &form("One", empty.clone()))
        .await
        .unwrap();
    save_entry(&wren, None, work, &form("One", empty.clone()))
        .await
        .unwrap();
    let late = save_entry(&wren, None, work, &form("Two", empty)).await;
    assert!(matches!(late, Err(Error::Conflict(_))), "{late:?}");
    assert_eq!(book(&wren, work).await.unwrap().note, "One");
}

#[tokio::test]
async fn the_list_is_filtered_searched_and_sorted() {
    let site = TestSite::new().await;
    load(&site).await;
    let wren = site.member("wren").await;
    let titles = ["Emma", "Middlemarch", "Persuasion"];
    for (n, title) in (0_i16..).zip(titles) {
        let book = work(&site, title).await;
        let record = Record {
            readings: vec![ended(Ending::Finished, &format!("20{}", 20 - n))],
            rating: stars(4 * (n + 1)),
            ..Record::default()
        };
        take(&wren, book, &record).await;
        site.advance(SignedDuration::from_mins(1));
    }
    let listed = async |tab, sort, text: &str| -> Vec<String> {
        let query = LibraryQuery {
            tab,
            sort,
            text: text.into(),
            page: 1,
        };
        let library = library(&wren, &query).await.unwrap();
        assert_eq!(usize::try_from(library.found).unwrap(), library.rows.len());
        library.rows.into_iter().map(|row| row.title).collect()
    };
    assert_eq!(
        listed(Tab::All, ListSort::Changed, "").await,
        ["Persuasion", "Middlemarch", "Emma"]
    );
    assert_eq!(listed(Tab::Read, ListSort::Title, "").await, titles);
    assert_eq!(
        listed(Tab::Rated, ListSort::Rating, "").await,
        ["Persuasion", "Middlemarch", "Emma"]
    );
    assert_eq!(listed(Tab::All, ListSort::Read, "").await, titles);
    assert_eq!(
        listed(Tab::All, ListSort::Author, "austen").await,
        ["Emma", "Persuasion"]
    );
    assert_eq!(
        listed(Tab::All, ListSort::Changed, "middle").await,
        ["Middlemarch"]
    );
    for tab in [
        Tab::Want,
        Tab::Reading,
        Tab::Paused,
        Tab::Stopped,
        Tab::Owned,
    ] {
        for sort in ListSort::ALL {
            assert_eq!(listed(tab, sort, "").await, Vec::<String>::new());
            assert_eq!(listed(tab, sort, "emma").await, Vec::<String>::new());
        }
    }
    let far = LibraryQuery {
        page: 9,
        ..LibraryQuery::default()
    };
    let library = library(&wren, &far).await.unwrap();
    assert_eq!((library.page, library.rows.len()), (1, 3));
}

#[tokio::test]
async fn a_year_is_counted() {
    let site = TestSite::new().await;
    load(&site).await;
    let wren = site.member("wren").await;
    let now = today(&wren).year();
    let emma = work(&site, "Emma").await;
    let record = Record {
        readings: vec![
            ended(Ending::Finished, "2019"),
            ended(Ending::Finished, "2024-03-09"),
            ended(Ending::Finished, "2024"),
            ended(Ending::Stopped, "2024-05"),
        ],
        rating: stars(17),
        ..Record::default()
    };
    take(&wren, emma, &record).await;
    let year = year(&wren, 2024).await.unwrap();
    assert_eq!(
        (
            year.books.len(),
            year.authors,
            year.months[2],
            year.no_month
        ),
        (2, 1, 1, 1)
    );
    assert!(year.books.iter().all(|book| book.again));
    assert_eq!((year.best().len(), year.given, year.got), (1, 0, 0));
    assert_eq!(year.years, [now, 2024, 2019]);
    assert_eq!(set_goal(&wren, None, 2024, Some(12)).await.unwrap(), None);
    assert_eq!(
        set_goal(&wren, None, 2024, Some(30)).await.unwrap(),
        Some(12)
    );
    assert_eq!(
        super::super::year(&wren, 2024).await.unwrap().goal,
        Some(30)
    );
    assert_eq!(set_goal(&wren, None, 2024, None).await.unwrap(), Some(30));
    for nowhere in [1899, 2201] {
        let year = super::super::year(&wren, nowhere).await;
        assert!(matches!(year, Err(Error::NotFound)), "{nowhere}");
    }
}
