//! What operators may say, and what they are told.

use clap::Parser;

use super::*;

#[derive(Parser)]
struct Cli {
    #[command(flatten)]
    config: Config,
}

fn parse(arguments: &[&str]) -> Config {
    Cli::parse_from(std::iter::once(&"dogear").chain(arguments)).config
}

#[test]
fn production_refuses_defaults_and_names_each_mistake() {
    let mistakes = parse(&["--production"]).mistakes();
    for name in ["DOGEAR_SECRET_KEY", "DOGEAR_BASE_URL", "DOGEAR_SMTP_URL"] {
        assert!(
            mistakes.iter().any(|m| m.contains(name)),
            "{name}: {mistakes:?}"
        );
    }
    assert!(parse(&[]).mistakes().is_empty());
}

#[test]
fn a21_a_site_that_others_reach_is_in_production() {
    for listen in [
        "0.0.0.0:3000",
        "[::]:80",
        "192.0.2.7:1",
        "[::ffff:192.0.2.7]:1",
    ] {
        let mistakes = parse(&["--listen", listen]).mistakes();
        assert_eq!(mistakes.len(), 1, "{listen}: {mistakes:?}");
        assert!(mistakes[0].contains("DOGEAR_PRODUCTION"), "{mistakes:?}");
        let mistakes = parse(&["--listen", listen, "--production"]).mistakes();
        assert!(
            !mistakes.iter().any(|said| said.contains("DOGEAR_LISTEN")),
            "{mistakes:?}"
        );
    }
    for listen in [
        "127.0.0.1:3000",
        "127.0.0.2:0",
        "[::1]:80",
        "[::ffff:127.0.0.1]:80",
    ] {
        assert!(
            parse(&["--listen", listen]).mistakes().is_empty(),
            "{listen}"
        );
    }
}

#[test]
fn c10_production_refuses_loosened_limits() {
    let of = |arguments: &[&str]| {
        let mistakes = parse(arguments).mistakes();
        mistakes
            .iter()
            .filter(|said| said.contains("RATE_LIMIT"))
            .count()
    };
    let loosened = ["--rate-limit-factor", "1000"];
    assert_eq!(of(&loosened), 0, "load tests");
    assert_eq!(of(&[&loosened[..], &["--production"]].concat()), 1);
    assert_eq!(of(&["--production"]), 0);
}

#[test]
fn google_is_asked_with_id_and_secret_and_in_production_itself() {
    let id = ["--google-client-id", "books.example"];
    let secret = ["--google-client-secret", "a secret of theirs"];
    let both = [id, secret].concat();
    for half in [id, secret] {
        let mistakes = parse(&half).mistakes();
        assert_eq!(mistakes.len(), 1, "{mistakes:?}");
        assert!(!mistakes[0].contains("a secret of theirs"), "{mistakes:?}");
        assert!(parse(&half).google().is_none());
    }
    assert!(parse(&both).mistakes().is_empty());
    let google = parse(&both).google().expect("both are there");
    assert!(!format!("{google:?}").contains("a secret of theirs"));
    let empty = ["--google-client-id", "", "--google-client-secret", " "];
    assert!(parse(&empty).mistakes().is_empty() && parse(&empty).google().is_none());
    let instead = |url| [&both[..], &["--google-url", url]].concat();
    assert!(parse(&instead("http://127.0.0.1:9")).mistakes().is_empty());
    for url in ["https://google.example", "http://192.0.2.7"] {
        assert_eq!(parse(&instead(url)).mistakes().len(), 1, "{url}");
    }
    let live = [&instead("http://127.0.0.1:9")[..], &["--production"]].concat();
    let named = |said: &String| said.contains("DOGEAR_GOOGLE_URL");
    assert!(parse(&live).mistakes().iter().any(named));
}

#[test]
fn money_is_paid_online_with_key_and_secret_and_in_production_itself() {
    let key = ["--stripe-secret-key", "sk of theirs"];
    let secret = ["--stripe-webhook-secret", "whsec old, whsec new"];
    let both = [key, secret].concat();
    for half in [key, secret] {
        let mistakes = parse(&half).mistakes();
        assert_eq!(mistakes.len(), 1, "{mistakes:?}");
        assert!(!mistakes[0].contains("of theirs"), "{mistakes:?}");
        assert!(parse(&half).payments().is_none());
    }
    assert!(parse(&both).mistakes().is_empty());
    let payments = parse(&both).payments().expect("both are there");
    assert_eq!(payments.webhook_secrets, ["whsec old", "whsec new"]);
    let shown = format!("{payments:?}");
    assert!(
        !shown.contains("whsec") && !shown.contains("of theirs"),
        "{shown}"
    );
    let three = [key, ["--stripe-webhook-secret", "a,b,c"]].concat();
    assert_eq!(parse(&three).mistakes().len(), 1);
    let empty = ["--stripe-secret-key", "", "--stripe-webhook-secret", " , "];
    assert!(parse(&empty).mistakes().is_empty() && parse(&empty).payments().is_none());
    let live = [
        &both[..],
        &["--stripe-url", "http://127.0.0.1:9", "--production"],
    ]
    .concat();
    let named = |said: &String| said.contains("DOGEAR_STRIPE_URL");
    assert!(parse(&live).mistakes().iter().any(named));
}

#[test]
fn a_wrong_url_is_named() {
    let config = parse(&[
        "--database-url",
        "mysql://x",
        "--redis-url",
        "http://x",
        "--base-url",
        "ftp://x",
    ]);
    assert_eq!(config.mistakes().len(), 3);
}

#[test]
fn c01_encryption_that_cannot_be_kept_is_refused_in_words() {
    for (flag, url) in [
        ("--redis-url", "rediss://user:secret@redis.example:6380/0"),
        (
            "--database-url",
            "postgres://u@db.example/dogear?sslmode=require",
        ),
        (
            "--database-url",
            "postgres://u@db.example/dogear?ssl-mode=verify-ca",
        ),
        (
            "--database-url",
            "postgresql://u@db.example/dogear?sslmode=verify-full",
        ),
        (
            "--database-url",
            "postgres://u@db.example/dogear?sslmode=sometimes",
        ),
    ] {
        let mistakes = parse(&[flag, url]).mistakes();
        assert_eq!(mistakes.len(), 1, "{url}: {mistakes:?}");
        let said = url.ends_with("sometimes") || mistakes[0].contains("does not speak TLS");
        assert!(said && !mistakes[0].contains("secret"), "{mistakes:?}");
    }
    for (flag, url) in [
        ("--redis-url", "redis://user:secret@127.0.0.1:6379/0"),
        ("--database-url", "postgres://u@localhost/dogear"),
        (
            "--database-url",
            "postgres://u@localhost/dogear?sslmode=prefer",
        ),
        (
            "--database-url",
            "postgres://u@localhost/dogear?sslmode=disable",
        ),
    ] {
        assert!(parse(&[flag, url]).mistakes().is_empty(), "{url}");
    }
}

#[test]
fn mail_settings_and_log_filters_that_cannot_be_used_are_named() {
    for (flag, wrong, right) in [
        (
            "--smtp-url",
            "mail.example.org",
            "smtps://u:p@mail.example.org",
        ),
        (
            "--smtp-url",
            "https://mail.example.org",
            "smtp://127.0.0.1:25",
        ),
        ("--mail-from", "Dogear", "Dogear <post@dogear.example>"),
        ("--mail-from", "Dogear <post@>", "post@dogear.example"),
        (
            "--lookup-url",
            "ftp://catalogue.example",
            "https://catalogue.example",
        ),
        (
            "--lookup-url",
            "https://me@catalogue.example",
            "http://127.0.0.1:8080/mirror/",
        ),
        ("--contact", "nobody", "hello@example.org"),
        (
            "--contact",
            "http://example.org/contact",
            "https://example.org/contact",
        ),
        ("--log", "inof", "info"),
        ("--log", "info,sqlx=loud", "info,sqlx=debug"),
        ("--log", "", "warn,dogear_server::jobs=trace"),
    ] {
        let mistakes = parse(&[flag, wrong]).mistakes();
        assert_eq!(mistakes.len(), 1, "{flag} {wrong}: {mistakes:?}");
        let name = flag
            .trim_start_matches("--")
            .replace('-', "_")
            .to_uppercase();
        assert!(mistakes[0].contains(&name), "{mistakes:?}");
        let mistakes = parse(&[flag, right]).mistakes();
        assert!(mistakes.is_empty(), "{flag} {right}: {mistakes:?}");
    }
}

#[test]
fn production_refuses_addresses_over_which_cookies_travel_unprotected() {
    let of = |url| {
        let secret = "a-secret-of-more-than-thirty-two-characters";
        let smtp = "smtp://127.0.0.1:25";
        parse(&[
            "--production",
            "--secret-key",
            secret,
            "--smtp-url",
            smtp,
            "--base-url",
            url,
        ])
        .mistakes()
    };
    for url in ["http://dogear.example", "http://192.0.2.7:3000"] {
        let mistakes = of(url);
        assert!(
            mistakes.len() == 1 && mistakes[0].contains("unprotected"),
            "{url}: {mistakes:?}"
        );
    }
    for url in [
        "https://dogear.example",
        "http://localhost:3000",
        "http://[::1]:3000",
    ] {
        assert!(of(url).is_empty(), "{url}: {:?}", of(url));
    }
}
