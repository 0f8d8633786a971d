//! Dates that are left out of a series, from the first or later.

use super::*;

async fn days(host: &Cx, event: EventId) -> (EventSeriesId, SeriesDays) {
    let series = in_series(host, event).await.unwrap().unwrap().series;
    (series, series_days(host, series).await.unwrap().unwrap())
}

fn named(days: &SeriesDays, places: &[usize]) -> Vec<String> {
    let days = places.iter().map(|place| days.days[*place].day.to_string());
    days.collect()
}

fn left_out(days: &SeriesDays) -> Vec<usize> {
    let days = days.days.iter().enumerate();
    days.filter(|(_, day)| day.is_left_out)
        .map(|(place, _)| place)
        .collect()
}

#[tokio::test]
async fn dates_that_are_left_out_on_entering_are_never_made() {
    let world = World::new("20").await;
    let form = evening(&world.host, 10, "20").await;
    let day = |weeks: i64| {
        let first = times::day(&form.day).unwrap();
        first.checked_add(weeks.weeks()).unwrap().to_string()
    };
    let enter = async |without: Vec<String>| {
        let repeat = RepeatForm {
            without,
            ..weekly("40")
        };
        create_dates(&world.host, key(), &form, &repeat).await
    };
    let said = refused(enter(vec!["2020-01-01".into()]).await);
    assert!(
        said.starts_with("without: 1 January 2020 is none"),
        "{said}"
    );
    let said = refused(enter((1..40).map(day).collect()).await);
    assert!(said.contains("only the first date is left"), "{said}");
    // One that would be made now, and one that would come later.
    let first = enter(vec![day(2), day(27)]).await.unwrap();
    publish(&world.host, first).await.unwrap();
    assert_eq!(dates(&world.host, first).await.len(), 24);
    let (_, shown) = days(&world.host, first).await;
    assert_eq!(shown.days.len(), 40);
    assert_eq!(left_out(&shown), [2, 27]);
    world
        .site
        .services
        .clock
        .advance(SignedDuration::from_hours(24 * 7 * 8));
    sweep_series(&world.host).await;
    let made = dates(&world.host, first).await;
    let made = forms(&world.host, &made).await;
    let made: Vec<String> = made.into_iter().map(|form| form.day).collect();
    assert!(made.contains(&day(28)), "{made:?}");
    assert!(
        !made.contains(&day(2)) && !made.contains(&day(27)),
        "{made:?}"
    );
}

#[tokio::test]
async fn a_date_without_guests_is_left_out_later_and_taken_in_again() {
    let world = World::new("20").await;
    let made = super::series(&world.host, "30", "20").await;
    assert_eq!(made.len(), 25);
    take(&world.bo, key(), made[3], 1).await.unwrap();
    let (series, shown) = days(&world.host, made[0]).await;
    let version = shown.version.clone();

    // With guests it is cancelled instead; then nothing else is changed, either.
    let with_guests = leave_out(&world.host, series, &named(&shown, &[1, 3]), &version).await;
    let said = refused(with_guests);
    assert!(said.contains("cancel instead of leaving out"), "{said}");
    let all: Vec<usize> = (0..30).collect();
    let said = refused(leave_out(&world.host, series, &named(&shown, &all), &version).await);
    assert!(said.contains("no date is left"), "{said}");
    let said = refused(leave_out(&world.host, series, &["soon".into()], &version).await);
    assert!(said.starts_with("without: "), "{said}");
    assert_eq!(days(&world.host, made[0]).await.1, shown);

    // One that is there, and one that is not made yet.
    let out = named(&shown, &[1, 27]);
    assert_eq!(
        leave_out(&world.host, series, &out, &version)
            .await
            .unwrap(),
        2
    );
    assert_eq!(
        leave_out(&world.host, series, &out, &version)
            .await
            .unwrap(),
        2
    );
    let (_, now) = days(&world.host, made[0]).await;
    assert_eq!(left_out(&now), [1, 27]);
    let gone = page(&world.ana, made[1]).await;
    assert!(matches!(gone, Err(Error::NotFound)), "{gone:?}");
    assert_eq!(dates(&world.host, made[0]).await.len(), 24);
    // An old page writes over nothing.
    let old = leave_out(&world.host, series, &named(&shown, &[2]), &version).await;
    assert!(refused(old).contains("was changed after you had opened"));

    // Not by those who host it with others, nor by anybody else.
    for cx in [&world.ana, &world.bo] {
        let foreign = leave_out(cx, series, &[], &version).await;
        assert!(matches!(foreign, Err(Error::NotFound)), "{foreign:?}");
        assert_eq!(series_days(cx, series).await.unwrap(), None);
    }

    world
        .site
        .services
        .clock
        .advance(SignedDuration::from_hours(24 * 7 * 6));
    sweep_series(&world.host).await;
    let (_, now) = days(&world.host, made[0]).await;
    let still: Vec<&SeriesDay> = now.days.iter().filter(|day| day.is_left_out).collect();
    assert_eq!(still.len(), 1, "the other is past: {still:?}");
    // All are in it again: what was not made is made, published as the rest.
    leave_out(&world.host, series, &[], &now.version)
        .await
        .unwrap();
    let (_, now) = days(&world.host, made[0]).await;
    assert_eq!(left_out(&now), Vec::<usize>::new());
    let made = dates(&world.host, made[0]).await;
    assert_eq!(made.len(), 29);
    page(&world.ana, *made.last().unwrap()).await.unwrap();
}

#[tokio::test]
async fn a_published_date_comes_back_published_and_a_cancelled_one_not_at_all() {
    let world = World::new("20").await;
    let made = super::series(&world.host, "4", "20").await;
    let reason = CancelReason::parse("").unwrap();
    cancel(&world.host, made[2], &reason).await.unwrap();
    let (series, shown) = days(&world.host, made[0]).await;
    assert_eq!(shown.days.len(), 3);
    leave_out(&world.host, series, &named(&shown, &[1]), &shown.version)
        .await
        .unwrap();
    let (_, now) = days(&world.host, made[0]).await;
    leave_out(&world.host, series, &[], &now.version)
        .await
        .unwrap();
    take(&world.ana, key(), made[1], 1).await.unwrap();
    let cancelled = page(&world.ana, made[2]).await.unwrap();
    assert_eq!(
        cancelled.seating.state,
        dogear_domain::events::OccurrenceState::Cancelled
    );
    world.sound().await;
}

/// Leaves out the days at these places, and no others.
async fn leave(world: &World, first: EventId, places: &[usize]) -> Result<usize> {
    let (series, shown) = days(&world.host, first).await;
    let without = named(&shown, places);
    leave_out(&world.host, series, &without, &shown.version).await
}

fn later(world: &World, hours: i64) {
    let clock = &world.site.services.clock;
    clock.advance(SignedDuration::from_hours(hours));
}

#[tokio::test]
async fn whatever_is_attached_to_a_date_refuses_and_leaves_all_as_it_was() {
    let world = World::new("20").await;
    let made = super::series(&world.host, "6", "20").await;
    let before = days(&world.host, made[0]).await.1;
    // Seats that were given back are history, too.
    let seats = take(&world.ana, key(), made[1], 1).await.unwrap();
    give_back(&world.ana, seats).await.unwrap();
    be_interested(&world.bo, made[2], "").await.unwrap();
    for place in [1, 2] {
        let said = refused(leave(&world, made[0], &[4, place]).await);
        let day = before.days[place].day.strftime("%-d %B %Y").to_string();
        assert!(
            said.starts_with("without: Somebody has shown interest"),
            "{said}"
        );
        assert!(said.contains(&day), "{said}");
        let other = before.days[4].day.strftime("%-d %B %Y").to_string();
        assert!(!said.contains(&other), "{said}");
    }
    let said = refused(leave(&world, made[0], &[1, 2]).await);
    assert_eq!(said.matches("202").count(), 2, "both are named: {said}");
    assert_eq!(days(&world.host, made[0]).await.1, before);
    page(&world.ana, made[4]).await.unwrap();
    world.sound().await;
}

#[tokio::test]
async fn a_hold_refuses_until_it_has_run_out() {
    let world = World::new("20").await;
    let made = super::series(&world.host, "4", "20").await;
    hold(&world.ana, key(), made[1], 2, &Terms::default())
        .await
        .unwrap();
    let said = refused(leave(&world, made[0], &[1]).await);
    assert!(said.contains("Try again in some minutes"), "{said}");
    later(&world, 1);
    assert_eq!(leave(&world, made[0], &[1]).await.unwrap(), 1);
    world.sound().await;
}

#[tokio::test]
async fn one_of_the_dates_that_are_there_stays() {
    let world = World::new("20").await;
    let made = super::series(&world.host, "30", "20").await;
    let all: Vec<usize> = (0..made.len()).collect();
    let said = refused(leave(&world, made[0], &all).await);
    assert!(said.contains("Leave one of them in"), "{said}");
    assert_eq!(dates(&world.host, made[0]).await, made);
    assert_eq!(
        leave(&world, made[0], &all[..all.len() - 1]).await.unwrap(),
        all.len() - 1
    );
}

#[tokio::test]
async fn dates_that_are_taken_in_again_are_published_logged_and_told_once() {
    let world = World::new("20").await;
    let made = super::series(&world.host, "4", "20").await;
    be_interested(&world.ana, made[0], "").await.unwrap();
    leave(&world, made[0], &[1, 2]).await.unwrap();
    // Only there: among what is deleted it would come back as a draft.
    let said = refused(restore(&world.host, made[1]).await);
    assert!(said.contains("All dates"), "{said}");
    let told = async || {
        let mails = world.site.mailed_subjects().await;
        let told = mails.into_iter().filter(|mail| mail.contains("new date"));
        told.collect::<Vec<_>>()
    };
    assert_eq!(told().await, Vec::<String>::new());
    leave(&world, made[0], &[]).await.unwrap();
    for event in &made[1..3] {
        page(&world.bo, *event).await.unwrap();
        let log = crate::events::log::log(&world.host, *event, None).await;
        let acts: Vec<_> = log
            .unwrap()
            .lines
            .into_iter()
            .map(|line| line.act)
            .collect();
        let last = [
            dogear_domain::events::hosts::HostAct::Published,
            dogear_domain::events::hosts::HostAct::Restored,
            dogear_domain::events::hosts::HostAct::Deleted,
        ];
        assert_eq!(acts[..3], last);
    }
    assert_eq!(told().await, ["“Swap by lamplight” has 2 new dates"]);
}

#[tokio::test]
async fn what_is_left_out_goes_for_good_after_a_month_and_keeps_no_host_from_leaving() {
    let world = World::new("20").await;
    let made = super::series(&world.host, "20", "20").await;
    hold(&world.ana, key(), made[10], 1, &Terms::default())
        .await
        .unwrap();
    later(&world, 1);
    leave(&world, made[0], &[10]).await.unwrap();
    later(&world, 24 * 31);
    crate::events::deleted::forget(&world.host).await.unwrap();
    let left: i64 = sqlx::query_scalar("select count(*) from events where id = $1")
        .bind(made[10])
        .fetch_one(world.host.db())
        .await
        .unwrap();
    assert_eq!(left, 0);
    // Another is left out still.
    let shown = days(&world.host, made[0]).await.1;
    let last = shown.days.len() - 1;
    leave(&world, made[0], &[last]).await.unwrap();
    super::super::leaving::erased(&world.host).await;
}
