//! Forgotten, changed and guessed passwords.

use jiff::SignedDuration;

use super::*;

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
