//! MARC, ONIX and tables into a real database.

use std::io::Write;

use super::*;
use dogear_catalogue_formats::{Kind, Mapping, Reason};
use dogear_domain::ids::AuthorId;

const MARCXML: &str = r#"<?xml version="1.0" encoding="UTF-8"?><collection xmlns="http://www.loc.gov/MARC21/slim">
<record><leader>00000nam a2200000 a 4500</leader><controlfield tag="008">030915s2003    enk           000 1 eng d</controlfield>
 <datafield tag="020" ind1=" " ind2=" "><subfield code="a">9780141439587</subfield></datafield>
 <datafield tag="100" ind1="1" ind2=" "><subfield code="a">Austen, Jane</subfield></datafield>
 <datafield tag="245" ind1="1" ind2="0"><subfield code="a">Emma, with an introduction /</subfield></datafield>
 <datafield tag="300" ind1=" " ind2=" "><subfield code="a">512 p.</subfield></datafield></record>
<record><leader>broken</record>
<record><leader>00000nam a2200000 a 4500</leader>
 <datafield tag="020" ind1=" " ind2=" "><subfield code="a">9780061054884</subfield></datafield>
 <datafield tag="100" ind1="1" ind2=" "><subfield code="a">Unknown, Zoë</subfield></datafield>
 <datafield tag="245" ind1="1" ind2="0"><subfield code="a">Harbours</subfield></datafield></record>
<record><leader>00000nam a2200000 a 4500</leader>
 <datafield tag="020" ind1=" " ind2=" "><subfield code="a">9780061054885</subfield></datafield>
 <datafield tag="245" ind1="1" ind2="0"><subfield code="a">Wrong number</subfield></datafield></record>
</collection>"#;

fn write(folder: &Path, name: &str, bytes: &[u8]) -> PathBuf {
    let path = folder.join(name);
    std::fs::write(&path, bytes).unwrap();
    path
}

#[tokio::test]
async fn records_of_other_kinds_find_the_books_that_are_there() {
    let site = TestSite::new().await;
    load(&site).await;
    let works = count(&site, "select count(*) from works").await;
    let folder = tempfile::tempdir().unwrap();
    let marc = [write(folder.path(), "a.xml", MARCXML.as_bytes())];
    let mut notes = Notes::default();
    let options = Options::default();
    let done = import(&site.visitor(), &marc, &options, &mut notes)
        .await
        .unwrap();
    assert_eq!(notes.rejects, [2, 4]);
    assert_eq!(
        done.rejected
            .iter()
            .map(|(reason, n)| (*reason, *n))
            .collect::<Vec<_>>(),
        [(Reason::Xml, 1)]
    );
    // A damaged number costs the number, never the book, and is counted (O01).
    assert_eq!(done.damaged_isbns, 1);
    // The title is another one; the number is that of a known edition, and its work stays.
    assert_eq!(
        (done.new_works, done.new_editions, done.known_editions),
        (2, 2, 1)
    );
    assert_eq!(count(&site, "select count(*) from works").await, works + 2);
    let pages: Option<i32> =
        sqlx::query_scalar("select pages from editions where isbn13 = '9780141439587'")
            .fetch_one(&site.services.db)
            .await
            .unwrap();
    assert_eq!(pages, Some(512));

    // The same book from elsewhere, in another encoding, with headers of its own.
    let (table, _, _) = encoding_rs::WINDOWS_1252.encode("Werk;Von;Nummer;Seiten\nHarbours;Zoë Unknown;9780061054884;99\nÜber See;Zoë Unknown;;\n\"lost\n");
    let table = [write(folder.path(), "a.csv", &table)];
    let untitled = import(&site.visitor(), &table, &options, &mut Notes::default())
        .await
        .unwrap_err();
    assert!(
        format!("{untitled:?}").contains("--map title=HEADER"),
        "{untitled:?}"
    );
    let options = Options {
        mapping: Mapping::parse(["title=Werk", "author=Von", "isbn=Nummer"]).unwrap(),
        ..Options::default()
    };
    let done = import(&site.visitor(), &table, &options, &mut Notes::default())
        .await
        .unwrap();
    assert_eq!(
        (done.new_works, done.new_editions, done.new_authors),
        (1, 1, 0)
    );
    assert_eq!(done.rejected.get(&Reason::Truncated), Some(&1));
    assert_eq!(
        count(
            &site,
            "select count(*) from works where title = 'Über See' and author_line = 'Zoë Unknown'"
        )
        .await,
        1
    );

    let onix = "<ONIXMessage release=\"3.0\"><Header/><Product><RecordReference>1</RecordReference><NotificationType>03</NotificationType><DescriptiveDetail><ProductForm>BB</ProductForm><TitleDetail><TitleType>01</TitleType><TitleElement><TitleElementLevel>01</TitleElementLevel><TitleText>Harbours</TitleText></TitleElement></TitleDetail><Contributor><ContributorRole>A01</ContributorRole><PersonName>Zoë Unknown</PersonName></Contributor></DescriptiveDetail></Product>";
    let onix = [write(folder.path(), "a.onix", onix.as_bytes())];
    let options = Options::default();
    for (works, editions) in [(0, 1), (0, 0)] {
        let done = import(&site.visitor(), &onix, &options, &mut Notes::default())
            .await
            .unwrap();
        assert_eq!((done.new_works, done.new_editions), (works, editions));
    }
    // Two kinds are two sources.
    let both = [onix[0].clone(), marc[0].clone()];
    let refused = import(&site.visitor(), &both, &options, &mut Notes::default())
        .await
        .unwrap_err();
    assert!(
        format!("{refused:?}").contains("one kind of file at a time"),
        "{refused:?}"
    );
}

#[tokio::test]
async fn one_wrong_number_does_not_carry_a_work_away() {
    let site = TestSite::new().await;
    load(&site).await;
    let folder = tempfile::tempdir().unwrap();
    let edition = |key: &str, isbn: &str| {
        format!(
            "/type/edition\t{key}\t1\t2026-01-01\t{{\"title\":\"Kettles\",\"works\":[{{\"key\":\"/works/OL1W\"}}],\"isbn_13\":[\"{isbn}\"]}}\n"
        )
    };
    // The first number is Emma's.
    let text = format!(
        "/type/work\t/works/OL1W\t1\t2026-01-01\t{{\"title\":\"Kettles\"}}\n{}{}{}",
        edition("/books/OL1M", "9780141439587"),
        edition("/books/OL2M", "9780306406157"),
        edition("/books/OL3M", "9780061054884"),
    );
    let files = [write(folder.path(), "dump.txt", text.as_bytes())];
    let done = run(&site, &files).await;
    assert_eq!((done.new_works, done.new_editions), (1, 2));
    assert_eq!(
        count(&site, "select count(*) from editions e join works w on w.id = e.work_id where w.title = 'Kettles'").await,
        2
    );
}

#[tokio::test]
async fn a_gzipped_file_of_any_kind_that_is_cut_off_gives_what_was_whole() {
    let site = TestSite::new().await;
    let folder = tempfile::tempdir().unwrap();
    let mut gz = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gz.write_all(b"title;author\n").unwrap();
    for n in 0..30_000 {
        writeln!(gz, "Book {n}x{};Author {}", n * 7919 % 1009, n % 500).unwrap();
    }
    let whole = gz.finish().unwrap();
    let files = [write(
        folder.path(),
        "t.csv.gz",
        &whole[..whole.len() * 2 / 3],
    )];
    assert_eq!(
        super::super::read::kind(&files[0]).unwrap(),
        Ok(Kind::Table)
    );
    let done = run(&site, &files).await;
    assert!(
        (10_000..25_000).contains(&done.editions),
        "{}",
        done.editions
    );
    assert_eq!(done.rejected.get(&Reason::Truncated), Some(&1));
    assert_eq!(done.new_editions, done.editions);
}

#[tokio::test]
async fn o04_books_are_found_by_title_and_author_in_either_script() {
    let site = TestSite::new().await;
    let folder = tempfile::tempdir().unwrap();
    let record = |isbn: &str, title: &str, originals: &str| {
        format!(
            r#"<record><leader>00000nam a2200000 a 4500</leader>
 <datafield tag="020" ind1=" " ind2=" "><subfield code="a">{isbn}</subfield></datafield>
 <datafield tag="100" ind1="1" ind2=" "><subfield code="6">880-02</subfield><subfield code="a">Mori, Kenji</subfield></datafield>
 <datafield tag="245" ind1="1" ind2="0"><subfield code="6">880-01</subfield><subfield code="a">{title}</subfield></datafield>{originals}</record>"#
        )
    };
    let field = |link: &str, text: &str| {
        format!(
            r#"<datafield tag="880" ind1="1" ind2=" "><subfield code="6">{link}</subfield><subfield code="a">{text}</subfield></datafield>"#
        )
    };
    let file = |name: &str, records: &str| {
        let text = format!("<collection>{records}</collection>");
        write(folder.path(), name, text.as_bytes())
    };
    // The first one knows no other script; what a later one says holds for the author's books.
    let plain = file("a.xml", &record("9780141439587", "Hashi", ""));
    let both = field("245-01/$1", "川の道") + &field("100-02/$1", "森 健二");
    let scripts = file("b.xml", &record("9780061054884", "Kawa no michi", &both));
    for file in [plain, scripts] {
        let files = [file];
        run(&site, &files).await;
        // Again: nothing changes.
        assert_eq!(run(&site, &files).await.new_works, 0);
    }
    let sources = "select count(*) from work_sources where key like 'named:%'";
    assert_eq!(count(&site, sources).await, 0);
    for (words, books) in [
        ("川の道", 1),
        ("Kawa no michi", 1),
        ("森 健二", 2),
        ("森健二", 2),
        ("Mori Kenji", 2),
    ] {
        let found: i64 = sqlx::query_scalar(
            "select count(*) from work_search where doc @@ plainto_tsquery('dogear', $1)",
        )
        .bind(words)
        .fetch_one(&site.services.db)
        .await
        .unwrap();
        assert_eq!(found, books, "{words}");
    }
    let author: i64 = sqlx::query_scalar("select id from authors where own_name = '森 健二'")
        .fetch_one(&site.services.db)
        .await
        .unwrap();
    let page = crate::pages::author(
        &site.visitor(),
        AuthorId(author),
        crate::pages::AuthorSort::Offered,
        1,
    )
    .await
    .unwrap();
    assert_eq!((page.name.as_str(), page.total), ("Kenji Mori", 2));
}
