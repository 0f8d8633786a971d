use dogear_domain::accounts::Role;
use dogear_domain::trades::{Policy, Setting};

use super::*;
use crate::audit;
use crate::moderation::settings::{self, Typed};
use crate::trades::policy;

fn typed(policy: &Policy, changes: &[(Setting, &str)]) -> Typed {
    let mut numbers: std::collections::BTreeMap<Setting, String> = Setting::ALL
        .iter()
        .map(|setting| (*setting, setting.of(policy).to_string()))
        .collect();
    for (setting, text) in changes {
        numbers.insert(*setting, (*text).to_owned());
    }
    Typed {
        numbers,
        seen: settings::seen(policy),
        reason: said("It takes longer in winter."),
    }
}

#[tokio::test]
async fn an_admin_changes_the_policy_on_the_record_and_puts_it_back() {
    let site = TestSite::new().await;
    let dov = site.account("dov", Role::Admin).await;
    let shown = settings::current(&dov).await.unwrap();
    let longer = typed(
        &shown,
        &[(Setting::SendDays, "10"), (Setting::MaxRevisions, " 8 ")],
    );
    let changed = settings::change(&dov, None, &longer).await.unwrap();
    assert_eq!(changed, [Setting::MaxRevisions, Setting::SendDays]);
    let now = policy(dov.db()).await.unwrap();
    assert_eq!((now.send_days, now.max_revisions), (10, 8));
    assert_eq!(now.reply_days, Policy::default().reply_days);

    // Another page, shown before that.
    let stale = typed(&shown, &[(Setting::ReplyDays, "9")]);
    assert!(is_conflict(settings::change(&dov, None, &stale).await));
    let same = settings::change(&dov, None, &typed(&now, &[])).await;
    assert_eq!(same.unwrap(), []);

    settings::restore_default(&dov, None, Setting::SendDays)
        .await
        .unwrap();
    let stored: serde_json::Value =
        sqlx::query_scalar("select value from settings where key = 'trades'")
            .fetch_one(dov.db())
            .await
            .unwrap();
    assert_eq!(stored, serde_json::json!({ "max_revisions": 8 }));
    let history = settings::history(&dov).await.unwrap();
    assert_eq!(history.len(), 2);
    assert_eq!(history[1].reason, "It takes longer in winter.");
    assert_eq!(
        (&history[1].before, &history[1].after),
        (
            &Some(serde_json::json!({ "send_days": 7, "max_revisions": 10 })),
            &Some(serde_json::json!({ "send_days": 10, "max_revisions": 8 }))
        )
    );
    assert_eq!(audit::verify(&dov).await.unwrap().broken_at, None);
}

#[tokio::test]
async fn numbers_out_of_bounds_and_others_than_admins_change_nothing() {
    let site = TestSite::new().await;
    let dov = site.account("dov", Role::Admin).await;
    let shown = settings::current(&dov).await.unwrap();
    let wrong = typed(
        &shown,
        &[(Setting::SendDays, "0"), (Setting::LostDays, "soon")],
    );
    let Err(Error::Invalid(errors)) = settings::change(&dov, None, &wrong).await else {
        panic!("accepted");
    };
    assert!(errors.get("send_days").is_some() && errors.get("lost_days").is_some());
    let before_its_reminder = typed(&shown, &[(Setting::ReplyDays, "4")]);
    assert!(matches!(
        settings::change(&dov, None, &before_its_reminder).await,
        Err(Error::Invalid(errors)) if errors.get("reply_reminder_days").is_some()
    ));
    let fine = typed(&shown, &[(Setting::ReplyDays, "8")]);
    for role in [Role::Member, Role::Moderator] {
        let who = site
            .account(if role == Role::Member { "ann" } else { "bea" }, role)
            .await;
        assert!(is_not_found(settings::current(&who).await));
        assert!(is_not_found(settings::history(&who).await));
        assert!(is_not_found(settings::change(&who, None, &fine).await));
        assert!(is_not_found(
            settings::restore_default(&who, None, Setting::ReplyDays).await
        ));
    }
    assert_eq!(policy(dov.db()).await.unwrap(), Policy::default());
}

#[tokio::test]
async fn of_two_admins_who_save_at_once_one_is_told() {
    let site = TestSite::new().await;
    let (one, two) = (
        site.account("one", Role::Admin).await,
        site.account("two", Role::Admin).await,
    );
    let shown = settings::current(&one).await.unwrap();
    let (eight, nine) = (
        typed(&shown, &[(Setting::ReplyDays, "8")]),
        typed(&shown, &[(Setting::SendDays, "9")]),
    );
    let (first, second) = tokio::join!(
        settings::change(&one, None, &eight),
        settings::change(&two, None, &nine),
    );
    assert_ne!(first.is_ok(), second.is_ok(), "{first:?} {second:?}");
    assert!(is_conflict(if first.is_ok() { second } else { first }));
}
