//! Notifications on a real PostgreSQL.

use dogear_domain::ids::NotificationId;

use super::*;
use crate::mail::templates;
use crate::testing::TestSite;
use crate::{Cx, Error};

fn id(cx: &Cx) -> UserId {
    cx.actor.as_ref().unwrap().id
}

async fn tell(site: &TestSite, user: UserId, kind: Kind, key: &str) {
    let letter = templates::notice(&site.services.settings, key, "Heading", &["Text"], "/inbox");
    let mut tx = site.services.db.begin().await.unwrap();
    let facts = Facts {
        who: "Ben".into(),
        what: key.into(),
        ..Facts::default()
    };
    notify(&mut tx, user, kind, &facts, key, Some(letter))
        .await
        .unwrap();
    tx.commit().await.unwrap();
}

async fn subjects(site: &TestSite) -> Vec<String> {
    site.run_jobs().await;
    let mut subjects: Vec<String> = site
        .catcher
        .messages()
        .into_iter()
        .map(|mail| mail.subject)
        .collect();
    subjects.sort();
    subjects
}

#[tokio::test]
async fn readers_are_told_once_and_as_they_wish() {
    let site = TestSite::new().await;
    let ann = site.member("ann").await;
    save_prefs(
        &ann,
        &[
            Pref {
                kind: Kind::ParcelSent,
                in_app: false,
                mail: true,
            },
            Pref {
                kind: Kind::TradeMessage,
                in_app: true,
                mail: false,
            },
            Pref {
                kind: Kind::TradeDeclined,
                in_app: false,
                mail: false,
            },
            Pref {
                kind: Kind::Security,
                in_app: false,
                mail: false,
            },
        ],
    )
    .await
    .unwrap();
    let kinds = [
        (Kind::TradeProposed, "by default"),
        (Kind::TradeWithdrawn, "by default without mail"),
        (Kind::ParcelSent, "mail only"),
        (Kind::TradeMessage, "inbox only"),
        (Kind::TradeDeclined, "neither"),
        (Kind::Security, "always"),
    ];
    for (kind, key) in kinds {
        tell(&site, id(&ann), kind, key).await;
        tell(&site, id(&ann), kind, key).await;
    }
    assert_eq!(subjects(&site).await, ["always", "by default", "mail only"]);
    let inbox: Vec<Kind> = list(&ann, None, false)
        .await
        .unwrap()
        .into_iter()
        .map(|row| row.kind)
        .collect();
    assert_eq!(
        inbox,
        [
            Kind::Security,
            Kind::TradeMessage,
            Kind::TradeWithdrawn,
            Kind::TradeProposed
        ]
    );
    let security = prefs(&ann)
        .await
        .unwrap()
        .into_iter()
        .find(|pref| pref.kind == Kind::Security);
    assert_eq!(
        security,
        Some(Pref {
            kind: Kind::Security,
            in_app: true,
            mail: true
        })
    );
}

#[tokio::test]
async fn mail_goes_to_confirmed_addresses_only_and_nothing_to_former_members() {
    let site = TestSite::new().await;
    let (ann, ben) = (site.member("ann").await, site.member("ben").await);
    sqlx::query("update users set email_verified_at = null where id = $1")
        .bind(id(&ann))
        .execute(&site.services.db)
        .await
        .unwrap();
    sqlx::query("update users set status = 'deleted' where id = $1")
        .bind(id(&ben))
        .execute(&site.services.db)
        .await
        .unwrap();
    tell(&site, id(&ann), Kind::TradeProposed, "ann").await;
    tell(&site, id(&ben), Kind::TradeProposed, "ben").await;
    assert!(subjects(&site).await.is_empty());
    assert_eq!(list(&ann, None, false).await.unwrap().len(), 1);
    assert!(list(&ben, None, false).await.unwrap().is_empty());
}

#[tokio::test]
async fn the_inbox_is_paged_and_everybodys_own() {
    let site = TestSite::new().await;
    let (ann, ben) = (site.member("ann").await, site.member("ben").await);
    for number in 0..35 {
        tell(&site, id(&ann), Kind::TradeWithdrawn, &format!("{number}")).await;
    }
    let first = list(&ann, None, true).await.unwrap();
    assert_eq!(first.len(), 30);
    assert_eq!(first[0].text, "Ben takes a proposal back: 34.");
    let second = list(&ann, Some(first[29].id), true).await.unwrap();
    assert_eq!(second.len(), 5);
    assert!(list(&ben, None, false).await.unwrap().is_empty());
    assert!(matches!(
        mark_read(&ben, first[0].id).await,
        Err(Error::NotFound)
    ));
    assert!(matches!(
        mark_read(&ann, NotificationId(0)).await,
        Err(Error::NotFound)
    ));
    mark_read(&ann, first[0].id).await.unwrap();
    mark_read(&ann, first[0].id).await.unwrap();
    assert_eq!(list(&ann, None, true).await.unwrap()[0].id, first[1].id);
    mark_all_read(&ben, first[0].id).await.unwrap();
    mark_all_read(&ann, first[2].id).await.unwrap();
    let unread: Vec<NotificationId> = list(&ann, None, true)
        .await
        .unwrap()
        .iter()
        .map(|row| row.id)
        .collect();
    assert_eq!(unread, [first[1].id]);
    assert!(matches!(
        list(&site.visitor(), None, false).await,
        Err(Error::SignInRequired)
    ));
}
