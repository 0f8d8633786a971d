//! What forms of series say, and what is said beside them.

use super::*;

#[tokio::test]
async fn what_a_browser_writes_otherwise_is_no_change_for_other_dates() {
    let world = World::new("20").await;
    let made = series(&world.host, "4", "20").await;
    change_dates(&world.host, made[0], WhichDates::All, |form| {
        form.description = "One.\r\n\r\nTwo.".into();
        form.starts = "09:00".into();
    })
    .await
    .unwrap();
    change_dates(&world.host, made[2], WhichDates::Following, |form| {
        form.title = "Lamps".into();
        form.description = "Of its own.".into();
        form.starts = "10:00".into();
    })
    .await
    .unwrap();
    // Line ends, blanks at the edges, a nought that is left out; and one thing that is changed.
    change_dates(&world.host, made[0], WhichDates::All, |form| {
        form.title = format!(" {} ", form.title);
        form.description = form.description.replace('\n', "\r\n");
        form.starts = "9:00".into();
        form.capacity = " 32 ".into();
    })
    .await
    .unwrap();
    let first = forms(&world.host, &made[..1]).await.remove(0);
    assert_eq!(
        (&*first.description, &*first.starts),
        ("One.\n\nTwo.", "09:00")
    );
    for form in forms(&world.host, &made[2..]).await {
        let own = (
            &*form.title,
            &*form.description,
            &*form.starts,
            &*form.capacity,
        );
        assert_eq!(own, ("Lamps", "Of its own.", "10:00", "32"));
    }
}

#[tokio::test]
async fn hosts_read_how_many_dates_are_published_and_how_many_seats_end() {
    let world = World::new("20").await;
    let form = evening(&world.host, 10, "20").await;
    let first = create_dates(&world.host, key(), &form, &weekly("4"))
        .await
        .unwrap();
    let said = async |event| in_series(&world.host, event).await.unwrap().unwrap();
    assert_eq!(said(first).await.drafts, 4);
    assert_eq!(publish(&world.host, first).await.unwrap(), 4);
    assert_eq!(publish(&world.host, first).await.unwrap(), 4);
    assert_eq!(said(first).await.drafts, 0);
    let made = dates(&world.host, first).await;
    take(&world.ana, key(), made[1], 2).await.unwrap();
    take(&world.bo, key(), made[3], 1).await.unwrap();
    let second = said(made[1]).await;
    assert_eq!((second.seats_following, second.seats_all), (1, 3));
    // What is once is published alone.
    let form = evening(&world.host, 12, "20").await;
    let once = create(&world.host, key(), &form).await.unwrap();
    assert_eq!(publish(&world.host, once).await.unwrap(), 1);
}

#[tokio::test]
async fn other_dates_are_those_that_stand_in_lists_and_have_not_begun() {
    let world = World::new("20").await;
    let made = series(&world.host, "4", "20").await;
    let beside = async |cx: &Cx, event| -> Vec<EventId> {
        let shown = page(cx, event).await.unwrap();
        let others = other_dates(cx, &shown).await.unwrap().unwrap();
        others.dates.iter().map(|date| date.event).collect()
    };
    take(&world.bo, key(), made[2], 1).await.unwrap();
    change_dates(&world.host, made[2], WhichDates::This, |form| {
        form.visibility = "unlisted".into();
    })
    .await
    .unwrap();
    assert_eq!(beside(&world.ana, made[0]).await, [made[1], made[3]]);
    for cx in [&world.host, &world.bo] {
        assert_eq!(beside(cx, made[0]).await, made[1..]);
    }
    change_dates(&world.host, made[3], WhichDates::This, |form| {
        form.visibility = "unlisted".into();
    })
    .await
    .unwrap();
    // Beside another such it stands.
    assert_eq!(
        beside(&world.ana, made[2]).await,
        [made[0], made[1], made[3]]
    );
    let begins = page(&world.ana, made[0]).await.unwrap().starts_at;
    let until = begins.duration_since(world.host.now()) + SignedDuration::from_mins(30);
    world.site.services.clock.advance(until);
    assert_eq!(beside(&world.bo, made[1]).await, [made[2]]);
}
