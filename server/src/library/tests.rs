//! On the demo catalogue, in a real database.

mod marking;
mod merges;
mod races;
mod seen;

use dogear_domain::ids::WorkId;
use dogear_domain::library::{Ending, Rating, ReadingStatus, RoughDay};

use super::repo::entries;
use super::{NewReading, Record, Recorded, Written, record};
use crate::search::tests::library::{load, work};
use crate::testing::{TestSite, said};
use crate::{Cx, Error};

fn stars(quarters: i16) -> Option<Rating> {
    Rating::from_quarters(quarters)
}

fn ended(ending: Ending, day: &str) -> NewReading {
    NewReading {
        ended: Some(RoughDay::parse(day).unwrap()),
        ending: Some(ending),
        ..NewReading::default()
    }
}

/// Records it in a transaction of its own.
async fn take(cx: &Cx, work: WorkId, what: &Record) -> Recorded {
    let reader = cx.actor.as_ref().unwrap().id;
    let mut tx = cx.begin().await.unwrap();
    let done = record(&mut tx, reader, work, what, cx.now()).await.unwrap();
    tx.commit().await.unwrap();
    done
}

/// What the book is to the reader now.
async fn entry(cx: &Cx, work: WorkId) -> entries::Entry {
    let reader = cx.actor.as_ref().unwrap().id;
    let mut tx = cx.begin().await.unwrap();
    entries::hold(&mut tx, reader, work, cx.now())
        .await
        .unwrap()
}

/// What does not fit together.
async fn violations(site: &TestSite) -> Vec<String> {
    let mut found = Vec::new();
    for (name, query) in super::INVARIANTS {
        let rows: Vec<String> = sqlx::query_scalar(*query)
            .fetch_all(&site.services.db)
            .await
            .unwrap();
        found.extend(rows.into_iter().map(|row| format!("{name}: {row}")));
    }
    found
}

/// Number and sum of the ratings of a book, and its buckets.
async fn sums(site: &TestSite, work: WorkId) -> Option<(i32, i32, Vec<i32>)> {
    sqlx::query_as("select n, sum, buckets from work_ratings where work_id = $1")
        .bind(work)
        .fetch_optional(&site.services.db)
        .await
        .unwrap()
}

#[tokio::test]
async fn what_is_recorded_stands_beside_what_is_there() {
    let site = TestSite::new().await;
    load(&site).await;
    let wren = site.member("wren").await;
    let work = work(&site, "Emma").await;
    let file = Record {
        wanted_at: None,
        readings: vec![
            ended(Ending::Finished, "2019"),
            ended(Ending::Stopped, "2024-03"),
        ],
        rating: stars(17),
        note: said("Read on the train."),
        ..Record::default()
    };
    let done = take(&wren, work, &file).await;
    assert_eq!(
        (done.written.readings.len(), done.written.rating),
        (2, stars(17))
    );
    assert_eq!(done.written.note, "Read on the train.");
    let stands = entry(&wren, work).await;
    assert_eq!(stands.status, Some(ReadingStatus::Stopped));
    assert_eq!((stands.times_read, stands.rating), (1, stars(17)));

    let again = take(&wren, work, &file).await;
    assert_eq!((again.written, again.known), (Written::default(), 2));
    assert!(again.rated_otherwise.is_none());

    let other = Record {
        readings: vec![NewReading::default(), NewReading::default()],
        rating: stars(4),
        note: said("And on the ship."),
        ..Record::default()
    };
    let done = take(&wren, work, &other).await;
    assert_eq!((done.written.readings.len(), done.second_open), (1, true));
    assert_eq!(done.rated_otherwise, stars(17));
    let stands = entry(&wren, work).await;
    assert_eq!(stands.status, Some(ReadingStatus::Reading));
    assert_eq!(stands.rating, stars(17));
    assert_eq!(
        stands.private_note,
        "Read on the train.\n\nAnd on the ship."
    );
    let (n, sum, buckets) = sums(&site, work).await.unwrap();
    assert_eq!((n, sum, buckets[16], buckets.len()), (1, 17, 1, 20));

    let nowhere = record(
        &mut wren.begin().await.unwrap(),
        wren.actor.as_ref().unwrap().id,
        WorkId(i64::MAX),
        &other,
        wren.now(),
    )
    .await;
    assert!(matches!(nowhere, Err(Error::NotFound)), "{nowhere:?}");
}
