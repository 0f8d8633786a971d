//! Files of each program, as it writes them, and files that are none.

use dogear_domain::edition::Format;
use dogear_domain::grade::Grade;
use dogear_domain::imports::Source;

use super::read::{Entry, FileProblem, Table, by_default, read, shelves};

fn file(bytes: &[u8]) -> Table {
    read(bytes).unwrap_or_else(|problem| panic!("{problem}"))
}

fn entry(table: &Table, row: usize) -> &Entry {
    &table.rows[row].entry
}

fn on(table: &Table) -> Vec<&str> {
    table.rows.iter().map(|row| row.shelf.as_str()).collect()
}

fn isbn(entry: &Entry) -> String {
    entry.isbn.map(|isbn| isbn.to_string()).unwrap_or_default()
}

#[test]
fn goodreads() {
    let table = file(include_bytes!("data/goodreads.csv"));
    assert_eq!((table.source, table.rows.len()), (Source::Goodreads, 3));
    let dune = entry(&table, 0);
    assert_eq!(
        (&*dune.title, &*dune.series, &*dune.series_position),
        ("Dune", "Dune Chronicles", "1")
    );
    assert_eq!(
        (&*dune.authors, &*dune.publisher, dune.year),
        ("Frank Herbert", "Ace", Some(1990))
    );
    assert_eq!(isbn(dune), "9780441172719");
    assert_eq!(
        (dune.format, dune.grade),
        (Some(Format::MassMarket), Some(Grade::VeryGood))
    );
    assert_eq!(dune.note, "Spine a little creased");
    let omens = entry(&table, 1);
    assert_eq!(
        omens.authors,
        "Terry Pratchett; Neil Gaiman; Martin Luther King, Jr."
    );
    assert!(omens.is_ebook);
    assert_eq!(
        (entry(&table, 2).isbn, &*entry(&table, 2).isbn_problem),
        (None, "")
    );
    assert_eq!(on(&table), ["owned", "to-read", "currently-reading"]);
    assert_eq!(by_default(table.source, &shelves(&table.rows)), ["owned"]);
    let life = &dune.life;
    assert_eq!((&*life.note, life.readings.len()), ("secret", 1));
    assert_eq!(life.review, "Sand, \"spice\" and\nworms");
    assert_eq!(life.lists, ["sf", "loved"]);
}

#[test]
fn columns_are_found_by_name_wherever_they_stand_and_may_be_missing() {
    let table = file(b"Exclusive Shelf,ISBN,Title,Book Id\nread,=\"0441172717\",Dune,1\n");
    assert_eq!(table.source, Source::Goodreads);
    assert_eq!(
        (isbn(entry(&table, 0)).as_str(), on(&table)),
        ("9780441172719", vec!["read"])
    );
    assert_eq!(by_default(table.source, &shelves(&table.rows)), ["read"]);
}

#[test]
fn storygraph() {
    let table = file(include_bytes!("data/storygraph.csv"));
    assert_eq!(table.source, Source::StoryGraph);
    assert_eq!(isbn(entry(&table, 0)), "9780441172719");
    let omens = entry(&table, 1);
    assert_eq!(
        (omens.isbn, &*omens.isbn_problem),
        (None, ""),
        "a UID is no ISBN"
    );
    assert_eq!(
        (&*omens.authors, omens.format),
        ("Terry Pratchett; Neil Gaiman", Some(Format::Hardback))
    );
    assert_eq!(on(&table), ["owned", "to-read"]);
}

#[test]
fn librarything_as_table_and_as_json() {
    // In ISO-8859-1.
    let bytes = include_bytes!("data/librarything.tsv");
    let table = file(bytes);
    let json = file(include_bytes!("data/librarything.json"));
    for (table, title) in [
        (&table, "\"L'étranger\" et 'ailleurs"),
        (&json, "L'étranger & others"),
    ] {
        assert_eq!((table.source, table.rows.len()), (Source::LibraryThing, 2));
        let camus = entry(table, 0);
        assert_eq!(
            (&*camus.title, isbn(camus).as_str()),
            (title, "9782070360024")
        );
        assert!(
            camus.authors.starts_with("Albert Camus; Stuart Gilbert"),
            "{}",
            camus.authors
        );
        assert_eq!(
            (&*camus.publisher, camus.year, &*camus.language),
            ("Gallimard", Some(1942), "fr")
        );
        assert_eq!(on(table), ["owned", "Wishlist"]);
        assert_eq!(entry(table, 1).authors, "Frank Herbert");
    }
    assert_eq!(entry(&table, 0).format, Some(Format::Paperback));
}

#[test]
fn bookwyrm() {
    let table = file(include_bytes!("data/bookwyrm.csv"));
    assert_eq!(table.source, Source::BookWyrm);
    assert_eq!(
        (isbn(entry(&table, 0)), isbn(entry(&table, 1))),
        ("9780441172719".into(), "9780060853983".into())
    );
    assert_eq!(entry(&table, 1).authors, "Terry Pratchett; Neil Gaiman");
    assert_eq!(by_default(table.source, &shelves(&table.rows)), ["read"]);
}

#[test]
fn inventaire() {
    let table = file(include_bytes!("data/inventaire.csv"));
    assert_eq!(table.source, Source::Inventaire);
    let dune = entry(&table, 0);
    assert_eq!(
        (isbn(dune).as_str(), &*dune.note, dune.year),
        ("9780441172719", "Coffee on the cover", Some(1990))
    );
    assert_eq!((&*dune.language, &*dune.publisher), ("en", "Ace"));
    assert_eq!(entry(&table, 1).title, "Solaris");
    assert_eq!(by_default(table.source, &shelves(&table.rows)).len(), 2);
}

#[test]
fn any_table_in_any_encoding_and_with_any_delimiter() {
    let german = "Titel;Autor;ISBN;Zustand\nKönig Ödipus;Sophokles;3-15-000630-9;gut\n";
    let latin: Vec<u8> = german.chars().map(|symbol| symbol as u8).collect();
    let sixteen = |mark: bool, big: bool| -> Vec<u8> {
        let mark = mark.then_some(0xfeff);
        let units = mark.into_iter().chain(german.encode_utf16());
        units
            .flat_map(|unit| {
                if big {
                    unit.to_be_bytes()
                } else {
                    unit.to_le_bytes()
                }
            })
            .collect()
    };
    let files = [
        german.as_bytes().to_vec(),
        format!("\u{feff}{german}").into_bytes(),
        format!("sep=;\r\n{german}").into_bytes(),
        german.replace(';', "\t").into_bytes(),
        german.replace(';', "|").into_bytes(),
        latin,
        sixteen(true, false),
        sixteen(true, true),
        sixteen(false, false),
        sixteen(false, true),
    ];
    for bytes in files {
        let table = file(&bytes);
        let king = entry(&table, 0);
        assert_eq!(table.source, Source::Generic);
        assert_eq!(
            (&*king.title, &*king.authors),
            ("König Ödipus", "Sophokles")
        );
        assert_eq!(table.rows[0].cells.as_ref().map(Vec::len), Some(4));
    }
    let bare = file(b"9780441172719\n0-441-17271-7\n\n9780060853983\n");
    assert_eq!(bare.rows.len(), 3);
    assert_eq!(bare.rows[1].repeats, Some(1));
    // A number in which a digit is wrong is no other book's.
    let wrong = file(b"Title,ISBN\nDune,9780441172718\n");
    assert!(entry(&wrong, 0).isbn_problem.contains("should be 9"));
}

#[test]
fn what_is_no_table_of_books_is_said_to_be_none() {
    let wide = "a,".repeat(1_000_000);
    let open = format!("Title,Author\nDune,\"Frank\n{}", "x,y\n".repeat(60_000));
    let many = format!("Title,Author\n{}", "Dune,Herbert\n".repeat(20_001));
    let many_objects = format!("{{\"copies\":[{}{{}}]}}", "{},".repeat(20_000));
    let cases: [(&[u8], FileProblem); 15] = [
        (b"", FileProblem::NoTable),
        (b"Title,Author\n", FileProblem::Empty),
        (b"PK\x03\x04rest", FileProblem::Workbook),
        (
            b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03\x01\x02\x00\x00",
            FileProblem::NoTable,
        ),
        (&[0; 4000], FileProblem::NoTable),
        (b"A letter\nto you\n", FileProblem::NoTable),
        (wide.as_bytes(), FileProblem::TooManyColumns),
        (open.as_bytes(), FileProblem::OpenQuote(1)),
        (many.as_bytes(), FileProblem::TooManyRows),
        (many_objects.as_bytes(), FileProblem::TooManyRows),
        (b"{\"copies\":[{\"title\":\"Du", FileProblem::Truncated),
        (b"{\"copies\": nonsense}", FileProblem::BrokenJson(1)),
        (b"{\"books\": [1, 2]}", FileProblem::OtherJson),
        (b"[{\"title\": \"Dune\"}]", FileProblem::OtherJson),
        (b"{\"copies\":[]}", FileProblem::Empty),
    ];
    for (bytes, problem) in cases {
        let start = String::from_utf8_lossy(&bytes[..bytes.len().min(40)]).into_owned();
        assert_eq!(read(bytes).err(), Some(problem), "{start}");
    }
    let deep = "[".repeat(100_000);
    assert!(read(format!("{{\"copies\":{deep}").as_bytes()).is_err());
    assert_eq!(
        read(&vec![b'a'; super::MOST_BYTES + 1]).err(),
        Some(FileProblem::TooLarge)
    );
}

#[test]
fn control_characters_and_formulas_are_text_like_any_other() {
    let table =
        file(b"Title,Author\nDu\0ne\x07,=HYPERLINK(\"http://evil.example\")\n\"=1+1\",@SUM(A1)\n");
    assert_eq!(entry(&table, 0).title, "Dune");
    assert_eq!(
        entry(&table, 0).authors,
        "=HYPERLINK(\"http://evil.example\")"
    );
    assert_eq!(entry(&table, 1).title, "=1+1");
    let json = file(b"{\"copies\":[{\"title\":\"D\\u0000une\",\"note\":{\"x\":[1,null,true]}}]}");
    assert_eq!(
        (&*entry(&json, 0).title, &*entry(&json, 0).note),
        ("Dune", "1; true")
    );
}

#[test]
fn a_column_with_thousands_of_values_is_no_list_of_shelves() {
    let rows: String = (0..500).map(|n| format!("T{n},A,s{n}\n")).collect();
    let table = file(format!("Title,Author,Status\n{rows}T,A,s1\n").as_bytes());
    let shelves = shelves(&table.rows);
    assert_eq!(shelves.len(), 30);
    assert_eq!(shelves[0], ("other shelves".to_owned(), 471));
    assert_eq!(shelves[1], ("s1".to_owned(), 2));
}

#[test]
fn f15_headers_of_other_cataloguers_are_known_in_any_spelling() {
    let hardcover = file(
        b"Title,Author,Status,ISBN 10,ISBN 13,Owned,Binding,Publish Date\n\
          Dune,Frank Herbert,Read,0441013597,9780441013593,true,Paperback,2005-08-02\n\
          Kindred,Octavia E. Butler,Want to Read,0807083690,9780807083697,false,Paperback,2003\n",
    );
    assert_eq!(isbn(entry(&hardcover, 0)), "9780441013593");
    assert_eq!(entry(&hardcover, 0).year, Some(2005));
    assert_eq!(on(&hardcover), ["owned", "Want to Read"]);
    for (header, row) in [
        (
            "title,creators,ean_isbn13,publish_date",
            "Dune,Frank Herbert,9780441013593,2005-01-01",
        ),
        (
            "TITLE,author_details,Isbn-13,date_published",
            "Dune,\"Herbert, Frank\",9780441013593,2005",
        ),
        (
            "authors,isbn,pubdate,title",
            "Frank Herbert,9780441013593,2005-03-05T01:00:00+01:00,Dune",
        ),
    ] {
        let table = file(format!("{header}\n{row}\n").as_bytes());
        let dune = entry(&table, 0);
        assert_eq!(
            (&*dune.title, &*dune.authors),
            ("Dune", "Frank Herbert"),
            "{header}"
        );
        assert_eq!(
            (isbn(dune), dune.year),
            ("9780441013593".into(), Some(2005)),
            "{header}"
        );
    }
}

#[test]
fn f16_f17_authors_of_tables_are_told_apart_and_turned() {
    let table = file(
        "Title;Author\nA;Marta Quell & Ivo Brandt\nB;Le Guin, Ursula K.\nC;Oakes, Petra|Lindqvist, Sven\nD;Charles I, King of England\n"
            .as_bytes(),
    );
    let authors: Vec<&str> = (0..3)
        .map(|row| entry(&table, row).authors.as_str())
        .collect();
    assert_eq!(
        authors,
        [
            "Marta Quell; Ivo Brandt",
            "Ursula K. Le Guin",
            "Petra Oakes; Sven Lindqvist"
        ]
    );
    assert_eq!(entry(&table, 3).authors, "Charles I");
    let table = file(
        b"Book Id\tTitle\tPrimary Author\tCollections\n1\tPapers\tTown Museum (Leith, Scotland)\tYour library\n2\tDiary\tCharles I, King of England\tYour library\n",
    );
    assert_eq!(entry(&table, 0).authors, "Town Museum (Leith, Scotland)");
    assert_eq!(entry(&table, 1).authors, "Charles I");
}

#[test]
fn f14_numbers_that_a_spreadsheet_has_changed_are_read_or_said_to_be_damaged() {
    let table = file(
        "Titel;Autor;ISBN\nDune;Frank Herbert;441013597\nE;I;9780553293357.0\nA;B;٩٧٨٠٤٤١٠١٣٥٩٣\nS;K;9,78039E+12\n"
            .as_bytes(),
    );
    let numbers: Vec<String> = (0..4).map(|row| isbn(entry(&table, row))).collect();
    assert_eq!(
        numbers,
        ["9780441013593", "9780553293357", "9780441013593", ""]
    );
    assert!(entry(&table, 3).isbn_problem.contains("spreadsheet"));
    let comma = file(b"Title,Author,ISBN\nS,K,9.78039E+12\n");
    assert!(entry(&comma, 0).isbn_problem.contains("spreadsheet"));
}
