use dogear_domain::accounts::Role;
use dogear_domain::ids::AuditId;
use serde_json::json;

use super::*;
use crate::audit::{self, Entry, Filter, audit as append};

async fn note(cx: &Cx, action: &str) {
    let mut tx = cx.begin().await.unwrap();
    let entry = Entry {
        action,
        subject_kind: "copy",
        subject_id: Some(7),
        before: Some(json!({ "b": 1, "a": ["x", null], "c": { "z": true, "y": "“”\u{1}" } })),
        after: None,
        reason: "because",
    };
    append(&mut tx, cx, entry).await.unwrap();
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn the_chain_holds_under_concurrent_entries() {
    let site = TestSite::new().await;
    let bea = site.account("bea", Role::Moderator).await;
    assert_eq!(audit::verify(&bea).await.unwrap().entries, 0);
    let writers = (0..20).map(|_| async { note(&bea, "copy.hide").await });
    futures::future::join_all(writers).await;
    let chain = audit::verify(&bea).await.unwrap();
    assert_eq!((chain.entries, chain.broken_at), (20, None));
}

#[tokio::test]
async fn entries_stay_as_they_are_and_a_forged_one_shows() {
    let site = TestSite::new().await;
    let bea = site.account("bea", Role::Moderator).await;
    note(&bea, "copy.hide").await;
    note(&bea, "copy.restore").await;
    for statement in [
        "update audit_log set reason = 'other'",
        "delete from audit_log",
        "truncate audit_log",
    ] {
        let refused = sqlx::query(statement).execute(bea.db()).await.unwrap_err();
        let code = refused
            .as_database_error()
            .and_then(|error| error.code().map(std::borrow::Cow::into_owned));
        assert_eq!(code.as_deref(), Some("23001"), "{statement}");
    }
    // Even with the right previous hash, an entry of another hand does not fit.
    let forged: AuditId = sqlx::query_scalar(
        "insert into audit_log (action, subject_kind, prev_hash, hash)
         select 'role.grant', 'member', hash, sha256('x') from audit_log order by id desc limit 1
         returning id",
    )
    .fetch_one(bea.db())
    .await
    .unwrap();
    let chain = audit::verify(&bea).await.unwrap();
    assert_eq!((chain.entries, chain.broken_at), (3, Some(forged)));
}

#[tokio::test]
async fn the_log_is_read_by_actor_action_and_subject() {
    let site = TestSite::new().await;
    let bea = site.account("bea", Role::Moderator).await;
    let dov = site.account("dov", Role::Admin).await;
    note(&bea, "copy.hide").await;
    note(&bea, "copy.restore").await;
    note(&dov, "member.role").await;
    let read = |actor: &str, action: &str, subject: &str, before| {
        let (bea, filter) = (
            bea.clone(),
            Filter {
                actor: actor.into(),
                action: action.into(),
                subject: subject.into(),
                before,
            },
        );
        async move {
            let rows = audit::list(&bea, &filter).await.unwrap();
            rows.into_iter()
                .map(|row| (row.id, row.action))
                .collect::<Vec<_>>()
        }
    };
    assert_eq!(read("", "", "", None).await.len(), 3);
    assert_eq!(read("@Bea", "", "", None).await.len(), 2);
    assert_eq!(read("", "copy.h", "copy:7", None).await.len(), 1);
    assert_eq!(read("", "", "copy:8", None).await.len(), 0);
    let newest = read("", "", "copy", None).await[0].0;
    assert_eq!(read("", "", "", Some(newest)).await.len(), 2);
}
