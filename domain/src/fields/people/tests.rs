//! Names of people and bodies, as cells and headings have them.

use super::*;

#[test]
fn f16_authors_of_a_cell_are_told_apart_and_turned() {
    for (cell, names) in [
        (
            "Marta Quell & Ivo Brandt",
            &["Marta Quell", "Ivo Brandt"][..],
        ),
        ("Marta Quell and Ivo Brandt", &["Marta Quell", "Ivo Brandt"]),
        ("Oakes, Petra", &["Petra Oakes"]),
        ("Le Guin, Ursula K.", &["Ursula K. Le Guin"]),
        ("García Márquez, Gabriel", &["Gabriel García Márquez"]),
        ("Tolkien, J. R. R.", &["J. R. R. Tolkien"]),
        (
            "Oakes, Petra|Lindqvist, Sven",
            &["Petra Oakes", "Sven Lindqvist"],
        ),
        (
            "Oakes, Petra; Lindqvist, Sven",
            &["Petra Oakes", "Sven Lindqvist"],
        ),
        ("Quell, Marta & Brandt, Ivo", &["Marta Quell", "Ivo Brandt"]),
        ("Quell, Marta, Brandt, Ivo", &["Marta Quell", "Ivo Brandt"]),
        (
            "Petra Oakes, Sven Lindqvist",
            &["Petra Oakes", "Sven Lindqvist"],
        ),
        (
            "Frank Herbert, Kevin J. Anderson, Ann Doe",
            &["Frank Herbert", "Kevin J. Anderson", "Ann Doe"],
        ),
        ("Martin Luther King, Jr.", &["Martin Luther King, Jr."]),
        ("King, Martin Luther, Jr.", &["Martin Luther King, Jr."]),
        ("Malcolm X, Alex Haley", &["Malcolm X", "Alex Haley"]),
        ("Jane Austen", &["Jane Austen"]),
        ("Simon and Schuster", &["Simon and Schuster"]),
        (
            "Town Museum and Art Gallery",
            &["Town Museum and Art Gallery"],
        ),
        ("Barnes & Noble", &["Barnes & Noble"]),
        ("Simon & Schuster", &["Simon & Schuster"]),
        (
            "U.S. Department of Health & Human Services",
            &["U.S. Department of Health & Human Services"],
        ),
        ("Goscinny & Uderzo", &["Goscinny", "Uderzo"]),
        (
            "Melissa Bank & Petra Oakes",
            &["Melissa Bank", "Petra Oakes"],
        ),
        ("Petra Oakes, Joy Press", &["Petra Oakes", "Joy Press"]),
        ("Al Franken, Tom Davis", &["Al Franken", "Tom Davis"]),
        ("Mac Barnett, Jon Klassen", &["Mac Barnett", "Jon Klassen"]),
        ("Plato, Desmond Lee", &["Plato", "Desmond Lee"]),
        ("Homer, Winslow", &["Winslow Homer"]),
        ("J.K. Rowling, MinaLima", &["J.K. Rowling", "MinaLima"]),
        ("Austen, Jane, 1775-1817", &["Jane Austen"]),
        ("Jane Austen, 1775-1817", &["Jane Austen"]),
        ("1775-1817", &[]),
        (" ; ", &[]),
    ] {
        assert_eq!(authors_in(cell), names, "{cell}");
    }
}

#[test]
fn a_cell_is_taken_apart_so_often_and_no_more() {
    let cell = vec!["Marta Quell"; 60].join(" and ");
    let names = authors_in(&cell);
    assert_eq!(names.len(), MOST_JOINED + 1);
    assert_eq!(names[MOST_JOINED - 1], "Marta Quell");
    assert!(names[MOST_JOINED].starts_with("Marta Quell and Marta Quell and"));
}

#[test]
fn commas_inside_brackets_set_nothing_apart() {
    assert_eq!(
        pieces("Quell, Marta (Leith, Scotland), Jr."),
        ["Quell", "Marta (Leith, Scotland)", "Jr."]
    );
    assert_eq!(pieces("A [b, (c, d)], E"), ["A [b, (c, d)]", "E"]);
}

#[test]
fn parts_of_names_are_known_by_their_looks() {
    for (word, initial) in [
        ("J", true),
        ("J.", true),
        ("J.R.R.", true),
        ("Th.", true),
        ("Sven.", false),
        ("Le", false),
    ] {
        assert_eq!(is_initial(word), initial, "{word}");
    }
    for (piece, years) in [
        ("1775-1817", true),
        ("1901-", true),
        ("Studio 1234", false),
        ("- ?", false),
        ("12", false),
    ] {
        assert_eq!(is_years(piece), years, "{piece}");
    }
    for (name, behind, dignity) in [
        ("Charles I", "King", true),
        ("Charles", "King of England", true),
        ("Charles", "King", false),
        ("Charles I", "Stephen", false),
    ] {
        assert_eq!(is_dignity(name, behind), dignity, "{name}, {behind}");
    }
    for (pieces, body) in [
        (&["Town Museum", "Leith"][..], true),
        (&["Quell", "Town Museum"], true),
        (&["Bank", "Melissa"], false),
        (&["Church", "Richard"], false),
        (&["Museum", "Marta"], false),
        (&["Marta Quell", "Ivo Brandt"], false),
        (&[], false),
    ] {
        assert_eq!(is_body_in_pieces(pieces), body, "{pieces:?}");
    }
}

#[test]
fn f17_a_comma_does_not_always_stand_behind_a_family_name() {
    for (heading, name) in [
        ("Austen, Jane", "Jane Austen"),
        ("King, Martin Luther, Jr.", "Martin Luther King, Jr."),
        ("Charles I, King of England", "Charles I"),
        ("Benedict XVI, Pope", "Benedict XVI"),
        (
            "Town Museum (Leith, Scotland)",
            "Town Museum (Leith, Scotland)",
        ),
        (
            "University of Leith, Department of Doors",
            "University of Leith, Department of Doors",
        ),
        ("King, Stephen", "Stephen King"),
        ("Prince, Richard", "Richard Prince"),
        ("Homer", "Homer"),
        ("Lovelace, Earl", "Earl Lovelace"),
        ("Ellington, Duke", "Duke Ellington"),
        ("Vidor, King", "King Vidor"),
        ("Wormser, Baron", "Baron Wormser"),
        ("Bank, Melissa", "Melissa Bank"),
        ("Church, Richard", "Richard Church"),
        ("Press, Joy", "Joy Press"),
        (
            "Lewis, C. S. (Clive Staples)",
            "C. S. Lewis (Clive Staples)",
        ),
    ] {
        assert_eq!(turned(heading), name, "{heading}");
        assert!(
            authors_in(heading).iter().any(|author| author == name),
            "{heading}"
        );
    }
}

#[test]
fn a_long_list_is_read_to_its_end_without_a_fall() {
    let cell = "Marta Quell and Ivo Brandt and ".repeat(20_000);
    assert!(authors_in(&cell).len() > 40);
}
