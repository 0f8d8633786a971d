use super::*;
use proptest::prelude::*;

fn read(text: &str) -> Result<String, String> {
    Isbn13::parse(text)
        .map(|isbn| isbn.to_string())
        .map_err(|error| error.to_string())
}

/// The same number as an ISBN-10, which only numbers that start with 978 have.
fn ten_digits(isbn: Isbn13) -> Option<String> {
    if isbn.0[2] != 8 {
        return None;
    }
    let mut digits = [0; 9];
    digits.copy_from_slice(&isbn.0[3..12]);
    let body = digits.iter().map(|&digit| char::from(b'0' + digit));
    Some(body.chain([check_ten(&digits)]).collect())
}

#[test]
fn every_notation_gives_the_same_number() {
    for text in [
        "9780306406157",
        "978-0-306-40615-7",
        " 978 0 306 40615 7 ",
        "978\u{2010}0\u{2013}306\u{2212}40615\u{00A0}7",
        "0306406152",
        "0-306-40615-2",
        "ISBN 0-306-40615-2",
        "ISBN-13: 978-0-306-40615-7",
        "isbn: 9780306406157",
        "９７８０３０６４０６１５７",
    ] {
        assert_eq!(read(text), Ok("9780306406157".into()), "{text}");
    }
    assert_eq!(read("080442957x"), Ok("9780804429573".into()));
    assert_eq!(read("979-10-90636-07-1"), Ok("9791090636071".into()));
}

#[test]
fn mistakes_are_explained() {
    for (text, word) in [
        ("", "Enter the ISBN"),
        ("--", "Enter the ISBN"),
        ("12345", "has 5"),
        ("978030640615a", "“A”"),
        ("9780306406158", "should be 7, not 8"),
        ("0306406153", "should be 2, not 3"),
        ("0804429571", "should be X, not 1"),
        ("08044X9571", "letter X"),
        ("978030640615X", "letter X"),
        ("4006381333931", "978 or 979"),
    ] {
        let error = read(text).unwrap_err();
        assert!(error.contains(word), "{text}: {error}");
    }
}

#[test]
fn a_scanner_may_type_behind_what_was_there() {
    let scanned = |text| Isbn13::typed_by_scanner(text).map(|isbn| isbn.to_string());
    for text in [
        "9780306406157",
        "0306406152",
        "97803064061589780306406157",
        "dune 9780306406157",
        "978030640615751299",
        "978030640615705",
    ] {
        assert_eq!(scanned(text), Ok("9780306406157".into()), "{text}");
    }
    for text in [
        "",
        "9780306406158",
        "97803064061579780306406158",
        "4006381333931",
    ] {
        assert_eq!(
            scanned(text),
            Isbn13::parse(text).map(|isbn| isbn.to_string())
        );
    }
    assert!(scanned(&"9780306406157".repeat(9)).is_err());
}

#[test]
fn a_barcode_has_thirteen_digits_and_nothing_else() {
    let read = |text| Isbn13::of_barcode(text).map(|isbn| isbn.to_string());
    assert_eq!(read("9780306406157").as_deref(), Some("9780306406157"));
    for text in [
        "",
        "9780306406158",
        "4006381333931",
        "0306406152",
        "978030640615X",
        "978-030640615",
        "97803064061579",
    ] {
        assert_eq!(read(text), None, "{text}");
    }
}

#[test]
fn ten_digits_exist_only_for_978() {
    let isbn = |text| Isbn13::parse(text).unwrap();
    assert_eq!(
        ten_digits(isbn("9780804429573")).as_deref(),
        Some("080442957X")
    );
    assert_eq!(ten_digits(isbn("9791090636071")), None);
    assert_eq!(isbn("9780306406157").grouped(), "978-0306406157");
}

#[test]
fn a_search_text_is_recognised() {
    assert!(looks_like_isbn("978-0-306-40615-8"));
    assert!(looks_like_isbn("080442957x"));
    // Looks like one, though its last character is wrong.
    assert!(looks_like_isbn("030640615X"));
    assert!(looks_like_isbn("٩٧٨٠٤٤١٠١٣٥٩٤"));
    assert!(!looks_like_isbn("030640615A"));
    assert!(!looks_like_isbn("1984") && !looks_like_isbn("١٩٨٤"));
    assert!(!looks_like_isbn("Catch-22"));
    assert!(!looks_like_isbn(""));
}

#[test]
fn o01_f14_numbers_are_read_as_people_scanners_and_spreadsheets_write_them() {
    for text in [
        "441013597",
        "44-101359-7",
        "441013597.0",
        "٩٧٨٠٤٤١٠١٣٥٩٣",
        "۹۷۸۰۴۴۱۰۱۳۵۹۳",
        "९७८०४४१०१३५९३",
        "9780441013593.0",
        "9780441013593,00",
        "9.780441013593E+12",
        "ISBN13 9780441013593",
        "ISBN-10 0441013597",
        "ISBN10: 441013597",
        "ISBN (13): 9780441013593",
        "SBN 441-01359-7",
        "9780441013593 (pbk.)",
        "0441013597 pbk. : £5.99",
        "978044101359350799",
        "978044101359305",
        "]E09780441013593",
        "0441013597 / 9780441013593",
        "978.0.441.01359.3",
        "çè_à''&à&\"(ç\"",
        "ÇÈ_À''&À&\"(Ç\"",
        "íýáéčč+é+šříš",
        "(&*)$$!)!#%(#",
    ] {
        assert_eq!(read(text), Ok("9780441013593".into()), "{text}");
        assert!(looks_like_isbn(text) && meant_as_isbn(text), "{text}");
    }
    // Up to three zeros are lost.
    assert_eq!(read("7117116"), read("0007117116"));
    assert!(read("7117116").is_ok());
    assert!(read("7117117").is_err());
}

#[test]
fn o01_no_zeros_are_given_back_to_what_has_lost_none() {
    for text in [
        "043938078",
        "0-439-38078",
        "555-0106",
        "2020-01-02",
        "2020.01.02",
        "0000000",
        "000000000",
        "0000000.0",
    ] {
        assert!(read(text).is_err(), "{text}");
        assert!(!looks_like_isbn(text), "{text}");
    }
}

#[test]
fn f21_a_line_of_signs_is_no_number() {
    for sign in ["-", "_", "!", "(", "*", "é", "_-", "(&*"] {
        for times in 1..=20 {
            let text = sign.repeat(times);
            assert!(read(&text).is_err() && !looks_like_isbn(&text), "{text}");
        }
    }
}

#[test]
fn a_text_too_long_for_a_number_is_refused_at_once() {
    assert!(read("7117116,7117116; 0007117116").is_ok());
    assert!(read("7117116,7117116; 0441013597").is_err());
    for text in ["7117116,", "ISBN 7117116/", "97804410135", "-", "٩"] {
        let text = text.repeat(10_000);
        assert!(read(&text).is_err());
        assert!(Isbn13::typed_by_scanner(&text).is_err());
        assert!(!looks_like_isbn(&text));
    }
}

#[test]
fn a_text_of_a_hundred_bytes_is_read_and_a_longer_one_is_not() {
    let apart = |length: usize| format!("978{}0306406157", "-".repeat(length - 13));
    assert_eq!(read(&apart(100)), Ok("9780306406157".into()));
    assert!(read(&apart(101)).is_err());
    let scanned = |length: usize| format!("{}9780306406157", "x".repeat(length - 13));
    assert!(Isbn13::typed_by_scanner(&scanned(100)).is_ok());
    assert!(Isbn13::typed_by_scanner(&scanned(101)).is_err());
    let labelled = |length: usize| format!("ISBN {}", "0".repeat(length - 5));
    assert!(looks_like_isbn(&labelled(100)));
    assert!(!looks_like_isbn(&labelled(101)));
    for (text, word) in [
        ("0".repeat(101), "has 101"),
        ("00-".repeat(40), "has 80"),
        ("٩٠ ".repeat(40), "has 80"),
        ("00-a".repeat(40), "“A”"),
    ] {
        let error = read(&text).unwrap_err();
        assert!(error.contains(word), "{text}: {error}");
    }
}

#[test]
fn a_label_and_a_remark_belong_to_the_number_only_when_it_is_right_with_them() {
    // Right with the 13 and without it.
    assert_eq!(read("ISBN 137117116"), read("0137117116"));
    assert!(read("0137117116").is_ok());
    assert_eq!(read("7117116 (pbk.)"), read("0007117116"));
    for (text, word) in [
        ("ISBN 10", "has 2"),
        ("ISBN 1044101351", "should be"),
        ("ISBN-13", "has 2"),
        ("9780441013594 (pbk.)", "should be 3, not 4"),
        ("(pbk.)", "“(”"),
        ("]--9780441013593", "“]”"),
        ("]E-9780441013593", "“]”"),
        ("]-09780441013593", "“]”"),
    ] {
        let error = read(text).unwrap_err();
        assert!(error.contains(word), "{text}: {error}");
    }
}

#[test]
fn what_no_spreadsheet_and_no_other_keyboard_writes_is_read_as_it_stands() {
    for (text, word) in [
        ("ABCDEFGH.0", "“A”"),
        ("97.8E+12", "“E”"),
        ("A.5E+12", "“A”"),
        ("9.7E+X", "“E”"),
        ("9.7AE+12", "“A”"),
        ("300.0", "has 3"),
        ("çè_à", "“Ç”"),
        ("&é\"'(-è_çà&é\"", "“&”"),
        ("(&*(&*(&*(&*(", "“(”"),
    ] {
        let error = read(text).unwrap_err();
        assert!(error.contains(word), "{text}: {error}");
    }
    assert!(read("9E+12").unwrap_err().contains("spreadsheet"));
}

#[test]
fn the_numbers_of_a_cell_are_what_programs_put_around_them() {
    for (cell, numbers) in [
        ("=\"0439358078\"", &["0439358078"][..]),
        ("[0441172717]", &["0441172717"]),
        (
            "0441172717, 9780306406157",
            &["0441172717", "9780306406157"],
        ),
        ("0441172717,9780306406157", &["0441172717", "9780306406157"]),
        ("0441172717 9780306406157", &["0441172717", "9780306406157"]),
        (
            "0441172718, 9780306406158",
            &["0441172718", "9780306406158"],
        ),
        ("0441172717;;", &["0441172717"]),
        ("9,78039E+12", &["9,78039E+12"]),
        (" ", &[]),
    ] {
        assert_eq!(numbers_in(cell), numbers, "{cell}");
    }
}

#[test]
fn o01_a_number_without_its_last_digits_is_said_to_be_damaged() {
    for text in ["9.78E+12", "9,78039E+12", "9.78044e12", "4.41E+08"] {
        assert!(read(text).unwrap_err().contains("spreadsheet"), "{text}");
    }
    assert!(looks_like_isbn("9.78E+12") && meant_as_isbn("9,78039E+12"));
    for title in ["E", "1E", "E=mc2", "2E+", "Catch-22", "1984", "300", "2666"] {
        assert!(!looks_like_isbn(title) && !meant_as_isbn(title), "{title}");
    }
}

#[test]
fn f20_f21_barcodes_of_shops_and_other_keyboards_are_told() {
    for text in ["071001003997", "07100100399741172", "0 71001 00399 7"] {
        assert!(
            read(text).unwrap_err().contains("inside the front cover"),
            "{text}"
        );
    }
    assert!(read("978044117271").unwrap_err().contains("has 12"));
    assert!(read("çè_à''&à&\"(ç&").unwrap_err().contains("keyboard"));
    for two in ["0441013597 / 9780306406157", "9780441013593 Dune"] {
        assert!(read(two).is_err(), "{two}");
    }
}

proptest! {
    #[test]
    fn one_wrong_digit_never_passes(body in 0u64..1_000_000_000, at in 3usize..13, by in 1u8..10) {
        let mut digits = [9, 7, 8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
        for (digit, symbol) in digits[3..12].iter_mut().zip(format!("{body:09}").bytes()) {
            *digit = symbol - b'0';
        }
        digits[12] = check_thirteen(&digits);
        let isbn = Isbn13(digits);
        prop_assert_eq!(Isbn13::parse(&isbn.to_string()), Ok(isbn));
        prop_assert_eq!(Isbn13::parse(&ten_digits(isbn).unwrap()), Ok(isbn));
        digits[at] = (digits[at] + by) % 10;
        prop_assert!(Isbn13::parse(&Isbn13(digits).to_string()).is_err());
    }

    #[test]
    fn no_text_panics(text in ".*") {
        let _ = Isbn13::parse(&text);
        let _ = looks_like_isbn(&text);
    }
}
