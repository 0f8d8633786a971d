//! Series: dates by a rule, and what is done with some of them.

mod left_out;
mod several;
mod telling;

use dogear_domain::events::series::WhichDates;
use dogear_domain::events::times;
use dogear_domain::fields::CancelReason;
use dogear_domain::ids::EventSeriesId;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::*;
use crate::testing::said;

/// As a host fills in the rule.
pub(super) fn weekly(times: &str) -> RepeatForm {
    RepeatForm {
        repeats: "weekly".into(),
        times: times.into(),
        ..RepeatForm::default()
    }
}

/// A weekly series of drafts, from the tenth day from now on; its first date.
pub(super) async fn drafts(host: &Cx, times: &str) -> EventId {
    let form = evening(host, 10, "20").await;
    create_dates(host, key(), &form, &weekly(times))
        .await
        .unwrap()
}

/// A published weekly series, from the tenth day from now on; its dates in their order.
pub(super) async fn series(host: &Cx, times: &str, seats: &str) -> Vec<EventId> {
    let form = evening(host, 10, seats).await;
    let first = create_dates(host, key(), &form, &weekly(times))
        .await
        .unwrap();
    publish(host, first).await.unwrap();
    dates(host, first).await
}

/// All dates of the series of an event, in their order.
async fn dates(host: &Cx, event: EventId) -> Vec<EventId> {
    let series = in_series(host, event).await.unwrap().unwrap().series;
    listed(host, series)
        .await
        .iter()
        .map(|date| date.event)
        .collect()
}

async fn listed(host: &Cx, series: EventSeriesId) -> Vec<Listed> {
    series_page(host, series).await.unwrap().1
}

/// The host changes one thing of an event, and of which dates.
pub(super) async fn change_dates(
    host: &Cx,
    event: EventId,
    which: WhichDates,
    change: impl FnOnce(&mut EventForm),
) -> Result<()> {
    let now = draft(host, event).await.unwrap();
    let mut form = now.form.clone();
    change(&mut form);
    save_dates(host, event, &form, &now.version().unwrap(), which).await
}

/// What the forms of some events say.
async fn forms(host: &Cx, events: &[EventId]) -> Vec<EventForm> {
    let mut forms = Vec::new();
    for event in events {
        forms.push(draft(host, *event).await.unwrap().form);
    }
    forms
}

fn day_of(form: &EventForm) -> Date {
    times::day(&form.day).unwrap()
}

#[tokio::test]
async fn dates_are_made_half_a_year_ahead_and_more_as_time_goes_on() {
    let world = World::new("20").await;
    let form = evening(&world.host, 10, "20").await;
    let asked = key();
    let first = create_dates(&world.host, asked, &form, &weekly("40"))
        .await
        .unwrap();
    let again = create_dates(&world.host, asked, &form, &weekly("40"))
        .await
        .unwrap();
    assert_eq!(first, again);
    let made = dates(&world.host, first).await;
    // From the tenth day on to the 182nd.
    assert_eq!(made.len(), 25);
    let said = forms(&world.host, &made).await;
    for pair in said.windows(2) {
        let between = day_of(&pair[0]).duration_until(day_of(&pair[1]));
        assert_eq!(between.as_hours(), 7 * 24);
        assert_eq!((&*pair[1].starts, &*pair[1].ends), ("19:00", "21:00"));
    }
    // Nothing is due, and nobody but the host sees a draft.
    sweep_series(&world.host).await;
    assert_eq!(dates(&world.host, first).await.len(), 25);
    let hidden = page(&world.ana, made[3]).await;
    assert!(matches!(hidden, Err(Error::NotFound)), "{hidden:?}");

    publish(&world.host, made[1]).await.unwrap();
    take(&world.ana, key(), made[24], 1).await.unwrap();
    world
        .site
        .services
        .clock
        .advance(SignedDuration::from_hours(24 * 21));
    sweep_series(&world.host).await;
    sweep_series(&world.host).await;
    let made = dates(&world.host, first).await;
    assert_eq!(made.len(), 28);
    // What comes later comes published.
    take(&world.ana, key(), made[27], 1).await.unwrap();
    world
        .site
        .services
        .clock
        .advance(SignedDuration::from_hours(24 * 200));
    sweep_series(&world.host).await;
    let made = dates(&world.host, first).await;
    // Days that were past by then were passed by.
    assert!(made.len() <= 40, "{}", made.len());
    let next: Option<jiff_sqlx::Date> = sqlx::query_scalar("select next_day from event_series")
        .fetch_one(world.host.db())
        .await
        .unwrap();
    assert!(next.is_none(), "{next:?}");
    world.sound().await;
}

pub(super) async fn sweep_series(cx: &Cx) {
    super::super::series::dates::make_dates(cx).await.unwrap();
}

#[tokio::test]
async fn two_servers_that_make_dates_at_once_make_each_once() {
    let world = World::new("20").await;
    let first = series(&world.host, "52", "20").await[0];
    world
        .site
        .services
        .clock
        .advance(SignedDuration::from_hours(24 * 70));
    let (one, other) = tokio::join!(
        super::super::series::dates::make_dates(&world.host),
        super::super::series::dates::make_dates(&world.ana)
    );
    one.unwrap();
    other.unwrap();
    let made = dates(&world.host, first).await;
    let days: std::collections::BTreeSet<Date> =
        forms(&world.host, &made).await.iter().map(day_of).collect();
    assert_eq!((made.len(), days.len()), (35, 35));
}

#[tokio::test]
async fn seven_stays_seven_whatever_the_clocks_do() {
    let world = World::new("20").await;
    let made = series(&world.host, "52", "20").await;
    world
        .site
        .services
        .clock
        .advance(SignedDuration::from_hours(24 * 170));
    sweep_series(&world.host).await;
    let zone = TimeZone::get("Europe/London").unwrap();
    let all = dates(&world.host, made[0]).await;
    let mut offsets = std::collections::BTreeSet::new();
    for event in all {
        let starts = page(&world.host, event).await.unwrap().starts_at;
        let there = starts.to_zoned(zone.clone());
        assert_eq!(there.hour(), 19);
        offsets.insert(there.offset().seconds());
    }
    assert_eq!(offsets.len(), 2, "a year has a winter and a summer");
}

#[tokio::test]
async fn what_is_wrong_with_a_rule_is_said_beside_what_is_wrong_with_the_event() {
    let world = World::new("20").await;
    let mut form = evening(&world.host, 10, "20").await;
    form.title = String::new();
    let wrong = create_dates(&world.host, key(), &form, &weekly("99")).await;
    assert_eq!(
        refused(wrong),
        "title: Enter what the event is called. times: Enter how many dates there are, between 2 and 52."
    );
    let once = RepeatForm {
        repeats: "once".into(),
        ..weekly("4")
    };
    let form = evening(&world.host, 10, "20").await;
    let event = create_dates(&world.host, key(), &form, &once)
        .await
        .unwrap();
    assert_eq!(in_series(&world.host, event).await.unwrap(), None);
}

#[tokio::test]
async fn r11_a_change_is_of_this_date_of_those_that_follow_or_of_all() {
    let world = World::new("20").await;
    let made = series(&world.host, "6", "20").await;
    let titles = async || -> Vec<String> {
        let forms = forms(&world.host, &made).await;
        forms.into_iter().map(|form| form.title).collect()
    };
    change_dates(&world.host, made[1], WhichDates::This, |form| {
        form.title = "B".into();
    })
    .await
    .unwrap();
    change_dates(&world.host, made[3], WhichDates::Following, |form| {
        form.title = "C".into();
    })
    .await
    .unwrap();
    let a = "Swap by lamplight";
    assert_eq!(titles().await, [a, "B", a, "C", "C", "C"]);
    // What is the same as before on the page is no change: others keep what they have.
    change_dates(&world.host, made[0], WhichDates::All, |form| {
        form.capacity = "30".into();
    })
    .await
    .unwrap();
    assert_eq!(titles().await, [a, "B", a, "C", "C", "C"]);
    let seats: Vec<String> = (forms(&world.host, &made).await.into_iter())
        .map(|form| form.capacity)
        .collect();
    assert_eq!(seats, ["30", "20", "30", "30", "30", "30"]);
    let theirs = save_dates(
        &world.ana,
        made[0],
        &forms(&world.host, &made[..1]).await[0],
        &Version::default(),
        WhichDates::All,
    )
    .await;
    assert!(matches!(theirs, Err(Error::NotFound)), "{theirs:?}");
    // Changed alone, it is changed alone from then on.
    change_dates(&world.host, made[1], WhichDates::All, |form| {
        form.title = "D".into();
    })
    .await
    .unwrap();
    assert_eq!(titles().await, [a, "D", a, "C", "C", "C"]);
    assert!(
        in_series(&world.host, made[1])
            .await
            .unwrap()
            .unwrap()
            .detached
    );
    world.sound().await;
}

#[tokio::test]
async fn times_change_by_the_clock_of_the_wall_and_guests_of_each_date_are_told() {
    let world = World::new("20").await;
    let made = series(&world.host, "40", "20").await;
    take(&world.ana, key(), made[0], 1).await.unwrap();
    take(&world.bo, key(), made[20], 1).await.unwrap();
    world.site.mailed_subjects().await;
    let days: Vec<Date> = forms(&world.host, &made).await.iter().map(day_of).collect();
    // The day is that of this date alone.
    change_dates(&world.host, made[1], WhichDates::Following, |form| {
        form.starts = "18:30".into();
        form.day = day_of(form).tomorrow().unwrap().to_string();
    })
    .await
    .unwrap();
    let now = forms(&world.host, &made).await;
    assert_eq!(now[0].starts, "19:00");
    assert!(
        now[1..]
            .iter()
            .all(|form| form.starts == "18:30" && form.ends == "21:00")
    );
    let moved: Vec<Date> = now.iter().map(day_of).collect();
    assert_eq!(moved[1], days[1].tomorrow().unwrap());
    assert_eq!((moved[0], &moved[2..]), (days[0], &days[2..]));
    let subjects = world.site.mailed_subjects().await;
    let told = subjects.iter().filter(|one| one.contains("has been moved"));
    assert_eq!(told.count(), 1, "{subjects:?}");
    // What is made later is at the new time.
    world
        .site
        .services
        .clock
        .advance(SignedDuration::from_hours(24 * 14));
    sweep_series(&world.host).await;
    let all = dates(&world.host, made[0]).await;
    assert_eq!(all.len(), made.len() + 2);
    let last = forms(&world.host, &all[all.len() - 1..]).await.remove(0);
    assert_eq!((&*last.starts, &*last.ends), ("18:30", "21:00"));
}

#[tokio::test]
async fn r10_fewer_seats_than_are_taken_on_one_of_the_dates_are_refused_with_its_day() {
    let world = World::new("20").await;
    let made = series(&world.host, "4", "4").await;
    take(&world.ana, key(), made[2], 3).await.unwrap();
    let refusal = change_dates(&world.host, made[0], WhichDates::All, |form| {
        form.capacity = "2".into();
    })
    .await;
    let refusal = refused(refusal);
    let day = day_of(&forms(&world.host, &made[2..3]).await[0]);
    let day = day.strftime("%A %-d %B").to_string();
    assert!(
        refusal.starts_with(&format!("capacity: {day}")),
        "{refusal}"
    );
    assert!(
        refusal.ends_with(": 3 seats are taken. Enter 3 or more."),
        "{refusal}"
    );
    // Nothing was changed.
    assert!(
        forms(&world.host, &made)
            .await
            .iter()
            .all(|form| form.capacity == "4")
    );

    // More seats go to those who wait, on each date.
    take(&world.bo, key(), made[2], 1).await.unwrap();
    let cyd = world.site.member("cyd").await;
    let wish = Wish {
        party: 2,
        accepts_fewer: false,
        auto_confirm: true,
    };
    join(&cyd, key(), made[2], wish).await.unwrap();
    change_dates(&world.host, made[0], WhichDates::All, |form| {
        form.capacity = "6".into();
    })
    .await
    .unwrap();
    let has = page(&cyd, made[2]).await.unwrap().booking;
    assert_eq!(has.map(|booking| booking.party), Some(2));
    world.sound().await;
}

#[tokio::test]
async fn two_organisers_who_change_a_series_at_once_lose_nothing() {
    let world = World::new("20").await;
    let made = series(&world.host, "4", "20").await;
    let seen = draft(&world.host, made[1]).await.unwrap();
    change_dates(&world.host, made[0], WhichDates::All, |form| {
        form.title = "Swap by candlelight".into();
    })
    .await
    .unwrap();
    let mut form = seen.form.clone();
    form.capacity = "30".into();
    let version = seen.version().unwrap();
    let late = save_dates(&world.host, made[1], &form, &version, WhichDates::All).await;
    assert!(matches!(late, Err(Error::Conflict(_))), "{late:?}");
    for form in forms(&world.host, &made).await {
        assert_eq!(
            (&*form.title, &*form.capacity),
            ("Swap by candlelight", "20")
        );
    }
}

#[tokio::test]
async fn a_date_that_is_cancelled_is_not_made_again_and_an_end_is_an_end() {
    let world = World::new("20").await;
    let made = series(&world.host, "40", "20").await;
    take(&world.ana, key(), made[1], 1).await.unwrap();
    take(&world.ana, key(), made[4], 1).await.unwrap();
    let why: CancelReason = said("The lamp is broken.");
    let cancel_from = async |event, which| cancel_dates(&world.host, event, &why, which).await;
    assert!(cancel_from(made[1], WhichDates::This).await.unwrap());
    assert_eq!(page(&world.ana, made[1]).await.unwrap().booking, None);
    assert!(page(&world.ana, made[4]).await.unwrap().booking.is_some());
    world
        .site
        .services
        .clock
        .advance(SignedDuration::from_hours(24 * 7));
    sweep_series(&world.host).await;
    assert_eq!(dates(&world.host, made[0]).await.len(), made.len() + 1);

    assert!(cancel_from(made[3], WhichDates::Following).await.unwrap());
    assert!(cancel_from(made[3], WhichDates::Following).await.unwrap());
    let id = in_series(&world.host, made[0]).await.unwrap().unwrap();
    assert_eq!((id.all, id.following), (2, 1));
    assert!(id.rule.contains(", until "), "{}", id.rule);
    world
        .site
        .services
        .clock
        .advance(SignedDuration::from_hours(24 * 30));
    sweep_series(&world.host).await;
    assert_eq!(dates(&world.host, made[0]).await.len(), made.len() + 1);
    let subjects = world.site.mailed_subjects().await;
    let told = subjects.iter().filter(|one| one.contains("is cancelled"));
    assert_eq!(told.count(), 2, "{subjects:?}");
    world.sound().await;
}

#[tokio::test]
async fn drafts_of_a_series_are_deleted_one_by_one_or_all() {
    let world = World::new("20").await;
    let form = evening(&world.host, 10, "20").await;
    let first = create_dates(&world.host, key(), &form, &weekly("40"))
        .await
        .unwrap();
    let made = dates(&world.host, first).await;
    let why = CancelReason::default();
    assert!(!cancel(&world.host, made[2], &why).await.unwrap());
    world
        .site
        .services
        .clock
        .advance(SignedDuration::from_hours(24 * 7));
    sweep_series(&world.host).await;
    // One more in sight, and the deleted one not again.
    assert_eq!(dates(&world.host, first).await.len(), made.len());
    let gone = cancel_dates(&world.host, first, &why, WhichDates::All).await;
    assert!(!gone.unwrap());
    let left: i64 = sqlx::query_scalar(
        "select count(*) from events where series_id is not null and deleted_at is null",
    )
    .fetch_one(world.host.db())
    .await
    .unwrap();
    assert_eq!(left, 0);
    world
        .site
        .services
        .clock
        .advance(SignedDuration::from_hours(24 * 30));
    sweep_series(&world.host).await;
    let hosted = hosted(&world.host, None).await.unwrap().0;
    let hosted: Vec<EventId> = hosted.iter().map(|one| one.event).collect();
    assert_eq!(hosted, [world.event]);
}

#[tokio::test]
async fn what_is_made_later_is_like_what_follows_and_not_like_what_was() {
    let world = World::new("20").await;
    let made = series(&world.host, "40", "20").await;
    let last = made[made.len() - 1];
    // The last date in sight does not take place, and so is not changed with those that do.
    cancel(&world.host, last, &CancelReason::default())
        .await
        .unwrap();
    change_dates(&world.host, made[2], WhichDates::Following, |form| {
        form.title = "Later and longer".into();
        form.ends = "22:00".into();
    })
    .await
    .unwrap();
    // What changes on one of the earlier dates alone in seats leaves times as they follow.
    change_dates(&world.host, made[0], WhichDates::All, |form| {
        form.max_party = "2".into();
    })
    .await
    .unwrap();
    world
        .site
        .services
        .clock
        .advance(SignedDuration::from_hours(24 * 7));
    sweep_series(&world.host).await;
    let all = dates(&world.host, made[0]).await;
    assert_eq!(all.len(), made.len() + 1);
    let new = forms(&world.host, &all[all.len() - 1..]).await.remove(0);
    assert_eq!(
        (&*new.title, &*new.starts, &*new.ends, &*new.max_party),
        ("Later and longer", "19:00", "22:00", "2")
    );
}
