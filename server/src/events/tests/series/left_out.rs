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
    assert!(said.contains("Cancel that date instead"), "{said}");
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
