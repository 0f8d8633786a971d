//! Addresses lead where their pages are.

use super::*;

#[test]
fn every_link_is_an_address_of_its_page() {
    for (page, path) in [
        (pages::BOOK, book(WorkId(3), "daniel-deronda")),
        (pages::BOOK, book_by_id(WorkId(3))),
        (pages::BOOK_CORRECT, book_correct(WorkId(3), "x")),
        (pages::TRADE, trade(TradeId(3))),
        (pages::PHOTO, photo_small("a-b")),
        (pages::COVER, cover(WorkId(3))),
        (
            pages::SHELF_IMPORT_ROWS,
            shelf_import_rows(ImportId(3), "", 1),
        ),
        (pages::ADMIN_MEMBER_ROLE, admin_member_role("ana")),
    ] {
        assert!(page.fits(&path), "{path}");
    }
    for path in ["/trades", "/trades/3/x", "/trade/3", "/trades/"] {
        assert!(!pages::TRADE.fits(path), "{path}");
    }
}

#[test]
fn a_book_is_found_in_its_address() {
    for (text, number) in [
        ("https://dogear.example/books/12-emma?x=1", Some("12")),
        ("/books/7", Some("7")),
        ("/books/", Some("")),
        ("12", None),
    ] {
        assert_eq!(book_number(text), number, "{text}");
    }
}

#[test]
fn u04_whoever_logs_in_comes_back_to_what_visitors_read() {
    for (here, next) in [
        (
            "/books/12-emma?sort=best",
            Some("%2Fbooks%2F12-emma%3Fsort%3Dbest"),
        ),
        ("/u/ana", Some("%2Fu%2Fana")),
        ("/login?next=%2Fshelf%2Fadd", Some("%2Fshelf%2Fadd")),
        ("/register?next=%2Fu%2Fana", Some("%2Fu%2Fana")),
        ("/", None),
        ("/login", None),
        ("/login?next=%2F", None),
        ("/register/sent", None),
        ("/verify/secret", None),
        ("/reset/secret", None),
        ("/unsubscribe/secret", None),
        ("/forgot", None),
        ("/api/trades/propose", None),
        ("/nowhere/at/all", None),
    ] {
        let with = |page: &str| match next {
            Some(next) => format!("{page}?next={next}"),
            None => page.to_owned(),
        };
        assert_eq!(login_from(here), with(LOGIN), "{here}");
        assert_eq!(join_from(here), with(REGISTER), "{here}");
    }
}

#[test]
fn every_pattern_stands_once() {
    let patterns: std::collections::BTreeSet<&str> =
        pages::ALL.iter().map(|page| page.pattern).collect();
    assert_eq!(patterns.len(), pages::ALL.len());
}
