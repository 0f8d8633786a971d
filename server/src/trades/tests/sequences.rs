//! A random life of a small community.

use dogear_domain::trades::{ProblemReason, Verb};
use rand::rngs::StdRng;
use rand::seq::IndexedRandom;
use rand::{Rng, SeedableRng};

use super::*;
use crate::Error;

const READERS: usize = 6;
const STEPS: usize = 500;

#[tokio::test]
async fn five_hundred_steps_of_six_readers_keep_the_invariants() {
    let seed = 20_261_121;
    let mut chance = StdRng::seed_from_u64(seed);
    let site = TestSite::new().await;
    let handles: Vec<String> = (0..READERS)
        .map(|n| format!("reader{}", ["a", "b", "c", "d", "e", "f"][n]))
        .collect();
    let mut readers = Vec::new();
    for handle in &handles {
        let reader = site.member(handle).await;
        for number in 0..4 {
            copy(&site, &reader, &format!("{handle} {number}")).await;
        }
        readers.push(reader);
    }
    let mut taken = 0;
    for step in 0..STEPS {
        let reader = &readers[chance.random_range(0..READERS)];
        let outcome = if chance.random_bool(0.15) {
            let with = handles.choose(&mut chance).unwrap().clone();
            let gives = some_copies(&site, id(reader), &mut chance).await;
            let other = readers[handles.iter().position(|handle| *handle == with).unwrap()].clone();
            let gets = some_copies(&site, id(&other), &mut chance).await;
            propose(reader, key(), &proposal(&with, &gives, &gets))
                .await
                .map(drop)
        } else {
            random_step(&site, reader, &mut chance).await
        };
        match outcome {
            Ok(()) => taken += 1,
            Err(Error::Conflict(_) | Error::Invalid(_) | Error::Forbidden(_)) => {}
            Err(error) => panic!("seed {seed}, step {step}: {error:?}"),
        }
        if step % 40 == 0 {
            site.advance(jiff::SignedDuration::from_hours(20));
            super::sweeps::sweep(&Cx::system(site.services.clone()))
                .await
                .unwrap();
        }
    }
    assert!(taken > STEPS / 4, "only {taken} steps were taken");
    site.run_jobs().await;
    let violations = invariants::violations(&site.services.db).await.unwrap();
    assert_eq!(violations, Vec::<String>::new(), "seed {seed}");
    let completed: i64 =
        sqlx::query_scalar("select count(*) from trades where state = 'completed'")
            .fetch_one(&site.services.db)
            .await
            .unwrap();
    assert!(completed > 0, "seed {seed} completes nothing");
}

/// One to three copies of the reader, listed first if they are not.
async fn some_copies(site: &TestSite, owner: UserId, chance: &mut StdRng) -> Vec<CopyId> {
    sqlx::query(
        "update copies set state = 'listed', listed_at = now() where owner_id = $1 and state = 'owned'",
    )
    .bind(owner)
    .execute(&site.services.db)
    .await
    .unwrap();
    let all: Vec<CopyId> =
        sqlx::query_scalar("select id from copies where owner_id = $1 order by id")
            .bind(owner)
            .fetch_all(&site.services.db)
            .await
            .unwrap();
    let number = chance.random_range(0..3);
    all.choose_multiple(chance, number).copied().collect()
}

/// Any step in any of the reader's trades, allowed or not; each twice with one key now and then.
async fn random_step(site: &TestSite, reader: &Cx, chance: &mut StdRng) -> crate::Result<()> {
    let trades: Vec<TradeId> = sqlx::query_scalar(
        "select t.id from trades t join trade_parties p on p.trade_id = t.id
         where p.user_id = $1 and t.state in ('proposed', 'agreed', 'disputed', 'completed') order by t.state <> 'agreed', t.id desc limit 6",
    )
    .bind(id(reader))
    .fetch_all(&site.services.db)
    .await
    .unwrap();
    let Some(&trade) = trades.choose(chance) else {
        return Ok(());
    };
    let view = page(reader, trade).await?;
    // Mostly what is allowed, so that trades get somewhere.
    let verb = if chance.random_bool(0.85) {
        view.allowed.choose(chance).copied()
    } else {
        Verb::ALL.choose(chance).copied()
    };
    let Some(verb) = verb else { return Ok(()) };
    let leg = view
        .legs
        .iter()
        .find(|leg| leg.can.contains(&verb))
        .or(view.legs.first())
        .map_or(LegId(0), |leg| leg.id);
    let once = key();
    let times = if chance.random_bool(0.2) { 2 } else { 1 };
    let mut last = Ok(());
    for _ in 0..times {
        last = match verb {
            Verb::Counter => {
                let books = Books {
                    gives: side(&view, reader, true),
                    gets: side(&view, reader, false),
                    gift: true,
                };
                counter(
                    reader,
                    once,
                    trade,
                    view.seen,
                    &books,
                    Method::Post,
                    &Message::default(),
                )
                .await
            }
            Verb::Accept => accept(reader, once, trade, view.seen).await.map(drop),
            // Rarely, or nothing is ever agreed.
            Verb::Decline if chance.random_bool(0.2) => {
                decline(reader, once, trade, &Reason::default())
                    .await
                    .map(drop)
            }
            Verb::Withdraw if chance.random_bool(0.2) => {
                withdraw(reader, once, trade).await.map(drop)
            }
            Verb::Send => send(reader, once, trade, leg, &Shipment::default())
                .await
                .map(drop),
            Verb::HandOver => hand_over(reader, once, trade, leg).await.map(drop),
            Verb::Receive => receive(reader, once, trade, leg).await.map(drop),
            Verb::Cancel if chance.random_bool(0.2) => {
                cancel(reader, once, trade, &Reason::default())
                    .await
                    .map(drop)
            }
            Verb::ConsentToCancel => consent_to_cancel(reader, once, trade).await.map(drop),
            Verb::ReportProblem if chance.random_bool(0.2) => report_problem(
                reader,
                once,
                trade,
                leg,
                ProblemReason::WrongBook,
                &said("Not this one."),
                vec![],
            )
            .await
            .map(drop),
            Verb::Resolve => settle(reader, once, trade).await.map(drop),
            _ => write(reader, once, trade, &said("Hello.")).await.map(drop),
        };
    }
    last
}

fn side(view: &TradeView, reader: &Cx, giving: bool) -> Vec<CopyId> {
    let user = id(reader);
    view.books
        .iter()
        .filter(|line| {
            if giving {
                line.from == user
            } else {
                line.to == user
            }
        })
        .map(|line| line.copy)
        .collect()
}
