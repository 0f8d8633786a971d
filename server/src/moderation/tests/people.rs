use dogear_domain::accounts::Role;
use jiff::SignedDuration;

use super::*;
use crate::accounts::hash_password;
use crate::moderation::members::{self, Among, RoleGrant, Suspension};

const PASSWORD: &str = "lantern gravel ostrich";

/// With the right password, whoever it is.
async fn set_role(cx: &Cx, member: UserId, role: Role, reason: &str) -> crate::Result<()> {
    static HASH: tokio::sync::OnceCell<String> = tokio::sync::OnceCell::const_new();
    let hash = HASH.get_or_try_init(|| hash_password(PASSWORD)).await?;
    sqlx::query("update users set password_hash = $2 where id = $1")
        .bind(id(cx))
        .bind(hash)
        .execute(cx.db())
        .await?;
    members::set_role(cx, None, &grant(member, role, reason), PASSWORD).await
}

fn grant(member: UserId, role: Role, reason: &str) -> RoleGrant {
    RoleGrant {
        member,
        role,
        reason: said(reason),
    }
}

async fn role(cx: &Cx, who: &Cx) -> String {
    sqlx::query_scalar("select role from users where id = $1")
        .bind(id(who))
        .fetch_one(cx.db())
        .await
        .unwrap()
}

fn suspension(who: &Cx, days: Option<u16>) -> Suspension {
    Suspension::read(id(who), days, "Books never arrived.", "").unwrap()
}

#[tokio::test]
async fn two_admins_who_demote_each_other_leave_one() {
    let site = TestSite::new().await;
    for round in 0..5 {
        let one = site.account(&format!("one{round}"), Role::Admin).await;
        let two = site.account(&format!("two{round}"), Role::Admin).await;
        let (first, second) = tokio::join!(
            set_role(&one, id(&two), Role::Member, "leaves"),
            set_role(&two, id(&one), Role::Member, "leaves"),
        );
        assert_ne!(first.is_ok(), second.is_ok(), "{first:?} {second:?}");
        assert!(is_not_found(if first.is_ok() { second } else { first }));
        // Nobody is left who could take the last one away.
        let last = if role(&one, &one).await == "admin" {
            &one
        } else {
            &two
        };
        assert!(is_conflict(
            set_role(last, id(last), Role::Member, "leaves").await
        ));
        sqlx::query("update users set role = 'member'")
            .execute(one.db())
            .await
            .unwrap();
    }
}

#[tokio::test]
async fn nobody_raises_themselves_and_only_admins_give_roles() {
    let site = TestSite::new().await;
    let ann = site.member("ann").await;
    let bea = site.account("bea", Role::Moderator).await;
    let dov = site.account("dov", Role::Admin).await;
    for who in [&ann, &bea] {
        assert!(is_not_found(
            set_role(who, id(who), Role::Admin, "me").await
        ));
        assert!(is_not_found(
            set_role(who, id(&ann), Role::Moderator, "x").await
        ));
    }
    assert!(is_conflict(
        set_role(&dov, id(&dov), Role::Moderator, "less").await
    ));
    set_role(&dov, id(&ann), Role::Moderator, "helps")
        .await
        .unwrap();
    assert_eq!(role(&dov, &ann).await, "moderator");
    assert!(is_conflict(
        set_role(&dov, id(&ann), Role::Moderator, "twice").await
    ));
}

#[tokio::test]
async fn moderators_suspend_members_and_admins_suspend_staff() {
    let site = TestSite::new().await;
    let ann = site.member("ann").await;
    let bea = site.account("bea", Role::Moderator).await;
    let cleo = site.account("cleo", Role::Moderator).await;
    let dov = site.account("dov", Role::Admin).await;
    let emma = listed(&site, &ann, "Emma").await;
    assert!(is_not_found(
        members::suspend(&ann, None, &suspension(&bea, Some(7))).await
    ));
    for target in [&bea, &cleo, &dov] {
        assert!(is_forbidden(
            members::suspend(&bea, None, &suspension(target, Some(7))).await
        ));
    }
    assert!(is_forbidden(
        members::suspend(&dov, None, &suspension(&dov, Some(7))).await
    ));
    members::suspend(&dov, None, &suspension(&cleo, Some(7)))
        .await
        .unwrap();
    assert!(is_forbidden(
        members::restore(&bea, None, id(&cleo), &said("")).await
    ));
    members::suspend(&bea, None, &suspension(&ann, Some(7)))
        .await
        .unwrap();
    assert_eq!(found_by_search(&bea, emma).await, 0);
    let person = members::by_handle(&bea, "ANN").await.unwrap();
    assert_eq!(person.status.as_str(), "suspended");
    assert_eq!(person.email_hint, "a…@readers.test");
    assert_eq!(
        members::list(&bea, "", Among::Suspended, None)
            .await
            .unwrap()
            .len(),
        2
    );
    assert_eq!(
        members::list(&bea, "", Among::Staff, None)
            .await
            .unwrap()
            .len(),
        3
    );
    assert_eq!(
        members::list(&bea, "AN", Among::Everybody, None)
            .await
            .unwrap()
            .len(),
        1
    );

    // The term passes: the schedule brings the books back and says so, once.
    site.advance(SignedDuration::from_hours(8 * 24));
    for _ in 0..2 {
        members::end_suspensions(&Cx::system(site.services.clone()))
            .await
            .unwrap();
    }
    assert_eq!(found_by_search(&bea, emma).await, 1);
    assert_eq!(told(&ann).await, ["account_suspended", "account_suspended"]);
    assert!(is_conflict(
        members::restore(&bea, None, id(&ann), &said("")).await
    ));
}

#[tokio::test]
async fn a22_a_role_is_given_only_with_the_password_of_the_admin() {
    let site = TestSite::new().await;
    let ann = site.member("ann").await;
    let dov = site.account("dov", Role::Admin).await;
    // The first gives the admin a password.
    set_role(&dov, id(&ann), Role::Moderator, "helps")
        .await
        .unwrap();
    let more = grant(id(&ann), Role::Admin, "helps more");
    for password in ["", "not the password"] {
        let refused = members::set_role(&dov, None, &more, password).await;
        match refused {
            Err(crate::Error::Invalid(fields)) => assert!(fields.get("password").is_some()),
            other => panic!("{password:?}: {other:?}"),
        }
        assert_eq!(role(&dov, &ann).await, "moderator");
    }
    members::set_role(&dov, None, &more, PASSWORD)
        .await
        .unwrap();
    assert_eq!(role(&dov, &ann).await, "admin");
}

#[tokio::test]
async fn a_suspended_admin_is_never_the_last_one() {
    let site = TestSite::new().await;
    let gone = site.account("gone", Role::Admin).await;
    let dov = site.account("dov", Role::Admin).await;
    members::suspend(&dov, None, &suspension(&gone, Some(7)))
        .await
        .unwrap();
    members::suspend(&dov, None, &suspension(&gone, None))
        .await
        .unwrap();
    set_role(&dov, id(&gone), Role::Member, "gone for good")
        .await
        .unwrap();
    assert_eq!(role(&dov, &gone).await, "member");
    // An active one still is.
    let last = set_role(&gone, id(&dov), Role::Member, "revenge").await;
    assert!(is_not_found(last));
    assert_eq!(role(&dov, &dov).await, "admin");
}

#[tokio::test]
async fn two_admins_who_suspend_each_other_leave_one() {
    let site = TestSite::new().await;
    for round in 0..5 {
        let one = site.account(&format!("one{round}"), Role::Admin).await;
        let two = site.account(&format!("two{round}"), Role::Admin).await;
        let (for_two, for_one) = (suspension(&two, None), suspension(&one, None));
        let (first, second) = tokio::join!(
            members::suspend(&one, None, &for_two),
            members::suspend(&two, None, &for_one),
        );
        assert_ne!(first.is_ok(), second.is_ok(), "{first:?} {second:?}");
        sqlx::query("update users set role = 'member'")
            .execute(one.db())
            .await
            .unwrap();
    }
}

#[tokio::test]
async fn a04_whoever_has_left_is_found_by_number_and_takes_nobodys_place() {
    let site = TestSite::new().await;
    let bea = site.account("bea", Role::Moderator).await;
    let (gone, stranger) = (site.member("ann").await, site.member("former-1").await);
    sqlx::query(
        "update users set status = 'deleted', handle = 'former:' || id, handle_key = 'former:' || id
         where handle = 'ann'",
    )
    .execute(&site.services.db)
    .await
    .unwrap();
    let number = id(&gone).to_string();
    for name in [number.clone(), format!("former:{number}")] {
        assert_eq!(
            members::named(&bea, &name).await.unwrap().id,
            id(&gone),
            "{name}"
        );
    }
    for name in ["former-1", "FORMER-1"] {
        assert_eq!(
            members::named(&bea, name).await.unwrap().id,
            id(&stranger),
            "{name}"
        );
    }
    assert!(is_not_found(members::named(&bea, "former_1").await));
    assert!(is_not_found(members::named(&bea, "999999").await));
    assert!(is_not_found(members::named(&gone, &number).await));
}
