//! Closing accounts, and what is left of them.

use jiff::SignedDuration;

use super::*;

/// In everything personal about the reader who leaves.
const MARK: &str = "zanzibarine";

#[tokio::test]
async fn nothing_personal_is_left_of_a_reader_who_leaves() {
    let site = TestSite::new().await;
    let id = account(&site, MARK, Role::Member).await;
    let wren = logged_in(&site, MARK).await;
    let form = ProfileForm {
        display_name: format!("Name {MARK}"),
        city: format!("City {MARK}"),
        region: format!("Region {MARK}"),
        country: "PT".into(),
        about: format!("About {MARK}"),
        time_zone: "Europe/Lisbon".into(),
        ..ProfileForm::default()
    };
    save_profile(&wren, &form).await.unwrap();
    block(&wren, "nobody").await.unwrap_err();
    request_email_change(&wren, None, &format!("{MARK}@new.test"), PASSWORD)
        .await
        .unwrap();
    ask_for_reset(&wren, None, &format!("{MARK}@readers.test"))
        .await
        .unwrap();
    let books = format!("Title,Author\n{MARK},{MARK}\n");
    crate::imports::upload(
        &wren,
        None,
        &crate::testing::said(&format!("{MARK}.csv")),
        books.into(),
    )
    .await
    .unwrap();
    site.run_jobs().await;
    assert!(
        !marked(&site).await.is_empty(),
        "the test looks in the right places"
    );

    assert_eq!(
        field(&request_closing(&wren, "milo", PASSWORD).await.unwrap_err()),
        "handle"
    );
    assert_eq!(
        field(&request_closing(&wren, MARK, "wrong").await.unwrap_err()),
        "password"
    );
    let waits = request_closing(&wren, MARK, PASSWORD).await.unwrap();
    assert!(!waits);
    site.run_jobs().await;

    // The last letter goes to the old address and names its reader; cleaning up takes it with the others.
    let kinds = mails_to(&site, &format!("{MARK}@readers.test")).await;
    assert_eq!(kinds, ["account_closed"]);
    assert_eq!(marked(&site).await, ["mails"]);
    let session = wren.actor.as_ref().unwrap().session;
    assert_eq!(alive(&site, session).await, None);
    let (status, name): (String, String) =
        sqlx::query_as("select status, display_name from users where id = $1")
            .bind(id)
            .fetch_one(&site.services.db)
            .await
            .unwrap();
    assert_eq!(
        (status.as_str(), name.as_str()),
        ("deleted", "Former member")
    );
    assert!(
        log_in(&site.visitor(), &credentials(MARK, PASSWORD))
            .await
            .is_err()
    );
    // The address is free again; the handle is nobody's for a while.
    let again = registration(&format!("{MARK}@readers.test"), MARK);
    let refused = register(&site.visitor(), None, &again).await.unwrap_err();
    assert_eq!(field(&refused), "handle");
    site.advance(SignedDuration::from_hours(24 * 91));
    register(&site.visitor(), None, &again).await.unwrap();
}

/// Tables that hold the mark in any column.
async fn marked(site: &TestSite) -> Vec<String> {
    let tables: Vec<String> = sqlx::query_scalar(
        "select table_name::text from information_schema.tables
         where table_schema = 'public' and table_type = 'BASE TABLE' order by 1",
    )
    .fetch_all(&site.services.db)
    .await
    .unwrap();
    let mut found = Vec::new();
    for table in tables {
        let sql = format!("select exists (select from {table} t where to_jsonb(t)::text ilike $1)");
        let here: bool = sqlx::query_scalar(sqlx::AssertSqlSafe(sql))
            .bind(format!("%{MARK}%"))
            .fetch_one(&site.services.db)
            .await
            .unwrap();
        if here {
            found.push(table);
        }
    }
    found
}

/// An agreed or proposed trade between two readers, as bare as the tables allow.
async fn trade(site: &TestSite, state: &str, opened_by: &Cx, other: &Cx) -> i64 {
    let (opener, other) = (
        opened_by.actor.as_ref().unwrap().id,
        other.actor.as_ref().unwrap().id,
    );
    let trade: i64 = sqlx::query_scalar(
        "insert into trades (state, opened_by, reply_due)
         values ($1, $2, case when $1 = 'proposed' then now() + interval '5 days' end) returning id",
    )
    .bind(state)
    .bind(opener)
    .fetch_one(&site.services.db)
    .await
    .unwrap();
    sqlx::query("insert into trade_revisions (trade_id, number, author_id) values ($1, 1, $2)")
        .bind(trade)
        .bind(opener)
        .execute(&site.services.db)
        .await
        .unwrap();
    for (position, user) in [(1_i16, opener), (2, other)] {
        sqlx::query("insert into trade_parties (trade_id, user_id, position) values ($1, $2, $3)")
            .bind(trade)
            .bind(user)
            .bind(position)
            .execute(&site.services.db)
            .await
            .unwrap();
    }
    trade
}

async fn state(site: &TestSite, trade: i64) -> String {
    sqlx::query_scalar("select state from trades where id = $1")
        .bind(trade)
        .fetch_one(&site.services.db)
        .await
        .unwrap()
}

async fn wren_and_milo(site: &TestSite) -> (Cx, Cx) {
    account(site, "wren", Role::Member).await;
    account(site, "milo", Role::Member).await;
    (logged_in(site, "wren").await, logged_in(site, "milo").await)
}

async fn status(site: &TestSite, cx: &Cx) -> String {
    sqlx::query_scalar("select status from users where id = $1")
        .bind(cx.actor.as_ref().unwrap().id)
        .fetch_one(&site.services.db)
        .await
        .unwrap()
}

async fn look(site: &TestSite, cx: &Cx) {
    let mut tx = site.services.db.begin().await.unwrap();
    erase_when_due(&site.visitor(), &mut tx, cx.actor.as_ref().unwrap().id)
        .await
        .unwrap();
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn running_trades_delay_the_erasure_but_not_for_ever() {
    let site = TestSite::new().await;
    let (wren, milo) = wren_and_milo(&site).await;
    let running = trade(&site, "agreed", &milo, &wren).await;
    let own = trade(&site, "proposed", &wren, &milo).await;
    let offered = trade(&site, "proposed", &milo, &wren).await;
    let before = closing(&wren).await.unwrap();
    assert_eq!((before.running_trades, before.open_proposals), (1, 2));

    assert!(request_closing(&wren, "@WREN", PASSWORD).await.unwrap());
    assert_eq!(state(&site, own).await, "withdrawn");
    assert_eq!(state(&site, offered).await, "withdrawn");
    assert_eq!(state(&site, running).await, "agreed");
    assert_eq!(
        count(
            &site,
            "select count(*) from outbox where kind = 'trade_event'"
        )
        .await,
        2
    );
    // Asked twice, it is the same wish.
    assert!(request_closing(&wren, "wren", PASSWORD).await.unwrap());
    look(&site, &wren).await;
    assert_eq!(status(&site, &wren).await, "closing");
    assert!(logged_in(&site, "wren").await.reader().is_ok());

    // Back, and away again.
    cancel_closing(&wren).await.unwrap();
    look(&site, &wren).await;
    assert_eq!(status(&site, &wren).await, "active");
    let none = cancel_closing(&wren).await;
    assert!(matches!(none, Err(Error::Conflict(_))));
    assert!(request_closing(&wren, "wren", PASSWORD).await.unwrap());

    site.advance(SignedDuration::from_hours(24 * 34));
    look(&site, &wren).await;
    assert_eq!(status(&site, &wren).await, "closing");
    site.advance(SignedDuration::from_hours(24 + 1));
    look(&site, &wren).await;
    assert_eq!(status(&site, &wren).await, "deleted");
    // Nothing had been sent, so it ended with them.
    assert_eq!(state(&site, running).await, "cancelled");
}

#[tokio::test]
async fn a_suspension_outlives_a_change_of_mind() {
    let site = TestSite::new().await;
    let (wren, milo) = wren_and_milo(&site).await;
    trade(&site, "agreed", &milo, &wren).await;
    sqlx::query("update users set status = 'suspended', suspension_reason = 'spam' where id = $1")
        .bind(wren.actor.as_ref().unwrap().id)
        .execute(&site.services.db)
        .await
        .unwrap();
    assert!(request_closing(&wren, "wren", PASSWORD).await.unwrap());
    cancel_closing(&wren).await.unwrap();
    assert_eq!(status(&site, &wren).await, "suspended");
}

#[tokio::test]
async fn the_last_admin_cannot_leave() {
    let site = TestSite::new().await;
    account(&site, "keeper", Role::Admin).await;
    let keeper = logged_in(&site, "keeper").await;
    let refused = request_closing(&keeper, "keeper", PASSWORD).await;
    assert!(matches!(refused, Err(Error::Conflict(_))), "{refused:?}");
}

#[tokio::test]
async fn accounts_nobody_confirmed_are_deleted_after_a_week() {
    let site = TestSite::new().await;
    let cx = site.visitor();
    account(&site, "milo", Role::Member).await;
    register(&cx, None, &registration("wren@example.org", "wren"))
        .await
        .unwrap();
    register(&cx, None, &registration("milo@readers.test", "milotwo"))
        .await
        .unwrap();
    site.advance(SignedDuration::from_hours(24 * 6));
    registration::delete_unconfirmed(&cx).await.unwrap();
    assert_eq!(count(&site, "select count(*) from users").await, 2);
    site.advance(SignedDuration::from_hours(25));
    registration::delete_unconfirmed(&cx).await.unwrap();
    assert_eq!(count(&site, "select count(*) from users").await, 1);
    assert_eq!(
        count(&site, "select count(*) from reserved_handles").await,
        0
    );
    for handle in ["wren", "milotwo"] {
        register(
            &cx,
            None,
            &registration(&format!("{handle}@example.org"), handle),
        )
        .await
        .unwrap();
    }
}

#[tokio::test]
async fn a03_nothing_that_a_stranger_registers_stops_an_erasure() {
    let site = TestSite::new().await;
    let id = account(&site, MARK, Role::Member).await;
    let wren = logged_in(&site, MARK).await;
    // As they could be registered once.
    for (handle, key, email) in [
        (
            format!("former-{id}"),
            format!("former-{id}"),
            "a@readers.test".to_owned(),
        ),
        (
            "other".into(),
            "other".into(),
            format!("former-{id}@former.invalid"),
        ),
    ] {
        sqlx::query(
            "insert into users (handle, handle_key, email, email_key, password_hash, display_name)
             values ($1, $2, $3, $3, '', $1)",
        )
        .bind(handle)
        .bind(key)
        .bind(email)
        .execute(&site.services.db)
        .await
        .unwrap();
    }
    request_closing(&wren, MARK, PASSWORD).await.unwrap();
    site.run_jobs().await;
    let (status, handle, email): (String, String, String) =
        sqlx::query_as("select status, handle, email from users where id = $1")
            .bind(id)
            .fetch_one(&site.services.db)
            .await
            .unwrap();
    assert_eq!(status, "deleted");
    // And nothing that can be typed is what the row is called by.
    for text in [&handle, &email] {
        assert!(
            dogear_domain::fields::Handle::parse(text).is_err(),
            "{text}"
        );
        assert!(dogear_domain::fields::Email::parse(text).is_err(), "{text}");
    }
    for handle in ["former-12", "Former_12", "former12", "former"] {
        let form = registration("new@readers.test", handle);
        let refused = register(&site.visitor(), None, &form).await.unwrap_err();
        assert_eq!(field(&refused), "handle", "{handle}");
    }
    for email in ["former-12@former.invalid", "a@b.localhost", "a@b.INVALID"] {
        let refused = register(&site.visitor(), None, &registration(email, "newcomer")).await;
        assert_eq!(field(&refused.unwrap_err()), "email", "{email}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn k13_closings_and_erasures_at_once_lock_in_one_order() {
    let site = TestSite::new().await;
    let mut readers = Vec::new();
    for handle in ["anna", "bento", "cleo", "dora", "emil", "fritz"] {
        account(&site, handle, Role::Member).await;
        readers.push((handle, logged_in(&site, handle).await));
    }
    for (at, (_, one)) in readers.iter().enumerate() {
        for (_, other) in &readers[at + 1..] {
            trade(&site, "proposed", one, other).await;
            trade(&site, "proposed", other, one).await;
        }
    }
    let closings = readers
        .iter()
        .map(|(handle, cx)| request_closing(cx, handle, PASSWORD));
    // What the workers do meanwhile: erase whoever has closed, tell the others.
    let work = async || {
        for _ in 0..40 {
            crate::jobs::run_due(&Cx::system(site.services.clone()))
                .await
                .unwrap();
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        }
    };
    let (closed, (), ()) = tokio::join!(futures::future::join_all(closings), work(), work());
    for outcome in closed {
        outcome.unwrap();
    }
    site.run_jobs().await;
    let gone = "select count(*) from users where status = 'deleted'";
    assert_eq!(count(&site, gone).await, 6);
    let deadlocks = "select deadlocks from pg_stat_database where datname = current_database()";
    assert_eq!(count(&site, deadlocks).await, 0);
}
