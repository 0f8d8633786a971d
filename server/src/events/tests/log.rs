//! What those who host an event read of each other.

use dogear_domain::events::hosts::HostAct;
use dogear_domain::fields::CancelReason;

use super::hosts::helps;
use super::leaving::erased;
use super::*;
use crate::testing::said;

/// What the log says, the first line first: who did what, with whom, and the rest.
async fn lines(cx: &Cx, event: EventId) -> Vec<(String, HostAct, String, String)> {
    let lines = log(cx, event, None).await.unwrap().lines.into_iter().rev();
    lines
        .map(|line| {
            let by = line.by.unwrap_or_default();
            (by, line.act, line.about.unwrap_or_default(), line.detail)
        })
        .collect()
}

#[tokio::test]
async fn those_who_host_read_who_did_what_for_thirty_days() {
    let world = World::new("5").await;
    let (host, event) = (&world.host, world.event);
    helps(host, event, &world.ana, "co_host").await;
    let seen = draft(&world.ana, event).await.unwrap();
    let mut form = seen.form.clone();
    (form.title, form.starts, form.capacity) = ("Lamps".into(), "18:00".into(), "7".into());
    save(&world.ana, event, &form, &seen.version().unwrap())
        .await
        .unwrap();
    let guest = add_guest(&world.ana, key(), event, &said("Auntie"), 2)
        .await
        .unwrap();
    remove_guest(host, guest).await.unwrap();
    cancel(host, event, &CancelReason::default()).await.unwrap();
    let name = |cx: &Cx| cx.reader().unwrap().display_name.clone();
    let (h, a) = (name(host), name(&world.ana));
    let line = |by: &str, act, about: &str, detail: &str| {
        (by.to_owned(), act, about.to_owned(), detail.to_owned())
    };
    let expected = [
        line(&h, HostAct::Published, "", ""),
        line(&h, HostAct::HostInvited, &a, "co_host"),
        line(&a, HostAct::HostJoined, "", "co_host"),
        line(&a, HostAct::Changed, "", "title starts"),
        line(&a, HostAct::Capacity, "", "5 7"),
        line(&a, HostAct::GuestAdded, "", "2"),
        line(&h, HostAct::GuestRemoved, "", "2"),
        line(&h, HostAct::Cancelled, "", ""),
    ];
    assert_eq!(lines(&world.ana, event).await, expected);
    // Of one who leaves, the name goes.
    erased(&world.ana).await;
    let left = lines(host, event).await;
    assert_eq!((left[1].2.as_str(), left[3].0.as_str()), ("", ""));
    // After thirty days nothing is shown, and the sweep deletes it.
    let count = async || -> i64 {
        let all = sqlx::query_scalar("select count(*) from event_log");
        all.fetch_one(host.db()).await.unwrap()
    };
    let clock = &world.site.services.clock;
    clock.advance(SignedDuration::from_hours(24 * 30 - 1));
    crate::events::log::forget_logs(host).await.unwrap();
    assert_eq!(count().await, 8);
    clock.advance(SignedDuration::from_hours(2));
    assert_eq!(lines(host, event).await, []);
    crate::events::log::forget_logs(host).await.unwrap();
    assert_eq!(count().await, 0);
}
