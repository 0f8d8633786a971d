//! Broadcasts on a real PostgreSQL.

use dogear_domain::accounts::Role;
use uuid::Uuid;

use super::*;
use crate::accounts;
use crate::notifications::{Kind, Pref, save_prefs};
use crate::testing::TestSite;
use crate::version::Version;

#[allow(clippy::unnecessary_wraps)] // as services take it
fn key() -> Option<IdempotencyKey> {
    Some(IdempotencyKey(Uuid::new_v4()))
}

fn news(audience: &str, place: &str) -> BroadcastForm {
    BroadcastForm {
        title: "Dogear has a calendar".into(),
        body: "See it at your events.\n\nTell us how you like it.".into(),
        audience: audience.into(),
        place: place.into(),
        send_at: String::new(),
    }
}

/// So many members more, in one statement.
async fn crowd(site: &TestSite, number: i32) {
    sqlx::query(
        "insert into users (handle, handle_key, email, email_key, email_verified_at, password_hash, display_name, city, country)
         select 'many' || n, 'many' || n, 'many' || n || '@readers.test', 'many' || n || '@readers.test', now(), '!', 'Many', 'York', 'GB'
         from generate_series(1, $1) n",
    )
    .bind(number)
    .execute(&site.services.db)
    .await
    .unwrap();
}

/// Members who have the news, and notices of it.
async fn told(cx: &Cx) -> (i64, i64) {
    sqlx::query_as(
        "select count(distinct user_id), count(*) from notifications where kind = 'site_news'",
    )
    .fetch_one(cx.db())
    .await
    .unwrap()
}

/// As if the pause between two batches were over.
async fn pause_is_over(site: &TestSite) {
    sqlx::query("update outbox set run_at = now() where kind = 'broadcast' and state = 'ready'")
        .execute(&site.services.db)
        .await
        .unwrap();
}

#[tokio::test]
async fn many_are_told_batch_by_batch_and_each_once() {
    let site = TestSite::new().await;
    let dov = site.account("dov", Role::Admin).await;
    crowd(&site, 204).await;
    let shown = preview(&dov, &news("everyone", "")).await.unwrap();
    assert_eq!(shown.members, 205);
    assert_eq!(shown.takes, SignedDuration::from_secs(20));
    let id = create(&dov, key(), &news("everyone", "")).await.unwrap();
    assert_eq!(told(&dov).await, (0, 0));
    // One batch, and then the pause: here the program ends.
    site.run_jobs().await;
    assert_eq!(told(&dov).await, (100, 100));
    let now = one(&dov, id).await.unwrap();
    assert_eq!(
        (now.state, now.told, now.expected),
        (BroadcastState::Sending, 100, 205)
    );
    // It is started again, with the step that was done already, too.
    let mut conn = dov.db().acquire().await.unwrap();
    let again = serde_json::json!({ "broadcast": id, "after": 0 });
    let job: SendBroadcast = serde_json::from_value(again).unwrap();
    crate::jobs::push(&mut conn, &job, "again", None)
        .await
        .unwrap();
    drop(conn);
    site.run_jobs().await;
    assert_eq!(told(&dov).await, (100, 100));
    for expected in [200, 205, 205] {
        pause_is_over(&site).await;
        site.run_jobs().await;
        assert_eq!(told(&dov).await, (expected, expected));
    }
    let now = one(&dov, id).await.unwrap();
    assert_eq!((now.state, now.told), (BroadcastState::Sent, 205));
    assert!(now.ended_at.is_some());
    assert!(matches!(cancel(&dov, id).await, Err(Error::Conflict(_))));
}

#[tokio::test]
async fn it_is_stopped_before_it_leaves_and_between_two_batches() {
    let site = TestSite::new().await;
    let dov = site.account("dov", Role::Admin).await;
    crowd(&site, 150).await;
    let later = (dov.now() + SignedDuration::from_hours(2)).to_string();
    let form = BroadcastForm {
        send_at: later,
        ..news("everyone", "")
    };
    let scheduled = create(&dov, key(), &form).await.unwrap();
    site.run_jobs().await;
    assert_eq!(told(&dov).await, (0, 0));
    for _ in 0..2 {
        cancel(&dov, scheduled).await.unwrap();
    }
    pause_is_over(&site).await;
    site.run_jobs().await;
    assert_eq!(told(&dov).await, (0, 0));
    let under_way = create(&dov, key(), &news("everyone", "")).await.unwrap();
    site.run_jobs().await;
    cancel(&dov, under_way).await.unwrap();
    pause_is_over(&site).await;
    site.run_jobs().await;
    assert_eq!(told(&dov).await, (100, 100));
    let all = list(&dov, None, 10).await.unwrap();
    let states: Vec<_> = all
        .iter()
        .map(|one| (one.id, one.state, one.told))
        .collect();
    assert_eq!(
        states,
        [
            (under_way, BroadcastState::Cancelled, 100),
            (scheduled, BroadcastState::Cancelled, 0)
        ]
    );
    let noted: i64 =
        sqlx::query_scalar("select count(*) from audit_log where action like 'broadcast.%'")
            .fetch_one(dov.db())
            .await
            .unwrap();
    assert_eq!(noted, 4);
}

#[tokio::test]
async fn it_goes_to_those_who_are_meant_and_to_nobody_who_should_not_have_it() {
    let site = TestSite::new().await;
    let dov = site.account("dov", Role::Admin).await;
    let bea = site.account("bea", Role::Moderator).await;
    let ana = site.member("ana").await;
    let ben = site.member("ben").await;
    let cleo = site.member("cleo").await;
    site.member("eve").await;
    let change = async |sql: &str| {
        let sql = sqlx::AssertSqlSafe(sql.to_owned());
        sqlx::raw_sql(sql).execute(dov.db()).await.unwrap();
    };
    change("update users set city = 'Århus', country = 'DK' where handle = 'ben'").await;
    let members = async |audience: &str, place: &str| {
        preview(&dov, &news(audience, place)).await.unwrap().members
    };
    assert_eq!(members("everyone", "").await, 6);
    assert_eq!(members("moderators", "").await, 2);
    assert_eq!(members("hosts", "").await, 0);
    assert_eq!(members("country", "dk").await, 1);
    assert_eq!(members("town", "arhus").await, 1);
    assert_eq!(members("town", "Leeds").await, 5);
    // Suspended, leaving, not confirmed, and with a block.
    change("update users set status = 'suspended', suspended_until = now() + interval '9 days' where handle = 'ana'").await;
    change("update users set status = 'closing' where handle = 'eve'").await;
    change("update users set email_verified_at = null where handle = 'bea'").await;
    accounts::block(&cleo, "dov").await.unwrap();
    assert_eq!(members("everyone", "").await, 2);
    create(&dov, key(), &news("everyone", "")).await.unwrap();
    site.run_jobs().await;
    let who: Vec<String> = sqlx::query_scalar(
        "select u.handle from notifications n join users u on u.id = n.user_id where n.kind = 'site_news' order by 1",
    )
    .fetch_all(dov.db())
    .await
    .unwrap();
    assert_eq!(who, ["ben", "dov"]);
    // Nobody would hear this.
    let nobody = create(&dov, key(), &news("hosts", "")).await;
    assert!(matches!(nobody, Err(Error::Conflict(_))), "{nobody:?}");
    // For everybody but admins there is nothing here.
    for cx in [&ana, &bea, &ben, &site.visitor()] {
        let form = news("everyone", "");
        assert!(preview(cx, &form).await.is_err());
        assert!(create(cx, key(), &form).await.is_err());
        assert!(list(cx, None, 10).await.is_err());
    }
}

#[tokio::test]
async fn news_come_by_mail_to_those_alone_who_want_them_so() {
    let site = TestSite::new().await;
    let dov = site.account("dov", Role::Admin).await;
    let ana = site.member("ana").await;
    let ben = site.member("ben").await;
    let wants = |in_app, mail| Pref {
        kind: Kind::SiteNews,
        in_app,
        mail,
    };
    save_prefs(&ana, &[wants(true, true)], &Version::default())
        .await
        .unwrap();
    save_prefs(&ben, &[wants(false, false)], &Version::default())
        .await
        .unwrap();
    create(&dov, key(), &news("everyone", "")).await.unwrap();
    assert_eq!(site.mailed_subjects().await, ["Dogear has a calendar"]);
    assert_eq!(told(&dov).await, (2, 2));
    let page = crate::notifications::list(&ana, crate::notifications::Filter::All, None)
        .await
        .unwrap();
    assert_eq!(
        page.rows[0].text,
        "Dogear has a calendar: See it at your events.\n\nTell us how you like it."
    );
}

#[tokio::test]
async fn the_same_key_writes_once_and_a_form_says_what_is_wrong() {
    let site = TestSite::new().await;
    let dov = site.account("dov", Role::Admin).await;
    let key = key();
    let sent = (0..10).map(|_| {
        let dov = dov.clone();
        async move { create(&dov, key, &news("everyone", "")).await.unwrap() }
    });
    let ids = futures::future::join_all(sent).await;
    assert!(ids.iter().all(|id| *id == ids[0]), "{ids:?}");
    assert_eq!(list(&dov, None, 10).await.unwrap().len(), 1);
    let wrong = BroadcastForm {
        send_at: "soon".into(),
        audience: "town".into(),
        ..BroadcastForm::default()
    };
    let Err(Error::Invalid(errors)) = preview(&dov, &wrong).await else {
        panic!("it is refused");
    };
    let fields: Vec<_> = errors.iter().map(|(field, _)| field).collect();
    assert_eq!(fields, ["title", "body", "place", "send_at"]);
    // By the clock of whoever writes, in the summer of Leeds.
    let today = dov.now().to_zoned(TimeZone::UTC).date();
    let year = if today.month() < 7 {
        today.year()
    } else {
        today.year() + 1
    };
    let form = BroadcastForm {
        send_at: format!("{year}-07-01T10:00"),
        ..news("everyone", "")
    };
    let at = preview(&dov, &form).await.unwrap().send_at;
    assert_eq!(at.to_string(), format!("{year}-07-01T09:00:00Z"));
}
