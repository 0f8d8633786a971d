//! What the site finds out about its own records, its schedules and its mail.

use dogear_domain::accounts::Role;

use super::*;
use crate::audit::{Entry, audit};
use crate::jobs::schedule::{self, run_if_due};
use crate::moderation::{mails, records, schedules};
use crate::runtime;

async fn sql(site: &TestSite, statement: &'static str) {
    sqlx::raw_sql(statement)
        .execute(&site.services.db)
        .await
        .unwrap();
}

/// Runs the schedule of that name if it is due.
async fn by_the_clock(site: &TestSite, name: &str) -> bool {
    let all = runtime::schedules();
    let schedule = all.iter().find(|schedule| schedule.name == name).unwrap();
    run_if_due(&site.services, schedule).await.unwrap()
}

async fn note(cx: &Cx) {
    let mut tx = cx.begin().await.unwrap();
    let entry = Entry {
        action: "copy.hide",
        subject_kind: "copy",
        ..Entry::default()
    };
    audit(&mut tx, cx, entry).await.unwrap();
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn c03_each_night_the_log_and_the_trades_are_looked_at() {
    let site = TestSite::new().await;
    let bea = site.account("bea", Role::Moderator).await;
    let ann = site.member("ann").await;
    note(&bea).await;
    note(&bea).await;
    assert!(records::last(&bea).await.unwrap().is_none());
    assert!(matches!(records::last(&ann).await, Err(Error::NotFound)));

    assert!(by_the_clock(&site, records::SCHEDULE).await);
    let sound = records::last(&bea).await.unwrap().unwrap();
    assert_eq!((sound.entries, sound.findings.len()), (2, 0));
    assert!(
        !by_the_clock(&site, records::SCHEDULE).await,
        "once a night"
    );
    site.advance(jiff::SignedDuration::from_hours(24));

    // A trade of which no event tells how it came to be agreed.
    let bob = site.member("bob").await;
    trade(&site, &ann, &bob).await;
    assert!(by_the_clock(&site, records::SCHEDULE).await);
    let found = records::last(&bea).await.unwrap().unwrap().findings;
    assert!(
        found.iter().any(|finding| finding.starts_with("I5")),
        "{found:?}"
    );
}

#[tokio::test]
async fn c03_an_entry_of_another_hand_and_entries_that_are_gone_are_found() {
    let site = TestSite::new().await;
    let bea = site.account("bea", Role::Moderator).await;
    for _ in 0..3 {
        note(&bea).await;
    }
    assert!(by_the_clock(&site, records::SCHEDULE).await);
    // Whoever owns the database can take the trigger away.
    sql(
        &site,
        "alter table audit_log disable trigger audit_log_append_only;
         delete from audit_log where id = (select max(id) from audit_log)",
    )
    .await;
    let look = records::look(&site.services.db).await.unwrap();
    assert_eq!(look.entries, 2);
    assert!(
        look.findings[0].contains("had 3 entries and has 2"),
        "{:?}",
        look.findings
    );
    sql(
        &site,
        "update audit_log set reason = 'another' where id = (select min(id) from audit_log)",
    )
    .await;
    let look = records::look(&site.services.db).await.unwrap();
    assert!(
        look.findings[0].contains("does not fit together"),
        "{:?}",
        look.findings
    );
    assert_eq!(look.findings.len(), 1);
}

#[tokio::test]
async fn c03_a_site_that_is_behind_or_old_has_sound_records() {
    let site = TestSite::new().await;
    let (ann, bob) = (site.member("ann").await, site.member("bob").await);
    trade(&site, &ann, &bob).await;
    sql(
        &site,
        "insert into outbox (kind, payload, dedupe_key, max_attempts, run_at)
         values ('trade_event', '{}', 'behind', 12, now() - interval '1 hour')",
    )
    .await;
    let db = &site.services.db;
    let of_jobs = |finding: &&String| finding.starts_with("I7: each") || finding.starts_with("I8");
    let all = trades::invariants::violations(db).await.unwrap();
    assert_eq!(all.iter().filter(of_jobs).count(), 1, "{all:?}");
    let look = records::look(db).await.unwrap();
    assert_eq!(look.findings.iter().filter(of_jobs).count(), 0);
}

#[tokio::test]
async fn c04_schedules_are_shown_with_what_went_wrong_and_run_when_asked() {
    let site = TestSite::new().await;
    let bea = site.account("bea", Role::Moderator).await;
    let ann = site.member("ann").await;
    let name = records::SCHEDULE;
    let row = || {
        let bea = bea.clone();
        async move {
            let rows = schedule::list(&bea).await.unwrap();
            assert_eq!(rows.len(), runtime::schedules().len());
            rows.into_iter().find(|row| row.name == name).unwrap()
        }
    };
    let before = row().await;
    assert_eq!((before.last_run_at, before.asked), (None, false));
    assert!(by_the_clock(&site, name).await);
    let after = row().await;
    assert!(after.last_run_at.is_some() && after.next > bea.now());

    assert!(matches!(
        schedules::run_now(&ann, name).await,
        Err(Error::NotFound)
    ));
    assert!(matches!(
        schedules::run_now(&bea, "no such thing").await,
        Err(Error::NotFound)
    ));
    schedules::run_now(&bea, name).await.unwrap();
    assert!(row().await.asked);
    assert!(matches!(
        schedules::run_now(&bea, name).await,
        Err(Error::Conflict(_))
    ));
    assert!(by_the_clock(&site, name).await, "it was asked for");
    let after = row().await;
    assert!(!after.asked);
    assert!(!by_the_clock(&site, name).await, "and only once");

    let failing = schedule::Schedule {
        run: |_| Box::pin(async { Err(Error::Conflict("the disk is full".into())) }),
        ..runtime::schedules()
            .into_iter()
            .find(|schedule| schedule.name == name)
            .unwrap()
    };
    schedules::run_now(&bea, name).await.unwrap();
    run_if_due(&site.services, &failing).await.unwrap_err();
    let failed = row().await;
    assert!(
        failed.last_error.contains("the disk is full"),
        "{}",
        failed.last_error
    );
    assert!(!failed.running && failed.last_run_at == after.last_run_at);
}

#[tokio::test]
async fn u14_mail_that_does_not_leave_is_told_with_the_reason() {
    let site = TestSite::with(|settings| {
        // Nothing listens on the discard port.
        settings.smtp.url = "smtp://127.0.0.1:9".into();
    })
    .await;
    let bea = site.account("bea", Role::Moderator).await;
    let ann = site.member("ann").await;
    assert_eq!(mails::stuck(&bea).await.unwrap(), None);
    assert!(matches!(mails::stuck(&ann).await, Err(Error::NotFound)));
    assert!(matches!(
        mails::send_test(&ann, None).await,
        Err(Error::NotFound)
    ));

    mails::send_test(&bea, None).await.unwrap();
    crate::jobs::run_due(&Cx::system(site.services.clone()))
        .await
        .unwrap();
    sql(
        &site,
        "update mails set created_at = now() - interval '12 minutes'",
    )
    .await;
    let stuck = mails::stuck(&bea).await.unwrap().unwrap();
    assert_eq!(stuck.waiting, 1);
    assert!(
        stuck.error.to_lowercase().contains("refused"),
        "{}",
        stuck.error
    );
    let minutes = bea.now().duration_since(stuck.since).as_mins();
    assert!((11..=13).contains(&minutes), "{minutes}");

    // One that has left since counts, and one that was never tried waits, too.
    sql(
        &site,
        "insert into mails (to_address, kind, subject, text_body, html_body, message_id,
             dedupe_key, state, sent_at)
         values ('a@b.test', 'x', 'x', 'x', 'x', gen_random_uuid(), 'sent', 'sent', now())",
    )
    .await;
    assert_eq!(mails::stuck(&bea).await.unwrap(), None);
    sql(
        &site,
        "delete from mails where state = 'sent';
         update mails set last_error = '', attempts = 0",
    )
    .await;
    let untried = mails::stuck(&bea).await.unwrap().unwrap();
    assert_eq!((untried.waiting, untried.error.as_str()), (1, ""));
}

#[tokio::test]
async fn u14_a_mail_that_waits_while_others_leave_is_not_told() {
    let site = TestSite::new().await;
    let bea = site.account("bea", Role::Moderator).await;
    let insert = "insert into mails (to_address, kind, subject, text_body, html_body, message_id,
             dedupe_key, state, last_error, created_at, sent_at)
         values ('a@b.test', 'x', 'x', 'x', 'x', gen_random_uuid(), $1, $2, $3,
             now() - make_interval(mins => $4),
             case when $2::text = 'sent' then now() - interval '5 minutes' end)";
    let mail = async |key: &str, state: &str, error: &str, minutes: i32| {
        sqlx::query(insert)
            .bind(key)
            .bind(state)
            .bind(error)
            .bind(minutes)
            .execute(&site.services.db)
            .await
            .unwrap();
    };
    mail("put off", "queued", "mailbox full", 12).await;
    let alone = mails::stuck(&bea).await.unwrap().unwrap();
    assert_eq!(alone.waiting, 1);
    mail("sent", "sent", "", 6).await;
    assert_eq!(mails::stuck(&bea).await.unwrap(), None);
    // Nothing has left since this one was due.
    mail("late", "queued", "", 4).await;
    let stuck = mails::stuck(&bea).await.unwrap().unwrap();
    assert_eq!((stuck.waiting, stuck.error.as_str()), (2, "mailbox full"));
    let minutes = bea.now().duration_since(stuck.since).as_mins();
    assert!((3..=5).contains(&minutes), "{minutes}");
}

#[tokio::test]
async fn u14_a_test_mail_arrives_and_counts_once() {
    let site = TestSite::new().await;
    let bea = site.account("bea", Role::Moderator).await;
    let key = Some(crate::db::IdempotencyKey(uuid::Uuid::new_v4()));
    let first = mails::send_test(&bea, key).await.unwrap();
    assert_eq!(mails::send_test(&bea, key).await.unwrap(), first);
    site.run_jobs().await;
    assert_eq!(site.mailed_subjects().await, ["A test mail"]);
    assert_eq!(mails::open(&bea, first).await.unwrap().row.state, "sent");
    assert_eq!(mails::stuck(&bea).await.unwrap(), None);
}
