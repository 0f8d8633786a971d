//! Two books that turn out to be one.

use super::super::*;
use super::*;

/// Merges the second into the first, as the desk does: the library's part of it.
async fn merge(site: &TestSite, keep: WorkId, drop: WorkId) {
    let mut tx = site.visitor().begin().await.unwrap();
    merging::lock_of_works(&mut tx, &[keep.0, drop.0])
        .await
        .unwrap();
    merging::unite(&mut tx, drop, keep).await.unwrap();
    tx.commit().await.unwrap();
}

async fn undo(site: &TestSite, keep: WorkId, drop: WorkId) {
    let mut tx = site.visitor().begin().await.unwrap();
    merging::divide(&mut tx, keep, drop).await.unwrap();
    tx.commit().await.unwrap();
}

/// All that is there, but for versions and moments of changes.
async fn everything(site: &TestSite) -> Vec<String> {
    sqlx::query_scalar(
        "select (to_jsonb(b) - 'version' - 'updated_at')::text from reader_books b
         union all select (to_jsonb(r) - 'updated_at')::text from readings r
         union all select (to_jsonb(w))::text from work_ratings w where n > 0 order by 1",
    )
    .fetch_all(&site.services.db)
    .await
    .unwrap()
}

#[tokio::test]
async fn a_merge_unites_what_readers_have_and_undo_divides_it() {
    let site = TestSite::new().await;
    load(&site).await;
    let (wren, rook, finch) = (
        site.member("wren").await,
        site.member("rook").await,
        site.member("finch").await,
    );
    let (keep, drop) = (work(&site, "Emma").await, work(&site, "Persuasion").await);
    // wren has both, with two readings that go on; rook has the dropped one, finch the kept one.
    let both = |rating, note: &str, day| Record {
        readings: vec![ended(Ending::Finished, day), NewReading::default()],
        rating: stars(rating),
        note: said(note),
        ..Record::default()
    };
    take(&wren, keep, &both(8, "Kept", "2019")).await;
    site.advance(jiff::SignedDuration::from_hours(1));
    take(&wren, drop, &both(17, "Dropped", "2021")).await;
    take(&rook, drop, &both(4, "", "2022")).await;
    take(&finch, keep, &both(20, "", "2023")).await;
    let before = everything(&site).await;

    merge(&site, keep, drop).await;
    let united = entry(&wren, keep).await;
    assert_eq!((united.rating, united.times_read), (stars(17), 2));
    assert_eq!(united.private_note, "Kept\n\nDropped");
    let readings = book(&wren, keep).await.unwrap().readings;
    let open: Vec<_> = readings
        .iter()
        .filter(|reading| reading.input.ending.is_none())
        .collect();
    assert_eq!((readings.len(), open.len()), (3, 1));
    assert_eq!(entry(&rook, keep).await.rating, stars(4));
    assert_eq!(
        sums(&site, keep).await.map(|sums| (sums.0, sums.1)),
        Some((3, 41))
    );
    assert_eq!(sums(&site, drop).await.map(|sums| sums.0), Some(0));
    assert_eq!(violations(&site).await, Vec::<String>::new());

    undo(&site, keep, drop).await;
    assert_eq!(everything(&site).await, before);
    assert_eq!(violations(&site).await, Vec::<String>::new());
}

#[tokio::test]
async fn what_changed_after_a_merge_outlives_its_undo() {
    let site = TestSite::new().await;
    load(&site).await;
    let (wren, rook, finch) = (
        site.member("wren").await,
        site.member("rook").await,
        site.member("finch").await,
    );
    let (keep, drop) = (work(&site, "Emma").await, work(&site, "Persuasion").await);
    let rated = |rating, day| Record {
        readings: vec![ended(Ending::Finished, day)],
        rating: stars(rating),
        ..Record::default()
    };
    take(&wren, keep, &rated(8, "2019")).await;
    take(&wren, drop, &rated(9, "2020")).await;
    take(&rook, drop, &rated(4, "2021")).await;
    take(&finch, drop, &rated(5, "2021")).await;
    merge(&site, keep, drop).await;
    site.advance(jiff::SignedDuration::from_hours(1));
    // wren rates it anew, rook reads it once more and rates it, finch leaves.
    rate(&wren, None, keep, stars(20)).await.unwrap();
    rate(&rook, None, keep, stars(12)).await.unwrap();
    let again = start(&rook, None, keep).await.unwrap();
    let mut tx = finch.begin().await.unwrap();
    erase(&mut tx, finch.actor.as_ref().unwrap().id)
        .await
        .unwrap();
    tx.commit().await.unwrap();

    undo(&site, keep, drop).await;
    assert_eq!(entry(&wren, keep).await.rating, stars(20));
    assert_eq!(entry(&wren, drop).await.rating, stars(9));
    assert_eq!(entry(&rook, drop).await.rating, stars(12));
    let rook_keeps = panel(&rook, keep).await.unwrap().unwrap();
    assert_eq!((rook_keeps.open, rook_keeps.rating), (Some(again), None));
    let finch_has: i64 = sqlx::query_scalar(
        "select count(*) from reader_books b join users u on u.id = b.user_id where u.handle = 'finch'",
    )
    .fetch_one(&site.services.db)
    .await
    .unwrap();
    assert_eq!(finch_has, 0);
    assert_eq!(violations(&site).await, Vec::<String>::new());
}
