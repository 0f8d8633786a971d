use dogear_domain::accounts::Role;
use dogear_domain::ids::OutboxId;

use super::*;
use crate::audit::{self, Filter};
use crate::jobs::{self, Among};
use crate::moderation::listings::Which;
use crate::moderation::queue::DecisionFilter;
use crate::moderation::{case, listings, mails, members, overview, queue, trades};
use crate::trades::TimelineItem;

#[tokio::test]
async fn the_desk_does_not_exist_for_members() {
    let site = TestSite::new().await;
    let ann = site.member("ann").await;
    let emma = listed(&site, &ann, "Emma").await;
    let (trade, _) = trade(&site, &ann, &site.member("ben").await).await;
    assert!(is_not_found(
        queue::list(&ann, queue::Filter::default()).await
    ));
    assert!(is_not_found(queue::counts(&ann).await));
    assert!(is_not_found(
        queue::decisions(&ann, DecisionFilter::default()).await
    ));
    assert!(is_not_found(case::open(&ann, copy(emma)).await));
    assert!(is_not_found(case::release(&ann, copy(emma)).await));
    assert!(is_not_found(
        listings::list(&ann, "", Which::Listed, None).await
    ));
    assert!(is_not_found(listings::one(&ann, emma).await));
    assert!(is_not_found(
        listings::hide(&ann, None, emma, &said("x"), &said("")).await
    ));
    assert!(is_not_found(
        listings::restore(&ann, None, emma, &said("")).await
    ));
    assert!(is_not_found(
        members::list(&ann, "", members::Among::Everybody, None).await
    ));
    assert!(is_not_found(members::by_handle(&ann, "ann").await));
    assert!(is_not_found(
        members::restore(&ann, None, id(&ann), &said("")).await
    ));
    assert!(is_not_found(trades::list(&ann, "", None, None).await));
    assert!(is_not_found(trades::page(&ann, trade).await));
    assert!(is_not_found(mails::list(&ann, "", None, None).await));
    assert!(is_not_found(mails::open(&ann, 1).await));
    assert!(is_not_found(overview::overview(&ann).await));
    assert!(is_not_found(audit::list(&ann, &Filter::default()).await));
    assert!(is_not_found(audit::verify(&ann).await));
    assert!(is_not_found(
        crate::moderation::jobs::retry(&ann, OutboxId(1)).await
    ));
    assert!(is_not_found(
        crate::moderation::jobs::discard(&ann, OutboxId(1)).await
    ));
    assert!(matches!(
        queue::counts(&site.visitor()).await,
        Err(Error::SignInRequired)
    ));
}

#[tokio::test]
async fn looking_at_trades_messages_and_mails_is_written_down() {
    let site = TestSite::new().await;
    let (ann, ben) = (site.member("ann").await, site.member("ben").await);
    let bea = site.account("bea", Role::Moderator).await;
    let (trade, message) = trade(&site, &ann, &ben).await;
    let message = SubjectRef {
        kind: SubjectKind::Message,
        id: message.0,
    };
    report(&ben, message, "harassment").await.unwrap();
    let (agreed, _) = received(&site, &ann, &ben).await;
    let page = trades::page(&bea, agreed).await.unwrap();
    assert_eq!(page.trade.parties, ["ann", "ben"]);
    assert_eq!((page.view.viewer, page.view.books.len()), (None, 2));
    assert!(!page.reported);
    // Moderators read what is hidden from the parties.
    sqlx::query("update trade_messages set hidden_at = now()")
        .execute(bea.db())
        .await
        .unwrap();
    let page = trades::page(&bea, agreed).await.unwrap();
    assert!(page.view.timeline.iter().any(|entry| matches!(
        &entry.what,
        TimelineItem::Message { body: Some(body), hidden: true, .. } if body == "Shall we?"
    )));
    let theirs = crate::trades::page(&ben, agreed).await.unwrap();
    assert!(
        theirs
            .timeline
            .iter()
            .any(|entry| matches!(&entry.what, TimelineItem::Message { body: None, .. }))
    );
    let opened = case::open(&bea, message).await.unwrap();
    assert!(matches!(opened.content, case::Content::Message { lines, .. } if lines.len() == 1));
    let emma = listed(&site, &ann, "Emma").await;
    listings::hide(&bea, None, emma, &said("Another copy is shown."), &said(""))
        .await
        .unwrap();
    let mail = &mails::list(&bea, "ann", None, None).await.unwrap()[0];
    let opened = mails::open(&bea, mail.id).await.unwrap();
    assert!(
        opened.text.contains("Another copy is shown."),
        "{}",
        opened.text
    );
    assert_eq!(mail.to_hint, "a…@readers.test");
    let looks = Filter {
        action: "private.look".into(),
        ..Filter::default()
    };
    let looks: Vec<String> = audit::list(&bea, &looks)
        .await
        .unwrap()
        .into_iter()
        .map(|entry| entry.subject_kind)
        .collect();
    assert_eq!(looks, ["mail", "message", "trade", "trade"]);
    assert_eq!(
        trades::list(&bea, "@ann", None, None).await.unwrap().len(),
        2
    );
    assert_eq!(
        trades::list(&bea, &trade.to_string(), None, None)
            .await
            .unwrap()
            .len(),
        1
    );
    assert!(
        trades::list(&bea, "nobody", None, None)
            .await
            .unwrap()
            .is_empty()
    );
}

#[tokio::test]
async fn listings_are_found_by_title_owner_and_standing() {
    let site = TestSite::new().await;
    let ann = site.member("ann").await;
    let bea = site.account("bea", Role::Moderator).await;
    let emma = listed(&site, &ann, "Emma").await;
    listed(&site, &ann, "Solaris").await;
    let count = |words: &'static str, which| {
        let bea = bea.clone();
        async move {
            listings::list(&bea, words, which, None)
                .await
                .unwrap()
                .len()
        }
    };
    assert_eq!(count("", Which::Listed).await, 2);
    assert_eq!(count("émma", Which::Listed).await, 1);
    assert_eq!(count("@Ann", Which::Listed).await, 2);
    assert_eq!(count("9780141439587", Which::Listed).await, 0);
    listings::hide(&bea, None, emma, &said("Another copy."), &said(""))
        .await
        .unwrap();
    assert_eq!(count("", Which::Hidden).await, 1);
    assert_eq!(count("", Which::Reported).await, 0);
    assert_eq!(
        listings::one(&bea, emma).await.unwrap().hidden_reason,
        "Another copy."
    );
    let (totals, weeks) = overview::overview(&bea).await.unwrap();
    assert_eq!((totals.members, totals.listed, totals.hidden), (2, 1, 1));
    assert_eq!(weeks.len(), 12);
    assert_eq!(weeks.last().map(|week| week.listings), Some(2));
    // What happens to a copy later does not change how many were put on offer.
    for change in [
        "update copies set state = 'owned', listed_at = null",
        "update copies set state = 'listed', listed_at = now()",
        "update copies set state = 'deleted', listed_at = null",
    ] {
        sqlx::query(change).execute(bea.db()).await.unwrap();
        let (_, weeks) = overview::overview(&bea).await.unwrap();
        assert_eq!(weeks.last().map(|week| week.listings), Some(2), "{change}");
    }
    // Its next owner offers it anew.
    sqlx::query(
        "update copies set state = 'listed', listed_at = now(), owner_id = $2 where id = $1",
    )
    .bind(emma)
    .bind(id(&bea))
    .execute(bea.db())
    .await
    .unwrap();
    let (_, weeks) = overview::overview(&bea).await.unwrap();
    assert_eq!(weeks.last().map(|week| week.listings), Some(3));
}

#[tokio::test]
async fn jobs_are_retried_and_given_up_on_the_record() {
    let site = TestSite::new().await;
    let bea = site.account("bea", Role::Moderator).await;
    let mut ids = Vec::new();
    for key in ["one", "two"] {
        let job: OutboxId = sqlx::query_scalar(
            "insert into outbox (kind, payload, dedupe_key, state, attempts, max_attempts)
             values ('trade_event', '{}', $1, 'dead', 3, 3) returning id",
        )
        .bind(key)
        .fetch_one(bea.db())
        .await
        .unwrap();
        ids.push(job);
    }
    crate::moderation::jobs::retry(&bea, ids[0]).await.unwrap();
    crate::moderation::jobs::discard(&bea, ids[1])
        .await
        .unwrap();
    assert!(is_conflict(
        crate::moderation::jobs::discard(&bea, ids[1]).await
    ));
    assert_eq!(
        jobs::list(&bea, Among::Discarded, None)
            .await
            .unwrap()
            .len(),
        1
    );
    let entries = audit::list(&bea, &Filter::default()).await.unwrap();
    let actions: Vec<&str> = entries.iter().map(|entry| entry.action.as_str()).collect();
    assert_eq!(actions, ["job.discard", "job.retry"]);
}

#[tokio::test]
async fn a_failed_mail_is_sent_again_once_on_the_record() {
    let site = TestSite::new().await;
    let ann = site.member("ann").await;
    let bea = site.account("bea", Role::Moderator).await;
    let emma = listed(&site, &ann, "Emma").await;
    listings::hide(&bea, None, emma, &said("Another copy is shown."), &said(""))
        .await
        .unwrap();
    let mail = mails::list(&bea, "ann", None, None).await.unwrap()[0].id;
    assert!(is_not_found(mails::send_again(&ann, mail).await));
    assert!(is_not_found(mails::send_again(&bea, mail + 1).await));
    assert!(is_conflict(mails::send_again(&bea, mail).await));
    for statement in [
        "update mails set state = 'failed', uncertain = 2, last_error = 'full'",
        "update outbox set state = 'dead', attempts = 30",
    ] {
        sqlx::query(statement).execute(bea.db()).await.unwrap();
    }
    let (one, two) = tokio::join!(mails::send_again(&bea, mail), mails::send_again(&bea, mail));
    assert_ne!(one.is_ok(), two.is_ok(), "{one:?} {two:?}");
    site.run_jobs().await;
    assert_eq!(site.dev_mailbox.messages().len(), 1);
    assert_eq!(
        mails::list(&bea, "ann", None, None).await.unwrap()[0].state,
        "sent"
    );
    assert!(is_conflict(mails::send_again(&bea, mail).await));
    // The dead job has no say over the mail any more.
    let left = jobs::list(&bea, Among::Discarded, None).await.unwrap();
    assert_eq!(left.len(), 1);
    assert!(is_conflict(
        crate::moderation::jobs::retry(&bea, left[0].id).await
    ));
    let entry = &audit::list(&bea, &Filter::default()).await.unwrap()[0];
    assert_eq!(
        (entry.action.as_str(), entry.subject_id),
        ("mail.send_again", Some(mail))
    );
    // Nobody gets a link that no longer works.
    sqlx::query("update mails set state = 'failed', not_after = now() - interval '1 hour'")
        .execute(bea.db())
        .await
        .unwrap();
    assert!(is_conflict(mails::send_again(&bea, mail).await));
}

#[tokio::test]
async fn a22_a_look_of_the_staff_at_a_private_copy_is_written_down() {
    let site = TestSite::new().await;
    let (ann, bea) = (
        site.member("ann").await,
        site.account("bea", Role::Moderator).await,
    );
    let emma = listed(&site, &ann, "Emma").await;
    let looks = async || -> i64 {
        sqlx::query_scalar(
            "select count(*) from audit_log
             where action = 'private.look' and subject_kind = 'copy' and subject_id = $1",
        )
        .bind(emma)
        .fetch_one(bea.db())
        .await
        .unwrap()
    };
    crate::copies::page(&bea, emma).await.unwrap();
    listings::one(&bea, emma).await.unwrap();
    assert_eq!(looks().await, 0, "everybody sees it");
    sqlx::query("update copies set state = 'archived', listed_at = null where id = $1")
        .bind(emma)
        .execute(bea.db())
        .await
        .unwrap();
    crate::copies::page(&ann, emma).await.unwrap();
    assert_eq!(looks().await, 0, "it is her own");
    crate::copies::page(&bea, emma).await.unwrap();
    assert_eq!(looks().await, 1);
    listings::one(&bea, emma).await.unwrap();
    assert_eq!(looks().await, 2);
    let ben = site.member("ben").await;
    assert!(is_not_found(crate::copies::page(&ben, emma).await));
    assert_eq!(looks().await, 2);
}
