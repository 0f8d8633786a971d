//! Who may not, and how often.

use super::*;
use crate::accounts;

#[tokio::test]
async fn others_see_nothing_of_what_is_not_theirs() {
    let world = World::new().await;
    let (copy, round) = world.asked("Emma").await;
    let none = RoundId(9999);
    let asker = &world.askers[0];
    let late = world.site.member("stranger").await;
    assert!(matches!(
        open(asker, key(), copy, RoundMode::Draw, "48").await,
        Err(Error::NotFound)
    ));
    assert!(matches!(to_give(asker, copy).await, Err(Error::NotFound)));
    assert!(matches!(
        ask(asker, key(), none).await,
        Err(Error::NotFound)
    ));
    assert!(matches!(close(asker, round).await, Err(Error::NotFound)));
    assert!(matches!(
        take(&late, key(), round, Method::Meet).await,
        Err(Error::NotFound)
    ));
    assert!(matches!(pass(&late, round).await, Err(Error::NotFound)));
    assert!(matches!(
        take_back(&world.owner, round).await,
        Err(Error::NotFound)
    ));
    assert!(matches!(page(&late, none).await, Err(Error::NotFound)));
    let own = sentence(ask(&world.owner, key(), round).await);
    assert!(own.contains("your own book"), "{own}");
    assert!(sentence(take(asker, key(), round, Method::Meet).await).contains("not offered"));
    let seen = page(&late, round).await.unwrap();
    assert!(seen.order.is_empty() && seen.ask.is_none() && !seen.mine && seen.limit.is_some());
    let visitor = page(&world.site.visitor(), round).await.unwrap();
    assert!(visitor.can_ask && visitor.limit.is_none());
}

#[tokio::test]
async fn only_what_is_listed_can_be_given_away_and_for_a_lawful_time() {
    let world = World::new().await;
    let copy = world.copy("Emma").await;
    for hours in ["", "11", "169", "soon"] {
        let Err(Error::Invalid(errors)) =
            open(&world.owner, key(), copy, RoundMode::Draw, hours).await
        else {
            panic!("{hours} was taken")
        };
        assert!(errors.get("hours").is_some());
    }
    let db = &world.site.services.db;
    sqlx::query("update copies set state = 'owned', listed_at = null")
        .execute(db)
        .await
        .unwrap();
    assert!(
        sentence(open(&world.owner, key(), copy, RoundMode::Draw, "48").await)
            .contains("not listed")
    );
    sqlx::query("update copies set state = 'listed', listed_at = now(), offer_give = false, offer_trade = false, price_minor = 500, currency = 'EUR'")
        .execute(db)
        .await
        .unwrap();
    assert!(
        sentence(open(&world.owner, key(), copy, RoundMode::Draw, "48").await)
            .contains("only for sale")
    );
}

#[tokio::test]
async fn limits_of_asking() {
    let world = World::new().await;
    let asker = &world.askers[0];
    let db = &world.site.services.db;
    sqlx::query("update users set created_at = now() - interval '6 days' where id = $1")
        .bind(id(asker))
        .execute(db)
        .await
        .unwrap();
    let copy = world.copy("Book 0").await;
    let round = world.open(copy, RoundMode::Draw).await;
    assert!(sentence(ask(asker, key(), round).await).contains("member for 7 days"));
    world.age(8).await;
    ask(asker, key(), round).await.unwrap();
    assert!(sentence(ask(asker, key(), round).await).contains("already"));
    for number in 1..5 {
        let copy = world.copy(&format!("Book {number}")).await;
        let round = world.open(copy, RoundMode::Draw).await;
        ask(asker, key(), round).await.unwrap();
    }
    let copy = world.copy("Book 5").await;
    let sixth = world.open(copy, RoundMode::Draw).await;
    assert!(sentence(ask(asker, key(), sixth).await).contains("5 books already"));
    take_back(asker, round).await.unwrap();
    ask(asker, key(), sixth).await.unwrap();
    world.sound().await;
}

#[tokio::test]
async fn gifts_are_counted() {
    let world = World::new().await;
    let asker = &world.askers[0];
    let db = &world.site.services.db;
    let queue = async |number: i32| {
        let copy = world.copy(&format!("Gift {number}")).await;
        world.open(copy, RoundMode::Queue).await
    };
    sqlx::query("update users set trades_completed = 0")
        .execute(db)
        .await
        .unwrap();
    let first = queue(0).await;
    assert!(ask(asker, key(), first).await.unwrap());
    take(asker, key(), first, Method::Meet).await.unwrap();
    let second = queue(1).await;
    assert!(sentence(ask(asker, key(), second).await).contains("given a book already"));
    world.age(8).await;
    for number in 2..4 {
        let round = queue(number).await;
        assert!(ask(asker, key(), round).await.unwrap());
        take(asker, key(), round, Method::Meet).await.unwrap();
    }
    let fourth = queue(4).await;
    assert!(sentence(ask(asker, key(), fourth).await).contains("3 books within 30 days"));
    world.hours(24 * 31).await;
    let later = queue(5).await;
    assert!(ask(asker, key(), later).await.unwrap());
}

#[tokio::test]
async fn whoever_has_had_enough_meanwhile_is_passed_over() {
    let world = World::new().await;
    let asker = &world.askers[0];
    let copy = world.copy("Wanted").await;
    let wanted = world.open(copy, RoundMode::Draw).await;
    ask(asker, key(), wanted).await.unwrap();
    for number in 0..3 {
        let copy = world.copy(&format!("Gift {number}")).await;
        let round = world.open(copy, RoundMode::Queue).await;
        assert!(ask(asker, key(), round).await.unwrap());
        take(asker, key(), round, Method::Meet).await.unwrap();
    }
    world.hours(48).await;
    assert_eq!(
        world.ask_state(wanted, asker).await,
        Some(AskState::Skipped)
    );
    assert_eq!(world.state(wanted).await, RoundState::Unclaimed);
    world.sound().await;
}

#[tokio::test]
async fn twice_silent_is_a_month_without_asking() {
    let world = World::new().await;
    let asker = &world.askers[0];
    for number in 0..2 {
        let copy = world.copy(&format!("Book {number}")).await;
        let round = world.open(copy, RoundMode::Queue).await;
        assert!(ask(asker, key(), round).await.unwrap());
        world.hours(48).await;
        assert_eq!(world.ask_state(round, asker).await, Some(AskState::Silent));
    }
    let copy = world.copy("Third").await;
    let third = open(&world.owner, key(), copy, RoundMode::Draw, "168")
        .await
        .unwrap()
        .round;
    assert!(sentence(ask(asker, key(), third).await).contains("again in 30 days"));
    world.hours(24 * 30).await;
    let copy = world.copy("Fourth").await;
    let fourth = world.open(copy, RoundMode::Draw).await;
    ask(asker, key(), fourth).await.unwrap();
    world.sound().await;
}

#[tokio::test]
async fn a_queue_has_twenty_places() {
    let world = World::new().await;
    let copy = world.copy("Wanted").await;
    let round = world.open(copy, RoundMode::Queue).await;
    for number in 0..20 {
        let reader = world.site.member(&format!("reader{number}")).await;
        world.age(8).await;
        assert_eq!(ask(&reader, key(), round).await.unwrap(), number == 0);
    }
    let text = sentence(ask(&world.askers[0], key(), round).await);
    assert!(text.starts_with("20 readers wait"), "{text}");
}

#[tokio::test]
async fn blocked_and_suspended_readers_are_passed_over() {
    let world = World::new().await;
    let (_, round) = world.asked("Emma").await;
    let [one, two, three] = &world.askers[..] else {
        panic!("three ask")
    };
    accounts::block(one, "giver").await.unwrap();
    sqlx::query("update users set status = 'suspended' where id = $1")
        .bind(id(two))
        .execute(&world.site.services.db)
        .await
        .unwrap();
    world.hours(48).await;
    assert_eq!(world.ask_state(round, one).await, Some(AskState::Skipped));
    assert_eq!(world.offered(round).await.map(id), Some(id(three)));
    // Who is blocked while they are asked has the clock move on.
    accounts::block(&world.owner, "askerc").await.unwrap();
    assert!(take(three, key(), round, Method::Meet).await.is_err());
    world.hours(0).await;
    assert_eq!(world.state(round).await, RoundState::Unclaimed);
    assert_eq!(world.ask_state(round, three).await, Some(AskState::Skipped));

    let copy = world.copy("Persuasion").await;
    let round = world.open(copy, RoundMode::Draw).await;
    assert!(matches!(
        ask(three, key(), round).await,
        Err(Error::NotFound)
    ));
    assert!(matches!(page(three, round).await, Err(Error::NotFound)));
    let listed = list(three, None, 1).await.unwrap();
    assert_eq!(listed.found, 0);
    world.sound().await;
}

#[tokio::test]
async fn a_suspended_giver_gives_nothing_away() {
    let world = World::new().await;
    let (copy, round) = world.asked("Emma").await;
    sqlx::query("update users set status = 'suspended' where id = $1")
        .bind(id(&world.owner))
        .execute(&world.site.services.db)
        .await
        .unwrap();
    world.hours(48).await;
    assert_eq!(world.state(round).await, RoundState::Closed);
    assert_eq!(world.held(copy).await, (false, false));
    world.sound().await;
}

#[tokio::test]
async fn those_who_leave_leave_their_rounds_and_wishes() {
    let world = World::new().await;
    let (_, round) = world.asked("Emma").await;
    world.hours(48).await;
    let first = world.offered(round).await.unwrap().clone();
    let cx = Cx::system(world.site.services.clone());
    let mut tx = cx.begin().await.unwrap();
    leave(&mut tx, &cx, id(&first)).await.unwrap();
    erase(&mut tx, id(&first)).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(world.ask_state(round, &first).await, None);
    world.hours(0).await;
    let second = world.offered(round).await.unwrap();
    assert_ne!(id(second), id(&first));
    let order = page(second, round).await.unwrap().order;
    assert_eq!(
        order.iter().map(|line| line.place).collect::<Vec<_>>(),
        [2, 3]
    );
    world.sound().await;

    let copy = world.copy("Persuasion").await;
    let other = world.open(copy, RoundMode::Draw).await;
    ask(&world.askers[1], key(), other).await.unwrap();
    let mut tx = cx.begin().await.unwrap();
    trades::lock_all_of(&mut tx, id(&world.owner))
        .await
        .unwrap();
    leave(&mut tx, &cx, id(&world.owner)).await.unwrap();
    erase(&mut tx, id(&world.owner)).await.unwrap();
    tx.commit().await.unwrap();
    let left: i64 = sqlx::query_scalar("select count(*) from give_rounds")
        .fetch_one(&world.site.services.db)
        .await
        .unwrap();
    assert_eq!(left, 0);
    world.sound().await;
}
