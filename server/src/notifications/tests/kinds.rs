//! The words of the kinds.

use crate::notifications::{Facts, Kind, sentence};

#[test]
fn words_read_back_and_every_kind_has_a_sentence() {
    for &kind in Kind::ALL {
        assert_eq!(Kind::parse(kind.as_str()), Some(kind));
        let (text, path) = sentence(kind, &Facts::default());
        assert!(
            text.len() > 10 && path.starts_with('/'),
            "{kind:?}: {text} {path}"
        );
    }
    assert_eq!(Kind::parse("raffle"), None);
}

#[test]
fn a_sentence_names_people_books_and_dates() {
    let facts = Facts {
        trade: Some(dogear_domain::ids::TradeId(7)),
        who: "Ana".into(),
        what: "Emma for Solaris".into(),
        until: "Friday 27 November".into(),
        ..Facts::default()
    };
    let (text, path) = sentence(Kind::TradeProposed, &facts);
    assert_eq!(
        text,
        "Ana proposes a trade: Emma for Solaris. Answer by Friday 27 November."
    );
    assert_eq!(path, "/trades/7");
}
