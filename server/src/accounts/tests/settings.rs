//! What readers change about themselves: sessions, address, profile, blocks.

use jiff::SignedDuration;

use super::*;
use crate::version::Version;

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
async fn f10_an_address_from_before_its_domain_was_one_still_opens_the_account() {
    const TYPED: &str = "wren@xn--bcher-kva.example";
    let site = TestSite::new().await;
    let id = account(&site, "wren", Role::Member).await;
    // As releases did to whom both spellings of a domain were two.
    sqlx::query("update users set email = $2, email_key = $2 where id = $1")
        .bind(id)
        .bind(TYPED)
        .execute(&site.services.db)
        .await
        .unwrap();
    let login = credentials(TYPED, PASSWORD);
    log_in(&site.visitor(), &login).await.unwrap();
    ask_for_reset(&site.visitor(), None, TYPED).await.unwrap();
    site.run_jobs().await;
    assert_eq!(mails_to(&site, TYPED).await, ["reset_password"]);

    // Entered anew, it is found in both spellings; then it is the reader's already.
    let wren = logged_in(&site, "wren").await;
    request_email_change(&wren, None, TYPED, PASSWORD)
        .await
        .unwrap();
    let link = token(&site, TYPED, "/email/").await;
    confirm_email_change(&wren, &link).await.unwrap();
    for spelling in [TYPED, "wren@bücher.example"] {
        let login = credentials(spelling, PASSWORD);
        log_in(&site.visitor(), &login).await.unwrap();
    }
    let again = request_email_change(&wren, None, TYPED, PASSWORD).await;
    assert_eq!(field(&again.unwrap_err()), "email");
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
        ..ProfileForm::default()
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
    set_away(&ann, &next_week.to_string(), &Version::default())
        .await
        .unwrap();
    assert!(profile(&ann).await.unwrap().away_until.is_some());
    for day in ["yesterday", "2020-01-01", "9999-01-01"] {
        assert_eq!(
            field(&set_away(&ann, day, &Version::default()).await.unwrap_err()),
            "last_day"
        );
    }
    set_away(&ann, "", &Version::default()).await.unwrap();
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
async fn f08_nobody_takes_the_name_of_a_moderator() {
    let site = TestSite::new().await;
    let ann = site.member("ann").await;
    let bea = site.account("bea_kinnear", Role::Moderator).await;
    let form = |name: &str| ProfileForm {
        display_name: name.into(),
        time_zone: "UTC".into(),
        ..ProfileForm::default()
    };
    save_profile(&bea, &form("Beatrice K")).await.unwrap();
    for name in [
        "Beatrice K",
        "bеatrice k.",
        "Bea Kinnear",
        "A moderator",
        "Dogear",
    ] {
        let refused = save_profile(&ann, &form(name)).await.unwrap_err();
        assert_eq!(field(&refused), "display_name", "{name}");
    }
    // Their own name is theirs, one letter more is another name, and a first name is everybody's.
    save_profile(&bea, &form("Bea")).await.unwrap();
    save_profile(&ann, &form("Bea")).await.unwrap();
    save_profile(&bea, &form("Beatrice K.")).await.unwrap();
    save_profile(&ann, &form("Beatrice Klee")).await.unwrap();
}
