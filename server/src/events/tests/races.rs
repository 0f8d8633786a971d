//! Many at once.

use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::task::JoinSet;

use super::*;
use crate::Services;
use crate::testing::races::{PATIENCE, patient, with};

async fn readers(world: &World, services: &Arc<Services>, number: usize) -> Vec<Cx> {
    let mut all = Vec::new();
    for n in 0..number {
        let reader = world.site.member(&format!("reader{n}x")).await;
        all.push(with(&reader, services));
    }
    all
}

/// R15: two hundred want twenty seats, in parties of one to four; whoever gets none waits.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn r15_two_hundred_want_twenty_seats_and_nobody_is_lost() {
    let world = World::new("20").await;
    let services = patient(&world.site, 20).await;
    let readers = readers(&world, &services, 200).await;
    let event = world.event;
    let start = Instant::now();
    let mut tasks = JoinSet::new();
    for (n, reader) in readers.iter().cloned().enumerate() {
        let party = i32::try_from(n % 4).unwrap() + 1;
        tasks.spawn(async move {
            match take(&reader, key(), event, party).await {
                Ok(_) => Ok(party),
                Err(Error::Conflict(_) | Error::Invalid(_)) => {
                    let wish = Wish {
                        party,
                        accepts_fewer: false,
                        auto_confirm: true,
                    };
                    join(&reader, key(), event, wish).await.map(|_| 0)
                }
                Err(error) => Err(error),
            }
        });
    }
    let mut seats = 0;
    while let Some(outcome) = tasks.join_next().await {
        seats += outcome.unwrap().expect("everybody is answered");
    }
    assert_eq!(seats, 20, "all seats went, and none twice");
    let took = start.elapsed();
    assert!(took < PATIENCE, "{took:?}");
    let page = world.page(&world.host).await;
    assert_eq!(page.seating.taken, 20);
    let bookings: i64 = sqlx::query_scalar("select count(*) from seat_bookings")
        .fetch_one(&world.site.services.db)
        .await
        .unwrap();
    assert_eq!(bookings + page.waiting, 200);
    world.sound().await;
    // The list goes on in its order.
    world
        .edit(|form| form.capacity = "40".into())
        .await
        .unwrap();
    world.sound().await;
    let order: Vec<(String, jiff_sqlx::Timestamp)> = sqlx::query_as(
        "select state, queued_at from seat_waitlist where party_size = 1 order by queued_at, id",
    )
    .fetch_all(&world.site.services.db)
    .await
    .unwrap();
    let first_waiting = order.iter().position(|(state, _)| state == "waiting");
    let last_promoted = order.iter().rposition(|(state, _)| state == "converted");
    if let (Some(waiting), Some(promoted)) = (first_waiting, last_promoted) {
        assert!(
            promoted < waiting,
            "nobody passes another of the same size: {order:?}"
        );
    }
}

/// The guard that is left when the lock is gone: a statement that looks once more, and a check.
#[tokio::test]
async fn r3_without_room_the_count_and_the_table_refuse() {
    let world = World::new("2").await;
    let page = world.page(&world.host).await;
    let mut conn = world.host.db().acquire().await.unwrap();
    let id = repo::occurrences::hosted(&mut *conn, page.id, world.host.reader().unwrap().id)
        .await
        .unwrap()
        .unwrap();
    assert!(repo::occurrences::take(&mut conn, id, 2).await.unwrap());
    assert!(!repo::occurrences::take(&mut conn, id, 1).await.unwrap());
    let past = sqlx::query("update event_occurrences set seats_taken = 3")
        .execute(&mut *conn)
        .await;
    let refused = past.unwrap_err().to_string();
    assert!(
        refused.contains("event_occurrences_not_overbooked"),
        "{refused}"
    );
}

/// A small generator, so that a failing storm can be run again.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % sides
    }
}

/// How many readers are out in the storm.
const OUT: u64 = 24;

/// One random thing that a reader does.
async fn something(cx: &Cx, event: EventId, dice: &mut Dice) -> Result<()> {
    let party = i32::try_from(dice.roll(4)).unwrap() + 1;
    let page = page(cx, event).await?;
    match (dice.roll(7), page.booking.as_ref()) {
        (0 | 1, None) => take(cx, key(), event, party).await.map(|_| ()),
        (2, None) => {
            let wish = Wish {
                party,
                accepts_fewer: dice.roll(2) == 0,
                auto_confirm: dice.roll(2) == 0,
            };
            join(cx, key(), event, wish).await.map(|_| ())
        }
        (3, _) => leave(cx, event).await,
        (0 | 1, Some(booking)) => change(cx, key(), booking.id, party).await.map(|_| ()),
        (2, Some(booking)) => accept(cx, booking.id).await.map(|_| ()),
        (4, Some(booking)) => decline(cx, booking.id).await.map(|_| ()),
        (5, Some(booking)) => {
            let somebody = format!("reader{}x", dice.roll(OUT));
            let some = party.min(booking.party);
            let offered = offer_transfer(cx, key(), booking.id, &somebody, some).await;
            offered.map(|_| ())
        }
        (6, Some(booking)) => give_back(cx, booking.id).await.map(|_| ()),
        (_, _) => {
            let offers = transfers(cx, &page).await?;
            match offers.iter().find(|offer| !offer.is_own) {
                // Whoever offered it may have taken it back by now.
                Some(offer) => match accept_transfer(cx, offer.id).await {
                    Ok(_) | Err(Error::NotFound) => Ok(()),
                    Err(error) => Err(error),
                },
                None => Ok(()),
            }
        }
    }
}

/// R15: a storm of everything, with hosts who change the room and a clock that ends offers. It lasts
/// for eight seconds, or `DOGEAR_STORM_SECONDS`.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn r15_after_a_storm_the_numbers_are_right() {
    let world = World::new("20").await;
    let services = patient(&world.site, 20).await;
    let readers = readers(&world, &services, usize::try_from(OUT).unwrap()).await;
    let event = world.event;
    let seconds = std::env::var("DOGEAR_STORM_SECONDS").map_or(8, |text| text.parse().unwrap());
    let until = Instant::now() + Duration::from_secs(seconds);
    // However long it lasts, not quite three days pass meanwhile.
    let step = SignedDuration::from_secs(4800 / i64::try_from(seconds).unwrap());
    let mut tasks = JoinSet::new();
    for (n, reader) in readers.into_iter().enumerate() {
        tasks.spawn(async move {
            let mut dice = Dice(0x9e37_79b9_7f4a_7c15 ^ (n as u64 + 1));
            let mut done = 0_u32;
            while Instant::now() < until {
                match something(&reader, event, &mut dice).await {
                    Ok(()) => done += 1,
                    Err(Error::Conflict(_) | Error::Invalid(_)) => {}
                    Err(error) => panic!("{error:?}"),
                }
            }
            done
        });
    }
    let host = with(&world.host, &services);
    let clock = services.clock.clone();
    tasks.spawn(async move {
        let mut dice = Dice(42);
        let mut done = 0;
        while Instant::now() < until {
            let now = draft(&host, event).await.unwrap();
            let mut form = now.form.clone();
            form.capacity = (10 + dice.roll(30)).to_string();
            form.smaller_pass = dice.roll(2) == 0;
            match save(&host, event, &form, &now.version().unwrap()).await {
                Ok(()) => done += 1,
                Err(Error::Invalid(_)) => {}
                Err(error) => panic!("{error:?}"),
            }
            clock.advance(step);
            sweeps::sweep(&host).await.unwrap();
            sweeps::recount(&host).await.unwrap();
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        done
    });
    let mut done = 0;
    while let Some(outcome) = tasks.join_next().await {
        done += outcome.unwrap();
    }
    assert!(done > 200, "a storm does something: {done}");
    eprintln!("{done} things were done in {seconds} s");
    world.edit(|form| form.smaller_pass = true).await.unwrap();
    world.sound().await;
}
