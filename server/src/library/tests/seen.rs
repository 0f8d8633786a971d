//! What others see, what is in the file, and what is left of a member who is suspended or leaves.

use dogear_domain::accounts::AccountStatus;
use dogear_domain::library::Visibility;
use futures::TryStreamExt as _;

use super::super::*;
use super::*;

async fn titles(cx: &Cx, handle: &str) -> Option<Vec<String>> {
    match public(cx, handle, 1).await.unwrap() {
        PublicReading::Open { books, .. } => {
            Some(books.into_iter().map(|book| book.title).collect())
        }
        _ => None,
    }
}

async fn rated(cx: &Cx, work: WorkId, quarters: i16) {
    rate(cx, None, work, stars(quarters)).await.unwrap();
}

/// Changes the standing as the desk does.
async fn stand(site: &TestSite, cx: &Cx, status: AccountStatus) {
    let mut tx = site.visitor().begin().await.unwrap();
    let reader = cx.actor.as_ref().unwrap().id;
    sqlx::query("update users set status = $2 where id = $1")
        .bind(reader)
        .bind(status.as_str())
        .execute(&mut *tx)
        .await
        .unwrap();
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn nobody_sees_what_a_reader_keeps_to_themselves() {
    let site = TestSite::new().await;
    load(&site).await;
    let (wren, rook) = (site.member("wren").await, site.member("rook").await);
    let (emma, other) = (work(&site, "Emma").await, work(&site, "Middlemarch").await);
    rated(&wren, emma, 16).await;
    rated(&wren, other, 8).await;
    let visibility = async |work, visibility| {
        let note = book(&wren, work).await.unwrap();
        let form = EntryForm {
            note: said("Nobody reads this."),
            visibility,
            version: EntryForm::version_of(&note.note, note.visibility).unwrap(),
        };
        save_entry(&wren, None, work, &form).await.unwrap();
    };
    let none: &[&str] = &[];
    assert_eq!(titles(&rook, "wren").await.unwrap(), none);
    visibility(emma, Some(Visibility::Public)).await;
    assert_eq!(titles(&rook, "wren").await.unwrap(), ["Emma"]);
    set_public(&wren, true).await.unwrap();
    assert_eq!(titles(&site.visitor(), "wren").await.unwrap().len(), 2);
    visibility(other, Some(Visibility::Private)).await;
    assert_eq!(titles(&rook, "wren").await.unwrap(), ["Emma"]);
    visibility(emma, None).await;
    set_public(&wren, false).await.unwrap();
    assert_eq!(titles(&rook, "wren").await.unwrap(), none);
    assert!(!is_public(&wren).await.unwrap());

    crate::accounts::block(&wren, "rook").await.unwrap();
    assert_eq!(titles(&rook, "wren").await, None);
    stand(&site, &wren, AccountStatus::Suspended).await;
    assert_eq!(titles(&site.visitor(), "wren").await, None);
    let nobody = public(&rook, "nobody", 1).await;
    assert!(matches!(nobody, Err(Error::NotFound)), "{nobody:?}");
}

#[tokio::test]
async fn ratings_of_the_suspended_and_of_the_gone_do_not_count() {
    let site = TestSite::new().await;
    load(&site).await;
    let (wren, rook) = (site.member("wren").await, site.member("rook").await);
    let (emma, other) = (work(&site, "Emma").await, work(&site, "Middlemarch").await);
    for reader in [&wren, &rook] {
        rated(reader, emma, 20).await;
    }
    rated(&wren, other, 1).await;
    assert_eq!(
        sums(&site, emma).await.map(|sums| (sums.0, sums.1)),
        Some((2, 40))
    );

    stand(&site, &wren, AccountStatus::Suspended).await;
    assert_eq!(
        sums(&site, emma).await.map(|sums| (sums.0, sums.1)),
        Some((1, 20))
    );
    assert_eq!(
        sums(&site, other).await.map(|sums| (sums.0, sums.1)),
        Some((0, 0))
    );
    assert_eq!(violations(&site).await, Vec::<String>::new());
    // Changed meanwhile: it counts with what it is when they come back.
    rated(&wren, other, 3).await;
    stand(&site, &wren, AccountStatus::Active).await;
    let (n, sum, buckets) = sums(&site, other).await.unwrap();
    assert_eq!((n, sum, buckets[2], buckets.len()), (1, 3, 1, 20));
    stand(&site, &wren, AccountStatus::Closing).await;
    assert_eq!(sums(&site, emma).await.map(|sums| sums.0), Some(2));
    assert_eq!(violations(&site).await, Vec::<String>::new());

    let mut tx = wren.begin().await.unwrap();
    erase(&mut tx, wren.actor.as_ref().unwrap().id)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    stand(&site, &wren, AccountStatus::Deleted).await;
    assert_eq!(
        sums(&site, emma).await.map(|sums| (sums.0, sums.1)),
        Some((1, 20))
    );
    assert_eq!(violations(&site).await, Vec::<String>::new());

    // What went wrong all the same is found at night.
    sqlx::query("update work_ratings set n = 7, sum = 8 where work_id = $1")
        .bind(emma)
        .execute(&site.services.db)
        .await
        .unwrap();
    assert_eq!(violations(&site).await.len(), 1);
    assert_eq!(super::super::sweeps::recount(&wren).await.unwrap(), 1);
    assert_eq!(super::super::sweeps::recount(&wren).await.unwrap(), 0);
    assert_eq!(violations(&site).await, Vec::<String>::new());
}

#[tokio::test]
async fn the_file_has_a_row_for_each_reading() {
    let site = TestSite::new().await;
    load(&site).await;
    let wren = site.member("wren").await;
    let (emma, other) = (work(&site, "Emma").await, work(&site, "Middlemarch").await);
    let record = Record {
        readings: vec![
            ended(Ending::Finished, "2019-05"),
            ended(Ending::Stopped, "2024-03-09"),
        ],
        rating: stars(17),
        note: said("=SUM(A1)\nTwo lines, “quoted”"),
        ..Record::default()
    };
    take(&wren, emma, &record).await;
    want(&wren, None, other).await.unwrap();
    let parts: Vec<Vec<u8>> = export(&wren).await.unwrap().try_collect().await.unwrap();
    let text = String::from_utf8(parts.concat()).unwrap();
    let mut table = csv::Reader::from_reader(text.trim_start_matches('\u{feff}').as_bytes());
    let names = EXPORT_COLUMNS.map(|(_, name)| name);
    assert_eq!(table.headers().unwrap(), &names[..]);
    let rows: Vec<csv::StringRecord> = table.records().map(|row| row.unwrap()).collect();
    let cell = |row: usize, name: &str| {
        let column = names.iter().position(|column| *column == name).unwrap();
        dogear_domain::spreadsheet::restore(&rows[row][column]).to_owned()
    };
    assert_eq!(rows.len(), 3);
    // In the order of the books' numbers.
    for row in 1..3 {
        assert_eq!(
            (&*cell(row, "title"), &*cell(row, "rating")),
            ("Emma", "4.25")
        );
        assert_eq!(cell(row, "private_note"), **record.note);
        assert_eq!(
            (&*cell(row, "entry"), &*cell(row, "times_read")),
            ("reading", "1")
        );
    }
    assert_eq!(
        (&*cell(1, "ended_on"), &*cell(1, "ending")),
        ("2019-05", "finished")
    );
    assert_eq!(
        (&*cell(2, "ended_on"), &*cell(2, "ending")),
        ("2024-03-09", "stopped")
    );
    assert_eq!((&*cell(0, "entry"), &*cell(0, "status")), ("book", "want"));
    assert!(cell(0, "wanted_since").ends_with('Z'));
}
