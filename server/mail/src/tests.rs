//! Mail through the real transport to the development mailbox.

mod faults;

use std::ops::Deref;
use std::time::Duration;

use dogear_core::Settings;
use dogear_core::testing::{NO_HOOKS, TestServices};
use jiff::SignedDuration;
use tokio_util::sync::CancellationToken;

use super::dev_mailbox::{Behaviour, DevMailbox};
use super::*;

/// Services that know the one job of this crate, with a mail server.
struct TestSite {
    base: TestServices,
    dev_mailbox: DevMailbox,
}

impl Deref for TestSite {
    type Target = TestServices;

    fn deref(&self) -> &TestServices {
        &self.base
    }
}

impl TestSite {
    async fn new() -> Self {
        Self::with(|_| {}).await
    }

    async fn with(change: impl FnOnce(&mut Settings)) -> Self {
        let dev_mailbox = DevMailbox::start(usize::MAX).await.unwrap();
        let jobs = jobs::Jobs::default().register::<SendMail>();
        let base = TestServices::with(jobs, NO_HOOKS, |settings| {
            settings.smtp.url = dev_mailbox.smtp_url();
            change(settings);
        });
        Self {
            base: base.await,
            dev_mailbox,
        }
    }
}

fn content(subject: &str) -> Rendered {
    Rendered {
        subject: subject.into(),
        text: "A line.\n.\nA line after a lone dot.\n".into(),
        html: "<p>A line.</p>".into(),
        calendar: None,
    }
}

fn mail_to(to: &str, subject: &str) -> NewMail {
    NewMail {
        user: None,
        to: to.into(),
        kind: "test",
        dedupe_key: Uuid::new_v4().to_string(),
        content: content(subject),
        trade: None,
        not_before: None,
        not_after: None,
        unsubscribe_url: None,
    }
}

async fn enqueue(site: &TestSite, mail: &NewMail) {
    let mut tx = site.services.db.begin().await.unwrap();
    queue(&mut tx, mail).await.unwrap();
    tx.commit().await.unwrap();
}

/// State of the only mail, and of its job.
async fn states(site: &TestSite) -> (String, String) {
    sqlx::query_as("select mails.state, outbox.state from mails, outbox")
        .fetch_one(&site.services.db)
        .await
        .unwrap()
}

/// Everything that waits is due now.
async fn let_time_pass(site: &TestSite) {
    sqlx::query("update outbox set run_at = now(), lease_until = now() - interval '1 second'")
        .execute(&site.services.db)
        .await
        .unwrap();
}

fn pair(mail: &str, job: &str) -> (String, String) {
    (mail.into(), job.into())
}

#[tokio::test]
async fn a_mail_arrives_whole_and_once_per_key() {
    let site = TestSite::new().await;
    let mail = mail_to("ann@readers.test", "Zwei Bücher — “schön”");
    enqueue(&site, &mail).await;
    enqueue(&site, &mail).await;
    site.run_jobs().await;
    let messages = site.dev_mailbox.messages();
    assert_eq!(messages.len(), 1);
    let caught = &messages[0];
    assert_eq!(caught.to, ["ann@readers.test"]);
    assert_eq!(caught.from, "post@dogear.test");
    assert_eq!(caught.subject, mail.content.subject);
    assert_eq!(
        caught.text.replace("\r\n", "\n").trim_end(),
        mail.content.text.trim_end()
    );
    assert_eq!(caught.html.trim_end(), mail.content.html);
    assert!(
        caught
            .header("Message-ID")
            .unwrap()
            .ends_with("@dogear.test>")
    );
    assert!(
        caught
            .header("Content-Type")
            .unwrap()
            .starts_with("multipart/alternative")
    );
    assert_eq!(
        caught.header("List-Unsubscribe"),
        None,
        "nothing to unsubscribe from"
    );
    assert_eq!(
        site.dev_mailbox.find(caught.id).unwrap().subject,
        caught.subject
    );
    assert_eq!(states(&site).await, pair("sent", "done"));
}

#[tokio::test]
async fn come_back_later_means_later() {
    let site = TestSite::new().await;
    enqueue(&site, &mail_to("ann@readers.test", "Hello")).await;
    site.dev_mailbox.behave(Behaviour::Defer);
    for _ in 0..5 {
        site.run_jobs().await;
        assert_eq!(states(&site).await, pair("queued", "ready"));
        let_time_pass(&site).await;
    }
    site.dev_mailbox.behave(Behaviour::Accept);
    site.run_jobs().await;
    assert_eq!(states(&site).await, pair("sent", "done"));
    assert_eq!(site.dev_mailbox.messages().len(), 1);
}

#[tokio::test]
async fn never_means_never() {
    let site = TestSite::new().await;
    enqueue(&site, &mail_to("nobody@readers.test", "Hello")).await;
    site.dev_mailbox.behave(Behaviour::Refuse);
    site.run_jobs().await;
    assert_eq!(states(&site).await, pair("failed", "done"));
    let error: String = sqlx::query_scalar("select last_error from mails")
        .fetch_one(&site.services.db)
        .await
        .unwrap();
    assert!(error.contains("no such mailbox"), "{error}");
}

#[tokio::test]
async fn no_mail_server_is_certain_and_tried_again() {
    let site = TestSite::with(|settings| settings.smtp.url = "smtp://127.0.0.1:9".into()).await;
    enqueue(&site, &mail_to("ann@readers.test", "Hello")).await;
    for _ in 0..4 {
        site.run_jobs().await;
        assert_eq!(states(&site).await, pair("queued", "ready"));
        let_time_pass(&site).await;
    }
}

/// How often the outcome of the only mail was unknown.
async fn uncertain(site: &TestSite) -> i32 {
    sqlx::query_scalar("select uncertain from mails")
        .fetch_one(&site.services.db)
        .await
        .unwrap()
}

#[tokio::test]
async fn an_unknown_outcome_is_repeated_once_with_the_same_message_id() {
    let site = TestSite::new().await;
    enqueue(&site, &mail_to("ann@readers.test", "Hello")).await;
    site.dev_mailbox.behave(Behaviour::DropAfterData);
    for _ in 0..4 {
        site.run_jobs().await;
        let_time_pass(&site).await;
    }
    assert_eq!(states(&site).await, pair("failed", "done"));
    let messages = site.dev_mailbox.messages();
    assert_eq!(messages.len(), 2);
    assert_eq!(
        messages[0].header("Message-ID"),
        messages[1].header("Message-ID")
    );
}

#[tokio::test]
async fn a_worker_that_dies_while_sending_leaves_an_unknown_outcome() {
    let site = TestSite::new().await;
    enqueue(&site, &mail_to("ann@readers.test", "Hello")).await;
    for (died, expected) in [(1, pair("sent", "done")), (2, pair("failed", "done"))] {
        sqlx::query("update mails set state = 'sending', uncertain = $1")
            .bind(died - 1)
            .execute(&site.services.db)
            .await
            .unwrap();
        sqlx::query(
            "update outbox set state = 'running', lease_until = now() - interval '1 second'",
        )
        .execute(&site.services.db)
        .await
        .unwrap();
        site.run_jobs().await;
        assert_eq!(states(&site).await, expected);
    }
    assert_eq!(site.dev_mailbox.messages().len(), 1);
}

#[tokio::test]
async fn a_silent_server_does_not_hold_a_worker_for_ever() {
    let site = TestSite::new().await;
    enqueue(&site, &mail_to("ann@readers.test", "Hello")).await;
    site.dev_mailbox.behave(Behaviour::Hang);
    tokio::time::timeout(Duration::from_secs(30), site.run_jobs())
        .await
        .expect("given up after twenty seconds");
    assert_eq!(states(&site).await, pair("queued", "ready"));
}

#[tokio::test]
async fn a_mail_whose_link_has_expired_is_dropped() {
    let site = TestSite::new().await;
    let mut mail = mail_to("ann@readers.test", "Choose a new password");
    mail.not_after = Some(site.services.clock.now() + SignedDuration::from_mins(30));
    enqueue(&site, &mail).await;
    site.advance(SignedDuration::from_mins(31));
    site.run_jobs().await;
    assert_eq!(states(&site).await, pair("dropped", "done"));
    assert!(site.dev_mailbox.messages().is_empty());
}

#[tokio::test]
async fn line_breaks_begin_no_header() {
    let site = TestSite::new().await;
    let evil = "Hello\r\nBcc: everybody@readers.test\r\n\r\nAnother body\u{0}\u{b}";
    enqueue(&site, &mail_to("ann@readers.test", evil)).await;
    enqueue(
        &site,
        &mail_to("ann@readers.test\r\nRCPT TO:<eve@readers.test>", "Hello"),
    )
    .await;
    enqueue(
        &site,
        &mail_to("ann@readers.test> <eve@readers.test", "Hello"),
    )
    .await;
    site.run_jobs().await;
    let messages = site.dev_mailbox.messages();
    assert_eq!(
        messages.len(),
        1,
        "addresses that are none are not written to"
    );
    assert_eq!(messages[0].to, ["ann@readers.test"]);
    assert_eq!(messages[0].header("Bcc"), None);
    assert!(!messages[0].text.contains("Another body"));
    assert!(
        messages[0].subject.contains("Bcc: everybody"),
        "it stays in the subject"
    );
}

#[test]
fn what_readers_type_is_escaped_in_html() {
    let settings = Settings {
        contact: None,
        lookup_url: None,
        google: None,
        payments: None,
        base_url: "http://dogear.test".parse().unwrap(),
        data_dir: "/".into(),
        smtp: dogear_core::settings::SmtpSettings {
            url: String::new(),
            from: String::new(),
        },
        secret_key: [7; 32],
        development: true,
        rate_limit_factor: 1,
    };
    let evil = r#"</p><script>alert(1)</script><a href="x">"#;
    let rendered = templates::trade(
        &settings,
        templates::Content {
            subject: evil.into(),
            heading: evil.into(),
            paragraphs: vec![evil.into()],
            gives: vec![evil.into()],
            gets: vec![evil.into()],
            deadline: Some(evil.into()),
            ..templates::Content::default()
        },
        evil,
        "/trades/1?a=\"&b",
    );
    assert!(!rendered.html.contains("<script"), "{}", rendered.html);
    assert!(!rendered.html.contains("href=\"x\""));
    assert!(rendered.text.contains(evil), "plain text is left alone");
    assert!(rendered.text.contains("You give:\n- ") && rendered.text.contains("You get:\n- "));
    let verify = templates::verify_email(&settings, "http://dogear.test/confirm/abc");
    assert!(
        verify
            .text
            .contains("Confirm my address: http://dogear.test/confirm/abc")
    );
    assert!(
        verify
            .html
            .contains("href=\"http://dogear.test/confirm/abc\"")
    );
    assert!(
        !verify.html.contains("Choose which mails"),
        "nobody can turn this one off"
    );
}

/// Every mail about an account, word for word, and the markup of one.
#[tokio::test]
async fn mails_about_accounts_say_this() {
    let site = TestSite::new().await;
    let settings = &site.services.settings;
    let link = "http://dogear.test/link";
    let mails = [
        templates::verify_email(settings, link),
        templates::already_registered(settings, Some("Ann"), link),
        templates::already_registered(settings, None, link),
        templates::reset_password(settings, Some("Ann"), link, "60 minutes"),
        templates::reset_password(settings, None, link, "60 minutes"),
        templates::password_changed(settings, "Ann", link),
        templates::email_change_confirm(settings, link),
        templates::email_change_notice(settings, "Ann", "new@dogear.test", link),
        templates::account_closing(settings, "Ann", link),
        templates::account_closed(settings, "Ann"),
        templates::notice(settings, "Subject", "Heading", &["One.", "Two."], "/inbox"),
    ];
    let texts: Vec<String> = mails
        .iter()
        .map(|mail| format!("=== {}\n\n{}", mail.subject, mail.text))
        .collect();
    insta::assert_snapshot!("mails_about_accounts", texts.join("\n"));
    insta::assert_snapshot!("markup_of_a_mail", mails[0].html);
}

#[test]
fn f10_mail_goes_to_the_ascii_form_of_a_domain() {
    for (address, sent_to) in [
        ("uta@bücher.example", "uta@xn--bcher-kva.example"),
        ("uta@xn--bcher-kva.example", "uta@xn--bcher-kva.example"),
        ("Ann.Lee+books@Mail.example", "Ann.Lee+books@mail.example"),
        // Only a server that can take it gets the part before the domain as it is.
        ("ünal@bücher.example", "ünal@xn--bcher-kva.example"),
    ] {
        let to = super::send::recipient(address).unwrap();
        assert_eq!(AsRef::<str>::as_ref(&to), sent_to);
    }
    assert!(super::send::recipient("nobody").is_err());
}
