//! Seats that cost something.

use dogear_domain::events::hosts::HostAct;
use tokio::task::JoinSet;

use super::*;
use crate::testing::races::{patient, with};
use crate::testing::said;

fn terms(price: &str) -> Terms {
    Terms {
        price: price.into(),
        ..Terms::default()
    }
}

impl World {
    /// An evening at which a seat costs this many pounds.
    pub(super) async fn priced(seats: &str, price: &str) -> Self {
        let world = Self::new(seats).await;
        world.set_price(price).await;
        world
    }

    pub(super) async fn set_price(&self, price: &str) {
        self.edit(|form| {
            form.price = price.into();
            form.currency = "GBP".into();
        })
        .await
        .unwrap();
    }

    pub(super) async fn take_at(&self, cx: &Cx, party: i32, price: &str) -> Result<SeatBookingId> {
        let taken = take_for(cx, key(), self.event, party, &terms(price)).await?;
        Ok(taken.booking)
    }

    pub(super) async fn due(&self, cx: &Cx) -> Due {
        self.page(cx).await.booking.unwrap().due.unwrap()
    }
}

#[tokio::test]
async fn what_was_agreed_stays_whatever_the_host_asks_later() {
    let world = World::priced("10", "12.50").await;
    assert_eq!(world.page(&world.ana).await.shown_price(), "£12.50");
    let booking = world.take_at(&world.ana, 2, "£12.50").await.unwrap();
    assert_eq!(world.due(&world.ana).await.total.to_string(), "£25.00");
    world.set_price("20").await;
    assert_eq!(world.due(&world.ana).await.total.to_string(), "£25.00");
    change(&world.ana, key(), booking, 3).await.unwrap();
    assert_eq!(world.due(&world.ana).await.total.to_string(), "£37.50");
    world.take_at(&world.bo, 1, "£20.00").await.unwrap();
    assert_eq!(world.due(&world.bo).await.total.to_string(), "£20.00");
    // Free from now on: for those who come now.
    world.set_price("").await;
    assert_eq!(world.due(&world.ana).await.total.to_string(), "£37.50");
    let carl = world.site.member("carl").await;
    world.take(&carl, 1).await.unwrap();
    assert_eq!(world.page(&carl).await.booking.unwrap().due, None);
    world.sound().await;
}

#[tokio::test]
async fn nobody_takes_seats_for_another_price_than_they_were_shown() {
    let world = World::priced("10", "5").await;
    for shown in ["", "£4.00", "€5.00", "£0.01"] {
        let refused = refused(world.take_at(&world.ana, 1, shown).await);
        assert!(refused.contains("a seat costs £5.00 now"), "{refused}");
    }
    let wish = Wish {
        party: 1,
        accepts_fewer: false,
        auto_confirm: true,
    };
    let waits = refused(join(&world.ana, key(), world.event, wish).await);
    assert!(waits.contains("a seat costs £5.00 now"), "{waits}");
    assert_eq!(world.page(&world.ana).await.seating.taken, 0);
    world.take_at(&world.ana, 1, "£5.00").await.unwrap();
    world.set_price("").await;
    let free = refused(world.take_at(&world.bo, 1, "£5.00").await);
    assert!(free.contains("seats are free now"), "{free}");
}

#[tokio::test]
async fn a_price_that_is_none_is_refused_at_its_field() {
    let world = World::new("10").await;
    let form = async |price: &str, currency: &str| {
        refused(
            world
                .edit(|form| {
                    form.price = price.into();
                    form.currency = currency.into();
                })
                .await,
        )
    };
    for price in ["-5", "1.234", "10000.01", "five"] {
        let wrong = form(price, "GBP").await;
        assert!(wrong.contains("price: Enter an amount"), "{price}: {wrong}");
    }
    assert!(
        form("5", "XYZ")
            .await
            .contains("currency: Choose a currency.")
    );
}

#[tokio::test]
async fn whoever_waits_is_asked_first_when_seats_cost_more_than_when_they_joined() {
    let world = World::priced("2", "5").await;
    let booking = world.take_at(&world.ana, 2, "£5.00").await.unwrap();
    let carl = world.site.member("carl").await;
    for cx in [&world.bo, &carl] {
        let wish = Wish {
            party: 1,
            accepts_fewer: false,
            auto_confirm: true,
        };
        join_for(cx, key(), world.event, wish, &terms("£5.00"))
            .await
            .unwrap();
    }
    // For less nobody has to be asked.
    world.set_price("4").await;
    change(&world.ana, key(), booking, 1).await.unwrap();
    assert_eq!(world.has(&world.bo).await, Some(1));
    assert_eq!(world.due(&world.bo).await.total.to_string(), "£4.00");
    world.set_price("6").await;
    give_back(&world.ana, booking).await.unwrap();
    let offer = world.is_offered(&carl).await.unwrap();
    assert_eq!(offer.due.unwrap().total.to_string(), "£6.00");
    // What is offered for a price is had for it.
    world.set_price("9").await;
    accept(&carl, offer.id).await.unwrap();
    assert_eq!(world.due(&carl).await.total.to_string(), "£6.00");
    world.site.mailed_subjects().await;
    let mail = world.site.dev_mailbox.messages();
    let text = |words: &str| {
        let mail = mail.iter().rfind(|mail| {
            mail.to.iter().any(|to| to.contains("carl@")) && mail.subject.contains(words)
        });
        mail.map(|mail| mail.text.clone()).unwrap_or_default()
    };
    let yours = text("Your seats");
    assert!(yours.contains("£6.00 are due"), "{yours}");
    world.sound().await;
}

#[tokio::test]
async fn the_host_alone_notes_who_has_paid_and_takes_it_back() {
    let world = World::priced("10", "5").await;
    let booking = world.take_at(&world.ana, 2, "£5.00").await.unwrap();
    let vi = add_guest(&world.host, key(), world.event, &said("Vi"), 1)
        .await
        .unwrap();
    for cx in [&world.ana, &world.bo] {
        let theirs = mark_paid(cx, booking, true, "£10.00").await;
        assert!(matches!(theirs, Err(Error::NotFound)), "{theirs:?}");
    }
    let free = published(&world.host, 12, "4").await;
    let nothing = take(&world.ana, key(), free, 1).await.unwrap();
    let none = mark_paid(&world.host, nothing, true, "").await;
    assert!(matches!(none, Err(Error::NotFound)), "{none:?}");
    for _ in 0..2 {
        mark_paid(&world.host, booking, true, "£10.00")
            .await
            .unwrap();
    }
    let told: bool =
        sqlx::query_scalar("select updated_at = paid_at from seat_bookings where id = $1")
            .bind(booking.0)
            .fetch_one(world.host.db())
            .await
            .unwrap();
    assert!(told, "calendars are brought up to date");
    let door = door(&world.host, world.event, "", None).await.unwrap();
    assert_eq!((door.sums[0].due, door.sums[0].paid), (1500, 1000));
    let file = String::from_utf8(guest_list(&world.host, world.event).await.unwrap()).unwrap();
    assert!(file.contains(",10.00,10.00,GBP,direct"), "{file}");
    assert!(file.contains(",5.00,0.00,GBP,added by the host"), "{file}");
    assert!(file.contains("All guests,,,,,,15.00,10.00,GBP,"), "{file}");
    // Money that has changed hands is settled between people.
    let refused = refused(change(&world.ana, key(), booking, 1).await);
    assert!(refused.contains("These seats are paid."), "{refused}");
    mark_paid(&world.host, booking, false, "").await.unwrap();
    change(&world.ana, key(), booking, 1).await.unwrap();
    // What the page showed before is not what was paid now.
    let stale = super::refused(mark_paid(&world.host, booking, true, "£10.00").await);
    assert!(stale.contains("£5.00 are due now"), "{stale}");
    mark_paid(&world.host, booking, true, "£5.00")
        .await
        .unwrap();
    let by: Option<i64> = sqlx::query_scalar("select paid_by from seat_bookings where id = $1")
        .bind(booking.0)
        .fetch_one(world.host.db())
        .await
        .unwrap();
    assert_eq!(by, Some(world.host.reader().unwrap().id.0));
    give_back(&world.ana, booking).await.unwrap();
    world.site.mailed_subjects().await;
    let mail = world.site.dev_mailbox.messages();
    let told = mail.iter().any(|mail| {
        mail.text
            .contains("You had paid £5.00: the host gives it back")
    });
    assert!(told, "who has paid is told who has the money");
    let gone = mark_paid(&world.host, booking, true, "£5.00").await;
    assert!(matches!(gone, Err(Error::Conflict(_))), "{gone:?}");
    // Whoever has the money sees whose it is, until it is given back.
    let page = world.page(&world.host).await;
    let back = refunds(&world.host, &page).await.unwrap();
    assert_eq!(back.len(), 1);
    assert_eq!(back[0].handle.as_deref(), Some("ana"));
    assert_eq!(back[0].amount.to_string(), "£5.00");
    let file = String::from_utf8(guest_list(&world.host, world.event).await.unwrap()).unwrap();
    assert!(
        file.contains(",ana,,to be given back,,,,5.00,GBP,"),
        "{file}"
    );
    let anas = world.page(&world.ana).await;
    assert_eq!(refunds(&world.ana, &anas).await.unwrap().len(), 0);
    for _ in 0..2 {
        mark_paid(&world.host, booking, false, "").await.unwrap();
    }
    assert_eq!(refunds(&world.host, &page).await.unwrap().len(), 0);
    let lines = log(&world.host, world.event, None).await.unwrap().lines;
    let noted = |act: HostAct| lines.iter().filter(|line| line.act == act).count();
    assert_eq!(noted(HostAct::PaidNoted), 2);
    assert_eq!(noted(HostAct::PaidTakenBack), 2);
    remove_guest(&world.host, vi).await.unwrap();
    world.sound().await;
}

#[tokio::test]
async fn a_series_has_its_price_on_every_date_and_seats_move_for_the_same_alone() {
    let world = World::new("10").await;
    let form = EventForm {
        price: "7.5".into(),
        currency: "EUR".into(),
        ..evening(&world.host, 3, "10").await
    };
    let weekly = RepeatForm {
        repeats: "weekly".into(),
        every: "1".into(),
        times: "3".into(),
        until: String::new(),
        without: Vec::new(),
    };
    let first = create_dates(&world.host, key(), &form, &weekly)
        .await
        .unwrap();
    publish(&world.host, first).await.unwrap();
    let first = page(&world.ana, first).await.unwrap();
    let others = other_dates(&world.ana, &first).await.unwrap().unwrap();
    assert!(others.dates.iter().all(|date| date.price == first.price));
    let (second, third) = (others.dates[0].event, others.dates[1].event);
    let booking = take_for(&world.ana, key(), first.id, 2, &terms("€7.50"))
        .await
        .unwrap()
        .booking;
    // One date alone costs more.
    let draft = draft(&world.host, third).await.unwrap();
    let dearer = EventForm {
        price: "9".into(),
        ..draft.form.clone()
    };
    save(&world.host, third, &dearer, &draft.version().unwrap())
        .await
        .unwrap();
    let refused = refused(change_date(&world.ana, key(), booking, third).await);
    assert!(refused.contains("a seat costs €9.00"), "{refused}");
    change_date(&world.ana, key(), booking, second)
        .await
        .unwrap();
    let moved = page(&world.ana, second).await.unwrap().booking.unwrap();
    assert_eq!(moved.due.unwrap().total.to_string(), "€15.00");
    // All dates cost something else, but for the one that goes its own way.
    let draft = super::draft(&world.host, first.id).await.unwrap();
    let cheaper = EventForm {
        price: "5".into(),
        ..draft.form.clone()
    };
    let all = dogear_domain::events::series::WhichDates::All;
    save_dates(
        &world.host,
        first.id,
        &cheaper,
        &draft.version().unwrap(),
        all,
    )
    .await
    .unwrap();
    let price = async |event| page(&world.bo, event).await.unwrap().shown_price();
    assert_eq!(price(second).await, "€5.00");
    assert_eq!(price(third).await, "€9.00");
}

/// Whatever the host changes at the same moment: who has seats has them for what they were shown.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_price_that_changes_while_many_press_is_charged_to_nobody_who_saw_the_other() {
    let world = World::priced("100", "5").await;
    let services = patient(&world.site, 12).await;
    let mut tasks = JoinSet::new();
    for n in 0..16 {
        let reader = world.site.member(&format!("reader{n}x")).await;
        let reader = with(&reader, &services);
        let event = world.event;
        tasks.spawn(async move {
            let taken = take_for(&reader, key(), event, 1, &terms("£5.00")).await?;
            Ok(taken.booking)
        });
        if n == 8 {
            let host = with(&world.host, &services);
            tasks.spawn(async move {
                let now = draft(&host, event).await.unwrap();
                let form = EventForm {
                    price: "50".into(),
                    ..now.form.clone()
                };
                save(&host, event, &form, &now.version().unwrap())
                    .await
                    .map(|()| SeatBookingId(0))
            });
        }
    }
    while let Some(outcome) = tasks.join_next().await {
        match outcome.unwrap() {
            Ok(_) | Err(Error::Conflict(_)) => {}
            Err(error) => panic!("{error:?}"),
        }
    }
    let wrong: i64 = sqlx::query_scalar(
        "select count(*) from seat_bookings where (price_each, amount_due) is distinct from (500, 500)",
    )
    .fetch_one(world.host.db())
    .await
    .unwrap();
    assert_eq!(wrong, 0);
    let late = refused(world.take_at(&world.ana, 1, "£5.00").await);
    assert!(late.contains("a seat costs £50.00 now"), "{late}");
    world.sound().await;
}
