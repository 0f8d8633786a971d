//! Registering and confirming.

use super::*;

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
    let confirmed = confirm_address(&cx, &token, "").await.unwrap();
    assert_eq!(confirmed.session, None, "in another browser");
    assert!(!can_confirm(&cx, &token).await.unwrap());

    for login in ["wren", "@WREN", " wren@example.ORG ", "Ｗren@example.org"] {
        let session = log_in(&cx, &credentials(login, PASSWORD)).await.unwrap();
        let actor = alive(&site, session).await.unwrap();
        assert_eq!((actor.handle.as_str(), actor.verified), ("wren", true));
    }
    site.run_jobs().await;
    let sent = site.dev_mailbox.messages();
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
        ..Registration::default()
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

#[tokio::test]
async fn a13_mail_to_an_address_that_nobody_confirmed_names_nobody() {
    let site = TestSite::new().await;
    let cx = site.visitor();
    let form = Registration {
        display_name: "You have won a prize".into(),
        ..registration("stranger@readers.test", "prizes")
    };
    register(&cx, None, &form).await.unwrap();
    let again = Registration {
        handle: "prizewinner".into(),
        ..form
    };
    register(&cx, None, &again).await.unwrap();
    ask_for_reset(&cx, None, "stranger@readers.test")
        .await
        .unwrap();
    ask_for_confirmation(&cx, None, "stranger@readers.test")
        .await
        .unwrap();
    site.run_jobs().await;
    let mails = site.dev_mailbox.messages();
    assert!(mails.len() >= 4, "{}", mails.len());
    for mail in mails {
        for text in [&mail.subject, &mail.text] {
            assert!(!text.contains("prize") && !text.contains(" won "), "{text}");
        }
    }
    // Whoever has confirmed the address is called by name.
    account(&site, "wren", Role::Member).await;
    ask_for_reset(&cx, None, "wren@readers.test").await.unwrap();
    site.run_jobs().await;
    let mails = site.dev_mailbox.messages();
    let by_name = "wren, choose a new password.";
    assert!(mails.iter().any(|mail| mail.text.contains(by_name)));
}

#[tokio::test]
async fn a17_without_redis_nobody_registers_or_is_mailed_uncounted() {
    let site = TestSite::new().await;
    account(&site, "wren", Role::Member).await;
    let cx = site.visitor();
    site.end_redis().await;
    let form = registration("new@readers.test", "newcomer");
    let busy = |outcome: crate::Result<()>| matches!(outcome, Err(Error::Busy(_)));
    assert!(busy(register(&cx, None, &form).await));
    assert!(busy(ask_for_reset(&cx, None, "wren@readers.test").await));
    assert!(busy(
        ask_for_confirmation(&cx, None, "wren@readers.test").await
    ));
    assert_eq!(count(&site, "select count(*) from users").await, 1);
    assert_eq!(count(&site, "select count(*) from mails").await, 0);
    assert_eq!(count(&site, "select count(*) from outbox").await, 0);
}
