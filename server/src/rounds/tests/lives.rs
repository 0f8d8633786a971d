//! From the opening to the end.

use super::*;
use crate::copies::{Change, LendForm, change, lend};

#[tokio::test]
async fn the_silent_one_is_passed_over_and_the_next_takes_it() {
    let world = World::new().await;
    let (copy, round) = world.asked("Emma").await;
    assert_eq!(world.held(copy).await, (false, true));
    let seen = page(&world.owner, round).await.unwrap();
    assert!(seen.mine && seen.can_close() && seen.waiting == 3);
    assert!(seen.seed.is_none() && seen.seed_hash.is_some() && seen.order.is_empty());

    world.hours(47).await;
    assert_eq!(world.state(round).await, RoundState::Open);
    world.hours(1).await;
    assert_eq!(world.state(round).await, RoundState::Offered);
    let first = world.offered(round).await.unwrap();
    world.sound().await;
    world.hours(48).await;
    assert_eq!(world.ask_state(round, first).await, Some(AskState::Silent));
    let second = world.offered(round).await.unwrap();
    assert_ne!(id(first), id(second));
    assert!(sentence(take(first, key(), round, Method::Meet).await).contains("not offered to you"));

    let trade = take(second, key(), round, Method::Meet).await.unwrap();
    assert_eq!(world.state(round).await, RoundState::Taken);
    assert_eq!(world.held(copy).await, (true, false));
    let view = trades::page(second, trade).await.unwrap();
    assert_eq!(view.state, TradeState::Agreed);
    assert_eq!(view.round, Some(round));
    world.sound().await;

    let seen = page(first, round).await.unwrap();
    let seed = seen.seed.unwrap();
    assert_eq!(seen.order.len(), 3);
    assert_eq!(seen.order[0].number, id(first));
    assert_eq!(seen.order[1].number, id(second));
    assert!(seen.taker.is_some() && seen.trade.is_none());
    assert_eq!(page(second, round).await.unwrap().trade, Some(trade));
    // Anybody can make the codes anew.
    let bytes: Vec<u8> = (0..seed.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(&seed[at..at + 2], 16).unwrap())
        .collect();
    let readers: Vec<_> = world.askers.iter().map(|cx| (id(cx), true)).collect();
    let replayed = dogear_domain::rounds::order(&bytes, round, &readers);
    let drawn: Vec<UserId> = seen.order.iter().map(|line| line.number).collect();
    assert_eq!(replayed, drawn);
    let of_sql: Vec<u8> =
        sqlx::query_scalar("select draw_code(seed, id, $2) from give_rounds where id = $1")
            .bind(round)
            .bind(id(first))
            .fetch_one(&world.site.services.db)
            .await
            .unwrap();
    assert_eq!(dogear_domain::rounds::hex(&of_sql), seen.order[0].code);
}

#[tokio::test]
async fn lists_count_a_book_as_long_as_it_can_be_asked_for() {
    let give = || vec!["give".to_owned()];
    let world = World::new().await;
    let copy = world.copy("Emma").await;
    // Given away, it can be had for nothing else.
    let round = world.open(copy, RoundMode::Draw).await;
    assert_eq!(world.listed(copy).await, (1, give()));
    ask(&world.askers[0], key(), round).await.unwrap();
    world.hours(48).await;
    assert_eq!(world.listed(copy).await, (0, vec![]));
    take(&world.askers[0], key(), round, Method::Meet)
        .await
        .unwrap();
    assert_eq!(world.listed(copy).await, (0, vec![]));

    // In a queue others can ask while somebody is offered it.
    let copy = world.copy("Romola").await;
    let round = world.open(copy, RoundMode::Queue).await;
    assert!(ask(&world.askers[1], key(), round).await.unwrap());
    assert_eq!(world.listed(copy).await, (1, give()));
    pass(&world.askers[1], round).await.unwrap();
    close(&world.owner, round).await.unwrap();
    assert_eq!(
        world.listed(copy).await,
        (1, vec!["trade".to_owned(), "give".to_owned()])
    );
}

#[tokio::test]
async fn who_had_a_gift_lately_comes_last() {
    let world = World::new().await;
    let given = world.copy("Given before").await;
    let round = world.open(given, RoundMode::Queue).await;
    assert!(ask(&world.askers[0], key(), round).await.unwrap());
    take(&world.askers[0], key(), round, Method::Meet)
        .await
        .unwrap();
    for number in 0..3 {
        let (_, round) = world.asked(&format!("Draw {number}")).await;
        world.hours(48).await;
        let order = page(&world.owner, round).await.unwrap().order;
        assert_eq!(order[2].number, id(&world.askers[0]));
        assert!(!order[2].favoured && order[0].favoured && order[1].favoured);
    }
    world.sound().await;
}

#[tokio::test]
async fn a_queue_goes_from_one_to_the_next_and_ends_unclaimed() {
    let world = World::new().await;
    let copy = world.copy("Silas Marner").await;
    let round = world.open(copy, RoundMode::Queue).await;
    assert!(ask(&world.askers[0], key(), round).await.unwrap());
    assert!(!ask(&world.askers[1], key(), round).await.unwrap());
    assert!(!ask(&world.askers[2], key(), round).await.unwrap());
    let seen = page(&world.askers[2], round).await.unwrap();
    assert_eq!(seen.ask.unwrap().place, 3);
    assert!(seen.seed_hash.is_none());
    take_back(&world.askers[1], round).await.unwrap();
    take_back(&world.askers[1], round).await.unwrap();
    pass(&world.askers[0], round).await.unwrap();
    pass(&world.askers[0], round).await.unwrap();
    assert_eq!(world.ask_state(round, &world.askers[1]).await, None);
    assert_eq!(
        world.ask_state(round, &world.askers[2]).await,
        Some(AskState::Offered)
    );
    assert!(sentence(ask(&world.askers[0], key(), round).await).contains("already"));
    // Nobody waits, but readers can still come.
    pass(&world.askers[2], round).await.unwrap();
    assert_eq!(world.state(round).await, RoundState::Open);
    assert!(ask(&world.askers[1], key(), round).await.unwrap());
    world.sound().await;
    world.hours(48).await;
    assert_eq!(world.state(round).await, RoundState::Unclaimed);
    assert_eq!(world.held(copy).await, (false, false));
    assert_eq!(world.told(&world.owner).await, ["gift_unclaimed"]);
    let seen = crate::copies::page(&world.askers[0], copy).await.unwrap();
    assert!(!seen.held && seen.round.is_none());
    world.sound().await;
}

#[tokio::test]
async fn what_nobody_asks_for_is_free_again() {
    let world = World::new().await;
    let (one, other) = (world.copy("One").await, world.copy("Other").await);
    let draw = world.open(one, RoundMode::Draw).await;
    let queue = world.open(other, RoundMode::Queue).await;
    world.hours(48).await;
    assert_eq!(world.state(draw).await, RoundState::Unclaimed);
    assert_eq!(world.state(queue).await, RoundState::Unclaimed);
    assert_eq!(world.told(&world.owner).await.len(), 2);
    propose(&world.askers[0], one).await.unwrap();
    world.open(one, RoundMode::Draw).await;
    world.sound().await;
}

#[tokio::test]
async fn an_opening_ends_proposals_and_holds_the_copy() {
    let world = World::new().await;
    let copy = world.copy("Emma").await;
    let trade = propose(&world.askers[0], copy).await.unwrap();
    let opened = open(&world.owner, key(), copy, RoundMode::Draw, "12")
        .await
        .unwrap();
    assert_eq!((opened.ended, opened.title.as_str()), (1, "Emma"));
    let view = trades::page(&world.askers[0], trade).await.unwrap();
    assert_eq!(view.state, TradeState::Superseded);
    assert!(
        world
            .told(&world.askers[0])
            .await
            .contains(&"trade_superseded".to_owned())
    );

    let Err(Error::Invalid(errors)) = propose(&world.askers[1], copy).await else {
        panic!("a copy in a round was proposed")
    };
    assert!(
        errors.get("books").unwrap().contains("is given away"),
        "{errors:?}"
    );
    for wish in [Change::Unlist, Change::Delete, Change::Archive] {
        let text = sentence(change(&world.owner, None, &[copy], wish).await);
        assert!(text.contains(&format!("/give/{}", opened.round)), "{text}");
    }
    let form = LendForm {
        borrower: "Joana".into(),
        ..LendForm::default()
    };
    assert!(sentence(lend(&world.owner, None, copy, &form).await).contains("given away"));
    assert!(
        sentence(open(&world.owner, key(), copy, RoundMode::Queue, "12").await).contains("already")
    );
    world.sound().await;
}

#[tokio::test]
async fn an_owner_ends_it_before_the_draw_and_not_after() {
    let world = World::new().await;
    let (copy, round) = world.asked("Emma").await;
    assert!(matches!(
        close(&world.askers[0], round).await,
        Err(Error::NotFound)
    ));
    close(&world.owner, round).await.unwrap();
    close(&world.owner, round).await.unwrap();
    assert_eq!(world.held(copy).await, (false, false));
    assert_eq!(world.told(&world.askers[1]).await, ["gift_not_drawn"]);
    assert!(sentence(ask(&world.askers[0], key(), round).await).contains("over"));
    world.hours(200).await;
    assert_eq!(world.state(round).await, RoundState::Closed);

    let (_, round) = world.asked("Persuasion").await;
    world.hours(48).await;
    assert!(sentence(close(&world.owner, round).await).contains("What is drawn stands"));
    world.sound().await;
}

#[tokio::test]
async fn a_hidden_copy_ends_its_round_and_askers_are_told() {
    let world = World::new().await;
    let bea = world
        .site
        .account("bea", dogear_domain::accounts::Role::Moderator)
        .await;
    for drawn in [false, true] {
        let (copy, round) = world.asked("Emma").await;
        if drawn {
            world.hours(48).await;
        }
        crate::moderation::listings::hide(
            &bea,
            None,
            copy,
            &crate::testing::said("Not a book."),
            &crate::testing::said(""),
        )
        .await
        .unwrap();
        assert_eq!(world.state(round).await, RoundState::Closed);
        assert_eq!(world.held(copy).await, (false, false));
    }
    for asker in &world.askers {
        let told = world.told(asker).await;
        let over = told.iter().filter(|kind| *kind == "gift_not_drawn").count();
        assert_eq!(over, 2, "{told:?}");
    }
    world.sound().await;
}

#[tokio::test]
async fn what_is_over_is_forgotten_but_for_the_gift() {
    let world = World::new().await;
    let (_, round) = world.asked("Emma").await;
    world.hours(48).await;
    let taker = world.offered(round).await.unwrap();
    take(taker, key(), round, Method::Post).await.unwrap();
    world.site.advance(SignedDuration::from_hours(24 * 181));
    sweeps::forget(&Cx::system(world.site.services.clone()))
        .await
        .unwrap();
    let left = page(&world.owner, round).await.unwrap().order;
    assert_eq!(left.len(), 1);
    assert_eq!(left[0].number, id(taker));
    world.site.run_jobs().await;
    let found = invariants::violations(&world.site.services.db)
        .await
        .unwrap();
    assert_eq!(found, Vec::<String>::new());
}
