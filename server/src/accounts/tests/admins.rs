//! Roles, and the admin who stays.

use super::*;

async fn admins(site: &TestSite) -> i64 {
    count(
        site,
        "select count(*) from users where role = 'admin' and status = 'active'",
    )
    .await
}

#[tokio::test]
async fn roles_change_and_the_last_admin_stays() {
    let site = TestSite::new().await;
    let cx = site.visitor();
    account(&site, "keeper", Role::Admin).await;
    account(&site, "wren", Role::Member).await;
    let last = operator::set_role(&cx, "keeper", Role::Member).await;
    assert!(matches!(last, Err(Error::Conflict(_))), "{last:?}");
    let was = operator::set_role(&cx, "wren@readers.test", Role::Admin).await;
    assert_eq!(was.unwrap(), Role::Member);

    // Two at once: one of them is refused.
    let (one, two) = tokio::join!(
        operator::set_role(&cx, "keeper", Role::Member),
        operator::set_role(&cx, "wren", Role::Moderator)
    );
    assert_eq!(u8::from(one.is_ok()) + u8::from(two.is_ok()), 1);
    assert_eq!(
        count(&site, "select count(*) from users where role = 'admin'").await,
        1
    );
    // Two accounts were made, two changes done.
    assert_eq!(count(&site, "select count(*) from audit_log").await, 4);
    let nobody = operator::set_role(&cx, "nobody", Role::Admin).await;
    assert!(matches!(nobody, Err(Error::NotFound)));
}

#[tokio::test]
async fn a_suspended_admin_does_not_count_and_may_go() {
    let site = TestSite::new().await;
    let cx = site.visitor();
    account(&site, "keeper", Role::Admin).await;
    account(&site, "milo", Role::Admin).await;
    account(&site, "wren", Role::Admin).await;
    sqlx::query("update users set status = 'suspended', suspension_reason = 'spam' where handle in ('milo', 'wren')")
        .execute(&site.services.db)
        .await
        .unwrap();
    let keeper = logged_in(&site, "keeper").await;
    let demoted = operator::set_role(&cx, "keeper", Role::Moderator).await;
    assert!(matches!(demoted, Err(Error::Conflict(_))), "{demoted:?}");
    let closed = request_closing(&keeper, "keeper", PASSWORD).await;
    assert!(matches!(closed, Err(Error::Conflict(_))), "{closed:?}");

    operator::set_role(&cx, "milo", Role::Member).await.unwrap();
    let wren = logged_in(&site, "wren").await;
    request_closing(&wren, "wren", PASSWORD).await.unwrap();
    assert_eq!(admins(&site).await, 1);
    // Whose account is being closed does not count either.
    let demoted = operator::set_role(&cx, "keeper", Role::Member).await;
    assert!(matches!(demoted, Err(Error::Conflict(_))), "{demoted:?}");
}

#[tokio::test]
async fn an_admin_whose_suspension_has_run_out_counts_before_the_row_says_so() {
    let site = TestSite::new().await;
    let cx = site.visitor();
    account(&site, "keeper", Role::Admin).await;
    account(&site, "wren", Role::Admin).await;
    sqlx::query("update users set status = 'suspended', suspension_reason = 'spam', suspended_until = now() - interval '1 minute' where handle = 'wren'")
        .execute(&site.services.db)
        .await
        .unwrap();
    operator::set_role(&cx, "keeper", Role::Member)
        .await
        .unwrap();
    let last = operator::set_role(&cx, "wren", Role::Member).await;
    assert!(matches!(last, Err(Error::Conflict(_))), "{last:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn two_admins_who_go_at_once_leave_one() {
    for round in 0..10 {
        let site = TestSite::new().await;
        account(&site, "keeper", Role::Admin).await;
        account(&site, "wren", Role::Admin).await;
        let wren = logged_in(&site, "wren").await;
        let cx = site.visitor();
        let demotion = tokio::spawn(async move {
            operator::set_role(&cx, "keeper", Role::Member)
                .await
                .map(drop)
        });
        let other = if round % 2 == 0 {
            operator::set_role(&wren, "wren", Role::Member)
                .await
                .map(drop)
        } else {
            request_closing(&wren, "wren", PASSWORD).await.map(drop)
        };
        let outcomes = [demotion.await.unwrap(), other];
        let refused = outcomes
            .iter()
            .filter(|outcome| matches!(outcome, Err(Error::Conflict(_))))
            .count();
        assert_eq!(refused, 1, "{outcomes:?}");
        assert_eq!(admins(&site).await, 1);
    }
}
