use dogear_domain::moderation::ReportState;

use super::*;

#[tokio::test]
async fn a_report_is_made_once_while_it_waits() {
    let site = TestSite::new().await;
    let (ann, ben) = (site.member("ann").await, site.member("ben").await);
    let emma = copy(listed(&site, &ann, "Emma").await);
    let all = (0..10).map(|_| report(&ben, emma, "misleading"));
    let filed: Vec<Filed> = futures::future::join_all(all)
        .await
        .into_iter()
        .map(Result::unwrap)
        .collect();
    assert_eq!(filed.iter().filter(|filed| !filed.already).count(), 1);
    assert!(filed.iter().all(|one| one.id == filed[0].id));
    let mine = reports::own(&ben, filed[0].id).await.unwrap();
    assert_eq!(
        (mine.title.as_str(), mine.state),
        ("Emma", ReportState::Open)
    );
    assert!(is_not_found(reports::own(&ann, filed[0].id).await));
    let about: UserId = sqlx::query_scalar("select accused_id from reports where id = $1")
        .bind(filed[0].id)
        .fetch_one(ann.db())
        .await
        .unwrap();
    assert_eq!(about, id(&ann));
}

#[tokio::test]
async fn only_what_one_sees_can_be_reported() {
    let site = TestSite::new().await;
    let (ann, ben, cy) = (
        site.member("ann").await,
        site.member("ben").await,
        site.member("cyd").await,
    );
    let (trade, message) = trade(&site, &ann, &ben).await;
    let emma = listed(&site, &ann, "Emma").await;
    let subject = |kind, id| SubjectRef { kind, id };
    let message = subject(SubjectKind::Message, message.0);
    let trade = subject(SubjectKind::Trade, trade.0);
    let member = subject(SubjectKind::Member, id(&ann).0);
    assert!(is_not_found(report(&cy, message, "harassment").await));
    assert!(is_not_found(report(&cy, trade, "fraud").await));
    assert!(is_forbidden(report(&ann, message, "harassment").await));
    assert!(is_forbidden(report(&ann, member, "spam").await));
    assert!(is_forbidden(report(&ann, copy(emma), "spam").await));
    for (subject, reason) in [
        (message, "harassment"),
        (trade, "fraud"),
        (member, "spam"),
        (copy(emma), "spam"),
    ] {
        assert!(!report(&ben, subject, reason).await.unwrap().already);
    }
    sqlx::query("update copies set state = 'owned', listed_at = null where id = $1")
        .bind(emma)
        .execute(ann.db())
        .await
        .unwrap();
    // Everybody saw it until just now; of another one that is more than a week ago.
    assert!(!report(&cy, copy(emma), "spam").await.unwrap().already);
    let private = listed(&site, &ann, "Middlemarch").await;
    sqlx::query("update copies set state = 'owned', listed_at = null where id = $1")
        .bind(private)
        .execute(ann.db())
        .await
        .unwrap();
    sqlx::query(
        "update earlier_versions set replaced_at = now() - interval '8 days' where subject_id = $1",
    )
    .bind(private)
    .execute(ann.db())
    .await
    .unwrap();
    assert!(is_not_found(report(&cy, copy(private), "spam").await));
    let wrong = report(&cy, member, "not-a-book").await;
    assert!(matches!(wrong, Err(Error::Invalid(errors)) if errors.get("reason").is_some()));
    let silent = report(&cy, member, "other").await;
    assert!(matches!(silent, Err(Error::Invalid(errors)) if errors.get("details").is_some()));
}

#[tokio::test]
async fn reports_are_limited() {
    let site = TestSite::with(|settings| settings.rate_limit_factor = 1).await;
    let ann = site.member("ann").await;
    let mut refused = 0;
    for number in 0..12 {
        let member = site.member(&format!("reader{number}")).await;
        let subject = SubjectRef {
            kind: SubjectKind::Member,
            id: id(&member).0,
        };
        if let Err(Error::TooMany { .. }) = report(&ann, subject, "spam").await {
            refused += 1;
        }
    }
    assert_eq!(refused, 2);
}
