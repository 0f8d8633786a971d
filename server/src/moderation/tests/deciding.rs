use dogear_domain::accounts::Role;
use dogear_domain::moderation::Verdict;
use jiff::SignedDuration;
use uuid::Uuid;

use super::*;
use crate::audit;
use crate::db::IdempotencyKey;
use crate::jobs;
use crate::moderation::case::{self, Content};
use crate::moderation::decisions::{self, Ruling};
use crate::moderation::queue::{self, Filter, Sort};
use crate::moderation::{listings, members};
use crate::notifications::Kind;

fn ruling(subject: SubjectRef, verdict: Verdict) -> Ruling {
    Ruling::read(subject, verdict, "It is another copy.", "Seen before.").unwrap()
}

async fn status(cx: &Cx, who: &Cx) -> String {
    sqlx::query_scalar("select status from users where id = $1")
        .bind(id(who))
        .fetch_one(cx.db())
        .await
        .unwrap()
}

/// Of mails: what they say, and how far they are.
async fn mails(cx: &Cx) -> Vec<(String, String)> {
    sqlx::query_as("select subject, state from mails order by id")
        .fetch_all(cx.db())
        .await
        .unwrap()
}

#[tokio::test]
async fn u12_the_mail_of_a_decision_waits_for_its_undo() {
    let site = TestSite::new().await;
    let (ann, ben) = (site.member("ann").await, site.member("ben").await);
    let bea = site.account("bea", Role::Moderator).await;
    let emma = copy(listed(&site, &ann, "Emma").await);
    let warn = ruling(emma, Verdict::HideAndWarn);
    let state = |state: &str| {
        let warning = "A warning from the moderators of Dogear".to_owned();
        vec![(warning, state.to_owned())]
    };

    report(&ben, emma, "misleading").await.unwrap();
    let decision = decisions::decide(&bea, None, &warn).await.unwrap();
    jobs::run_due(&bea).await.unwrap();
    assert_eq!(mails(&bea).await, state("queued"));
    let seconds: i32 = sqlx::query_scalar(
        "select extract(epoch from run_at - now())::int from outbox where kind = 'send_mail'",
    )
    .fetch_one(bea.db())
    .await
    .unwrap();
    assert!((5..=10).contains(&seconds), "{seconds}");
    decisions::undo(&bea, decision).await.unwrap();
    assert_eq!(mails(&bea).await, state("dropped"));
    site.mails_are_due().await;
    jobs::run_due(&bea).await.unwrap();
    assert_eq!(mails(&bea).await, state("dropped"));
    // What was seen in the inbox is not taken out of it.
    assert_eq!(
        told(&ann).await,
        ["listing_hidden", "warned", "account_suspended"]
    );

    // Once it has left, its end is told by mail, too.
    let decision = decisions::decide(&bea, None, &warn).await.unwrap();
    site.mails_are_due().await;
    jobs::run_due(&bea).await.unwrap();
    decisions::undo(&bea, decision).await.unwrap();
    site.mails_are_due().await;
    jobs::run_due(&bea).await.unwrap();
    let [_, (_, warned), (subject, told)] = &mails(&bea).await[..] else {
        panic!("{:?}", mails(&bea).await)
    };
    assert_eq!((warned.as_str(), told.as_str()), ("sent", "sent"));
    assert_eq!(subject, "Your account is in good standing again");
}

#[tokio::test]
async fn hiding_tells_the_owner_once_and_restoring_once() {
    let site = TestSite::new().await;
    let (ann, ben) = (site.member("ann").await, site.member("ben").await);
    let bea = site.account("bea", Role::Moderator).await;
    let emma = listed(&site, &ann, "Emma").await;
    report(&ben, copy(emma), "misleading").await.unwrap();
    assert_eq!(found_by_search(&bea, emma).await, 1);
    let key = Some(IdempotencyKey(Uuid::new_v4()));
    let first = listings::hide(&bea, key, emma, &said("Another copy is shown."), &said(""))
        .await
        .unwrap();
    let again = listings::hide(&bea, key, emma, &said("Another copy is shown."), &said(""))
        .await
        .unwrap();
    assert_eq!(first, again);
    assert!(is_conflict(
        listings::hide(&bea, None, emma, &said("Once more."), &said("")).await
    ));
    assert_eq!(told(&ann).await, ["listing_hidden"]);
    assert_eq!(told(&ben).await, ["report_decided"]);
    assert_eq!(found_by_search(&bea, emma).await, 0);
    assert!(
        queue::list(&bea, Filter::default())
            .await
            .unwrap()
            .is_empty()
    );
    listings::restore(&bea, None, emma, &said("It is the right one."))
        .await
        .unwrap();
    assert!(is_conflict(
        listings::restore(&bea, None, emma, &said("")).await
    ));
    assert_eq!(told(&ann).await, ["listing_hidden", "listing_restored"]);
    assert_eq!(found_by_search(&bea, emma).await, 1);
    assert_eq!(
        site.mailed_subjects().await,
        [
            "Your listing of “Emma” is hidden",
            "Your listing of “Emma” is shown again"
        ]
    );
    assert_eq!(audit::verify(&bea).await.unwrap().broken_at, None);
    let own = listed(&site, &bea, "Solaris").await;
    assert!(is_forbidden(
        listings::hide(&bea, None, own, &said("Mine."), &said("")).await
    ));
}

#[tokio::test]
async fn a_decision_answers_all_reports_and_can_be_taken_back() {
    let site = TestSite::new().await;
    let (ann, ben, cy) = (
        site.member("ann").await,
        site.member("ben").await,
        site.member("cyd").await,
    );
    let bea = site.account("bea", Role::Moderator).await;
    let dov = site.account("dov", Role::Moderator).await;
    let emma = listed(&site, &ann, "Emma").await;
    report(&ben, copy(emma), "misleading").await.unwrap();
    report(&cy, copy(emma), "spam").await.unwrap();
    let items = queue::list(&bea, Filter::default()).await.unwrap();
    assert_eq!((items.len(), items[0].reports, items[0].score), (1, 2, 6));

    let decision = decisions::decide(&bea, None, &ruling(copy(emma), Verdict::Suspend7))
        .await
        .unwrap();
    assert_eq!(status(&bea, &ann).await, "suspended");
    assert_eq!(told(&ann).await, ["listing_hidden", "account_suspended"]);
    assert_eq!((told(&ben).await.len(), told(&cy).await.len()), (1, 1));
    let late = decisions::decide(&dov, None, &ruling(copy(emma), Verdict::Leave)).await;
    assert!(is_conflict(late));
    assert!(is_not_found(decisions::undo(&dov, decision).await));

    // One of the reporters reports again before it is taken back. They can only while they see
    // it: had it not been hidden, and its owner not suspended.
    assert!(is_not_found(report(&cy, copy(emma), "spam").await));
    let set = async |status: &str| {
        sqlx::query(
            "with seen as (update copies set hidden_at = null where id = $1 returning owner_id)
             update users set status = $2 where id in (select owner_id from seen)",
        )
        .bind(emma)
        .bind(status)
        .execute(bea.db())
        .await
        .unwrap();
    };
    set("active").await;
    report(&cy, copy(emma), "spam").await.unwrap();
    set("suspended").await;
    decisions::undo(&bea, decision).await.unwrap();
    assert_eq!(status(&bea, &ann).await, "active");
    assert_eq!(found_by_search(&bea, emma).await, 1);
    let items = queue::list(&bea, Filter::default()).await.unwrap();
    assert_eq!((items.len(), items[0].reports), (1, 2));
    assert!(is_conflict(decisions::undo(&bea, decision).await));
    assert_eq!(audit::verify(&bea).await.unwrap().broken_at, None);
}

#[tokio::test]
async fn undo_stops_at_what_is_newer_or_too_old() {
    let site = TestSite::new().await;
    let (ann, ben) = (site.member("ann").await, site.member("ben").await);
    let bea = site.account("bea", Role::Moderator).await;
    let dov = site.account("dov", Role::Moderator).await;
    let subject = SubjectRef {
        kind: SubjectKind::Member,
        id: id(&ann).0,
    };
    report(&ben, subject, "spam").await.unwrap();
    let first = decisions::decide(&bea, None, &ruling(subject, Verdict::Suspend7))
        .await
        .unwrap();
    let longer = members::Suspension::read(id(&ann), None, "Again.", "").unwrap();
    members::suspend(&dov, None, &longer).await.unwrap();
    assert!(is_conflict(decisions::undo(&bea, first).await));
    assert_eq!(status(&bea, &ann).await, "suspended");

    members::restore(&dov, None, id(&ann), &said("Talked it over."))
        .await
        .unwrap();
    report(&ben, subject, "spam").await.unwrap();
    let warned = decisions::decide(&bea, None, &ruling(subject, Verdict::Warn))
        .await
        .unwrap();
    site.advance(SignedDuration::from_mins(61));
    assert!(is_conflict(decisions::undo(&bea, warned).await));
    assert_eq!(
        told(&ann).await,
        [
            "account_suspended",
            "account_suspended",
            "account_suspended",
            "warned"
        ]
    );
}

#[tokio::test]
async fn verdicts_fit_the_subject_and_dismissed_reports_are_not_answered() {
    let site = TestSite::new().await;
    let (ann, ben) = (site.member("ann").await, site.member("ben").await);
    let bea = site.account("bea", Role::Moderator).await;
    let (_, message) = trade(&site, &ann, &ben).await;
    let member = SubjectRef {
        kind: SubjectKind::Member,
        id: id(&ann).0,
    };
    let message = SubjectRef {
        kind: SubjectKind::Message,
        id: message.0,
    };
    report(&ben, member, "spam").await.unwrap();
    report(&ben, message, "harassment").await.unwrap();
    let wrong = decisions::decide(&bea, None, &ruling(member, Verdict::Hide)).await;
    assert!(matches!(wrong, Err(Error::Invalid(_))));
    let silent = Ruling::read(member, Verdict::Warn, " ", "");
    assert!(silent.is_err_and(|errors| errors.get("message").is_some()));
    decisions::decide(&bea, None, &ruling(member, Verdict::Dismiss))
        .await
        .unwrap();
    assert!(told(&ben).await.is_empty() && told(&ann).await.is_empty());
    decisions::decide(&bea, None, &ruling(message, Verdict::HideAndWarn))
        .await
        .unwrap();
    assert_eq!(told(&ann).await, ["message_hidden", "warned"]);
    let hidden: bool =
        sqlx::query_scalar("select hidden_at is not null from trade_messages where id = $1")
            .bind(message.id)
            .fetch_one(bea.db())
            .await
            .unwrap();
    assert!(hidden);
    // Nobody turns off what moderators do to their things; and its end is told too.
    for kind in [Kind::MessageHidden, Kind::ListingHidden] {
        assert!(kind.required());
    }
    report(&ben, member, "spam").await.unwrap();
    sqlx::query("update trade_messages set hidden_at = null")
        .execute(bea.db())
        .await
        .unwrap();
    report(&ben, message, "harassment").await.unwrap();
    let only_hidden = decisions::decide(&bea, None, &ruling(message, Verdict::Hide))
        .await
        .unwrap();
    decisions::undo(&bea, only_hidden).await.unwrap();
    assert_eq!(
        told(&ann).await,
        [
            "message_hidden",
            "warned",
            "message_hidden",
            "message_restored"
        ]
    );
    // Nobody decides about themselves.
    let about_bea = SubjectRef {
        kind: SubjectKind::Member,
        id: id(&bea).0,
    };
    report(&ben, about_bea, "spam").await.unwrap();
    assert!(is_forbidden(
        decisions::decide(&bea, None, &ruling(about_bea, Verdict::Leave)).await
    ));
}

#[tokio::test]
async fn the_queue_is_sorted_claimed_and_walked() {
    let site = TestSite::new().await;
    let (ann, ben) = (site.member("ann").await, site.member("ben").await);
    let bea = site.account("bea", Role::Moderator).await;
    let dov = site.account("dov", Role::Moderator).await;
    let old = copy(listed(&site, &ann, "Emma").await);
    let grave = copy(listed(&site, &ann, "Solaris").await);
    report(&ben, old, "not-a-book").await.unwrap();
    site.advance(SignedDuration::from_hours(1));
    report(&ben, grave, "counterfeit").await.unwrap();
    let order = |sort| {
        let bea = bea.clone();
        async move {
            let filter = Filter {
                sort,
                ..Filter::default()
            };
            let items = queue::list(&bea, filter).await.unwrap();
            items.iter().map(queue::Item::subject).collect::<Vec<_>>()
        }
    };
    assert_eq!(order(Sort::Score).await, [grave, old]);
    assert_eq!(order(Sort::Age).await, [old, grave]);

    let mine = case::open(&bea, grave).await.unwrap();
    assert!(mine.claim.is_some_and(|claim| claim.mine));
    assert!(matches!(mine.content, Content::Copy(_)));
    let theirs = case::open(&dov, grave).await.unwrap();
    assert_eq!(
        theirs.claim.map(|claim| (claim.handle, claim.mine)),
        Some(("bea".into(), false))
    );
    assert_eq!(
        queue::next(&dov, Filter::default(), old).await.unwrap(),
        None
    );
    assert_eq!(
        queue::next(&bea, Filter::default(), old).await.unwrap(),
        Some(grave)
    );
    let counts = queue::counts(&bea).await.unwrap();
    assert_eq!((counts.open(), counts.copies, counts.claimed), (2, 2, 1));
    site.advance(SignedDuration::from_mins(11));
    assert!(
        case::open(&dov, grave)
            .await
            .unwrap()
            .claim
            .is_some_and(|claim| claim.mine)
    );
    case::release(&dov, grave).await.unwrap();
    assert_eq!(
        queue::next(&bea, Filter::default(), old).await.unwrap(),
        Some(grave)
    );
    let only_members = Filter {
        kind: Some(SubjectKind::Member),
        ..Filter::default()
    };
    assert!(queue::list(&bea, only_members).await.unwrap().is_empty());
}
