//! Our own export, read back.

use dogear_domain::money::{Currency, Money};
use dogear_domain::offers::{Offers, Price};
use futures::TryStreamExt;

use super::*;
use crate::copies::{Change, ExportForm, change, export};

async fn exported(cx: &Cx, form: ExportForm) -> Vec<u8> {
    let parts: Vec<Vec<u8>> = export(cx, form).await.unwrap().try_collect().await.unwrap();
    parts.concat()
}

/// A shelf with everything that an export can say.
async fn shelf(cx: &Cx) {
    let grades = [
        "as-new",
        "fine",
        "very-good",
        "good",
        "fair",
        "reading-copy",
    ];
    for (n, grade) in grades.into_iter().enumerate() {
        let book = Book::New(Box::new(EditionInput {
            title: ["=1+1", "'=x", "  Ö, \"quoted\"", "Dune", "Dune", "Пикник"][n].into(),
            authors: [
                "A. One; Б. Два",
                "@handle",
                "Ann O’Nym",
                "Frank Herbert",
                "Frank Herbert",
                "Стругацкий",
            ][n]
                .into(),
            isbn: ["", "", "", "9780441172719", "", ""][n].into(),
            publisher: ["", "Ace", "", "Ace", "", ""][n].into(),
            year: ["", "1991", "", "1990", "1965", ""][n].into(),
            format: ["", "audio", "hardback", "mass-market", "hardback", "other"][n].into(),
            language: ["", "pl", "de", "en", "", "ru"][n].into(),
            ..EditionInput::default()
        }));
        let input = CopyInput {
            grade: grade.into(),
            defects: if n > 2 {
                vec!["smoke".into(), "ex-library".into()]
            } else {
                vec![]
            },
            note: ["", "-2+3", "two\nlines; and\ta tab", "\"", "'", "=cmd"][n].into(),
            place: ["Attic", "-1", "", "", "Box 3; left", ""][n].into(),
            listed: n % 2 == 0,
            ..CopyInput::default()
        };
        let added = create(cx, None, &book, &input).await.unwrap();
        // A second copy of one, and one in the archive and one in the trash.
        if n == 3 {
            let again = CopyInput {
                second: true,
                note: "the other one".into(),
                ..input
            };
            let edition = sqlx::query_scalar("select edition_id from copies where id = $1")
                .bind(added.copy)
                .fetch_one(cx.db())
                .await
                .unwrap();
            create(cx, None, &Book::Known(edition), &again)
                .await
                .unwrap();
        }
        // For sale: at once, or when its owner is asked.
        if matches!(n, 0 | 4) {
            let offer = Change::Offer(Offers {
                sale: Some(Price {
                    amount: Money {
                        minor: 650,
                        currency: Currency::Gbp,
                    },
                    postage: (n == 0).then_some(150),
                    at_once: n == 0,
                }),
                ..Offers::NONE
            });
            change(cx, None, &[added.copy], offer).await.unwrap();
        }
        match n {
            1 => drop(
                change(cx, None, &[added.copy], Change::Archive)
                    .await
                    .unwrap(),
            ),
            5 => drop(
                change(cx, None, &[added.copy], Change::Delete)
                    .await
                    .unwrap(),
            ),
            _ => {}
        }
    }
    // Listed a while ago.
    sqlx::query("update copies set listed_at = '2026-03-01T12:34:56.789Z' where grade = 6")
        .execute(cx.db())
        .await
        .unwrap();
}

#[tokio::test]
async fn a_shelf_comes_back_without_loss_on_another_site_and_on_this_one() {
    let site = TestSite::new().await;
    let elsewhere = TestSite::new().await;
    let ann = site.member("ann").await;
    shelf(&ann).await;
    let csv = exported(&ann, ExportForm::Csv).await;
    let json = exported(&ann, ExportForm::Json).await;
    for (name, file) in [("csv", &csv), ("json", &json)] {
        for (place, handle) in [
            (&elsewhere, format!("{name}_away")),
            (&site, format!("{name}_here")),
        ] {
            let reader = place.member(&handle).await;
            let import = uploaded(place, &reader, file.clone()).await;
            let mut plan = plan(&reader, import).await;
            assert_eq!(plan.offer, "file");
            assert!(
                !plan.shelves.contains(&"deleted".to_owned()),
                "the trash is not brought back unasked"
            );
            plan.shelves.push("deleted".into());
            start(&reader, None, import, &plan).await.unwrap();
            place.run_jobs().await;
            let rows = outcomes(&reader, import).await;
            assert!(
                rows.iter()
                    .all(|(_, outcome, _)| *outcome == Outcome::Added),
                "{handle}: {rows:?}"
            );
            let form = if name == "csv" {
                ExportForm::Csv
            } else {
                ExportForm::Json
            };
            let again = exported(&reader, form).await;
            assert_eq!(
                sorted(&String::from_utf8_lossy(&again)),
                sorted(&String::from_utf8_lossy(file)),
                "{handle}"
            );
        }
    }
    // To the shelf that has it all, nothing is added.
    let before = copies_of(&ann).await;
    let import = uploaded(&site, &ann, csv).await;
    let numbers = page(&ann, import).await.unwrap();
    assert_eq!((numbers.of(Outcome::Duplicate), numbers.rows()), (6, 7));
    let refused = start(&ann, None, import, &plan(&ann, import).await).await;
    assert!(matches!(refused, Err(Error::Invalid(_))));
    assert_eq!(copies_of(&ann).await, before);
}

/// The lines of a file in an order of their own: copies are added in groups.
fn sorted(file: &str) -> Vec<&str> {
    let mut lines: Vec<&str> = file
        .lines()
        .map(|line| line.trim_end_matches(','))
        .collect();
    lines.sort_unstable();
    lines
}
