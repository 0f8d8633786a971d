//! What lists and counts of trades show.

use dogear_domain::trades::Verb;

use super::*;

#[tokio::test]
async fn the_shelves_show_what_is_chosen_first_and_find_the_rest() {
    let world = World::new().await;
    let other = world
        .propose(&world.ana, "bob", &world.anas[..1], &[])
        .await;
    let books = Books {
        gives: world.anas[1..2].to_vec(),
        gets: vec![],
        gift: true,
    };
    let look = ShelfSearch {
        get_query: "BOOK 2",
        ..ShelfSearch::default()
    };
    let view = builder(&world.ana, "bob", &books, &look).await.unwrap();
    let give: Vec<(CopyId, bool, i64)> = view
        .give
        .choices
        .iter()
        .map(|choice| (choice.copy, choice.chosen, choice.offers))
        .collect();
    let [one, two, three] = [world.anas[0], world.anas[1], world.anas[2]];
    assert_eq!(give, [(two, true, 0), (one, false, 1), (three, false, 0)]);
    let get: Vec<CopyId> = view.get.choices.iter().map(|choice| choice.copy).collect();
    assert_eq!(get, [world.bos[1]]);
    let answer = counter_builder(&world.bo, other, None, &ShelfSearch::default())
        .await
        .unwrap();
    assert!(answer.get.choices[0].chosen);
    assert_eq!(answer.get.choices[0].copy, one);
}

#[tokio::test]
async fn u09_a_long_shelf_is_leafed_through_and_choosing_moves_no_page() {
    let world = World::new().await;
    sqlx::query(
        "insert into copies (owner_id, edition_id, work_id, grade, state, listed_at)
         select c.owner_id, c.edition_id, c.work_id, c.grade, 'listed', c.listed_at
         from copies c cross join generate_series(1, $2) where c.id = $1",
    )
    .bind(world.bos[0].0)
    .bind(i32::try_from(2 * SHELF_PAGE).unwrap())
    .execute(&world.site.services.db)
    .await
    .unwrap();
    let mut chosen = Books::default();
    let mut seen = Vec::new();
    let mut pages = 1;
    for page in 1.. {
        let look = ShelfSearch {
            get_page: page,
            ..ShelfSearch::default()
        };
        let view = builder(&world.ana, "bob", &chosen, &look).await.unwrap();
        pages = view.get.pages;
        let rest: Vec<CopyId> = view
            .get
            .choices
            .iter()
            .filter(|choice| !choice.chosen)
            .map(|choice| choice.copy)
            .collect();
        assert!(rest.len() <= SHELF_PAGE as usize, "{}", rest.len());
        // One more is chosen on each page; the next begins where this one ended.
        chosen.gets.extend(rest.last());
        seen.extend(rest);
        if page >= pages {
            break;
        }
    }
    assert_eq!(pages, 3);
    assert!(seen.len() > 2 * SHELF_PAGE as usize);
    let mut once = seen.clone();
    once.sort_unstable();
    once.dedup();
    assert_eq!(once.len(), seen.len(), "none is shown twice");
    let all = builder(&world.ana, "bob", &chosen, &ShelfSearch::default())
        .await
        .unwrap();
    assert_eq!(usize::try_from(all.get.found).unwrap(), seen.len());
    // Behind the last page there is another one, not none.
    let far = ShelfSearch {
        get_page: 9,
        ..ShelfSearch::default()
    };
    for (books, page) in [(&Books::default(), 1), (&chosen, pages)] {
        let view = builder(&world.ana, "bob", books, &far).await.unwrap();
        assert_eq!((view.get.page, view.get.pages), (page, pages));
        assert!(view.get.choices.iter().any(|choice| !choice.chosen));
    }
}

#[tokio::test]
async fn lists_say_whose_turn_it_is() {
    let world = World::new().await;
    let trade = world.proposed().await;
    let of = |cx: Cx, filter: Filter| async move {
        let rows = list(&cx, filter, "", None).await.unwrap().rows;
        rows.into_iter().map(|row| row.id).collect::<Vec<_>>()
    };
    assert_eq!(of(world.bo.clone(), Filter::NeedsYou).await, [trade]);
    assert!(of(world.ana.clone(), Filter::NeedsYou).await.is_empty());
    assert_eq!(of(world.ana.clone(), Filter::Open).await, [trade]);
    world.accept(&world.bo, trade).await.unwrap();
    let rows = list(&world.ana, Filter::NeedsYou, "", None)
        .await
        .unwrap()
        .rows;
    assert_eq!(rows[0].next.verb, Some(Verb::Send));
    assert_eq!(rows[0].gives.len(), 2);
    cancel(&world.ana, key(), trade, &Reason::default())
        .await
        .unwrap();
    assert_eq!(of(world.ana.clone(), Filter::Done).await, [trade]);
}

/// How many trades need the reader: in the masthead, and as many on the list.
async fn waiting(cx: &Cx) -> i64 {
    let session = cx.actor.as_ref().unwrap().session;
    let counted = crate::accounts::sessions::actor(&cx.services, session)
        .await
        .unwrap()
        .unwrap()
        .needs_you;
    let mut listed = list(cx, Filter::NeedsYou, "", None).await.unwrap().rows;
    assert_eq!(usize::try_from(counted).unwrap(), listed.len());
    let open = list(cx, Filter::Open, "", None).await.unwrap().rows;
    let mut needing: Vec<Row> = open.into_iter().filter(|row| row.needs_you).collect();
    // By its date here, by its last change there.
    needing.sort_by_key(|row| row.id);
    listed.sort_by_key(|row| row.id);
    for row in &mut listed {
        row.due = None;
    }
    assert_eq!(needing, listed);
    counted
}

#[tokio::test]
async fn a_trade_that_needs_the_reader_is_listed_however_many_run_beside() {
    let world = World::new().await;
    let waiting = world.agreed().await;
    // Proposals of hers, put later.
    sqlx::query(
        "with more as (insert into trades (state, opened_by, reply_due, updated_at)
             select 'proposed', $1, now() + interval '7 days', now() + interval '1 hour'
             from generate_series(1, 200) returning id),
         put as (insert into trade_revisions (trade_id, number, author_id) select id, 1, $1 from more)
         insert into trade_parties (trade_id, user_id, position, accepted_revision)
             select id, $1, 0, 1 from more union all select id, $2, 1, null from more",
    )
    .bind(id(&world.ana))
    .bind(id(&world.bo))
    .execute(&world.site.services.db)
    .await
    .unwrap();
    assert_eq!(
        list(&world.ana, Filter::Open, "", None)
            .await
            .unwrap()
            .rows
            .len(),
        50
    );
    let rows = list(&world.ana, Filter::NeedsYou, "", None)
        .await
        .unwrap()
        .rows;
    assert_eq!(rows.iter().map(|row| row.id).collect::<Vec<_>>(), [waiting]);
}

#[tokio::test]
async fn the_masthead_counts_what_the_list_shows() {
    let world = World::new().await;
    let both = || async { (waiting(&world.ana).await, waiting(&world.bo).await) };
    let trade = world
        .propose(&world.ana, "bob", &world.anas[..1], &world.bos[..1])
        .await;
    assert_eq!(both().await, (0, 1));
    world.accept(&world.bo, trade).await.unwrap();
    assert_eq!(both().await, (1, 1));
    let (mine, theirs) = (
        world.leg(&world.ana, trade).await,
        world.leg(&world.bo, trade).await,
    );
    send(&world.ana, key(), trade, mine, &Shipment::default())
        .await
        .unwrap();
    assert_eq!(both().await, (1, 1), "Ana has no address there yet");
    save_address(
        &world.ana,
        key(),
        trade,
        &Version::default(),
        &said("1 High Street, Leeds"),
        false,
    )
    .await
    .unwrap();
    assert_eq!(both().await, (0, 1));
    send(&world.bo, key(), trade, theirs, &Shipment::default())
        .await
        .unwrap();
    assert_eq!(both().await, (0, 0), "both wait for the post");
    cancel(&world.ana, key(), trade, &Reason::default())
        .await
        .unwrap();
    assert_eq!(both().await, (0, 1), "Bob is asked");
    sqlx::query("update trade_parties set cancel_requested_at = null")
        .execute(&world.site.services.db)
        .await
        .unwrap();
    receive(&world.ana, key(), trade, theirs).await.unwrap();
    sqlx::query("update trade_legs set state = 'lost' where id = $1")
        .bind(mine)
        .execute(&world.site.services.db)
        .await
        .unwrap();
    assert_eq!(
        both().await,
        (0, 1),
        "a lost parcel is for its receiver to settle"
    );
    let row = |rows: Vec<Row>| rows[0].lost;
    let of = |coming, going| Lost { coming, going };
    assert_eq!(
        row(list(&world.ana, Filter::Open, "", None).await.unwrap().rows),
        of(false, true)
    );
    assert_eq!(
        row(list(&world.bo, Filter::Open, "", None).await.unwrap().rows),
        of(true, false)
    );
    let reason = ProblemReason::NeverArrived;
    report_problem(
        &world.bo,
        key(),
        trade,
        mine,
        reason,
        &said("Nothing came."),
        vec![],
    )
    .await
    .unwrap();
    assert_eq!(both().await, (0, 0));

    let meeting = Proposal {
        method: Method::Meet,
        ..proposal("bob", &world.anas[1..2], &[])
    };
    let trade = propose(&world.ana, key(), &meeting).await.unwrap();
    world.accept(&world.bo, trade).await.unwrap();
    assert_eq!(both().await, (1, 0));
    let leg = world.leg(&world.ana, trade).await;
    hand_over(&world.ana, key(), trade, leg).await.unwrap();
    assert_eq!(both().await, (0, 1));
}
