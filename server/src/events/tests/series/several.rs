//! Seats at several dates at once.

use tokio::task::JoinSet;

use super::*;
use crate::testing::races::{PATIENCE, patient, with};

/// Two seats at each of these dates, as the page shows them.
async fn wish(cx: &Cx, dates: &[EventId]) -> DatesWish {
    let seats = series_seats(cx, dates[0]).await.unwrap();
    let shown = seats.dates.iter().filter(|date| date.price.is_some());
    DatesWish {
        party: 2,
        dates: dates.to_vec(),
        prices: shown.map(|date| (date.event, date.shown_price())).collect(),
        total: seats.cost(dates, 2),
        ..DatesWish::default()
    }
}

fn outcomes(booked: &BookedDates) -> Vec<DateOutcome> {
    let told = booked.told.iter();
    told.map(|date| date.outcome.clone()).collect()
}

async fn seats_at(cx: &Cx, event: EventId) -> Option<i32> {
    let booking = page(cx, event).await.unwrap().booking;
    booking.map(|booking| booking.party)
}

#[tokio::test]
async fn each_date_has_its_outcome_and_none_stands_in_the_way_of_the_rest() {
    use DateOutcome::*;
    let world = World::new("20").await;
    let (host, ana, bo) = (&world.host, &world.ana, &world.bo);
    let made = super::series(host, "8", "4").await;
    // Full; one left; theirs already; cancelled; for one seat each; not open yet.
    take(bo, key(), made[1], 4).await.unwrap();
    take(bo, key(), made[2], 3).await.unwrap();
    take(ana, key(), made[3], 1).await.unwrap();
    let reason = CancelReason::parse("").unwrap();
    cancel(host, made[4], &reason).await.unwrap();
    change_dates(host, made[5], WhichDates::This, |form| {
        form.max_party = "1".into();
    })
    .await
    .unwrap();
    change_dates(host, made[6], WhichDates::This, |form| {
        form.opens_days = "2".into();
    })
    .await
    .unwrap();
    let shown = series_seats(ana, made[0]).await.unwrap();
    let standing: Vec<DateStanding> = shown
        .dates
        .iter()
        .map(|date| date.standing(ana.now()))
        .collect();
    assert_eq!(
        standing,
        [
            DateStanding::Free { left: Some(4) },
            DateStanding::Full,
            DateStanding::Free { left: Some(1) },
            DateStanding::Has(1),
            DateStanding::Cancelled,
            DateStanding::Free { left: Some(4) },
            DateStanding::NotYet,
            DateStanding::Free { left: Some(4) },
        ]
    );

    let before = world.site.mailed_subjects().await.len();
    let asked = key();
    let all = wish(ana, &made).await;
    let booked = book_dates(ana, asked, made[0], &all).await.unwrap();
    assert_eq!(
        outcomes(&booked),
        [
            Booked,
            Full,
            Few { left: 1 },
            Had,
            Over,
            Party { max: 1 },
            NotYet,
            Booked
        ]
    );
    assert_eq!((booked.booked(), booked.waits()), (2, 0));
    let mut had = Vec::new();
    for date in &made {
        had.push(seats_at(ana, *date).await);
    }
    assert_eq!(
        had,
        [Some(2), None, None, Some(1), None, None, None, Some(2)]
    );

    // Once more with the same key is the same answer, which the page finds.
    let again = book_dates(ana, asked, made[0], &all).await.unwrap();
    assert_eq!(again, booked);
    let told = told_of_dates(ana, asked.unwrap()).await.unwrap();
    assert_eq!(told, Some(booked));
    assert_eq!(told_of_dates(bo, asked.unwrap()).await.unwrap(), None);
    // One mail for both dates.
    let subjects = world.site.mailed_subjects().await;
    assert_eq!(
        subjects[before..],
        ["Your seats on 2 dates of “Swap by lamplight”"]
    );

    // Whoever asks for it waits where there is no room; whoever waits already keeps their place.
    let mut waits = wish(ana, &[made[2]]).await;
    waits.wait = vec![made[1]];
    waits.or_wait = true;
    let booked = book_dates(ana, key(), made[0], &waits).await.unwrap();
    assert_eq!(outcomes(&booked), [Waits, Waits]);
    waits.party = 3;
    let booked = book_dates(ana, key(), made[0], &waits).await.unwrap();
    assert_eq!(outcomes(&booked), [Waits, Waits]);
    assert_eq!(page(ana, made[1]).await.unwrap().waits.unwrap().party, 2);
    let subjects = world.site.mailed_subjects().await;
    assert_eq!(subjects.len(), before + 2);
    let waits = "You are on 2 waiting lists for “Swap by lamplight”";
    assert!(subjects.iter().any(|one| one == waits), "{subjects:?}");
    world.sound().await;
}

#[tokio::test]
async fn who_waits_is_passed_by_nobody_and_who_frees_all_gives_to_them() {
    let world = World::new("20").await;
    let cyd = world.site.member("cyd").await;
    let made = super::series(&world.host, "3", "2").await;
    let booked = book_dates(&world.ana, key(), made[0], &wish(&world.ana, &made).await)
        .await
        .unwrap();
    assert_eq!(booked.booked(), 3);
    let patient = Wish {
        party: 2,
        accepts_fewer: false,
        auto_confirm: false,
    };
    join(&world.bo, key(), made[1], patient).await.unwrap();
    let mut bookings = Vec::new();
    for date in &made {
        bookings.push(page(&world.ana, *date).await.unwrap().booking.unwrap().id);
    }
    let foreign = give_back_dates(&cyd, &bookings).await;
    assert!(matches!(foreign, Err(Error::NotFound)), "{foreign:?}");
    assert_eq!(give_back_dates(&world.ana, &bookings).await.unwrap(), 3);
    assert_eq!(give_back_dates(&world.ana, &bookings).await.unwrap(), 0);
    refused(give_back_dates(&world.ana, &[]).await);
    // Kept for bob, who was asked first.
    let mut waits = wish(&cyd, &made).await;
    waits.or_wait = true;
    let booked = book_dates(&cyd, key(), made[0], &waits).await.unwrap();
    let expected = [DateOutcome::Booked, DateOutcome::Waits, DateOutcome::Booked];
    assert_eq!(outcomes(&booked), expected);
    world.sound().await;
}

/// What calendars have in a mail with this subject.
async fn attached(world: &World, subject: &str) -> String {
    world.site.mailed_subjects().await;
    let mails = world.site.dev_mailbox.messages();
    let mut mails = mails.into_iter().filter(|mail| mail.subject == subject);
    let calendar = mails.next().expect(subject).calendar;
    assert!(mails.next().is_none(), "one mail: {subject}");
    calendar
}

#[tokio::test]
async fn one_mail_tells_of_all_dates_and_brings_all_to_the_calendar() {
    let world = World::new("20").await;
    let made = super::series(&world.host, "3", "9").await;
    let all = wish(&world.ana, &made).await;
    book_dates(&world.ana, key(), made[0], &all).await.unwrap();
    let file = attached(&world, "Your seats on 3 dates of “Swap by lamplight”").await;
    assert!(file.contains("METHOD:PUBLISH"), "{file}");
    assert_eq!(file.matches("STATUS:CONFIRMED").count(), 3, "{file}");
    let before = world.site.mailed_subjects().await.len();
    let mut bookings = Vec::new();
    for date in &made[..2] {
        bookings.push(page(&world.ana, *date).await.unwrap().booking.unwrap().id);
    }
    // Each twice, as nobody's browser sends it.
    bookings.extend(bookings.clone());
    assert_eq!(give_back_dates(&world.ana, &bookings).await.unwrap(), 2);
    let subject = "Your seats on 2 dates of “Swap by lamplight” are given back";
    let file = attached(&world, subject).await;
    assert_eq!(file.matches("STATUS:CANCELLED").count(), 2, "{file}");
    assert_eq!(world.site.mailed_subjects().await.len(), before + 1);
    let many: Vec<_> = (1..=53).map(SeatBookingId).collect();
    let said = refused(give_back_dates(&world.ana, &many).await);
    assert!(said.starts_with("bookings: "), "{said}");
    world.sound().await;
}

#[tokio::test]
async fn what_is_paid_is_shown_before_and_agreed_for_each_date() {
    let world = World::new("20").await;
    let made = super::series(&world.host, "3", "9").await;
    change_dates(&world.host, made[0], WhichDates::Following, |form| {
        form.price = "2.50".into();
        form.currency = "GBP".into();
    })
    .await
    .unwrap();
    let mut all = wish(&world.ana, &made).await;
    assert_eq!(all.total, "£15.00");
    all.total = "£10.00".into();
    let said = refused(book_dates(&world.ana, key(), made[0], &all).await);
    assert!(said.contains("£15.00 in all"), "{said}");
    assert_eq!(seats_at(&world.ana, made[0]).await, None);
    // The total is right, but what one date was shown to cost is not.
    all.total = "£15.00".into();
    all.prices[1].1 = "£1.00".into();
    let booked = book_dates(&world.ana, key(), made[0], &all).await.unwrap();
    let price = DateOutcome::Price {
        now: Some("£2.50".into()),
    };
    let expected = [DateOutcome::Booked, price, DateOutcome::Booked];
    assert_eq!(outcomes(&booked), expected);
    let due = page(&world.ana, made[2])
        .await
        .unwrap()
        .booking
        .unwrap()
        .due;
    assert_eq!(due.unwrap().total.to_string(), "£5.00");
}

#[tokio::test]
async fn only_dates_of_the_series_that_are_there_can_be_named() {
    let world = World::new("20").await;
    let made = super::series(&world.host, "3", "9").await;
    let hidden = drafts(&world.host, "3").await;
    for dates in [
        vec![],
        vec![world.event],
        vec![hidden],
        vec![EventId(1 << 40)],
    ] {
        let wish = DatesWish {
            party: 1,
            dates,
            ..DatesWish::default()
        };
        let said = refused(book_dates(&world.ana, key(), made[0], &wish).await);
        assert!(said.starts_with("dates: "), "{said}");
    }
    let mut many = wish(&world.ana, &made).await;
    many.party = 5;
    let said = refused(book_dates(&world.ana, key(), made[0], &many).await);
    assert!(said.starts_with("party: "), "{said}");
    // An event that comes once, and one that is not there for them.
    for event in [world.event, hidden] {
        let seats = series_seats(&world.ana, event).await;
        assert!(matches!(seats, Err(Error::NotFound)), "{seats:?}");
        let booked = book_dates(&world.ana, key(), event, &many).await;
        assert!(matches!(booked, Err(Error::NotFound)), "{booked:?}");
    }
    // Of a series that stands in no list, whoever has no address of a date has none of the rest.
    change_dates(&world.host, made[2], WhichDates::This, |form| {
        form.visibility = "unlisted".into();
    })
    .await
    .unwrap();
    assert_eq!(
        series_seats(&world.ana, made[0]).await.unwrap().dates.len(),
        2
    );
    assert_eq!(
        series_seats(&world.ana, made[2]).await.unwrap().dates.len(),
        3
    );
}

/// Twelve ask for six dates in opposite orders, while others give theirs back: nobody waits in a
/// circle, and no date has more guests than seats.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_who_take_all_dates_at_once_overbook_none() {
    let world = World::new("20").await;
    let made = super::series(&world.host, "6", "5").await;
    let services = patient(&world.site, 12).await;
    let start = std::time::Instant::now();
    let mut tasks = JoinSet::new();
    for n in 0..12 {
        let reader = world.site.member(&format!("reader{n}x")).await;
        let reader = with(&reader, &services);
        let mut wish = wish(&reader, &made).await;
        let made = made.clone();
        if n % 2 == 1 {
            wish.dates.reverse();
        }
        wish.or_wait = n % 3 == 0;
        tasks.spawn(async move {
            let asked = key();
            // Twice at once, as who presses twice.
            let (one, two) = tokio::join!(
                book_dates(&reader, asked, made[0], &wish),
                book_dates(&reader, asked, made[0], &wish)
            );
            assert_eq!(one?, two?);
            if n % 4 == 0 {
                let mut bookings = Vec::new();
                for date in made.iter().rev() {
                    bookings.extend(page(&reader, *date).await?.booking.map(|own| own.id));
                }
                if !bookings.is_empty() {
                    give_back_dates(&reader, &bookings).await?;
                }
            }
            Ok::<(), Error>(())
        });
    }
    while let Some(outcome) = tasks.join_next().await {
        outcome.unwrap().expect("everybody is answered");
    }
    assert!(start.elapsed() < PATIENCE);
    for date in &made {
        let seating = page(&world.host, *date).await.unwrap().seating;
        assert!(seating.taken <= 5, "{seating:?}");
        // Parties of two in five seats.
        assert!(seating.taken >= 4, "{seating:?}");
    }
    world.sound().await;
}
