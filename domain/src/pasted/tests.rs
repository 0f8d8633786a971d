use proptest::prelude::*;

use super::*;

fn one(text: &str) -> Named {
    let mut lines = lines(text);
    assert_eq!(lines.len(), 1, "{text}");
    lines.remove(0).named
}

fn title(text: &str) -> Titled {
    match one(text) {
        Named::Title(titled) => titled,
        other => panic!("{text}: {other:?}"),
    }
}

fn means(text: &str, title_key: &str, author_key: &str) -> bool {
    title(text)
        .readings
        .iter()
        .any(|reading| reading.title == title_key && reading.author == author_key)
}

#[test]
fn an_isbn_is_read_in_any_notation_and_from_the_cells_of_a_table() {
    let dune = Named::Isbn(Isbn13::parse("9780441172719").expect("right"));
    for text in [
        "9780441172719",
        "  978-0-441-17271-9 ",
        "0-441-17271-7",
        "ISBN 978 0 441 17271 9",
        "=\"0441172717\"",
        "\"9780441172719\",",
        "Dune\tFrank Herbert\t9780441172719",
        "9780441172719;Dune;Frank Herbert",
        "9780441172719 Dune",
        "Dune, ISBN 0-441-17271-7",
    ] {
        assert_eq!(one(text), dune, "{text}");
    }
}

#[test]
fn a_number_that_is_nearly_an_isbn_is_wrong_and_no_title() {
    for text in [
        "9780441172718",
        "978044117271",
        "0-441-17271-8",
        "=\"97804411727190\"",
        "Dune\tFrank Herbert\t9780441172718",
    ] {
        assert!(matches!(one(text), Named::Wrong(_)), "{text}");
    }
    // Short numbers, and years, are titles.
    assert!(means("1984 - George Orwell", "1984", "george orwell"));
    assert_eq!(title("2666").title, "2666");
}

#[test]
fn title_and_author_are_told_apart_at_the_last_separator() {
    for text in [
        "Dune – Frank Herbert",
        "Dune — Frank Herbert",
        "Dune - Frank Herbert",
        "Dune by Frank Herbert",
        "Dune BY Frank Herbert",
        "Dune\tFrank Herbert",
        "Dune\t\tFrank Herbert\t1965",
        "Dune; Frank Herbert",
    ] {
        let titled = title(text);
        assert_eq!((&*titled.title, &*titled.author), ("Dune", "Frank Herbert"));
        assert_eq!(titled.readings[0].title, "dune");
        assert_eq!(titled.readings[0].author, "frank herbert");
    }
    let king = title("Stand by Me – Stephen King");
    assert_eq!(
        (&*king.title, &*king.author),
        ("Stand by Me", "Stephen King")
    );
    let water = title("Death by Water by Kenzaburō Ōe");
    assert_eq!(water.readings[0].title, "death by water");
    assert_eq!(title("Catch-22").author, "");
    assert_eq!(title("– Frank Herbert").author, "");
}

#[test]
fn names_and_titles_are_tried_in_the_ways_in_which_they_are_written() {
    assert!(means("Dune – Herbert, Frank", "dune", "frank herbert"));
    assert!(means("Frank Herbert – Dune", "dune", "frank herbert"));
    assert!(means(
        "Good Omens – Terry Pratchett & Neil Gaiman",
        "good omens",
        "terry pratchett"
    ));
    assert!(means("Stand by Me", "stand by me", ""));
    let series = title("Dune (Dune Chronicles, #1) – Frank Herbert");
    let short = series
        .readings
        .iter()
        .find(|reading| reading.title == "dune");
    assert!(short.is_some_and(|reading| reading.written == "Dune (Dune Chronicles, #1)"));
}

#[test]
fn a_name_says_whether_it_may_be_a_family_name_and_who_else_wrote() {
    let found = |text: &str, author: &str| {
        let found = title(text)
            .readings
            .into_iter()
            .find(|reading| reading.title == "dune" && reading.author == author);
        let reading = found.unwrap_or_else(|| panic!("{text} may be by {author}"));
        (reading.family, reading.authors)
    };
    let two = ["Frank Herbert".to_owned(), "Kevin J. Anderson".to_owned()];
    let three = [&two[..], &["Brian Herbert".to_owned()]].concat();
    for (text, author, family, authors) in [
        (
            "Dune – Herbert",
            "herbert",
            true,
            &["Herbert".to_owned()][..],
        ),
        (
            "Dune – Herbert, Frank",
            "herbert frank",
            false,
            &["Herbert, Frank".to_owned()],
        ),
        // A part of a name says of no book that it is meant.
        ("Dune – Herbert, Frank", "herbert", false, &[]),
        (
            "Dune – Frank Herbert, Kevin J. Anderson",
            "frank herbert",
            false,
            &two,
        ),
        (
            "Dune – Frank Herbert & Kevin J. Anderson",
            "frank herbert",
            false,
            &two,
        ),
        (
            "Dune – Frank Herbert, Kevin J. Anderson, Brian Herbert",
            "frank herbert",
            false,
            &three,
        ),
        ("Dune – Herbert, Frank, Jr.", "herbert", false, &[]),
    ] {
        assert_eq!(
            found(text, author),
            (family, authors.to_vec()),
            "{text}: {author}"
        );
    }
    let cells = Titled::of("Dune", "Herbert");
    assert!(cells.readings.iter().all(|reading| !reading.family));
}

#[test]
fn nothing_is_tried_twice_and_signs_alone_are_no_side() {
    for text in [
        "Dune – Dune",
        "Dune – Frank Herbert",
        "? – Frank Herbert",
        "Dune – !",
        "?",
    ] {
        let mut tried: Vec<_> = title(text)
            .readings
            .into_iter()
            .map(|reading| (reading.title, reading.author))
            .collect();
        assert!(tried.iter().all(|(title, _)| !title.is_empty()), "{text}");
        let all = tried.len();
        tried.sort();
        tried.dedup();
        assert_eq!(tried.len(), all, "{text}");
    }
    assert_eq!(title("? – Frank Herbert").author, "");
    assert_eq!(title("Dune – !").author, "");
}

#[test]
fn a_title_and_an_author_of_their_own_cells_are_not_taken_for_each_other() {
    let emma = Titled::of("Emma - A Novel", "Austen, Jane");
    assert_eq!(
        (&*emma.title, &*emma.author),
        ("Emma - A Novel", "Austen, Jane")
    );
    assert!(
        emma.readings
            .iter()
            .all(|reading| reading.title == "emma a novel")
    );
    assert!(
        emma.readings
            .iter()
            .any(|reading| reading.author == "jane austen")
    );
    assert_eq!(Titled::of("?", "").readings[0].title, "?");
}

#[test]
fn empty_lines_are_no_lines() {
    assert!(lines(" \r\n\t\n\n").is_empty());
    let texts: Vec<String> = lines("a\r\n\r\n  b \n")
        .into_iter()
        .map(|line| line.text)
        .collect();
    assert_eq!(texts, ["a", "b"]);
}

proptest! {
    #[test]
    fn no_text_panics(text in "(?s).*") {
        for line in lines(&text) {
            if let Named::Title(titled) = line.named {
                prop_assert!(!titled.readings.is_empty());
            }
        }
    }
}
