//! Connecting, and giving the permission back.

use super::stub::REFRESH;
use super::*;

#[tokio::test]
async fn a_way_to_google_leads_back_once_and_only_into_its_session() {
    let world = World::new().await;
    let other = world.site.member("bob").await;
    let consent = match standing(&world.ana).await.unwrap() {
        Some(State::Off { consent }) => consent,
        other => panic!("{other:?}"),
    };
    let url: Url = consent.parse().unwrap();
    let query: HashMap<String, String> = url.query_pairs().into_owned().collect();
    for (name, value) in [
        ("client_id", "books.example"),
        ("redirect_uri", "http://dogear.test/seats/google"),
        ("response_type", "code"),
        ("scope", api::SCOPE),
        ("access_type", "offline"),
        ("prompt", "consent"),
        ("include_granted_scopes", "true"),
        ("code_challenge_method", "S256"),
    ] {
        assert_eq!(query[name], value, "{name}");
    }
    assert!(!consent.contains("site-secret"));
    let came = |state: &str, code: &str, error: &str| Back {
        state: state.into(),
        code: code.into(),
        error: error.into(),
    };
    let good = came(&query["state"], CODE, "");
    for (cx, way) in [
        (&other, good.clone()),
        (&world.ana, came("", CODE, "")),
        (&world.ana, came("made.up", CODE, "")),
    ] {
        assert_eq!(connect(cx, &way).await.unwrap(), Outcome::Lost);
    }
    assert!(matches!(
        connect(&world.site.visitor(), &good).await,
        Err(Error::SignInRequired)
    ));
    assert_eq!(world.stub.state().codes, 0, "Google was not asked");
    // At the same moment, as a browser that is in a hurry.
    let (one, two) = tokio::join!(connect(&world.ana, &good), connect(&world.ana, &good));
    let mut both = [one.unwrap(), two.unwrap()];
    both.sort_by_key(|outcome| *outcome != Outcome::Connected);
    assert_eq!(both, [Outcome::Connected, Outcome::GoneBefore]);
    assert_eq!(world.stub.state().codes, 1);
    assert_eq!(
        connect(&world.ana, &good).await.unwrap(),
        Outcome::GoneBefore
    );
    assert!(matches!(
        standing(&world.ana).await.unwrap(),
        Some(State::On { .. })
    ));
    assert!(matches!(
        standing(&other).await.unwrap(),
        Some(State::Off { .. })
    ));
}

#[tokio::test]
async fn a_no_and_half_a_yes_connect_nothing() {
    let world = World::new().await;
    let way = async || match standing(&world.ana).await.unwrap() {
        Some(State::Off { consent }) => state_of(&consent),
        other => panic!("{other:?}"),
    };
    for (code, error, outcome) in [
        ("", "access_denied", Outcome::Denied),
        ("", "server_error", Outcome::Refused),
        ("", "", Outcome::Refused),
        ("wrong", "", Outcome::Refused),
        (&"x".repeat(2000), "", Outcome::Refused),
    ] {
        let came = Back {
            state: way().await,
            code: code.into(),
            error: error.into(),
        };
        assert_eq!(
            connect(&world.ana, &came).await.unwrap(),
            outcome,
            "{error}"
        );
    }
    world.stub.state().codes = 0;
    world.stub.state().may_write = false;
    assert_eq!(world.connect_with(CODE).await, Outcome::NoEntries);
    assert!(
        world.stub.state().revoked,
        "what is of no use is given back"
    );
    assert_eq!(
        world.count("select count(*) from google_connections").await,
        0
    );
    let late = Back {
        state: way().await,
        code: CODE.into(),
        error: String::new(),
    };
    world.site.advance(SignedDuration::from_mins(16));
    assert_eq!(connect(&world.ana, &late).await.unwrap(), Outcome::Lost);
}

#[tokio::test]
async fn who_disconnects_has_coming_entries_taken_out_and_the_permission_given_back() {
    let world = World::connected().await;
    let past = world.evening("Long ago", 1).await;
    let event = world.evening("Swap by lamplight", 10).await;
    world.take(past, 1).await;
    world.take(event, 1).await;
    world.run().await;
    assert_eq!(world.stub.shown().len(), 2);
    world.site.advance(SignedDuration::from_hours(72));
    world.asked();
    disconnect(&world.ana, true).await.unwrap();
    disconnect(&world.ana, true).await.unwrap();
    assert_eq!(standing(&world.ana).await.unwrap(), Some(State::Leaving));
    // It comes again after a failure, and what is out already is out.
    world.stub.plays([Trick::Loses]);
    world.run().await;
    assert!(!world.stub.state().revoked);
    world.run().await;
    assert_eq!(world.asked(), "DELETE DELETE");
    assert_eq!(world.stub.shown().len(), 1, "what is over stays");
    assert!(world.stub.state().revoked);
    assert!(matches!(
        standing(&world.ana).await.unwrap(),
        Some(State::Off { .. })
    ));
    for table in [
        "select count(*) from google_connections",
        "select count(*) from google_entries",
        "select count(*) from google_farewells",
    ] {
        assert_eq!(world.count(table).await, 0, "{table}");
    }
    let second = world.evening("Second evening", 12).await;
    world.take(second, 1).await;
    world.run().await;
    assert_eq!(world.asked(), "");
}

#[tokio::test]
async fn entries_stay_where_the_reader_would_rather_keep_them() {
    let world = World::connected().await;
    let event = world.evening("Swap by lamplight", 10).await;
    world.take(event, 1).await;
    world.run().await;
    world.asked();
    disconnect(&world.ana, false).await.unwrap();
    world.run().await;
    assert_eq!((world.asked().as_str(), world.stub.shown().len()), ("", 1));
    assert!(world.stub.state().revoked);
    // Connected again, the same entry is written and no second one.
    world.stub.allows_again();
    assert_eq!(world.connect_with(CODE).await, Outcome::Connected);
    world.run().await;
    assert_eq!(world.asked(), "POST PATCH");
    assert_eq!(world.stub.state().entries.len(), 1);
}

#[tokio::test]
async fn of_a_member_who_leaves_nothing_stays_here_or_there() {
    let world = World::connected().await;
    let event = world.evening("Swap by lamplight", 10).await;
    world.take(event, 1).await;
    world.run().await;
    let member = world.ana.reader().unwrap().id;
    let mut tx = world.ana.begin().await.unwrap();
    for erase in world.site.services.hooks.erasures {
        erase(&mut tx, member).await.unwrap();
    }
    tx.commit().await.unwrap();
    assert_eq!(
        world
            .count("select count(*) from google_farewells where user_id is null")
            .await,
        1
    );
    world.run().await;
    assert_eq!(world.stub.shown(), Vec::<Value>::new());
    assert!(world.stub.state().revoked);
    assert_eq!(
        world
            .count("select (select count(*) from google_farewells) + (select count(*) from google_entries) + (select count(*) from google_connections)")
            .await,
        0
    );
}

#[tokio::test]
async fn where_google_does_not_know_the_site_nothing_is_offered_or_done() {
    let site = TestSite::new().await;
    let ana = site.member("ana").await;
    assert_eq!(standing(&ana).await.unwrap(), None);
    assert!(unsynced(&ana, None).await.unwrap().is_empty());
    let came = Back::default();
    assert!(matches!(connect(&ana, &came).await, Err(Error::NotFound)));
    disconnect(&ana, true).await.unwrap();
    try_again(&ana).await.unwrap();
}

#[tokio::test]
async fn no_secret_is_readable_in_the_database() {
    let world = World::connected().await;
    let event = world.evening("Swap by lamplight", 10).await;
    world.take(event, 1).await;
    world.stub.plays([says(500, "{}")]);
    world.run().await;
    disconnect(&world.ana, true).await.unwrap();
    let all: String = sqlx::query_scalar(
        "select concat(
           (select string_agg(encode(refresh_token, 'escape'), ' ') from google_farewells),
           (select string_agg(o::text, ' ') from outbox o),
           (select string_agg(f::text, ' ') from google_farewells f))",
    )
    .fetch_one(world.ana.db())
    .await
    .unwrap();
    assert!(all.len() > 100);
    for secret in [REFRESH, "refresh-secret", "access-", "site-secret", CODE] {
        assert!(!all.contains(secret), "{secret}");
    }
}

/// A way to Google that is begun, and not gone to its end yet.
async fn begun(world: &World) -> Back {
    let consent = match standing(&world.ana).await.unwrap() {
        Some(State::Off { consent }) => consent,
        other => panic!("{other:?}"),
    };
    Back {
        state: state_of(&consent),
        code: CODE.into(),
        error: String::new(),
    }
}

#[tokio::test]
async fn a_calendar_that_is_connected_stays_so_on_a_second_way_back() {
    let world = World::new().await;
    let (first, second) = (begun(&world).await, begun(&world).await);
    let grant = async || {
        sqlx::query_scalar::<_, Uuid>("select grant_id from google_connections")
            .fetch_one(world.ana.db())
            .await
            .unwrap()
    };
    assert_eq!(
        connect(&world.ana, &first).await.unwrap(),
        Outcome::Connected
    );
    let before = grant().await;
    world.stub.allows_again();
    assert_eq!(
        connect(&world.ana, &second).await.unwrap(),
        Outcome::Already
    );
    assert_eq!(grant().await, before);
    assert!(
        !world.stub.state().revoked,
        "of the same account that would end the first, too"
    );
    let event = world.evening("Swap by lamplight", 10).await;
    world.take(event, 1).await;
    world.run().await;
    assert_eq!(world.stub.shown().len(), 1);
    assert!(!world.stub.state().revoked);
    assert_eq!(
        world.count("select count(*) from google_farewells").await,
        0
    );
}

#[tokio::test]
async fn a_permission_that_comes_while_another_is_given_back_goes_after_it() {
    let world = World::new().await;
    let late = begun(&world).await;
    assert_eq!(world.connect_with(CODE).await, Outcome::Connected);
    let event = world.evening("Swap by lamplight", 10).await;
    world.take(event, 1).await;
    world.run().await;
    assert_eq!(world.stub.shown().len(), 1);
    disconnect(&world.ana, true).await.unwrap();
    world.stub.allows_again();
    assert_eq!(connect(&world.ana, &late).await.unwrap(), Outcome::Leaving);
    assert_eq!(
        world.count("select count(*) from google_farewells").await,
        2
    );
    // Of the same account Google would end both, and the entry would stay.
    world.stub.plays([says(500, "{}")]);
    world.run().await;
    assert!(!world.stub.state().revoked);
    for _ in 0..2 {
        world.run().await;
    }
    assert_eq!(world.stub.shown(), Vec::<Value>::new());
    assert!(world.stub.state().revoked);
    assert_eq!(
        world.count("select count(*) from google_farewells").await,
        0
    );
    assert!(matches!(
        standing(&world.ana).await.unwrap(),
        Some(State::Off { .. })
    ));
}
