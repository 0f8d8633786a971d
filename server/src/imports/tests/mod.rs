mod doubts;
mod files;
mod jobs;
mod own;
mod reading;
mod rows;
mod size;

use std::fmt::Write as _;

use dogear_domain::ids::ImportId;
use dogear_domain::imports::{ImportState, Outcome};

use super::*;
use crate::Error;
use crate::catalogue::EditionInput;
use crate::copies::{Added, Book, CopyInput, create};
use crate::testing::{TestSite, copies_of, said};

/// Enters a book, with a copy of it, as the form of a new book does.
async fn enter(cx: &Cx, title: &str, authors: &str, isbn: &str) -> Added {
    let book = Book::New(Box::new(EditionInput {
        title: title.into(),
        authors: authors.into(),
        isbn: isbn.into(),
        ..EditionInput::default()
    }));
    let input = CopyInput {
        grade: "good".into(),
        ..CopyInput::default()
    };
    create(cx, None, &book, &input).await.unwrap()
}

/// Uploads a file and has its books looked up.
async fn uploaded(site: &TestSite, cx: &Cx, file: impl Into<Vec<u8>>) -> ImportId {
    let import = upload(cx, None, &said("books.csv"), file.into())
        .await
        .unwrap();
    site.run_jobs().await;
    import
}

/// Everything that the page has chosen by itself.
async fn plan(cx: &Cx, import: ImportId) -> Plan {
    let page = page(cx, import).await.unwrap();
    Plan {
        shelves: page
            .shelves
            .iter()
            .filter(|shelf| shelf.chosen)
            .map(|shelf| shelf.name.clone())
            .collect(),
        grade: page.grade.as_str().into(),
        offer: page.offer.as_str().into(),
        seconds: page.seconds,
        reading: page.reading,
        reviews: page.reviews,
    }
}

/// Starts it with what is chosen, and has it done.
async fn started(site: &TestSite, cx: &Cx, import: ImportId) {
    start(cx, None, import, &plan(cx, import).await)
        .await
        .unwrap();
    site.run_jobs().await;
}

/// Title, outcome and reason of each row.
async fn outcomes(cx: &Cx, import: ImportId) -> Vec<(String, Outcome, String)> {
    rows(cx, import, None, 1)
        .await
        .unwrap()
        .lines
        .into_iter()
        .map(|row| (row.title, row.outcome, row.reason))
        .collect()
}

async fn state(cx: &Cx, import: ImportId) -> ImportState {
    page(cx, import).await.unwrap().state
}

/// A table of so many books, each with a number of its own.
fn numbered(rows: u32) -> String {
    let mut file = "Title,Author,ISBN\n".to_owned();
    for n in 0..rows {
        let digits = format!("978{:09}", n * 13);
        let sum: u32 = digits
            .bytes()
            .enumerate()
            .map(|(place, digit)| u32::from(digit - b'0') * if place % 2 == 0 { 1 } else { 3 })
            .sum();
        let check = (10 - sum % 10) % 10;
        let _ = writeln!(file, "Tale {n},Writer {},{digits}{check}", n % 400);
    }
    file
}
