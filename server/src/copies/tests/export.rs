use dogear_domain::spreadsheet::restore;
use futures::TryStreamExt;

use super::*;

async fn file(cx: &Cx, form: ExportForm) -> String {
    let parts: Vec<Vec<u8>> = export(cx, form).await.unwrap().try_collect().await.unwrap();
    String::from_utf8(parts.concat()).unwrap()
}

/// Read back as an importer does it: the mark skipped, cells as they were before.
fn table(file: &str) -> Vec<Vec<String>> {
    let file = file.strip_prefix('\u{feff}').expect("the mark of UTF-8");
    csv::ReaderBuilder::new()
        .has_headers(false)
        .from_reader(file.as_bytes())
        .records()
        .map(|row| {
            row.unwrap()
                .iter()
                .map(|cell| restore(cell).to_owned())
                .collect()
        })
        .collect()
}

async fn own(cx: &Cx, title: &str, authors: &str, note: &str) -> CopyId {
    let book = Book::New(Box::new(EditionInput {
        title: title.into(),
        authors: authors.into(),
        ..EditionInput::default()
    }));
    let input = CopyInput {
        note: note.into(),
        ..good()
    };
    create(cx, None, &book, &input).await.unwrap().copy
}

#[tokio::test]
async fn every_copy_of_mine_and_none_of_others_is_written_with_all_that_is_known() {
    let site = TestSite::new().await;
    let (ann, ben) = (site.member("ann").await, site.member("ben").await);
    let book = Book::New(Box::new(EditionInput {
        title: "Good Omens".into(),
        authors: "Terry Pratchett; Neil Gaiman".into(),
        isbn: "9780552137034".into(),
        publisher: "Corgi".into(),
        year: "1991".into(),
        format: "paperback".into(),
        language: "en".into(),
        ..EditionInput::default()
    }));
    let input = CopyInput {
        defects: vec!["smoke".into(), "ex-library".into()],
        note: "Read twice".into(),
        place: "Top shelf".into(),
        ..good()
    };
    create(&ann, None, &book, &input).await.unwrap();
    create(
        &ben,
        None,
        &book,
        &CopyInput {
            note: "Ben’s own".into(),
            ..good()
        },
    )
    .await
    .unwrap();
    let others = add(&ben, "Romola").await;
    let archived = add(&ann, "Silas Marner").await;
    change(&ann, None, &[archived], Change::Archive)
        .await
        .unwrap();
    let trashed = add(&ann, "Adam Bede").await;
    change(&ann, None, &[trashed], Change::Delete)
        .await
        .unwrap();
    // What was mine and is somebody else's now.
    let given = add(&ann, "Felix Holt").await;
    sqlx::query("update copies set owner_id = $2 where id = $1")
        .bind(given)
        .bind(ben.reader().unwrap().id)
        .execute(ann.db())
        .await
        .unwrap();

    let rows = table(&file(&ann, ExportForm::Csv).await);
    assert_eq!(rows[0].len(), 19);
    let today = ann.now().strftime("%Y-%m-%d").to_string();
    assert_eq!(
        rows[1],
        [
            "Good Omens",
            "Terry Pratchett; Neil Gaiman",
            "9780552137034",
            "paperback",
            "Corgi",
            "1991",
            "en",
            "good",
            "ex-library; smoke",
            "Read twice",
            "Top shelf",
            "listed",
            &today,
            "trade",
            "",
            "",
            "",
            "",
            "",
        ]
    );
    let column = |name: &str| {
        let at = rows[0].iter().position(|header| header == name).unwrap();
        rows[1..].iter().map(move |row| row[at].as_str())
    };
    let titles: Vec<&str> = column("title").collect();
    assert_eq!(titles, ["Good Omens", "Silas Marner", "Adam Bede"]);
    let states: Vec<&str> = column("state").collect();
    assert_eq!(states, ["listed", "archived", "deleted"]);
    assert_eq!(column("listed").nth(1), Some(""));

    let json: serde_json::Value =
        serde_json::from_str(&file(&ann, ExportForm::Json).await).unwrap();
    let copies = json["copies"].as_array().unwrap();
    assert_eq!(copies.len(), 3);
    assert_eq!(copies[0]["authors"][1], "Neil Gaiman");
    assert_eq!(copies[0]["grade"], "good");
    assert!(copies[1]["listed"].is_null() && copies[1]["isbn13"].is_null());
    let moved = file(&ben, ExportForm::Csv).await;
    assert!(moved.contains("Romola") && moved.contains("Felix Holt") && others.0 > 0);
    assert!(!moved.contains("Read twice") && !moved.contains("Silas Marner"));
    let visitor = export(&site.visitor(), ExportForm::Csv).await;
    assert!(matches!(visitor.err(), Some(Error::SignInRequired)));
}

#[tokio::test]
async fn formulas_quotes_line_ends_and_all_scripts_come_back_as_they_were() {
    let site = TestSite::new().await;
    let ann = site.member("ann").await;
    let books = [
        (
            "=HYPERLINK(\"http://evil.example\",\"x\")",
            "@Author",
            "+1\n-1, \"quoted\"; 'single'",
        ),
        ("-1; DROP", "+Plus", "=cmd|' /C calc'!A0"),
        ("'=Not ours", "O’Brien", "line one\n\nline three\ttab"),
        ("Преступление и наказание", "Фёдор Достоевский", "мой"),
        ("ألف ليلة وليلة", "مجهول", "طبعة"),
        ("雪国", "川端 康成", "초판 🂡"),
    ];
    for (title, author, note) in books {
        own(&ann, title, author, note).await;
    }
    let file_of_cells = file(&ann, ExportForm::Csv).await;
    let raw: Vec<csv::StringRecord> = csv::Reader::from_reader(file_of_cells.as_bytes())
        .records()
        .map(Result::unwrap)
        .collect();
    for cell in raw.iter().flatten() {
        assert!(
            !cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']),
            "{cell}"
        );
    }
    assert_eq!(file_of_cells.matches("\r\n").count(), books.len() + 1);
    let json: serde_json::Value =
        serde_json::from_str(&file(&ann, ExportForm::Json).await).unwrap();
    let rows = table(&file_of_cells);
    for (number, (title, author, note)) in books.into_iter().enumerate() {
        let row = &rows[number + 1];
        assert_eq!([&row[0], &row[1], &row[9]], [title, author, note]);
        let copy = &json["copies"][number];
        assert_eq!(
            (&copy["title"], &copy["note"]),
            (&title.into(), &note.into())
        );
    }
}

#[tokio::test]
async fn an_empty_shelf_and_one_of_five_thousand_are_written_in_parts() {
    let site = TestSite::new().await;
    let ann = site.member("ann").await;
    assert_eq!(table(&file(&ann, ExportForm::Csv).await).len(), 1);
    let empty: serde_json::Value =
        serde_json::from_str(&file(&ann, ExportForm::Json).await).unwrap();
    assert_eq!(empty["copies"].as_array().map(Vec::len), Some(0));
    own(&ann, "Romola", "George Eliot", "").await;
    sqlx::query(
        "insert into copies (edition_id, work_id, owner_id, grade, state)
         select edition_id, work_id, owner_id, 3, 'owned' from copies, generate_series(1, 4999)",
    )
    .execute(ann.db())
    .await
    .unwrap();
    for form in [ExportForm::Csv, ExportForm::Json] {
        let parts: Vec<Vec<u8>> = export(&ann, form)
            .await
            .unwrap()
            .try_collect()
            .await
            .unwrap();
        let largest = parts.iter().map(Vec::len).max().unwrap_or_default();
        // Ten full ones, and one that says that this is all.
        assert_eq!(parts.len(), 11);
        assert!(largest < 300 * 500, "{largest} bytes at once");
    }
    assert_eq!(table(&file(&ann, ExportForm::Csv).await).len(), 5001);
    let json: serde_json::Value =
        serde_json::from_str(&file(&ann, ExportForm::Json).await).unwrap();
    assert_eq!(json["copies"].as_array().map(Vec::len), Some(5000));
}
