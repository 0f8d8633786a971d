//! Events by words, host, day, distance and month, and who finds which.

use dogear_domain::events::days::{Days, Month};
use jiff::Timestamp;
use jiff::civil::{Date, date};

use super::*;
use crate::accounts::{ProfileForm, block, save_profile};

/// Another place.
async fn venue_in(host: &Cx, city: &str, country: &str, zone: &str) -> String {
    let form = VenueForm {
        name: "Der grüne Saal".into(),
        city: city.into(),
        country: country.into(),
        time_zone: zone.into(),
        ..place()
    };
    add_venue(host, key(), &form).await.unwrap().to_string()
}

/// A published evening, with what is different.
async fn another(host: &Cx, days: i64, change: impl FnOnce(&mut EventForm)) -> EventId {
    let mut form = evening(host, days, "10").await;
    change(&mut form);
    let event = create(host, key(), &form).await.unwrap();
    publish(host, event).await.unwrap();
    event
}

fn words(words: &str) -> EventFilter {
    EventFilter::read(words, "", "", "", "", Days::default())
}

async fn found(cx: &Cx, filter: &EventFilter) -> Vec<EventId> {
    let (list, _) = coming(cx, filter, None).await.unwrap();
    list.events.iter().map(|one| one.event).collect()
}

async fn set(world: &World, event: EventId, starts_at: &str, ends_at: &str) {
    let at = |text: &str| jiff_sqlx::ToSqlx::to_sqlx(text.parse::<Timestamp>().unwrap());
    sqlx::query("update event_occurrences set starts_at = $2, ends_at = $3 where event_id = $1")
        .bind(event)
        .bind(at(starts_at))
        .bind(at(ends_at))
        .execute(world.host.db())
        .await
        .unwrap();
}

#[tokio::test]
async fn an_event_is_found_by_words_of_itself_its_place_and_its_host() {
    let world = World::new("20").await;
    let saal = venue_in(&world.ana, "Zürich", "CH", "Europe/Zurich").await;
    let reading = another(&world.ana, 12, |form| {
        form.title = "Brontë’s moors & ours, read aloud".into();
        form.description = "Élise brings tea.".into();
        form.venue = saal;
    })
    .await;
    for typed in [
        "brontes",
        "BRONTËS moors",
        "moors and ours",
        "elise",
        "tea zurich",
        "grune saal",
        "ana",
        "moo",
        "  zür  ",
    ] {
        assert_eq!(found(&world.bo, &words(typed)).await, [reading], "{typed}");
    }
    // Only the last word may be unfinished, and all have to be there.
    for typed in ["moo aloud", "moors leeds", "…", "tea | leeds", "'"] {
        assert_eq!(found(&world.bo, &words(typed)).await, [], "{typed}");
    }
    assert_eq!(found(&world.bo, &words("")).await, [world.event, reading]);
}

#[tokio::test]
async fn what_is_found_keeps_up_with_places_hosts_and_titles() {
    let world = World::new("20").await;
    world
        .edit(|form| form.title = "Quires and candles".into())
        .await
        .unwrap();
    assert_eq!(found(&world.bo, &words("quires")).await, [world.event]);
    assert_eq!(found(&world.bo, &words("lamplight")).await, []);
    let mut place = place();
    place.name = "The Dovecote".into();
    place.city = "Whitby".into();
    let now = venues(&world.host).await.unwrap();
    save_venue(&world.host, now[0].id, &place, &now[0].version().unwrap())
        .await
        .unwrap();
    assert_eq!(found(&world.bo, &words("dovecote")).await, [world.event]);
    assert_eq!(found(&world.bo, &words("leeds")).await, []);
    sqlx::query("update users set display_name = 'Perpetua Bold' where handle = 'host'")
        .execute(world.host.db())
        .await
        .unwrap();
    assert_eq!(found(&world.bo, &words("perpetua")).await, [world.event]);
    // Of a member who has left no word stays, of what is long over either.
    set(
        &world,
        world.event,
        "2020-06-09T18:00:00Z",
        "2020-06-09T20:00:00Z",
    )
    .await;
    let word = async |name: &str| {
        sqlx::query("update users set display_name = $1, status = $2 where handle = 'host'")
            .bind(name)
            .bind(if name == "Former member" {
                "deleted"
            } else {
                "active"
            })
            .execute(world.host.db())
            .await
            .unwrap();
        sqlx::query_scalar::<_, String>("select words::text from events where id = $1")
            .bind(world.event)
            .fetch_one(world.host.db())
            .await
            .unwrap()
    };
    assert!(word("Somebody Else").await.contains("perpetua"));
    assert_eq!(word("Former member").await, "");
}

#[tokio::test]
async fn beside_books_a_series_stands_once_with_its_next_date() {
    let world = World::new("20").await;
    // It begins at the same time as the evening that comes once, and was entered later.
    let dates = super::series::series(&world.ana, "6", "20").await;
    let beside = beside_books(&world.bo, "lamplight").await.unwrap();
    let beside: Vec<_> = (beside.iter())
        .map(|one| (one.event, one.more_dates))
        .collect();
    assert_eq!(beside, [(world.event, 0), (dates[0], 5)]);
    assert_eq!(found(&world.bo, &words("lamplight")).await.len(), 7);
    let shelf = crate::pages::reader(&world.bo, "ana", 1).await.unwrap();
    let crate::pages::ReaderPage::Open { reader, .. } = shelf else {
        panic!("the shelf is open");
    };
    assert_eq!(reader.hosts, 1);
}

#[tokio::test]
async fn of_today_what_is_not_over_is_shown_first_and_alone_counted() {
    let world = World::new("20").await;
    let now = world.host.now();
    let today = now.to_zoned(jiff::tz::TimeZone::UTC).date();
    let mut entered = vec![world.event];
    for _ in 0..6 {
        entered.push(another(&world.host, 10, |_| {}).await);
    }
    // All on this day by the clock of the place; the first five are over.
    sqlx::query("update event_occurrences set time_zone = 'UTC'")
        .execute(world.host.db())
        .await
        .unwrap();
    let (early, late) = (
        format!("{today}T00:00:00Z"),
        format!("{}T00:00:00Z", today.tomorrow().unwrap()),
    );
    let over = (now - SignedDuration::from_millis(1)).to_string();
    for (place, &event) in entered.iter().enumerate() {
        let ends_at = if place < 5 { &over } else { &late };
        set(&world, event, &early, ends_at).await;
    }
    let all = EventFilter::default();
    let of = Month::of(today);
    let (days, _) = month(&world.bo, &all, of, today).await.unwrap();
    let shown = days.iter().find(|day| day.day == today).unwrap();
    let events: Vec<EventId> = shown.events.iter().map(|one| one.event).collect();
    assert_eq!(events, [entered[0], entered[1], entered[5], entered[6]]);
    assert_eq!(shown.more, 0);
    // Looked back at, all of them were.
    let tomorrow = today.tomorrow().unwrap();
    let (days, _) = month(&world.bo, &all, of, tomorrow).await.unwrap();
    let shown = days.iter().find(|day| day.day == today).unwrap();
    assert_eq!(shown.more, 3);
}

#[tokio::test]
async fn lists_months_and_search_leave_out_what_is_not_for_whoever_asks() {
    let world = World::new("20").await;
    let visitor = world.site.visitor();
    let own = another(&world.ana, 12, |form| form.visibility = "members".into()).await;
    let today = world.host.now().to_zoned(jiff::tz::TimeZone::UTC).date();
    let all = async |cx: &Cx| {
        let listed = found(cx, &EventFilter::default()).await;
        assert_eq!(found(cx, &words("lamplight")).await, listed);
        let beside = beside_books(cx, "lamplight").await.unwrap();
        let beside: Vec<_> = beside.iter().map(|one| one.event).collect();
        assert_eq!(beside, listed);
        let mut of_months = Vec::new();
        for ahead in 0..2 {
            let month_of = Month::of(today.checked_add(ahead.months()).unwrap());
            let all = EventFilter::default();
            let (days, _) = month(cx, &all, month_of, today).await.unwrap();
            of_months.extend(days.into_iter().flat_map(|day| day.events));
        }
        let of_months: Vec<_> = of_months.iter().map(|one| one.event).collect();
        assert_eq!(of_months, listed);
        listed
    };
    assert_eq!(all(&visitor).await, [world.event]);
    assert_eq!(all(&world.bo).await, [world.event, own]);
    block(&world.host, "bob").await.unwrap();
    assert_eq!(all(&world.bo).await, [own]);
    assert_eq!(all(&world.host).await, [world.event, own]);
    sqlx::query("update users set status = 'suspended' where handle = 'ana'")
        .execute(world.host.db())
        .await
        .unwrap();
    assert_eq!(all(&world.host).await, [world.event]);
    let draft = evening(&world.host, 5, "3").await;
    create(&world.host, key(), &draft).await.unwrap();
    assert_eq!(all(&world.host).await, [world.event]);
}

#[tokio::test]
async fn the_events_of_a_host_are_those_of_their_handle() {
    let world = World::new("20").await;
    let of_ana = another(&world.ana, 12, |_| {}).await;
    let by = |host: &str| EventFilter::read("", "", "", "", host, Days::default());
    assert_eq!(found(&world.bo, &by("@ANA")).await, [of_ana]);
    assert_eq!(found(&world.bo, &by("host")).await, [world.event]);
    for nobody in ["nobody", "a", "%", &"x".repeat(10_000)] {
        assert_eq!(found(&world.bo, &by(nobody)).await, [], "{nobody}");
    }
}

#[tokio::test]
async fn a_day_is_that_of_the_clock_at_the_place() {
    let world = World::new("20").await;
    let year = i32::from(world.host.now().to_zoned(jiff::tz::TimeZone::UTC).year()) + 1;
    let on = async |from: &str, until: &str| {
        let days = Days::read(&format!("{year}-06-{from}"), &format!("{year}-06-{until}"));
        found(&world.bo, &EventFilter::read("", "", "", "", "", days)).await
    };
    let far = venue_in(&world.ana, "Kiritimati", "KI", "Pacific/Kiritimati").await;
    let early = another(&world.ana, 12, |form| form.venue = far).await;
    // Ten in the evening of the 9th in London, half past one on the 10th on Kiritimati.
    let at = |day: &str, time: &str| format!("{year}-06-{day}T{time}:00Z");
    set(&world, world.event, &at("09", "21:00"), &at("10", "00:30")).await;
    set(&world, early, &at("09", "11:30"), &at("09", "13:00")).await;
    assert_eq!(on("09", "09").await, [world.event]);
    assert_eq!(on("10", "10").await, [early]);
    assert_eq!(on("08", "11").await, [early, world.event]);
    assert_eq!(on("11", "30").await, []);
    // What goes on for days is there on each of them.
    set(&world, world.event, &at("09", "09:00"), &at("11", "17:00")).await;
    assert_eq!(on("11", "11").await, [world.event]);
    assert_eq!(on("12", "12").await, []);
    // A zone that the database has not heard of counts as UTC.
    sqlx::query("update event_occurrences set time_zone = 'Atlantis/Poseidonis'")
        .execute(world.host.db())
        .await
        .unwrap();
    assert_eq!(on("09", "09").await, [world.event, early]);
}

#[tokio::test]
async fn a_list_that_is_narrowed_by_everything_is_read_page_by_page() {
    let world = World::new("20").await;
    let mut entered = vec![world.event];
    for _ in 0..30 {
        entered.push(another(&world.host, 10, |_| {}).await);
    }
    // Noise that fits one thing less each.
    another(&world.ana, 10, |_| {}).await;
    another(&world.host, 40, |_| {}).await;
    another(&world.host, 10, |form| form.kind = "reading".into()).await;
    let today = world.host.now().to_zoned(jiff::tz::TimeZone::UTC).date();
    let day = |days: i64| today.checked_add(days.days()).unwrap().to_string();
    let days = Days::read(&day(9), &day(11));
    let filter = EventFilter::read("lamp", "swap_meet", "LEEDS", "10", "host", days);
    let (first, around) = coming(&world.bo, &filter, None).await.unwrap();
    assert_eq!(around, Around::Within(10, "LEEDS".into()));
    assert_eq!(first.events.len(), 24);
    let next = first.next.unwrap().to_string().parse().ok();
    let (second, _) = coming(&world.bo, &filter, next).await.unwrap();
    assert_eq!(second.next, None);
    let read: Vec<EventId> = (first.events.iter().chain(&second.events))
        .map(|one| one.event)
        .collect();
    assert_eq!(read, entered);
}

#[tokio::test]
async fn near_is_near_the_town_that_is_typed_or_ones_own() {
    let world = World::new("20").await;
    let bradford = venue_in(&world.ana, "Bradford", "GB", "Europe/London").await;
    let close = another(&world.ana, 11, |form| form.venue = bradford).await;
    let paris = venue_in(&world.ana, "Paris", "FR", "Europe/Paris").await;
    let away = another(&world.ana, 12, |form| form.venue = paris).await;
    // A town by its name alone, in any spelling, and where no town is known yet.
    let named = |town: &str| EventFilter::read("", "", town, "", "", Days::default());
    assert_eq!(found(&world.bo, &named(" LEEDS")).await, [world.event]);
    sqlx::query("update venues set town_id = null where city = 'Paris'")
        .execute(world.host.db())
        .await
        .unwrap();
    assert_eq!(found(&world.bo, &named("paris")).await, [away]);
    let near = async |cx: &Cx, town: &str, within: &str| {
        let filter = EventFilter::read("", "", town, within, "", Days::default());
        let (list, around) = coming(cx, &filter, None).await.unwrap();
        let events: Vec<EventId> = list.events.iter().map(|one| one.event).collect();
        (events, around)
    };
    let leeds = |within| Around::Within(within, "leeds".into());
    let visitor = world.site.visitor();
    assert_eq!(
        near(&visitor, "leeds", "10").await,
        (vec![world.event], leeds(10))
    );
    assert_eq!(
        near(&visitor, "leeds", "25").await,
        (vec![world.event, close], leeds(25))
    );
    let all = vec![world.event, close, away];
    for nonsense in ["", "0", "-5", "26", "1e9", "many"] {
        assert_eq!(
            near(&visitor, "", nonsense).await,
            (all.clone(), Around::Everywhere)
        );
    }
    assert_eq!(
        near(&visitor, "", "25").await,
        (all.clone(), Around::NoTown)
    );
    assert_eq!(near(&world.bo, "…", "25").await.1, Around::NoTown);
    assert_eq!(
        near(&visitor, "Nephelokokkygia", "25").await,
        (vec![], Around::Unknown("Nephelokokkygia".into()))
    );
    let form = ProfileForm {
        display_name: "Bo".into(),
        city: "Bradford".into(),
        country: "GB".into(),
        time_zone: "UTC".into(),
        ..ProfileForm::default()
    };
    save_profile(&world.bo, &form).await.unwrap();
    let mut bo = world.bo.clone();
    bo.actor.as_mut().unwrap().city = "Bradford".into();
    let (events, around) = near(&bo, "", "10").await;
    assert_eq!(
        (events, around),
        (vec![close], Around::Within(10, "Bradford".into()))
    );
    // The towns of places stay while the places do, though nobody lives there.
    let mut conn = world.host.db().acquire().await.unwrap();
    crate::places::drop_empty(&mut conn).await.unwrap();
    assert_eq!(near(&visitor, "leeds", "10").await.0, [world.event]);
}

#[tokio::test]
async fn a_month_shows_some_of_each_day_and_says_how_many_more() {
    let world = World::new("20").await;
    let year = world.host.now().to_zoned(jiff::tz::TimeZone::UTC).year() + 1;
    let mut entered = vec![world.event];
    for _ in 0..6 {
        entered.push(another(&world.host, 10, |_| {}).await);
    }
    let at = |day: &str, time: &str| format!("{year}-06-{day}T{time}:00Z");
    for (place, &event) in entered.iter().enumerate() {
        set(
            &world,
            event,
            &at("30", &format!("1{place}:00")),
            &at("30", "22:00"),
        )
        .await;
    }
    // From May into June, and from the last evening of June into July.
    let fair = another(&world.ana, 12, |_| {}).await;
    set(
        &world,
        fair,
        &format!("{year}-05-30T09:00:00Z"),
        &at("01", "17:00"),
    )
    .await;
    let night = another(&world.ana, 12, |_| {}).await;
    set(
        &world,
        night,
        &at("30", "22:30"),
        &format!("{year}-07-01T00:30:00Z"),
    )
    .await;
    let reason = crate::testing::said("The lamp is broken.");
    cancel(&world.host, entered[0], &reason).await.unwrap();

    let shown = async |name: &str, cx: &Cx| {
        let today = date(year, 1, 1);
        let of = Month::read(&format!("{year}-{name}"), today);
        let all = EventFilter::default();
        let (days, _) = month(cx, &all, of, today).await.unwrap();
        let said = |day: &DayOfEvents| {
            let events: Vec<EventId> = day.events.iter().map(|one| one.event).collect();
            (day.day, events, day.more)
        };
        days.iter()
            .map(said)
            .collect::<Vec<(Date, Vec<EventId>, i64)>>()
    };
    assert_eq!(
        shown("06", &world.bo).await,
        [
            (date(year, 6, 1), vec![fair], 0),
            // Half past eleven in London is the 30th; what is cancelled is not there for everybody.
            (date(year, 6, 30), entered[1..5].to_vec(), 3),
        ]
    );
    assert_eq!(
        shown("05", &world.bo).await,
        [
            (date(year, 5, 30), vec![fair], 0),
            (date(year, 5, 31), vec![fair], 0)
        ]
    );
    assert_eq!(shown("07", &world.bo).await, []);
    // What is cancelled stands there for its host, and for whoever had seats.
    take(&world.host, key(), fair, 1).await.unwrap();
    cancel(&world.ana, fair, &reason).await.unwrap();
    assert_eq!(shown("05", &world.bo).await, []);
    assert_eq!(shown("05", &world.site.visitor()).await, []);
    assert_eq!(shown("05", &world.ana).await.len(), 2);
    assert_eq!(shown("05", &world.host).await.len(), 2);
}
