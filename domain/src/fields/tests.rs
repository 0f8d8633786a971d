use super::names::confusable_key;
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
fn an_address_is_refused_from_one_character_too_many() {
    let host = |label: usize| format!("{}.example", "h".repeat(label));
    assert!(Email::parse(&format!("ana@{}", host(63))).is_ok());
    assert!(Email::parse(&format!("ana@{}", host(64))).is_err());
    assert!(Email::parse(&format!("{}@example.org", "a".repeat(64))).is_ok());
    assert!(Email::parse(&format!("{}@example.org", "a".repeat(65))).is_err());
    let long = |letters: usize| {
        let hosts = [host(63), host(63), "h".repeat(letters)].join(".");
        format!("{}@{hosts}.org", "a".repeat(60))
    };
    let rest = 254 - long(0).len();
    assert_eq!(long(rest).len(), 254);
    assert!(Email::parse(&long(rest)).is_ok());
    assert!(Email::parse(&long(rest + 1)).is_err());
}

#[test]
fn an_address_holds_nothing_odd() {
    for local in [
        "a b",
        "a\u{7}b",
        "a\u{200B}b",
        "a<b",
        "a,b",
        "a@b",
        ".ab",
        "ab.",
        "a..b",
        "",
    ] {
        let address = format!("{local}@example.org");
        assert!(Email::parse(&address).is_err(), "{address:?}");
    }
    for host in [
        "org", "a..org", "-a.org", "a-.org", "a_b.org", "a b.org", ".org",
    ] {
        let address = format!("ana@{host}");
        assert!(Email::parse(&address).is_err(), "{address:?}");
    }
    for address in [
        "a.b+c@example.org",
        "o'neil@a-b.example",
        "ana@b\u{fc}cher.example",
    ] {
        assert!(Email::parse(address).is_ok(), "{address:?}");
    }
}

#[test]
fn f08_no_name_passes_for_the_site_or_its_staff() {
    for name in [
        "Dogear",
        "DOGEAR",
        "Dog Ear",
        "dog-ear",
        "D0gear",
        "Dogear Moderators",
        "A moderator",
        "A m\u{200B}oderator",
        "А моderаtоr",
        "Ｍｏｄｅｒａｔｏｒ",
        "m o d e r a t o r",
        "Môdérâtor Bea",
        "Site Admin",
        "4dmin",
        "Support",
        "Help-Desk",
        "The staff",
        "Ann (@dogear)",
        "ann＠home",
    ] {
        assert!(DisplayName::parse(name).is_err(), "{name}");
    }
    for name in [
        "Ann",
        "Doge Arnold",
        "Admiral Nelson",
        "Falstaff",
        "Badminton Bea",
        "Modest M.",
        "Ωδή",
        "李白",
        "Ann 2",
    ] {
        assert!(DisplayName::parse(name).is_ok(), "{name}");
    }
    for handle in [
        "dogear_team",
        "the-moderator",
        "m0derat0r",
        "site_admin",
        "h-e-l-p-desk",
    ] {
        assert!(Handle::choose(handle).is_err(), "{handle}");
    }
    assert!(Handle::choose("falstaff").is_ok());
    for handle in ["former-12", "Former_12", "former12"] {
        assert!(Handle::choose(handle).is_err(), "{handle}");
    }
    assert!(Handle::choose("formerly").is_ok());
    assert_eq!(name_key("Bea Kinnear"), name_key("Ｂeа  Kіnnear."));
    assert_ne!(name_key("Bea Kinnear"), name_key("Bea Kinnard"));
}

#[test]
fn f09_what_is_filled_in_can_be_seen() {
    let unseen = [
        "\u{3164}",
        "\u{2800}",
        "\u{200B}",
        "\u{2060}",
        "\u{FFA0}",
        "\u{180E}",
        "\u{0301}",
        "\u{FE0F}",
        "\u{E0041}",
        "\u{00AD}",
        "\u{00A0}",
        "\u{3000}",
        "\u{115F}",
        " \u{0301}\u{200D} ",
    ];
    for text in unseen {
        assert!(DisplayName::parse(text).is_err(), "{text:?}");
        assert!(required_line(text, "the title", 60).is_err(), "{text:?}");
        assert!(required_text(text, "it", 60).is_err(), "{text:?}");
        assert_eq!(line(text, "your city", 60).as_deref(), Ok(""), "{text:?}");
        assert_eq!(super::text(text, "it", 60).as_deref(), Ok(""), "{text:?}");
    }
    assert!(DisplayName::parse("☕").is_err());
    for title in ["?", "!", "☕", "1", "ก", "한"] {
        assert!(required_line(title, "the title", 60).is_ok(), "{title}");
    }
}

#[test]
fn a12_accents_are_not_heaped() {
    let heap = |marks: usize| format!("Z{}algo", "\u{0301}\u{0316}".repeat(marks / 2));
    assert!(line(&heap(4), "your name", 60).is_ok());
    assert!(line(&heap(6), "your name", 60).is_err());
    // None of these becomes one with its letter.
    for (marks, fits) in [(4, true), (5, false)] {
        let name = format!("Z{}algo", "\u{0316}".repeat(marks));
        assert_eq!(line(&name, "your name", 60).is_ok(), fits, "{marks}");
    }
    assert!(text("Tiếng Việt, שָׁלוֹם, ที่นี่", "it", 60).is_ok());
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
        "Middle/Earth",
    ] {
        assert!(TimeZone::parse(text).is_err(), "{text:?}");
    }
    // In the browser the shape has to do.
    let long = "a".repeat(65);
    for (name, fits) in [
        ("America/Port-au-Prince", true),
        ("Etc/GMT+10", true),
        (&long[..64], true),
        (&long, false),
        ("", false),
        ("Europe/", false),
        ("Europe/7", false),
        ("Europe/Lis bon", false),
        ("Europe/Zürich", false),
    ] {
        assert_eq!(looks_like_zone(name), fits, "{name:?}");
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
    assert_eq!(title_key("L’Étranger"), "letranger");
    assert_eq!(title_key("Em\u{ad}ma"), "emma");
    assert_eq!(title_key("War&Peace"), "war and peace");
    assert_eq!(match_key(" ?! "), "?!");
    assert_eq!(match_key("Emma!"), "emma");
    for (word, common) in [("the", true), ("och", true), ("dune", false), ("", false)] {
        assert_eq!(is_common(word), common, "{word}");
    }
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
    let (long, fits, over) = ("a".repeat(40), "b".repeat(39), "b".repeat(40));
    assert_eq!(slugify(&format!("{long} {fits}")), format!("{long}-{fits}"));
    assert_eq!(slugify(&format!("{long} {over}")), long);
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
    assert_eq!(errors.clone().finish(Some(1)), Err(errors.clone()));
    assert_eq!(errors.clone().finish(None::<i32>), Err(errors.clone()));
    assert_eq!(FieldErrors::new().finish(Some(1)), Ok(1));
    let nothing = FieldErrors::new().finish(None::<i32>).unwrap_err();
    assert!(nothing.get("form").is_some());
    let one = FieldErrors::one("handle", "Taken.");
    assert_eq!((one.get("handle"), one.len()), (Some("Taken."), 1));
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

#[test]
fn a13_a_name_is_no_web_address() {
    for name in [
        "evil.example",
        "Win at evil.example/x",
        "http://evil.example",
        "hxxp://x",
        "WWW.evil",
        "ｗｗｗ．ｅｖｉｌ．ｅｘａｍｐｌｅ",
        "evil。example",
        "Ann bit.ly/x",
        "xn--e1a.xn--p1ai",
    ] {
        assert!(DisplayName::parse(name).is_err(), "{name}");
    }
    for name in [
        "J.R.R. Tolkien",
        "J. R. R. Tolkien",
        "Mary St. John",
        "Dr. Ann Lee",
        "A.S.Byatt",
        "Ann Lee...",
        "Ann/Bob",
        "Ann: reads",
    ] {
        assert!(DisplayName::parse(name).is_ok(), "{name}");
    }
}

#[test]
fn f10_a_domain_is_one_in_each_of_its_spellings() {
    for (spellings, deliverable) in [
        (
            &[
                "uta@bücher.example",
                "uta@BÜCHER.example",
                "Uta@xn--bcher-kva.example",
                "uta@XN--BCHER-KVA.Example",
                "uta@bu\u{308}cher.example",
            ][..],
            "uta@xn--bcher-kva.example",
        ),
        (
            &["ann@почта.рф", "ann@xn--80a1acny.xn--p1ai"],
            "ann@xn--80a1acny.xn--p1ai",
        ),
        (
            &["ben@mail.example", "BEN@Mail.Example"],
            "ben@mail.example",
        ),
    ] {
        let first = Email::parse(spellings[0]).unwrap();
        assert_eq!(first.deliverable(), deliverable);
        for spelling in spellings {
            let email = Email::parse(spelling).unwrap();
            assert_eq!(email.key(), first.key(), "{spelling}");
            assert_eq!(email.as_str(), *spelling);
        }
    }
    for none in ["ann@xn--.example", "ann@xn--zzzzzzzzzz99.example"] {
        assert!(Email::parse(none).is_err(), "{none}");
    }
}
