//! Accounts on a real PostgreSQL and Redis.

mod admins;
mod leaving;

use dogear_domain::accounts::Role;
use dogear_domain::ids::UserId;
use jiff::SignedDuration;

use super::operator::{self, NewAccount};
use super::*;
use crate::testing::TestSite;
use crate::{Actor, Cx, Error};

const PASSWORD: &str = "lantern gravel ostrich";
const OTHER: &str = "walnut ferry umbrella";

fn registration(email: &str, handle: &str) -> Registration {
    Registration {
        email: email.into(),
        handle: handle.into(),
        display_name: "Wren Aldous".into(),
        password: PASSWORD.into(),
    }
}

fn credentials(login: &str, password: &str) -> Credentials {
    Credentials {
        login: login.into(),
        password: password.into(),
    }
}

/// An account whose address is confirmed and whose password is [`PASSWORD`].
async fn account(site: &TestSite, handle: &str, role: Role) -> UserId {
    let new = NewAccount {
        email: format!("{handle}@readers.test"),
        handle: handle.into(),
        display_name: handle.into(),
        password: PASSWORD.into(),
        role,
    };
    operator::create(&site.visitor(), &new).await.unwrap()
}

/// Calls signed in as somebody who has just logged in.
async fn logged_in(site: &TestSite, handle: &str) -> Cx {
    let session = log_in(&site.visitor(), &credentials(handle, PASSWORD))
        .await
        .unwrap();
    let actor = alive(site, session).await.unwrap();
    Cx {
        actor: Some(actor),
        ..site.visitor()
    }
}

async fn alive(site: &TestSite, session: uuid::Uuid) -> Option<Actor> {
    sessions::actor(&site.services, session).await.unwrap()
}

async fn count(site: &TestSite, sql: &'static str) -> i64 {
    sqlx::query_scalar(sql)
        .fetch_one(&site.services.db)
        .await
        .unwrap()
}

/// The token in the last mail to `to` with a link to `path`.
async fn token(site: &TestSite, to: &str, path: &str) -> String {
    let start = format!("http://dogear.test{path}");
    let bodies: Vec<String> =
        sqlx::query_scalar("select text_body from mails where to_address = $1 order by id desc")
            .bind(to)
            .fetch_all(&site.services.db)
            .await
            .unwrap();
    bodies
        .iter()
        .find_map(|body| body.split_once(&start))
        .and_then(|(_, rest)| rest.split_whitespace().next())
        .unwrap_or_else(|| panic!("no link to {path} was sent to {to}"))
        .to_owned()
}

async fn mails_to(site: &TestSite, to: &str) -> Vec<String> {
    sqlx::query_scalar("select kind from mails where to_address = $1 order by id")
        .bind(to)
        .fetch_all(&site.services.db)
        .await
        .unwrap()
}

fn field(error: &Error) -> &str {
    match error {
        Error::Invalid(errors) => errors.iter().next().unwrap().0,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_reader_registers_confirms_and_logs_in() {
    let site = TestSite::new().await;
    let cx = site.visitor();
    register(&cx, None, &registration("Wren@Example.org", "wren"))
        .await
        .unwrap();
    let before = log_in(&cx, &credentials("wren", PASSWORD))
        .await
        .unwrap_err();
    assert_eq!(field(&before), "login");

    let token = token(&site, "Wren@Example.org", "/verify/").await;
    assert!(can_confirm(&cx, &token).await.unwrap());
    assert!(
        can_confirm(&cx, &token).await.unwrap(),
        "looking uses nothing up"
    );
    confirm_address(&cx, &token).await.unwrap();
    assert!(!can_confirm(&cx, &token).await.unwrap());

    for login in ["wren", "@WREN", " wren@example.ORG ", "Ｗren@example.org"] {
        let session = log_in(&cx, &credentials(login, PASSWORD)).await.unwrap();
        let actor = alive(&site, session).await.unwrap();
        assert_eq!((actor.handle.as_str(), actor.verified), ("wren", true));
    }
    site.run_jobs().await;
    let sent = site.catcher.messages();
    assert_eq!(sent.len(), 1);
    assert_eq!(sent[0].subject, "Confirm your e-mail address");
}

#[tokio::test]
async fn what_is_wrong_is_said_per_field() {
    let site = TestSite::new().await;
    let cx = site.visitor();
    let form = Registration {
        email: "nowhere".into(),
        handle: "w".into(),
        display_name: String::new(),
        password: "wrenwren".into(),
    };
    let Err(Error::Invalid(errors)) = register(&cx, None, &form).await else {
        panic!("accepted")
    };
    for name in ["email", "handle", "display_name", "password"] {
        assert!(errors.get(name).is_some(), "{name}");
    }
    account(&site, "wren", Role::Member).await;
    let taken = register(&cx, None, &registration("b@example.org", "WREN"))
        .await
        .unwrap_err();
    let Error::Invalid(errors) = taken else {
        panic!("{taken:?}")
    };
    assert!(
        errors
            .get("handle")
            .unwrap()
            .contains("“WREN_reads” is free"),
        "{errors:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn one_address_makes_one_account_however_it_is_spelled() {
    let site = TestSite::new().await;
    let spellings = [
        "kelvin@example.org",
        "KELVIN@EXAMPLE.ORG",
        "\u{212a}elvin@example.org",
        "ｋelvin@example.org",
        " kelvin@Example.Org ",
    ];
    let tries: Vec<_> = (0..50)
        .map(|number| {
            let cx = site.visitor();
            let form = registration(spellings[number % 5], &format!("reader{}", letters(number)));
            tokio::spawn(async move { register_at_last(&cx, &form).await })
        })
        .collect();
    for one in tries {
        one.await.unwrap().unwrap();
    }
    assert_eq!(count(&site, "select count(*) from users").await, 1);
    let confirmations = count(
        &site,
        "select count(*) from mails where kind = 'verify_email'",
    )
    .await;
    let notices = count(
        &site,
        "select count(*) from mails where kind = 'already_registered'",
    )
    .await;
    assert_eq!((confirmations, notices), (1, 49));
}

/// Registers, waiting out the limits: here it is the database that has to hold.
async fn register_at_last(cx: &Cx, form: &Registration) -> crate::Result<()> {
    loop {
        match register(cx, None, form).await {
            Err(Error::TooMany { .. }) => {
                tokio::time::sleep(std::time::Duration::from_millis(20)).await;
            }
            other => return other,
        }
    }
}

/// Numbers as letters that no two handles confuse.
fn letters(number: usize) -> String {
    let letter = |digit: usize| char::from(b"abcdefghjk"[digit]);
    [letter(number / 10), letter(number % 10)].iter().collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn one_handle_is_given_once_however_it_is_spelled() {
    let site = TestSite::new().await;
    let spellings = [
        "milo_reads",
        "MILO_READS",
        "mi1o-reads",
        "Milo_Reads",
        "mil0reads",
    ];
    let tries: Vec<_> = (0..50)
        .map(|number| {
            let cx = site.visitor();
            let form = registration(&format!("r{number}@example.org"), spellings[number % 5]);
            tokio::spawn(async move { register_at_last(&cx, &form).await })
        })
        .collect();
    let mut made = 0;
    for one in tries {
        match one.await.unwrap() {
            Ok(()) => made += 1,
            Err(error) => assert_eq!(field(&error), "handle"),
        }
    }
    assert_eq!(made, 1);
    assert_eq!(count(&site, "select count(*) from users").await, 1);
}

#[tokio::test]
async fn the_same_form_counts_once() {
    let site = TestSite::new().await;
    let cx = site.visitor();
    let key = Some(crate::db::IdempotencyKey(uuid::Uuid::new_v4()));
    let form = registration("wren@example.org", "wren");
    register(&cx, key, &form).await.unwrap();
    register(&cx, key, &form).await.unwrap();
    assert_eq!(mails_to(&site, "wren@example.org").await, ["verify_email"]);
}

#[tokio::test]
async fn nothing_tells_whether_an_address_is_known() {
    let site = TestSite::new().await;
    let cx = site.visitor();
    account(&site, "known", Role::Member).await;
    let (known, unknown) = ("known@readers.test", "unknown@readers.test");

    // Registering: the same answer, and the handle is gone either way.
    register(&cx, None, &registration(known, "firsthandle"))
        .await
        .unwrap();
    register(&cx, None, &registration(unknown, "secondhandle"))
        .await
        .unwrap();
    for handle in ["firsthandle", "secondhandle"] {
        let again = register(&cx, None, &registration("else@readers.test", handle)).await;
        assert_eq!(field(&again.unwrap_err()), "handle", "{handle}");
        let entry = log_in(&cx, &credentials(handle, PASSWORD)).await;
        assert_eq!(field(&entry.unwrap_err()), "login", "{handle}");
    }
    assert_eq!(mails_to(&site, known).await, ["already_registered"]);

    // Logging in: one sentence for everything.
    let mut sentences = Vec::new();
    for (login, password) in [
        (known, "wrong password here"),
        ("nobody@readers.test", PASSWORD),
        ("known", "wrong"),
        ("nobody", PASSWORD),
        ("@", PASSWORD),
        (unknown, PASSWORD),
        (unknown, "wrong"),
    ] {
        let error = log_in(&cx, &credentials(login, password))
            .await
            .unwrap_err();
        let Error::Invalid(errors) = error else {
            panic!("{error:?}")
        };
        sentences.push(errors);
    }
    sentences.dedup();
    assert_eq!(sentences.len(), 1);

    // Asking for links: the same job, and mail only to whom it concerns.
    for email in [known, "stranger@readers.test"] {
        ask_for_reset(&cx, None, email).await.unwrap();
        ask_for_confirmation(&cx, None, email).await.unwrap();
    }
    assert_eq!(
        count(
            &site,
            "select count(*) from outbox where kind = 'send_account_link'"
        )
        .await,
        4
    );
    site.run_jobs().await;
    assert_eq!(
        mails_to(&site, known).await,
        ["already_registered", "reset_password"]
    );
    assert!(mails_to(&site, "stranger@readers.test").await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_works_once_also_for_fifty_at_once() {
    let site = TestSite::new().await;
    let cx = site.visitor();
    account(&site, "wren", Role::Member).await;
    ask_for_reset(&cx, None, "wren@readers.test").await.unwrap();
    site.run_jobs().await;
    let token = token(&site, "wren@readers.test", "/reset/").await;
    let tries: Vec<_> = (0..50)
        .map(|_| {
            let (cx, token) = (cx.clone(), token.clone());
            tokio::spawn(async move { reset_password(&cx, &token, OTHER).await })
        })
        .collect();
    let mut done = 0;
    for one in tries {
        match one.await.unwrap() {
            Ok(()) => done += 1,
            Err(Error::NotFound | Error::TooMany { .. }) => {}
            Err(error) => panic!("{error:?}"),
        }
    }
    assert_eq!(done, 1);
    let stored: Vec<Vec<u8>> = sqlx::query_scalar("select token_sha256 from auth_tokens")
        .fetch_all(cx.db())
        .await
        .unwrap();
    assert!(
        stored
            .iter()
            .all(|hash| hash.len() == 32 && hash != token.as_bytes())
    );
    assert!(log_in(&cx, &credentials("wren", PASSWORD)).await.is_err());
    log_in(&cx, &credentials("wren", OTHER)).await.unwrap();
}

#[tokio::test]
async fn a_reset_link_runs_out_and_a_newer_one_replaces_it() {
    let site = TestSite::new().await;
    let cx = site.visitor();
    account(&site, "wren", Role::Member).await;
    let to = "wren@readers.test";
    ask_for_reset(&cx, None, to).await.unwrap();
    site.run_jobs().await;
    let first = token(&site, to, "/reset/").await;
    ask_for_reset(&cx, None, to).await.unwrap();
    site.run_jobs().await;
    let second = token(&site, to, "/reset/").await;
    assert_ne!(first, second);
    assert!(!can_reset(&cx, &first).await.unwrap());
    assert!(can_reset(&cx, &second).await.unwrap());
    // A token for one use is none for another.
    assert!(!can_confirm(&cx, &second).await.unwrap());

    site.advance(SignedDuration::from_mins(59));
    assert!(can_reset(&cx, &second).await.unwrap());
    site.advance(SignedDuration::from_mins(2));
    assert!(!can_reset(&cx, &second).await.unwrap());
    let late = reset_password(&cx, &second, OTHER).await;
    assert!(matches!(late, Err(Error::NotFound)), "{late:?}");
}

#[tokio::test]
async fn a_reset_ends_every_session_and_opens_none() {
    let site = TestSite::new().await;
    account(&site, "wren", Role::Member).await;
    let wren = logged_in(&site, "wren").await;
    ask_for_reset(&wren, None, "wren@readers.test")
        .await
        .unwrap();
    site.run_jobs().await;
    let token = token(&site, "wren@readers.test", "/reset/").await;
    let weak = reset_password(&wren, &token, "wren1234").await.unwrap_err();
    assert_eq!(field(&weak), "password");
    reset_password(&wren, &token, OTHER).await.unwrap();
    let session = wren.actor.as_ref().unwrap().session;
    assert_eq!(alive(&site, session).await, None);
    assert_eq!(
        count(
            &site,
            "select count(*) from user_sessions where ended_at is null"
        )
        .await,
        0
    );
}

#[tokio::test]
async fn a_new_password_ends_the_other_sessions_with_or_without_redis() {
    let site = TestSite::new().await;
    account(&site, "wren", Role::Member).await;
    let here = logged_in(&site, "wren").await;
    let elsewhere = [
        logged_in(&site, "wren").await,
        logged_in(&site, "wren").await,
    ];
    // What another process may have missed: rows still open, but of the old version.
    let wrong = NewPassword {
        current: "not the password".into(),
        password: OTHER.into(),
    };
    assert_eq!(
        field(&change_password(&here, None, &wrong).await.unwrap_err()),
        "current"
    );
    let right = NewPassword {
        current: PASSWORD.into(),
        password: OTHER.into(),
    };
    change_password(&here, None, &right).await.unwrap();
    sqlx::query("update user_sessions set ended_at = null")
        .execute(here.db())
        .await
        .unwrap();
    site.flush_redis().await;
    let session = |cx: &Cx| cx.actor.as_ref().unwrap().session;
    assert!(alive(&site, session(&here)).await.is_some());
    for other in &elsewhere {
        assert_eq!(alive(&site, session(other)).await, None);
    }
    site.run_jobs().await;
    assert_eq!(
        mails_to(&site, "wren@readers.test").await,
        [crate::notifications::Kind::Security.as_str()]
    );
    log_in(&here, &credentials("wren", OTHER)).await.unwrap();
}

#[tokio::test]
async fn sessions_are_listed_and_ended_by_their_owner_only() {
    let site = TestSite::new().await;
    account(&site, "wren", Role::Member).await;
    account(&site, "milo", Role::Member).await;
    let here = logged_in(&site, "wren").await;
    let there = logged_in(&site, "wren").await;
    let milo = logged_in(&site, "milo").await;
    let listed = sessions::list(&here).await.unwrap();
    assert_eq!(listed.len(), 2);
    assert!(listed[0].this_one && !listed[1].this_one);

    let session = there.actor.as_ref().unwrap().session;
    let others = sessions::end_one(&milo, session).await;
    assert!(matches!(others, Err(Error::NotFound)));
    sessions::end_one(&here, session).await.unwrap();
    assert_eq!(alive(&site, session).await, None);

    let third = logged_in(&site, "wren").await;
    assert_eq!(sessions::end_others(&here).await.unwrap(), 1);
    let third = third.actor.as_ref().unwrap().session;
    assert_eq!(alive(&site, third).await, None);
    log_out(&here).await.unwrap();
    let here = here.actor.as_ref().unwrap().session;
    assert_eq!(alive(&site, here).await, None);
    assert!(
        alive(&site, milo.actor.as_ref().unwrap().session)
            .await
            .is_some()
    );
}

#[tokio::test]
async fn an_address_changes_when_the_new_one_confirms_and_the_old_one_is_told() {
    let site = TestSite::new().await;
    account(&site, "wren", Role::Member).await;
    account(&site, "milo", Role::Member).await;
    let wren = logged_in(&site, "wren").await;
    let refused = request_email_change(&wren, None, "new@readers.test", "wrong").await;
    assert_eq!(field(&refused.unwrap_err()), "email_password");

    request_email_change(&wren, None, "new@readers.test", PASSWORD)
        .await
        .unwrap();
    assert_eq!(
        mails_to(&site, "wren@readers.test").await,
        ["email_change_notice"]
    );
    let link = token(&site, "new@readers.test", "/email/").await;
    assert_eq!(
        new_address(&wren, &link).await.unwrap().as_deref(),
        Some("new@readers.test")
    );
    confirm_email_change(&site.visitor(), &link).await.unwrap();
    let again = confirm_email_change(&site.visitor(), &link).await;
    assert!(matches!(again, Err(Error::NotFound)));
    log_in(&wren, &credentials("new@readers.test", PASSWORD))
        .await
        .unwrap();

    // Somebody else's address: the same answer, and its owner is told.
    request_email_change(&wren, None, "MILO@readers.test", PASSWORD)
        .await
        .unwrap();
    assert_eq!(
        mails_to(&site, "MILO@readers.test").await,
        Vec::<String>::new()
    );
    assert_eq!(
        mails_to(&site, "milo@readers.test").await,
        ["already_registered"]
    );

    // Taken between asking and confirming.
    request_email_change(&wren, None, "late@readers.test", PASSWORD)
        .await
        .unwrap();
    let link = token(&site, "late@readers.test", "/email/").await;
    account(&site, "late", Role::Member).await;
    let late = confirm_email_change(&wren, &link).await;
    assert!(matches!(late, Err(Error::Conflict(_))), "{late:?}");
}

#[tokio::test]
async fn suspended_readers_log_in_and_start_nothing() {
    let site = TestSite::new().await;
    let id = account(&site, "wren", Role::Member).await;
    sqlx::query("update users set status = 'suspended', suspension_reason = 'spam' where id = $1")
        .bind(id)
        .execute(&site.services.db)
        .await
        .unwrap();
    let wren = logged_in(&site, "wren").await;
    assert!(wren.reader().is_ok());
    assert!(matches!(wren.member(), Err(Error::Forbidden(_))));
    profile(&wren).await.unwrap();
}

#[tokio::test]
async fn guesses_are_limited_per_place_and_do_not_keep_the_owner_out() {
    let site = TestSite::with(|settings| settings.rate_limit_factor = 1).await;
    account(&site, "wren", Role::Member).await;
    let guesser = site.visitor();
    for _ in 0..10 {
        let error = log_in(&guesser, &credentials("wren", "guess")).await;
        assert_eq!(field(&error.unwrap_err()), "login");
    }
    let error = log_in(&guesser, &credentials("wren", "guess")).await;
    assert!(matches!(error, Err(Error::TooMany { .. })), "{error:?}");
    let mut owner = site.visitor();
    owner.ip = "2001:db8:1:2::3".parse().unwrap();
    log_in(&owner, &credentials("wren", PASSWORD))
        .await
        .unwrap();
}

#[tokio::test]
async fn a_profile_is_saved_and_checked() {
    let site = TestSite::new().await;
    let ann = site.member("ann").await;
    let form = ProfileForm {
        display_name: " Ann  Lee ".into(),
        city: "Porto".into(),
        region: "Norte".into(),
        country: "PT".into(),
        about: "Long novels.\r\nShort trains.".into(),
        time_zone: "Europe/Lisbon".into(),
    };
    save_profile(&ann, &form).await.unwrap();
    let saved = profile(&ann).await.unwrap();
    assert_eq!(saved.display_name, "Ann Lee");
    assert_eq!(
        (saved.country.as_str(), saved.about.as_str()),
        ("PT", "Long novels.\nShort trains.")
    );
    let wrong = ProfileForm {
        country: "Portugal".into(),
        time_zone: "Mars/Olympus".into(),
        ..form
    };
    let Err(Error::Invalid(errors)) = save_profile(&ann, &wrong).await else {
        panic!("accepted")
    };
    assert!(errors.get("country").is_some() && errors.get("time_zone").is_some());

    let today = ann.now().to_zoned(jiff::tz::TimeZone::UTC).date();
    let next_week = today + SignedDuration::from_hours(24 * 7);
    set_away(&ann, &next_week.to_string()).await.unwrap();
    assert!(profile(&ann).await.unwrap().away_until.is_some());
    for day in ["yesterday", "2020-01-01", "9999-01-01"] {
        assert_eq!(field(&set_away(&ann, day).await.unwrap_err()), "last_day");
    }
    set_away(&ann, "").await.unwrap();
    assert_eq!(profile(&ann).await.unwrap().away_until, None);
}

#[tokio::test]
async fn blocks_are_made_and_lifted() {
    let site = TestSite::new().await;
    let (ann, ben) = (site.member("ann").await, site.member("ben").await);
    let id = block(&ann, "@Ben").await.unwrap();
    block(&ann, "ben").await.unwrap();
    let listed = blocked(&ann).await.unwrap();
    assert_eq!(listed.len(), 1);
    assert_eq!(listed[0].handle, "ben");
    assert!(blocked(&ben).await.unwrap().is_empty());
    for handle in ["ann", "nobody", ""] {
        assert_eq!(field(&block(&ann, handle).await.unwrap_err()), "handle");
    }
    assert_eq!(unblock(&ann, id).await.unwrap(), "ben");
    assert!(matches!(unblock(&ann, id).await, Err(Error::NotFound)));
}

#[tokio::test]
async fn the_operator_sets_a_password() {
    let site = TestSite::new().await;
    account(&site, "wren", Role::Member).await;
    let wren = logged_in(&site, "wren").await;
    let made_up = operator::generate_password();
    operator::reset_password(&wren, "wren", &made_up)
        .await
        .unwrap();
    assert_eq!(
        alive(&site, wren.actor.as_ref().unwrap().session).await,
        None
    );
    log_in(&wren, &credentials("wren", &made_up)).await.unwrap();
    assert_ne!(made_up, operator::generate_password());
}
