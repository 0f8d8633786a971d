//! Who may do what, addresses, limits, what happens because of something elsewhere.

use dogear_domain::trades::ProblemReason;

use super::*;
use crate::Error;

#[tokio::test]
async fn a_stranger_finds_nothing_whatever_they_try() {
    let world = World::new().await;
    let stranger = &world.site.member("mallory").await;
    let trade = world.agreed().await;
    let leg = world.leg(&world.ana, trade).await;
    let seen = page(&world.ana, trade).await.unwrap().seen;
    let books = Books::default();
    let shipment = Shipment::default();
    let reason = ProblemReason::WrongBook;
    let mut answers = vec![
        ("page", page(stranger, trade).await.map(drop)),
        (
            "builder",
            counter_builder(stranger, trade, None, &ShelfSearch::default())
                .await
                .map(drop),
        ),
        (
            "accept",
            accept(stranger, key(), trade, seen).await.map(drop),
        ),
        (
            "counter",
            counter(
                stranger,
                key(),
                trade,
                seen,
                &books,
                Method::Post,
                &Message::default(),
            )
            .await,
        ),
        (
            "decline",
            decline(stranger, key(), trade, &Reason::default())
                .await
                .map(drop),
        ),
        ("withdraw", withdraw(stranger, key(), trade).await.map(drop)),
        (
            "send",
            send(stranger, key(), trade, leg, &shipment).await.map(drop),
        ),
        (
            "hand_over",
            hand_over(stranger, key(), trade, leg).await.map(drop),
        ),
        (
            "receive",
            receive(stranger, key(), trade, leg).await.map(drop),
        ),
        (
            "cancel",
            cancel(stranger, key(), trade, &Reason::default())
                .await
                .map(drop),
        ),
        (
            "consent",
            consent_to_cancel(stranger, key(), trade).await.map(drop),
        ),
        (
            "problem",
            report_problem(stranger, key(), trade, leg, reason, &said("Hm."), vec![])
                .await
                .map(drop),
        ),
        ("settle", settle(stranger, key(), trade).await.map(drop)),
        (
            "resolve",
            resolve(
                stranger,
                key(),
                trade,
                dogear_domain::trades::Outcome::Cancel,
                "Hm.",
            )
            .await
            .map(drop),
        ),
        (
            "message",
            write(stranger, key(), trade, &said("Hello."))
                .await
                .map(drop),
        ),
        (
            "address",
            save_address(
                stranger,
                key(),
                trade,
                &Version::default(),
                &said("1 High Street, Leeds"),
                false,
            )
            .await,
        ),
        (
            "moderator’s page",
            for_moderator(stranger, trade).await.map(drop),
        ),
    ];
    let unknown = TradeId(999_999);
    answers.push(("unknown", page(stranger, unknown).await.map(drop)));
    for (what, answer) in answers {
        assert!(matches!(answer, Err(Error::NotFound)), "{what}: {answer:?}");
    }
    let listed = list(stranger, Filter::Open, "", None).await.unwrap();
    assert!(listed.rows.is_empty());
    world.sound().await;
}

#[tokio::test]
async fn an_address_is_for_its_sender_while_the_parcel_travels() {
    let world = World::new().await;
    let trade = world.proposed().await;
    let address = &said("Bob\n 2 Low Street \n\nLeeds LS1 1AA");
    let early = save_address(&world.bo, key(), trade, &Version::default(), address, false).await;
    assert!(
        matches!(early, Err(Error::Conflict(_))),
        "nothing is agreed yet"
    );
    world.accept(&world.bo, trade).await.unwrap();
    save_address(&world.bo, key(), trade, &Version::default(), address, false)
        .await
        .unwrap();
    let shown = |view: TradeView| view.legs.iter().find_map(|leg| leg.address.clone());
    assert_eq!(
        shown(page(&world.ana, trade).await.unwrap()).as_deref(),
        Some("Bob\n2 Low Street\nLeeds LS1 1AA")
    );
    let own = page(&world.bo, trade).await.unwrap();
    assert!(own.own_address.is_some() && shown(own).is_none());
    let sealed: Vec<u8> = sqlx::query_scalar(
        "select address_sealed from trade_parties where address_sealed is not null",
    )
    .fetch_one(&world.site.services.db)
    .await
    .unwrap();
    assert!(!String::from_utf8_lossy(&sealed).contains("Low Street"));
    let moderator = world
        .site
        .account("modest", dogear_domain::accounts::Role::Moderator)
        .await;
    assert!(shown(for_moderator(&moderator, trade).await.unwrap()).is_none());
    cancel(&world.ana, key(), trade, &Reason::default())
        .await
        .unwrap();
    let left: i64 =
        sqlx::query_scalar("select count(*) from trade_parties where address_sealed is not null")
            .fetch_one(&world.site.services.db)
            .await
            .unwrap();
    assert_eq!(left, 0);
    assert!(
        world
            .told(&world.ana)
            .await
            .contains(&"address_given".to_owned())
    );
}

#[tokio::test]
async fn a_new_member_has_three_open_proposals_at_most() {
    let world = World::new().await;
    for number in 0..3 {
        world
            .propose(&world.ana, "bob", &world.anas[number..=number], &[])
            .await;
    }
    let fourth = propose(&world.ana, key(), &proposal("bob", &world.anas[..1], &[])).await;
    assert!(matches!(fourth, Err(Error::Forbidden(text)) if text.contains("3 open proposals")));
    sqlx::query(
        "insert into settings (key, value) values ('trades', '{\"new_member_open_proposals\": 4}')",
    )
    .execute(&world.site.services.db)
    .await
    .unwrap();
    world
        .propose(&world.ana, "bob", &world.anas[..1], &[])
        .await;
}

#[tokio::test]
async fn only_what_is_offered_can_be_proposed() {
    let world = World::new().await;
    let db = &world.site.services.db;
    let refused = |gives: Vec<CopyId>, gets: Vec<CopyId>| {
        let ana = world.ana.clone();
        async move {
            match propose(&ana, key(), &proposal("bob", &gives, &gets)).await {
                Err(Error::Invalid(errors)) => errors.get("books").unwrap_or_default().to_owned(),
                other => panic!("{other:?}"),
            }
        }
    };
    assert!(refused(vec![], vec![]).await.contains("at least one"));
    assert!(
        refused(world.bos[..1].to_vec(), vec![])
            .await
            .contains("no longer on this shelf")
    );
    sqlx::query("update copies set state = 'owned', listed_at = null where id = $1")
        .bind(world.anas[0])
        .execute(db)
        .await
        .unwrap();
    assert!(
        refused(world.anas[..1].to_vec(), vec![])
            .await
            .contains("not offered")
    );
    sqlx::query("update copies set hidden_at = now() where id = $1")
        .bind(world.bos[0])
        .execute(db)
        .await
        .unwrap();
    assert!(
        refused(vec![], world.bos[..1].to_vec())
            .await
            .contains("no longer on this shelf")
    );
    let promised = world
        .propose(&world.ana, "bob", &world.anas[1..2], &world.bos[1..2])
        .await;
    world.accept(&world.bo, promised).await.unwrap();
    assert!(
        refused(vec![], world.bos[1..2].to_vec())
            .await
            .contains("promised")
    );
    let oneself = propose(&world.ana, key(), &proposal("ana", &world.anas[2..], &[])).await;
    assert!(matches!(oneself, Err(Error::Conflict(_))));
}

#[tokio::test]
async fn a_copy_hidden_after_the_proposal_cannot_be_agreed() {
    let world = World::new().await;
    let trade = world.proposed().await;
    sqlx::query("update copies set hidden_at = now() where id = $1")
        .bind(world.anas[0])
        .execute(&world.site.services.db)
        .await
        .unwrap();
    let late = world.accept(&world.bo, trade).await;
    assert!(matches!(late, Err(Error::Conflict(text)) if text.contains("no longer offered")));
    assert_eq!(world.holds().await, 0);
    world.sound().await;
}

#[tokio::test]
async fn a_block_ends_proposals_without_a_cause_and_lets_no_new_one_begin() {
    let world = World::new().await;
    let open = world.proposed().await;
    let running = world
        .propose(&world.ana, "bob", &world.anas[2..], &[])
        .await;
    world.accept(&world.bo, running).await.unwrap();
    let mut tx = world.site.services.db.begin().await.unwrap();
    sqlx::query("insert into blocks (blocker_id, blocked_id) values ($1, $2)")
        .bind(id(&world.bo))
        .bind(id(&world.ana))
        .execute(&mut *tx)
        .await
        .unwrap();
    withdraw_between(&mut tx, &world.bo, id(&world.ana), id(&world.bo))
        .await
        .unwrap();
    tx.commit().await.unwrap();
    assert_eq!(world.state(open).await, TradeState::Withdrawn);
    assert_eq!(world.state(running).await, TradeState::Agreed);
    let again = propose(&world.ana, key(), &proposal("bob", &world.anas[..1], &[])).await;
    // As it is said of somebody who is suspended.
    let said = "bob cannot begin new trades with you at present.";
    assert!(matches!(again, Err(Error::Conflict(text)) if text.starts_with(said)));
    let shelves = builder(
        &world.ana,
        "bob",
        &Books::default(),
        &ShelfSearch::default(),
    )
    .await;
    assert!(matches!(shelves, Err(Error::NotFound)));
    world.sound().await;
}

#[tokio::test]
async fn a_leaving_member_takes_open_proposals_along() {
    let world = World::new().await;
    let mine = world.proposed().await;
    let theirs = world
        .propose(&world.bo, "ana", &world.bos[1..2], &world.anas[2..])
        .await;
    let mut tx = world.site.services.db.begin().await.unwrap();
    withdraw_all(&mut tx, &world.ana, id(&world.ana))
        .await
        .unwrap();
    tx.commit().await.unwrap();
    assert_eq!(world.state(mine).await, TradeState::Withdrawn);
    assert_eq!(world.state(theirs).await, TradeState::Withdrawn);
    assert_eq!(
        world.told(&world.bo).await,
        ["trade_proposed", "trade_withdrawn", "trade_withdrawn"]
    );
}

#[tokio::test]
async fn a_suspended_member_finishes_what_runs_and_begins_nothing() {
    let world = World::new().await;
    let running = world.agreed().await;
    let open = world
        .propose(&world.bo, "ana", &world.bos[1..2], &world.anas[2..])
        .await;
    let mut ana = world.ana.clone();
    ana.actor.as_mut().unwrap().status = dogear_domain::accounts::AccountStatus::Suspended;
    let seen = page(&ana, open).await.unwrap().seen;
    assert!(matches!(
        accept(&ana, key(), open, seen).await,
        Err(Error::Forbidden(_))
    ));
    let begun = propose(&ana, key(), &proposal("bob", &world.anas[2..], &[])).await;
    assert!(matches!(begun, Err(Error::Forbidden(_))));
    decline(&ana, key(), open, &Reason::default())
        .await
        .unwrap();
    let leg = world.leg(&ana, running).await;
    write(&ana, key(), running, &said("On its way."))
        .await
        .unwrap();
    send(&ana, key(), running, leg, &Shipment::default())
        .await
        .unwrap();
    world.sound().await;
}
