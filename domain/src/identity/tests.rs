use proptest::prelude::*;

use super::contradictions::{are_other_people, are_other_titles, is_latin_text};
use super::*;
use crate::edition::Format;

fn book<'a>(title: &'a str, subtitle: &'a str, authors: &[&'a str]) -> Described<'a> {
    Described {
        title,
        subtitle,
        authors: authors.to_vec(),
    }
}

#[test]
fn f01_titles_are_told_apart_by_every_sign_in_them() {
    let groups: &[&[&str]] = &[
        &["C", "C++", "C#", "C♯", "C--"],
        &["?", "!", "...", "$", "+/-", "☕", "&", "¿?", "#"],
        &["A", "A+", "A−", "A*", "@A"],
        &["50 off", "50% off", "$50 off", "£50 off"],
        &["दन", "दान", "दिन", "दीन"],
        &["ハス", "バス", "パス"],
        &["กา", "ก้า", "ก๊า"],
        &["и", "й"],
        &["Help", "Help!", "Help?"],
        // Alone the sign is a title of its own.
        &["&", "and"],
        &["1 2", "1/2", "1.2", "12"],
    ];
    for group in groups {
        for (at, one) in group.iter().enumerate() {
            for other in &group[at + 1..] {
                assert_ne!(exact(one), exact(other), "{one} and {other}");
            }
        }
    }
}

#[test]
fn f01_a_place_in_a_series_that_nobody_says_is_no_other_book() {
    let lem = ["Stanisław Lem"];
    let of = |one: &str, other: &str| likeness(&book(one, "", &lem), &book(other, "", &lem));
    let (plain, first, second) = ("Eden", "Eden (Contact, #1)", "Eden (Contact, #2)");
    assert_eq!(of(plain, first), Likeness::Likely);
    assert_eq!(of(first, plain), Likeness::Likely);
    assert_eq!(of(first, first), Likeness::Same);
    // Two volumes say so themselves; another name of the series may be one of its names.
    assert_eq!(of(first, second), Likeness::Other);
    assert_eq!(of(first, "Eden (First Contact, #1)"), Likeness::Perhaps);
    // Without a number it may be anything: an edition, another title, a volume.
    for more in [
        "Eden (Contact)",
        "Eden (#1)",
        "Eden (illustrated, # 1st)",
        "Eden #1",
    ] {
        assert_eq!(of(plain, more), Likeness::Perhaps, "{more}");
    }
    // The subtitle is said, and differs.
    let said = book(plain, "A Novel", &lem);
    assert_eq!(likeness(&said, &book(first, "", &lem)), Likeness::Perhaps);
    // Two that it may be are asked about.
    let both = [of(plain, first), of(plain, second)];
    assert_eq!(decide(&both), Decision::Ask(vec![0, 1]));
}

#[test]
fn places_in_series_are_read_as_they_are_written() {
    let read = |title| in_series(title).map(|found| (found.title, found.series, found.number));
    assert_eq!(
        read("Guards! Guards! (Discworld, #8; City Watch, #1)"),
        Some(("Guards! Guards!", "Discworld", "8"))
    );
    assert_eq!(
        read("Dune (Dune Chronicles #1)"),
        Some(("Dune", "Dune Chronicles", "1"))
    );
    assert_eq!(read("Box (Emma, #1-3)"), Some(("Box", "Emma", "1-3")));
    for plain in [
        "Dune",
        "Dune (1965)",
        "(Dune, #1)",
        "Dune (#1)",
        "Dune (, #)",
    ] {
        assert_eq!(read(plain), None, "{plain}");
        assert_eq!(alone_key(plain), None, "{plain}");
    }
    let key = alone_key("L’Étranger & Co. (Camus, #2.5)");
    assert_eq!(key.as_deref(), Some("letranger and co"));
}

#[test]
fn f01_titles_are_the_same_however_they_are_typed() {
    for group in [
        &["L’Étranger", "l'etranger", "L´ÉTRANGER", "  L‘Etranger "][..],
        &["Catch-22", "Catch–22", "CATCH‑22"],
        &["„Emma“", "“Emma”", "\"emma\"", "«EMMA»"],
        &["Pride & Prejudice", "Pride and  Prejudice"],
        &["Straße", "STRASSE"],
        &["ΟΔΥΣΣΕΙΑ", "Οδύσσεια"],
        &["バス", "ﾊﾞｽ"],
        &["☕", "☕\u{fe0f}"],
        &["Wait…", "Wait..."],
        &["Cæsar", "CAESAR"],
        &["L’Œuvre", "L'Oeuvre"],
        &["Brønden", "Bronden"],
        &["Złoto", "Zloto"],
        &["Đường", "Duong"],
        &["Guðrún", "Gudrun"],
        &["Þorp", "Thorp"],
        &["Kırmızı", "Kirmizi"],
        &["ς", "Σ"],
        &["Em\u{ad}ma", "\u{200e}Em\u{200d}ma", "Emma\u{7}"],
        &["  Emma \u{a0} Watts", "Emma Watts"],
        &["&c.", "and c."],
    ] {
        for title in group {
            assert_eq!(exact(title), exact(group[0]), "{title}");
        }
    }
}

#[test]
fn a_work_is_the_same_likely_perhaps_or_another() {
    let river = book(
        "A Thousand Rivers",
        "the first war",
        &["Ida Moor", "Jo Lund"],
    );
    for (described, expected) in [
        (
            book("a thousand rivers", "The First War", &["Ida Moor"]),
            Likeness::Same,
        ),
        (
            book("A Thousand Rivers: the first war", "", &["Moor, Ida"]),
            Likeness::Same,
        ),
        (
            book("A Thousand Rivers", "", &["Jo Lund", "Ida Moor"]),
            Likeness::Likely,
        ),
        (
            book("A Thousand Rivers", "the second bridge", &["Ida Moor"]),
            Likeness::Perhaps,
        ),
        (
            book("A Thousand Rivers!", "", &["Ida Moor"]),
            Likeness::Perhaps,
        ),
        (
            book("A Thousand Rivers", "the first war", &["Moor"]),
            Likeness::Perhaps,
        ),
        (
            book("A Thousand Rivers", "the first war", &[]),
            Likeness::Perhaps,
        ),
        (
            book(
                "A Thousand Rivers",
                "the first war",
                &["Ida Moor", "Ann Other"],
            ),
            Likeness::Perhaps,
        ),
        (
            book("A Thousand Rivers", "the first war", &["Moor, Charles"]),
            Likeness::Other,
        ),
    ] {
        assert_eq!(likeness(&described, &river), expected, "{described:?}");
    }
}

#[test]
fn a_name_that_was_entered_turned_round_is_the_same_one() {
    let known = book("Emma", "", &["Austen, Jane", "King, Martin Luther, Jr."]);
    for (authors, expected) in [
        (&["Jane Austen"][..], Likeness::Same),
        (&["Austen, Jane"], Likeness::Same),
        (&["Martin Luther King, Jr."], Likeness::Same),
        (&["Austen"], Likeness::Perhaps),
        (&["Ann Austen"], Likeness::Other),
        (&["Jane"], Likeness::Other),
    ] {
        let described = book("Emma", "", authors);
        assert_eq!(likeness(&described, &known), expected, "{authors:?}");
    }
}

#[test]
fn the_same_one_is_taken_a_single_likely_one_too_and_more_are_asked_about() {
    use Likeness::{Likely, Other, Perhaps, Same};
    for (candidates, decision) in [
        (&[Perhaps, Likely, Same, Same][..], Decision::Known(2)),
        (&[Perhaps, Likely], Decision::Known(1)),
        (
            &[Perhaps, Likely, Other, Likely],
            Decision::Ask(vec![1, 3, 0]),
        ),
        (&[Other, Perhaps], Decision::Ask(vec![1])),
        (&[Other], Decision::New),
        (&[], Decision::New),
    ] {
        assert_eq!(decide(candidates), decision, "{candidates:?}");
    }
}

#[test]
fn f04_titles_of_other_books_are_told_from_other_spellings() {
    let others =
        |one: &str, other: &str| are_other_titles(&book(one, "", &[]), &book(other, "", &[]));
    for (one, other) in [
        ("The Long Canal, volume 2", "Kindred"),
        ("The Long Canal, volume 2", "The Long Canal, volume 1"),
        ("The Long Canal, vol. II", "The Long Canal"),
        ("Der Kanal, Band 2", "Der Kanal, Bd. 3"),
        ("Asterix 12", "Asterix 13"),
        ("Little Women", "Little Men"),
        (
            "Harry Potter and the Goblet of Fire",
            "Harry Potter and the Order of the Phoenix",
        ),
        ("C++ Primer Plus", "C Primer Plus"),
        ("C# How to Program", "C How to Program"),
        ("?", "!"),
        ("?", "Война и мир"),
        ("दान", "दिन"),
        ("Война и мир", "Анна Каренина"),
        ("Canal (a novel), volume 2", "Canal"),
    ] {
        assert!(others(one, other), "{one} and {other}");
        assert!(others(other, one), "{other} and {one}");
    }
    for (one, other) in [
        ("Solaris again", "Solaris"),
        ("Middle March", "Middlemarch"),
        ("The Long Canal, volume 2", "The long canal. Vol. II"),
        ("Dune (Dune Chronicles, #1)", "Dune"),
        (
            "Harry Potter and the Philosopher’s Stone",
            "Harry Potter and the Sorcerer's Stone",
        ),
        ("Война и мир", "War and Peace"),
        ("Frankenstein; or, The Modern Prometheus", "Frankenstein"),
        ("Slaughterhouse-Fve", "Slaughterhouse-Five"),
        ("Frankensten: the 1818 text", "Frankenstein: a new edition"),
        ("$$$ Dune", "Dune"),
        ("Dune + Emma", "Dune, Emma"),
        ("Война и мир, роман в четырёх томах", "Война и мир"),
        ("Part Asleep", "Part Asleep, poems of sleep"),
        ("Asterix vol 2", "Asterix vol II 1960"),
        ("Dune (book 1 of Dune)", "Dune"),
        ("", "Dune"),
    ] {
        assert!(!others(one, other), "{one} and {other}");
        assert!(!others(other, one), "{other} and {one}");
    }
}

#[test]
fn f02_a_family_name_alone_is_not_a_person() {
    let others = |one: &str, other: &str| are_other_people(&[one], &[other]);
    for (one, other) in [
        ("Austen, Charles Gilbert", "Jane Austen"),
        ("Butler, Samuel", "Octavia E. Butler"),
        ("Stoker, Dacre", "Bram Stoker"),
        ("Petra Oakes", "Octavia E. Butler"),
        // So short a name is another one with one letter more.
        ("Ann Lee", "Anne Lee"),
        ("Anne Lee", "Ann Lee"),
        ("J. K.", "Jane Kent"),
    ] {
        assert!(others(one, other), "{one} and {other}");
    }
    for (one, other) in [
        ("Austen, Jane", "Jane Austen"),
        ("J. Austen", "Jane Austen"),
        ("Austen", "Jane Austen"),
        ("Herbert, F.", "Frank Herbert"),
        ("J.R.R. Tolkien", "John Ronald Reuel Tolkien"),
        ("Fyodor Dostoevsky", "Fyodor Dostoyevsky"),
        ("Лев Толстой", "Leo Tolstoy"),
    ] {
        assert!(!others(one, other), "{one} and {other}");
    }
}

#[test]
fn f04_what_is_said_otherwise_is_named_and_what_is_not_said_is_not() {
    let emma = book("Emma", "", &["Jane Austen"]);
    let known = Facts {
        format: Some(Format::Paperback),
        publisher: "Penguin Classics",
        year: Some(2003),
    };
    let said = |facts| contradictions((&emma, facts), (&emma, known));
    assert!(said(Facts::default()).is_empty());
    assert!(
        said(Facts {
            format: Some(Format::Unknown),
            publisher: "Penguin",
            year: Some(2003)
        })
        .is_empty()
    );
    assert_eq!(
        said(Facts {
            format: Some(Format::Hardback),
            publisher: "Slow Harbour",
            year: Some(2011)
        }),
        [
            Contradiction::Format,
            Contradiction::Publisher,
            Contradiction::Year
        ]
    );
}

#[test]
fn f04_publishers_are_others_when_they_share_no_word_of_their_own() {
    let emma = book("Emma", "", &["Jane Austen"]);
    let from = |publisher| Facts {
        publisher,
        ..Facts::default()
    };
    for (one, other, others) in [
        ("AB Bonniers", "AB Norstedts", true),
        ("HMH Books", "HMH", false),
        ("Bloomsbury", "Blomsbury", false),
    ] {
        let found = contradictions((&emma, from(one)), (&emma, from(other)));
        assert_eq!(!found.is_empty(), others, "{one} and {other}");
    }
}

#[test]
fn books_with_one_isbn_are_others_by_title_or_by_author() {
    let emma = book("Emma", "", &["Jane Austen"]);
    for (other, others) in [
        (book("Emma", "", &["Austen, Jane"]), false),
        (book("Kindred", "", &["Jane Austen"]), true),
        (book("Emma", "", &["Petra Oakes"]), true),
    ] {
        assert_eq!(are_other_books(&emma, &other), others, "{other:?}");
    }
}

#[test]
fn letters_with_accents_are_latin_ones() {
    for (text, latin) in [
        ("Łódź", true),
        ("Tiếng Việt", true),
        ("1984", true),
        ("\u{250}", false),
        ("Emma и мир", false),
    ] {
        assert_eq!(is_latin_text(text), latin, "{text}");
    }
}

proptest! {
    #[test]
    fn every_book_is_the_same_as_itself(title in "\\PC{0,30}", author in "\\PC{1,20}") {
        let book = book(&title, "", &[&author]);
        prop_assert_eq!(likeness(&book, &book), Likeness::Same);
        prop_assert!(!are_other_titles(&book, &book));
    }
}
