//! Promo codes.

use dogear_domain::ids::PromoCodeId;
use tokio::task::JoinSet;

use super::leaving::erased;
use super::*;
use crate::testing::races::{patient, with};

/// Twenty percent off.
fn code(word: &str) -> CodeForm {
    CodeForm {
        code: word.into(),
        unit: "percent".into(),
        off: "20".into(),
        ..CodeForm::default()
    }
}

fn with_code(price: &str, code: &str) -> Terms {
    Terms {
        price: price.into(),
        code: code.into(),
    }
}

impl World {
    async fn make(&self, form: &CodeForm) -> Result<PromoCodeId> {
        make_code(&self.host, key(), self.event, form).await
    }

    /// Takes seats at five pounds each.
    async fn use_code(&self, cx: &Cx, party: i32, code: &str) -> Result<SeatBookingId> {
        let terms = with_code("£5.00", code);
        let taken = take_for(cx, key(), self.event, party, &terms).await?;
        Ok(taken.booking)
    }

    async fn check(&self, cx: &Cx, party: i32, code: &str) -> Result<Due> {
        check_code(cx, &self.page(cx).await, party, code).await
    }

    async fn uses(&self) -> Vec<(i32, i64)> {
        sqlx::query_as(
            "select c.uses, count(b.id) from promo_codes c
               left join seat_bookings b on b.promo_code_id = c.id and b.state in ('held', 'confirmed')
             group by c.id order by c.id",
        )
        .fetch_all(self.host.db())
        .await
        .unwrap()
    }
}

#[tokio::test]
async fn a_code_takes_off_what_it_says_and_is_free_again_when_seats_are_given_back() {
    let world = World::priced("20", "5").await;
    let limited = CodeForm {
        uses: "1".into(),
        ..code("early-26")
    };
    world.make(&limited).await.unwrap();
    let shown = world.check(&world.ana, 3, " Early-26").await.unwrap();
    assert_eq!(shown.total.to_string(), "£12.00");
    assert_eq!(world.uses().await, [(0, 0)], "looking takes nothing");
    let booking = world.use_code(&world.ana, 3, "early-26").await.unwrap();
    assert_eq!(world.due(&world.ana).await.total, shown.total);
    assert_eq!(world.uses().await, [(1, 1)]);
    // Other numbers of seats have their part, at the price and with the code that were agreed.
    world.edit(|form| form.price = "50".into()).await.unwrap();
    change(&world.ana, key(), booking, 4).await.unwrap();
    assert_eq!(world.due(&world.ana).await.total.to_string(), "£16.00");
    world.edit(|form| form.price = "5".into()).await.unwrap();
    let used_up = refused(world.use_code(&world.bo, 1, "EARLY-26").await);
    assert!(used_up.contains("as often as it could be"), "{used_up}");
    assert_eq!(
        world.page(&world.bo).await.booking,
        None,
        "nothing is taken"
    );
    give_back(&world.ana, booking).await.unwrap();
    assert_eq!(world.uses().await, [(0, 0)]);
    world.use_code(&world.bo, 1, "EARLY-26").await.unwrap();
    cancel(
        &world.host,
        world.event,
        &dogear_domain::fields::CancelReason::default(),
    )
    .await
    .unwrap();
    assert_eq!(world.uses().await, [(0, 0)]);
    world.sound().await;
}

#[tokio::test]
async fn a_code_for_others_is_none_and_what_else_is_wrong_is_said() {
    let world = World::priced("20", "5").await;
    let for_bo = CodeForm {
        members: "@Bob".into(),
        uses: "1".into(),
        ..code("FOR-BOB")
    };
    world.make(&for_bo).await.unwrap();
    let unknown = refused(world.use_code(&world.ana, 1, "NO-SUCH").await);
    assert!(
        unknown.contains("There is no such code for you"),
        "{unknown}"
    );
    for typed in ["FOR-BOB", "for-bob", "ö", "'; --"] {
        let answer = refused(world.use_code(&world.ana, 1, typed).await);
        assert_eq!(answer, unknown, "{typed}");
        let answer = refused(world.check(&world.ana, 1, typed).await);
        assert_eq!(answer, unknown, "{typed}");
    }
    world.use_code(&world.bo, 1, "for-bob").await.unwrap();
    // Used up by now, which whoever it is not for does not learn either.
    assert_eq!(
        refused(world.use_code(&world.ana, 1, "FOR-BOB").await),
        unknown
    );
    let day = |days: i64| {
        let zone = jiff::tz::TimeZone::get("Europe/London").unwrap();
        let today = world.host.now().to_zoned(zone).date();
        today.checked_add(days.days()).unwrap().to_string()
    };
    let later = CodeForm {
        from: day(2),
        until: day(3),
        ..code("LATER")
    };
    world.make(&later).await.unwrap();
    let early = refused(world.use_code(&world.ana, 1, "LATER").await);
    assert!(early.contains("does not hold yet"), "{early}");
    let clock = &world.site.services.clock;
    clock.advance(SignedDuration::from_hours(24 * 2));
    world.check(&world.ana, 1, "LATER").await.unwrap();
    clock.advance(SignedDuration::from_hours(24 * 2));
    let late = refused(world.use_code(&world.ana, 1, "LATER").await);
    assert!(late.contains("does not hold any more"), "{late}");
    let euros = CodeForm {
        unit: "amount".into(),
        off: "2".into(),
        currency: "EUR".into(),
        ..code("EUROS")
    };
    world.make(&euros).await.unwrap();
    let other = refused(world.use_code(&world.ana, 1, "EUROS").await);
    assert!(other.contains("for prices in EUR"), "{other}");
}

#[tokio::test]
async fn the_host_alone_makes_codes_and_ends_them() {
    let world = World::priced("20", "5").await;
    let theirs = make_code(&world.ana, key(), world.event, &code("MINE")).await;
    assert!(matches!(theirs, Err(Error::NotFound)), "{theirs:?}");
    let id = world.make(&code("WINTER")).await.unwrap();
    let twice = refused(world.make(&code("winter")).await);
    assert!(twice.contains("There is such a code already"), "{twice}");
    for (wrong, field) in [
        (
            CodeForm {
                code: "a b".into(),
                ..code("")
            },
            "code: ",
        ),
        (
            CodeForm {
                off: "101".into(),
                ..code("X-1")
            },
            "off: ",
        ),
        (
            CodeForm {
                unit: String::new(),
                ..code("X-1")
            },
            "unit: ",
        ),
        (
            CodeForm {
                uses: "0".into(),
                ..code("X-1")
            },
            "uses: ",
        ),
        (
            CodeForm {
                members: "@nobody_at_all".into(),
                ..code("X-1")
            },
            "members: There is no reader",
        ),
        (
            CodeForm {
                from: "2030-01-02".into(),
                until: "2030-01-01".into(),
                ..code("X-1")
            },
            "until: ",
        ),
    ] {
        let said = refused(world.make(&wrong).await);
        assert!(said.contains(field), "{field}{said}");
    }
    let other = published(&world.host, 12, "4").await;
    for (cx, event) in [(&world.ana, world.event), (&world.host, other)] {
        let ended = end_code(cx, event, id, true).await;
        assert!(matches!(ended, Err(Error::NotFound)), "{ended:?}");
    }
    let foreign = codes(&world.ana, world.event).await;
    assert!(matches!(foreign, Err(Error::NotFound)), "{foreign:?}");
    assert!(world.page(&world.ana).await.has_codes);
    world.use_code(&world.bo, 1, "WINTER").await.unwrap();
    end_code(&world.host, world.event, id, true).await.unwrap();
    assert!(!world.page(&world.ana).await.has_codes);
    let ended = refused(world.use_code(&world.ana, 1, "WINTER").await);
    assert!(ended.contains("does not hold any more"), "{ended}");
    // What was agreed stays.
    assert_eq!(world.due(&world.bo).await.total.to_string(), "£4.00");
    end_code(&world.host, world.event, id, false).await.unwrap();
    world.use_code(&world.ana, 1, "WINTER").await.unwrap();
    let listed = codes(&world.host, world.event).await.unwrap();
    assert_eq!(
        (listed.codes[0].uses, &*listed.codes[0].off),
        (2, "20 % off")
    );
}

#[tokio::test]
async fn a_code_of_a_series_holds_on_all_dates_and_once_for_each_person() {
    let world = World::new("10").await;
    let form = EventForm {
        price: "5".into(),
        currency: "GBP".into(),
        ..evening(&world.host, 3, "10").await
    };
    let weekly = RepeatForm {
        repeats: "weekly".into(),
        every: "1".into(),
        times: "2".into(),
        until: String::new(),
        without: Vec::new(),
    };
    let first = create_dates(&world.host, key(), &form, &weekly)
        .await
        .unwrap();
    publish(&world.host, first).await.unwrap();
    let shown = page(&world.ana, first).await.unwrap();
    let second = other_dates(&world.ana, &shown)
        .await
        .unwrap()
        .unwrap()
        .dates[0]
        .event;
    let all = CodeForm {
        all_dates: "on".into(),
        ..code("ALL-OF-IT")
    };
    make_code(&world.host, key(), first, &all).await.unwrap();
    let terms = with_code("£5.00", "all-of-it");
    let take = async |cx: &Cx, event| {
        let taken = take_for(cx, key(), event, 1, &terms).await?;
        Ok(taken.booking)
    };
    let booking = take(&world.ana, first).await.unwrap();
    let again = refused(take(&world.ana, second).await);
    assert!(again.contains("once for each person"), "{again}");
    take(&world.bo, second).await.unwrap();
    let moved = refused(change_date(&world.ana, key(), booking, second).await);
    assert!(moved.contains("A code was used"), "{moved}");
    assert_eq!(world.uses().await, [(2, 2)]);
}

#[tokio::test]
async fn readers_are_chosen_by_their_handles_in_any_case_and_nobody_alike() {
    let world = World::priced("20", "5").await;
    let leal = world.site.member("Ana_Leal").await;
    let chosen = CodeForm {
        members: "@ana_leal\n@BOB, @bob".into(),
        ..code("FRIENDS")
    };
    world.make(&chosen).await.unwrap();
    for cx in [&leal, &world.bo] {
        world.check(cx, 1, "friends").await.unwrap();
    }
    let listed = codes(&world.host, world.event).await.unwrap().codes;
    let mut members = listed[0].members.clone().unwrap();
    members.sort();
    assert_eq!(members, ["Ana_Leal", "bob"]);
    for other in ["ana-leal", "analeal", "@!"] {
        let alike = CodeForm {
            members: other.into(),
            ..code("ALIKE")
        };
        let said = refused(world.make(&alike).await);
        assert!(said.contains("There is no reader @"), "{other}: {said}");
    }
}

#[tokio::test]
async fn an_ended_code_takes_nothing_off_more_seats() {
    let world = World::priced("20", "5").await;
    let id = world.make(&code("WINTER")).await.unwrap();
    let booking = world.use_code(&world.ana, 2, "WINTER").await.unwrap();
    let due = async || world.due(&world.ana).await.total.to_string();
    assert_eq!(due().await, "£8.00");
    end_code(&world.host, world.event, id, true).await.unwrap();
    for (party, total) in [(4, "£18.00"), (1, "£4.00"), (3, "£14.00")] {
        change(&world.ana, key(), booking, party).await.unwrap();
        assert_eq!(due().await, total, "{party}");
    }
    end_code(&world.host, world.event, id, false).await.unwrap();
    change(&world.ana, key(), booking, 4).await.unwrap();
    assert_eq!(due().await, "£16.00");
    world.sound().await;
}

#[tokio::test]
async fn codes_of_a_host_who_leaves_go_and_what_was_agreed_stays() {
    let world = World::priced("20", "5").await;
    let chosen = CodeForm {
        members: "bob".into(),
        ..code("FOR-BOB")
    };
    world.make(&chosen).await.unwrap();
    let booking = world.use_code(&world.bo, 1, "FOR-BOB").await.unwrap();
    erased(&world.host).await;
    let left: (i64, i64, i32) = sqlx::query_as(
        "select (select count(*) from promo_codes), (select count(*) from promo_code_members), discount
         from seat_bookings where id = $1",
    )
    .bind(booking.0)
    .fetch_one(world.host.db())
    .await
    .unwrap();
    assert_eq!(left, (0, 0, 100));
}

/// Forty take seats with a code that can be used five times.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_code_raced_past_its_uses_is_used_as_often_as_it_can_be() {
    let world = World::priced("100", "5").await;
    let five = CodeForm {
        uses: "5".into(),
        ..code("FIVE")
    };
    world.make(&five).await.unwrap();
    let services = patient(&world.site, 16).await;
    let mut tasks = JoinSet::new();
    for n in 0..40 {
        let reader = world.site.member(&format!("reader{n}x")).await;
        let reader = with(&reader, &services);
        let event = world.event;
        tasks.spawn(async move {
            take_for(&reader, key(), event, 1, &with_code("£5.00", "FIVE")).await
        });
    }
    let mut had = 0;
    while let Some(outcome) = tasks.join_next().await {
        match outcome.unwrap() {
            Ok(_) => had += 1,
            Err(Error::Invalid(errors)) => {
                let said = format!("{errors:?}");
                assert!(said.contains("as often as it could be"), "{said}");
            }
            Err(error) => panic!("{error:?}"),
        }
    }
    assert_eq!(had, 5);
    assert_eq!(world.uses().await, [(5, 5)]);
    assert_eq!(world.page(&world.host).await.seating.taken, 5);
    world.sound().await;
}

/// Two dates of a series are two locks: the code's own row keeps them apart.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_code_of_a_series_raced_on_two_dates_is_used_as_often_as_it_can_be() {
    let world = World::new("10").await;
    let form = EventForm {
        price: "5".into(),
        currency: "GBP".into(),
        ..evening(&world.host, 3, "50").await
    };
    let weekly = RepeatForm {
        repeats: "weekly".into(),
        every: "1".into(),
        times: "2".into(),
        until: String::new(),
        without: Vec::new(),
    };
    let first = create_dates(&world.host, key(), &form, &weekly)
        .await
        .unwrap();
    publish(&world.host, first).await.unwrap();
    let shown = page(&world.ana, first).await.unwrap();
    let second = other_dates(&world.ana, &shown)
        .await
        .unwrap()
        .unwrap()
        .dates[0]
        .event;
    let five = CodeForm {
        uses: "5".into(),
        all_dates: "on".into(),
        ..code("FIVE")
    };
    make_code(&world.host, key(), first, &five).await.unwrap();
    let services = patient(&world.site, 16).await;
    let mut tasks = JoinSet::new();
    for n in 0..24 {
        let reader = world.site.member(&format!("reader{n}x")).await;
        let reader = with(&reader, &services);
        let event = if n % 2 == 0 { first } else { second };
        tasks.spawn(async move {
            take_for(&reader, key(), event, 1, &with_code("£5.00", "FIVE")).await
        });
    }
    let mut had = 0;
    while let Some(outcome) = tasks.join_next().await {
        match outcome.unwrap() {
            Ok(_) => had += 1,
            Err(Error::Invalid(_)) => {}
            Err(error) => panic!("{error:?}"),
        }
    }
    assert_eq!(had, 5);
    assert_eq!(world.uses().await, [(5, 5)]);
    world.sound().await;
}
