use dogear_domain::accounts::Role;
use dogear_domain::moderation::Verdict;
use dogear_domain::trades::Outcome;
use uuid::Uuid;

use super::*;
use crate::audit::{self, Filter};
use crate::db::IdempotencyKey;
use crate::moderation::case::{self, Content};
use crate::moderation::decisions::{self, Ruling};
use crate::moderation::disputes::{Resolution, resolve};
use crate::moderation::queue::{self, DecisionFilter};

fn resolution(outcome: Outcome) -> Resolution {
    Resolution::read(Some(outcome), "The photo shows the torn cover.", true).unwrap()
}

fn leave(trade: TradeId) -> Ruling {
    Ruling::read(SubjectRef::trade(trade), Verdict::Leave, "", "").unwrap()
}

async fn open_reports(cx: &Cx, trade: TradeId) -> i64 {
    sqlx::query_scalar(
        "select count(*) from reports where subject_kind = 'trade' and subject_id = $1 and state = 'open'",
    )
    .bind(trade)
    .fetch_one(cx.db())
    .await
    .unwrap()
}

#[tokio::test]
async fn a_problem_stays_in_the_queue_until_the_trade_has_ended() {
    let site = TestSite::new().await;
    let (ann, ben) = (site.member("ann").await, site.member("ben").await);
    let bea = site.account("bea", Role::Moderator).await;
    let parcel = received(&site, &ann, &ben).await;
    let trade = parcel.0;
    dispute(&ben, parcel).await.unwrap();
    let items = queue::list(&bea, queue::Filter::default()).await.unwrap();
    assert_eq!((items.len(), items[0].score), (1, 3));

    assert!(is_conflict(
        decisions::decide(&bea, None, &leave(trade)).await
    ));
    assert_eq!(open_reports(&bea, trade).await, 1);
    let case = case::open(&bea, SubjectRef::trade(trade)).await.unwrap();
    assert!(case.verdicts.is_empty());
    let fitting = [
        Outcome::Complete,
        Outcome::Cancel,
        Outcome::Return,
        Outcome::Replace,
    ];
    assert_eq!(case.outcomes, fitting);
    let Content::Trade { view, .. } = &case.content else {
        panic!("no trade");
    };
    assert!(view.dispute.as_ref().unwrap().details == "The cover is torn.");

    let Err(errors) = Resolution::read(None, " ", false) else {
        panic!("accepted");
    };
    let fields: Vec<&str> = errors.iter().map(|(field, _)| field).collect();
    assert_eq!(fields, ["outcome", "statement", "sure"]);
    assert!(is_not_found(
        resolve(&ann, None, trade, &resolution(Outcome::Cancel)).await
    ));

    let key = Some(IdempotencyKey(Uuid::new_v4()));
    let going_back = resolution(Outcome::Return);
    let first = resolve(&bea, key, trade, &going_back).await.unwrap();
    assert_eq!(resolve(&bea, key, trade, &going_back).await.unwrap(), first);
    assert!(is_conflict(
        resolve(&bea, None, trade, &resolution(Outcome::Cancel)).await
    ));
    assert_eq!(open_reports(&bea, trade).await, 0);
    assert!(is_conflict(decisions::undo(&bea, first).await));
    let decided = queue::decisions(&bea, DecisionFilter::default())
        .await
        .unwrap();
    assert_eq!(decided.len(), 1);
    assert_eq!(decided[0].verdict, Verdict::Resolve);
    assert_eq!(decided[0].accused.as_deref(), Some("ann"));
    let entry = &audit::list(
        &bea,
        &Filter {
            action: "trade.resolve".into(),
            ..Filter::default()
        },
    )
    .await
    .unwrap()[0];
    assert_eq!(entry.reason, "The photo shows the torn cover.");
    assert_eq!(entry.after.as_ref().unwrap()["outcome"], "return");
    site.run_jobs().await;
    for party in [&ann, &ben] {
        let last: (String, String) = sqlx::query_as(
            "select kind, data ->> 'reason' from notifications where user_id = $1 order by id desc limit 1",
        )
        .bind(id(party))
        .fetch_one(bea.db())
        .await
        .unwrap();
        assert_eq!(
            last,
            (
                "problem_settled".into(),
                "The photo shows the torn cover.".into()
            )
        );
    }
    let report = sqlx::query_scalar("select id from reports")
        .fetch_one(bea.db())
        .await
        .unwrap();
    let own = reports::own(&ben, report).await.unwrap();
    assert!(own.outcome.unwrap().contains("how the trade ends"));
    // Once it has ended, the case shows what was decided and asks for nothing.
    let case = case::open(&bea, SubjectRef::trade(trade)).await.unwrap();
    assert!(case.verdicts.is_empty() && case.outcomes.is_empty());
}

#[tokio::test]
async fn a_decision_and_a_problem_at_once_leave_no_trade_frozen_out_of_sight() {
    let site = TestSite::new().await;
    let bea = site.account("bea", Role::Moderator).await;
    for round in 0..5 {
        let ann = site.member(&format!("ann{round}")).await;
        let ben = site.member(&format!("ben{round}")).await;
        let parcel = received(&site, &ann, &ben).await;
        let new =
            NewReport::read(SubjectRef::trade(parcel.0), "other", "He does not answer.").unwrap();
        reports::create(&ben, None, &new).await.unwrap();
        let ruling = leave(parcel.0);
        let (decided, reported) = tokio::join!(
            decisions::decide(&bea, None, &ruling),
            dispute(&ben, parcel),
        );
        reported.unwrap();
        assert!(decided.is_ok() || is_conflict(decided));
        assert_eq!(open_reports(&bea, parcel.0).await, 1);
        let urgent: i16 = sqlx::query_scalar(
            "select severity from reports where subject_kind = 'trade' and subject_id = $1 and state = 'open'",
        )
        .bind(parcel.0)
        .fetch_one(bea.db())
        .await
        .unwrap();
        assert_eq!(urgent, 3);
    }
}

#[tokio::test]
async fn of_two_moderators_one_ends_the_trade_and_none_of_its_parties_does() {
    let site = TestSite::new().await;
    let (ann, bea) = (
        site.member("ann").await,
        site.account("bea", Role::Moderator).await,
    );
    let parcel = received(&site, &ann, &bea).await;
    dispute(&bea, parcel).await.unwrap();
    let alone = resolve(&bea, None, parcel.0, &resolution(Outcome::Return)).await;
    assert!(is_forbidden(alone));
    let (cleo, dov) = (
        site.account("cleo", Role::Moderator).await,
        site.account("dov", Role::Moderator).await,
    );
    let own = case::open(&bea, SubjectRef::trade(parcel.0)).await.unwrap();
    assert!(own.outcomes.is_empty() && own.recused.is_some());
    let (back, done) = (resolution(Outcome::Return), resolution(Outcome::Complete));
    let (first, second) = tokio::join!(
        resolve(&cleo, None, parcel.0, &back),
        resolve(&dov, None, parcel.0, &done),
    );
    assert_ne!(first.is_ok(), second.is_ok(), "{first:?} {second:?}");
    assert!(is_conflict(if first.is_ok() { second } else { first }));
}
