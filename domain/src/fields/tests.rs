use super::*;
use proptest::prelude::*;

#[test]
fn spellings_of_one_address_have_one_key() {
    let key = |text| Email::parse(text).unwrap().key();
    assert_eq!(key(" Ana@Example.ORG "), "ana@example.org");
    assert_eq!(key("ａｎａ@example.org"), key("ana@example.org"));
    assert_eq!(
        Email::parse(" Ana@Example.ORG ").unwrap().as_str(),
        "Ana@Example.ORG"
    );
}

#[test]
fn addresses_without_shape_are_refused() {
    for text in [
        "",
        "ana",
        "ana@",
        "@example.org",
        "ana@localhost",
        "a b@example.org",
        "ana@exa mple.org",
        "ana@.org",
        "ana@example..org",
        "a..b@example.org",
        "ana@example.org\r\nBcc: x@example.org",
        "<ana@example.org>",
        "ana@-a.org",
        "a@b@c.org",
        "ana@example.org, bo@example.org",
    ] {
        assert!(Email::parse(text).is_err(), "{text:?}");
    }
    assert!(Email::parse(&format!("a@{}.org", "b".repeat(260))).is_err());
    assert!(Email::parse("o'neil+books@sub.example.co.uk").is_ok());
    assert!(Email::parse("jörg@bücher.example").is_ok());
}

#[test]
fn handles_that_look_alike_have_one_key() {
    let key = |text| Handle::parse(text).unwrap().key();
    for twin in [
        "ANA_LEAL",
        "ana-leal",
        "ana1eal",
        "anaieal",
        "@ana_leal",
        "ａｎａleal",
    ] {
        assert_eq!(key(twin), key("ana_leal"), "{twin}");
    }
    assert_eq!(key("corner"), key("comer"));
    assert_ne!(key("bruno"), key("bruna"));
    assert_eq!(Handle::parse(" Ana_Leal ").unwrap().as_str(), "Ana_Leal");
}

#[test]
fn handles_follow_the_rules() {
    let long = "a".repeat(31);
    for text in [
        "", "ab", "1ana", "_ana", "ana leal", "ana.leal", "аna", "élo", &long,
    ] {
        assert!(Handle::parse(text).is_err(), "{text:?}");
    }
    for text in [
        "admin",
        "Adm1n",
        "ad-min",
        "adrnin",
        "D0gear",
        "settings",
        "moderator",
    ] {
        let problem = Handle::parse(text).unwrap_err().to_string();
        assert!(problem.contains("reserved"), "{text}: {problem}");
    }
    assert!(Handle::parse(&"a".repeat(30)).is_ok());
}

#[test]
fn text_is_cleaned() {
    assert_eq!(text(" a\r\nb\rc\td ", "it", 9), Ok("a\nb\nc\td".into()));
    assert_eq!(
        text("safe\u{202E}gnp.exe", "it", 90),
        Ok("safegnp.exe".into())
    );
    assert_eq!(text("e\u{301}", "it", 1), Ok("é".into()));
    assert!(text("a\0b", "it", 9).is_err());
    assert!(text("a\u{1b}[31m", "it", 9).is_err());
    assert_eq!(text("", "it", 9), Ok(String::new()));
    assert_eq!(line("a \n  b", "it", 9), Ok("a b".into()));
    let problem = text("abcdef", "your message", 5).unwrap_err().to_string();
    assert_eq!(
        problem,
        "Shorten your message to 5 characters. It has 6 now."
    );
    assert_eq!(
        required_line(" ", "the title", 5).unwrap_err().to_string(),
        "Enter the title."
    );
    assert!(required_text("\u{200E}", "it", 5).is_err());
    assert!(text(&"x".repeat(100_000), "it", 5).is_err());
}

#[test]
fn names_and_zones_and_passwords() {
    assert_eq!(
        DisplayName::parse(" Ana  Leal ").unwrap().as_str(),
        "Ana Leal"
    );
    assert!(DisplayName::parse(" \u{202E} ").is_err());
    assert!(DisplayName::parse(&"é".repeat(60)).is_ok());
    assert!(DisplayName::parse(&"é".repeat(61)).is_err());

    assert_eq!(
        TimeZone::parse("Europe/Lisbon").unwrap().as_str(),
        "Europe/Lisbon"
    );
    assert!(TimeZone::parse("UTC").is_ok());
    for text in [
        "",
        "../etc/passwd",
        "/etc/passwd",
        "Europe/",
        "Europe/Lis bon",
    ] {
        assert!(TimeZone::parse(text).is_err(), "{text:?}");
    }

    for (length, fits) in [(0, false), (7, false), (8, true), (256, true), (257, false)] {
        assert_eq!(
            check_password_length(&"ü".repeat(length)).is_ok(),
            fits,
            "{length}"
        );
    }
    assert!(check_password_length(&"🙂".repeat(256)).is_ok());
    assert!(check_password_length(&"a".repeat(1025)).is_err());
}

#[test]
fn titles_fold_and_sort() {
    assert_eq!(title_key("L’Étranger"), title_key("l'etranger"));
    assert_eq!(title_key("  War   & Peace! "), "war and peace");
    assert_eq!(title_key("War&Peace"), "war and peace");
    assert_eq!(title_key("Straße nach Łódź"), "strasse nach lodz");
    assert_eq!(
        title_key("Преступление и наказание"),
        "преступление и наказание"
    );
    assert_eq!(without_article("the dispossessed"), "dispossessed");
    assert_eq!(without_article("the"), "the");
    assert_eq!(without_article("theory"), "theory");
    assert_eq!(slugify("Cien años de soledad"), "cien-anos-de-soledad");
    assert_eq!(slugify("?!"), "-");
    assert_eq!(slugify("戦争と平和"), "戦争と平和");
    assert!(slugify(&"word ".repeat(50)).len() <= 80);
    assert!(slugify(&"ж".repeat(500)).len() <= 80);
}

#[test]
fn inverted_names_are_turned() {
    assert_eq!(turned("Austen, Jane"), "Jane Austen");
    assert_eq!(
        turned("King, Martin Luther, Jr."),
        "Martin Luther King, Jr."
    );
    assert_eq!(turned("Plato"), "Plato");
    assert_eq!(turned(", ,"), "");
}

#[test]
fn form_errors_keep_their_order() {
    let mut errors = FieldErrors::new();
    let email = errors.take("email", Email::parse("x"));
    let name = errors.take("name", DisplayName::parse("Ana"));
    errors.add("handle", "Taken.");
    assert!(email.is_none() && name.is_some());
    assert_eq!(
        errors.iter().map(|(field, _)| field).collect::<Vec<_>>(),
        ["email", "handle"]
    );
    assert_eq!(errors.get("handle"), Some("Taken."));
    assert_eq!(errors.len(), 2);
    assert!(errors.clone().finish(Some(1)).is_err());
    assert_eq!(FieldErrors::new().finish(Some(1)), Ok(1));
    assert!(FieldErrors::new().finish(None::<i32>).is_err());
    let json = serde_json::to_string(&errors).unwrap();
    assert_eq!(serde_json::from_str::<FieldErrors>(&json).unwrap(), errors);
}

proptest! {
    #[test]
    fn keys_are_stable(input in ".{0,60}") {
        let key = title_key(&input);
        prop_assert_eq!(title_key(&key), key.clone());
        prop_assert!(!slugify(&input).is_empty());
        if let Ok(email) = Email::parse(&input) {
            prop_assert_eq!(fold_case(&email.key()), email.key());
        }
        if let Ok(handle) = Handle::parse(&input) {
            prop_assert_eq!(confusable_key(&handle.key()), handle.key());
        }
        if let Ok(cleaned) = text(&input, "it", 60) {
            prop_assert!(!cleaned.chars().any(is_direction_control));
            prop_assert_eq!(text(&cleaned, "it", 60), Ok(cleaned.clone()));
        }
    }
}
