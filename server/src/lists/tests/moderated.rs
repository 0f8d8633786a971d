//! Lists that are reported, hidden and shown again.

use dogear_domain::accounts::Role;
use dogear_domain::ids::DecisionId;
use dogear_domain::moderation::{SubjectRef, Verdict};

use super::*;
use crate::moderation::case::{self, Content};
use crate::moderation::decisions::{self, Ruling};
use crate::moderation::evidence::Evidence;
use crate::moderation::listings;
use crate::moderation::queue::{self, Filter};
use crate::moderation::reports::{self, NewReport};
use crate::testing::said;

async fn report(by: &Cx, list: ListId) -> Result<()> {
    let new = NewReport::read(SubjectRef::list(list), "offensive", "").map_err(Error::Invalid)?;
    reports::create(by, None, &new).await.map(drop)
}

async fn hide(by: &Cx, list: ListId) -> Result<DecisionId> {
    let ruling = Ruling::read(SubjectRef::list(list), Verdict::Hide, "Leave that out.", "");
    decisions::decide(by, None, &ruling.unwrap()).await
}

/// What the reader was told, the last first.
async fn told(cx: &Cx) -> Vec<(String, String)> {
    sqlx::query_as(
        "select kind, data->>'what' from notifications where user_id = $1 order by id desc",
    )
    .bind(id(cx))
    .fetch_all(cx.db())
    .await
    .unwrap()
}

#[tokio::test]
async fn a_reported_list_is_hidden_with_a_reason_and_shown_again() {
    let site = TestSite::new().await;
    let (ann, ben) = (site.member("ann").await, site.member("ben").await);
    let bea = site.account("bea", Role::Moderator).await;
    let emma = work(&site, "Emma").await;
    let list = list_of(&ann, ListVisibility::Public, &[emma]).await;
    let noted = EntryForm {
        note: "Burn it.".into(),
        ..EntryForm::default()
    };
    edit(&ann, list, emma, &noted).await.unwrap();
    report(&ben, list).await.unwrap();
    let waiting = queue::list(
        &bea,
        Filter {
            page: 1,
            ..Filter::default()
        },
    )
    .await
    .unwrap();
    assert_eq!(
        (waiting.len(), waiting[0].title.as_str()),
        (1, "By the sea")
    );
    assert_eq!(queue::counts(&bea).await.unwrap().lists, 1);
    let open = case::open(&bea, SubjectRef::list(list)).await.unwrap();
    let Content::List(shown) = &open.content else {
        panic!("{:?}", open.content);
    };
    assert_eq!(shown.notes, ["Burn it."]);
    let kept = open.reports[0].evidence.as_ref().unwrap();
    assert!(matches!(&kept.0, Evidence::List { notes, .. } if notes.len() == 1));
    assert!(open.verdicts.contains(&Verdict::Hide));

    let decision = hide(&bea, list).await.unwrap();
    assert!(is_not_found(opened(&ben, list).await));
    assert!(is_not_found(report(&ben, list).await));
    let own = opened(&ann, list).await.unwrap();
    assert_eq!(own.hidden.as_deref(), Some("Leave that out."));
    assert_eq!(
        told(&ann).await[0],
        ("listing_hidden".to_owned(), "By the sea".to_owned())
    );
    // Whatever its owner says of it meanwhile, others do not see it.
    let seen = Version::default();
    for visibility in [ListVisibility::Private, ListVisibility::Public] {
        save(&ann, list, &form("By the sea", visibility), &seen)
            .await
            .unwrap();
        assert!(is_not_found(opened(&ben, list).await));
    }
    decisions::undo(&bea, decision).await.unwrap();
    opened(&ben, list).await.unwrap();
    assert_eq!(told(&ann).await[0].0, "listing_restored");

    // Later than an hour after the decision, too.
    hide(&bea, list).await.unwrap();
    site.advance(jiff::SignedDuration::from_hours(2));
    let reason = said("It reads well now.");
    assert!(is_not_found(
        listings::restore_list(&ben, None, list, &reason).await
    ));
    listings::restore_list(&bea, None, list, &reason)
        .await
        .unwrap();
    opened(&ben, list).await.unwrap();
    let again = listings::restore_list(&bea, None, list, &reason).await;
    assert!(matches!(again, Err(Error::Conflict(_))));
}

#[tokio::test]
async fn only_what_everybody_sees_is_reported_and_read_by_moderators() {
    let site = TestSite::new().await;
    let (ann, ben) = (site.member("ann").await, site.member("ben").await);
    let bea = site.account("bea", Role::Moderator).await;
    let emma = work(&site, "Emma").await;
    for visibility in [ListVisibility::Private, ListVisibility::Unlisted] {
        let list = list_of(&ann, visibility, &[emma]).await;
        assert!(is_not_found(report(&ben, list).await));
    }
    let list = list_of(&ann, ListVisibility::Public, &[emma]).await;
    assert!(matches!(report(&ann, list).await, Err(Error::Forbidden(_))));
    report(&ben, list).await.unwrap();
    // What it says from when it is private on, moderators do not read; it can be hidden still.
    let secret = form("My secret", ListVisibility::Private);
    save(&ann, list, &secret, &Version::default())
        .await
        .unwrap();
    let open = case::open(&bea, SubjectRef::list(list)).await.unwrap();
    assert!(matches!(open.content, Content::Gone));
    assert_eq!(open.title, "By the sea, gone");
    assert!(open.now.is_none());
    let waiting = queue::list(
        &bea,
        Filter {
            page: 1,
            ..Filter::default()
        },
    )
    .await
    .unwrap();
    assert_eq!(waiting[0].title, "List");
    hide(&bea, list).await.unwrap();
    save(
        &ann,
        list,
        &form("By the sea", ListVisibility::Public),
        &Version::default(),
    )
    .await
    .unwrap();
    assert!(is_not_found(opened(&ben, list).await));
}

#[tokio::test]
async fn an_unlisted_list_is_reported_by_whoever_has_its_address() {
    let site = TestSite::new().await;
    let (ann, ben) = (site.member("ann").await, site.member("ben").await);
    let bea = site.account("bea", Role::Moderator).await;
    let emma = work(&site, "Emma").await;
    let list = list_of(&ann, ListVisibility::Unlisted, &[emma]).await;
    let subject = SubjectRef::list(list);
    let other = list_of(&ann, ListVisibility::Unlisted, &[emma]).await;
    for secret in ["", "nothing.signed", &secret(&ann, other).await] {
        let refused = reports::reportable(&ben, subject, secret).await;
        assert!(is_not_found(refused), "{secret}");
    }
    // Nobody at the desk reads what nobody has reported.
    assert!(is_not_found(case::open(&bea, subject).await));
    let address = secret(&ann, list).await;
    let about = reports::reportable(&ben, subject, &address).await.unwrap();
    assert_eq!(about.title, "By the sea");
    let new = NewReport::read(subject, "offensive", "").unwrap();
    reports::create(&ben, None, &new.with_secret(address.clone()))
        .await
        .unwrap();
    let open = case::open(&bea, subject).await.unwrap();
    assert!(matches!(open.content, Content::List(_)) && open.now.is_some());
    assert_eq!(open.title, "By the sea");
    assert!(open.reports[0].evidence.is_some());
    hide(&bea, list).await.unwrap();
    let again = reports::reportable(&ben, subject, &address).await;
    assert!(is_not_found(again));
}

#[tokio::test]
async fn nobody_decides_about_their_own_list_or_one_they_have_reported() {
    let site = TestSite::new().await;
    let ben = site.member("ben").await;
    let bea = site.account("bea", Role::Moderator).await;
    let cleo = site.account("cleo", Role::Moderator).await;
    let emma = work(&site, "Emma").await;
    let list = list_of(&bea, ListVisibility::Public, &[emma]).await;
    report(&ben, list).await.unwrap();
    assert!(matches!(hide(&bea, list).await, Err(Error::Forbidden(_))));
    report(&cleo, list).await.unwrap();
    assert!(matches!(hide(&cleo, list).await, Err(Error::Forbidden(_))));
    let dov = site.account("dov", Role::Admin).await;
    hide(&dov, list).await.unwrap();
    let reason = said("");
    for own in [&bea, &cleo] {
        let refused = listings::restore_list(own, None, list, &reason).await;
        assert!(matches!(refused, Err(Error::Forbidden(_))));
    }
    listings::restore_list(&dov, None, list, &reason)
        .await
        .unwrap();
}
