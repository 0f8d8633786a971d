use super::*;

async fn titles(cx: &Cx, query: ShelfQuery) -> Vec<String> {
    let shelf = shelf(cx, &query).await.unwrap();
    shelf.rows.into_iter().map(|row| row.title).collect()
}

#[tokio::test]
async fn the_shelf_has_parts_orders_and_a_search() {
    let site = TestSite::new().await;
    let (cx, ben) = (site.member("ann").await, site.member("ben").await);
    let romola = add(&cx, "Romola").await;
    let silas = add(&cx, "Silas Marner").await;
    let bede = add(&cx, "Adam Bede").await;
    let felix = add(&cx, "Felix Holt").await;
    add(&ben, "Middlemarch").await;
    change(&cx, None, &[silas], Change::Unlist).await.unwrap();
    change(&cx, None, &[bede], Change::Archive).await.unwrap();
    change(&cx, None, &[felix], Change::Delete).await.unwrap();
    let trade = hold(&cx, romola).await;
    offer(&cx, &ben, silas).await;

    let all = shelf(&cx, &ShelfQuery::default()).await.unwrap();
    assert_eq!(
        all.counts,
        Counts {
            all: 2,
            listed: 1,
            owned: 1,
            in_trade: 1,
            lent: 0,
            archive: 1,
            trash: 1
        }
    );
    let rows: Vec<_> = all
        .rows
        .iter()
        .map(|row| (row.id, row.held_by(), row.proposals))
        .collect();
    assert_eq!(
        rows,
        [(silas, None, 1), (romola, Some(HeldBy::Trade(trade)), 0)]
    );
    assert!(all.rows[0].photo.is_none() && all.rows[0].listed_at.is_none());

    for (tab, expected) in [
        (Tab::Listed, "Romola"),
        (Tab::Owned, "Silas Marner"),
        (Tab::InTrade, "Romola"),
        (Tab::Archive, "Adam Bede"),
        (Tab::Trash, "Felix Holt"),
    ] {
        assert_eq!(
            titles(
                &cx,
                ShelfQuery {
                    tab,
                    ..Default::default()
                }
            )
            .await,
            [expected]
        );
    }
    let by_title = ShelfQuery {
        sort: Sort::Title,
        ..Default::default()
    };
    assert_eq!(titles(&cx, by_title).await, ["Romola", "Silas Marner"]);
    for sort in [Sort::Author, Sort::Condition] {
        let query = ShelfQuery {
            sort,
            ..Default::default()
        };
        assert_eq!(titles(&cx, query).await, ["Silas Marner", "Romola"]);
    }
    for (text, found) in [
        ("mar", 1),
        ("eliot", 2),
        ("100% _", 0),
        ("9780141439549", 0),
    ] {
        let query = ShelfQuery {
            text: text.into(),
            ..Default::default()
        };
        assert_eq!(titles(&cx, query).await.len(), found, "{text}");
    }
}

#[tokio::test]
async fn pages_hold_twenty_four_and_an_unknown_page_is_the_first() {
    let site = TestSite::new().await;
    let cx = site.member("ann").await;
    for number in 0..25 {
        add(&cx, &format!("Volume {number}")).await;
    }
    let at = |page| ShelfQuery {
        page,
        ..Default::default()
    };
    let first = shelf(&cx, &at(1)).await.unwrap();
    assert_eq!((first.rows.len(), first.pages, first.found), (24, 2, 25));
    let second = shelf(&cx, &at(2)).await.unwrap();
    assert_eq!((second.rows.len(), second.page), (1, 2));
    assert_eq!(shelf(&cx, &at(9)).await.unwrap().page, 1);
}
