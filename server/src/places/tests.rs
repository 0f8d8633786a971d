use super::*;
use crate::accounts::{ProfileForm, save_profile};
use crate::testing::TestSite;

async fn named(site: &TestSite, handle: &str, city: &str, country: &str) -> Cx {
    let cx = site.member(handle).await;
    sqlx::query("update users set city = $2, country = $3 where id = $1")
        .bind(cx.actor.as_ref().unwrap().id)
        .bind(city)
        .bind(country)
        .execute(cx.db())
        .await
        .unwrap();
    cx
}

async fn town(cx: &Cx) -> Option<(String, Option<f32>)> {
    sqlx::query_as(
        "select t.key, t.latitude from users u join towns t on t.id = u.town_id where u.id = $1",
    )
    .bind(cx.actor.as_ref().unwrap().id)
    .fetch_optional(cx.db())
    .await
    .unwrap()
}

#[tokio::test]
async fn towns_are_found_by_any_of_their_names_and_by_country() {
    let asked: Vec<repo::Named> = [
        ("BE", "gent"),
        ("BE", "ghent"),
        ("GB", "cambridge"),
        ("US", "cambridge"),
        ("", "koln"),
        ("GB", "nowhere at all"),
        ("GB", "king s lynn"),
    ]
    .map(|(country, key)| repo::Named {
        country: country.to_owned(),
        key: key.to_owned(),
    })
    .to_vec();
    let found = gazetteer::find(&asked).await.unwrap();
    assert_eq!(found[0], Some((51.05, 3.72)));
    assert_eq!(found[0], found[1]);
    assert!((found[2].unwrap().1 - 0.12).abs() < 0.1);
    assert!((found[3].unwrap().1 + 71.1).abs() < 0.1);
    assert!((found[4].unwrap().0 - 50.93).abs() < 0.1);
    assert_eq!(found[5], None);
    assert_eq!(found[6], Some((52.75, 0.40)));
}

#[tokio::test]
async fn a_reader_has_the_town_they_wrote_and_distances_are_right() {
    let site = TestSite::new().await;
    let ana = named(&site, "ana", "Edinburgh", "GB").await;
    let bea = named(&site, "bea", " GLASGOW", "GB").await;
    let cyn = named(&site, "cyn", "Erewhon", "GB").await;
    let mut conn = ana.db().acquire().await.unwrap();
    // The towns they lived in before are nobody's now.
    drop_empty(&mut conn).await.unwrap();
    locate(&mut conn).await.unwrap();
    assert_eq!(town(&cyn).await, Some(("erewhon".into(), None)));
    let circle = towns_near(&ana, "edinburgh").await.unwrap().unwrap();
    let kilometres: Vec<i64> = circle
        .towns
        .iter()
        .map(|distant| distant.kilometres.round() as i64)
        .collect();
    // The distance of the two in an atlas is 67 km.
    assert_eq!(kilometres.len(), 2);
    assert_eq!(kilometres[0], 0);
    assert!((65..=70).contains(&kilometres[1]), "{kilometres:?}");
    assert_eq!(circle.within(50).len(), 1);
    assert_eq!(circle.within(100).len(), 2);
    // Where nobody lives is still a place to look from; where nothing is, is not.
    assert!(towns_near(&ana, "Falkirk").await.unwrap().is_some());
    assert!(towns_near(&ana, "Erewhon").await.unwrap().is_none());
    // Who moves away takes the town along.
    sqlx::query("update users set city = '' where id = $1")
        .bind(bea.actor.as_ref().unwrap().id)
        .execute(bea.db())
        .await
        .unwrap();
    assert_eq!(town(&bea).await, None);
}

#[tokio::test]
async fn a_saved_profile_has_its_town_on_the_map_at_once() {
    let site = TestSite::new().await;
    let ana = site.member("ana").await;
    for (city, latitude) in [
        ("Leeds", Some(53.8)),
        ("Erewhon", None),
        ("Leeds", Some(53.8)),
        ("Ghent", Some(51.05)),
        ("King’s Lynn", Some(52.75)),
    ] {
        let form = ProfileForm {
            display_name: "Ana".into(),
            city: city.into(),
            time_zone: "UTC".into(),
            ..ProfileForm::default()
        };
        save_profile(&ana, &form).await.unwrap();
        let (key, found) = town(&ana).await.unwrap();
        assert_eq!(key, city.to_lowercase().replace('’', " "));
        let near = |a: Option<f32>, b: f32| a.is_some_and(|a| (a - b).abs() < 0.1);
        assert!(
            latitude.map_or(found.is_none(), |at| near(found, at)),
            "{city}: {found:?}"
        );
        let open: bool = sqlx::query_scalar(
            "select not t.looked_up from users u join towns t on t.id = u.town_id where u.handle = 'ana'",
        )
        .fetch_one(ana.db())
        .await
        .unwrap();
        assert!(!open, "{city}");
    }
    let circle = towns_near(&ana, "King's Lynn").await.unwrap().unwrap();
    assert_eq!(circle.within(1).len(), 1, "it is the town that Ana named");
}

/// The most that looking names up may cost, as a part of reading the list once. A look-up that
/// reads the list costs a whole one.
const NAMES: u32 = 100;

#[tokio::test]
async fn a08_a_name_is_found_without_reading_the_list_of_towns() {
    let start = std::time::Instant::now();
    assert!(gazetteer::read().is_ok());
    let reading = start.elapsed();
    let of = |name: String| repo::Named {
        country: String::new(),
        key: name,
    };
    // Made at the first question.
    gazetteer::find(&[of("gent".into())]).await.unwrap();
    let start = std::time::Instant::now();
    for n in 0..NAMES {
        let found = gazetteer::find_one("GB", &format!("nowhere {n}")).await;
        assert_eq!(found.unwrap(), None);
    }
    let looking = start.elapsed();
    assert!(
        looking < reading,
        "{NAMES} names {looking:?}, the list {reading:?}"
    );
}

#[tokio::test]
async fn f22_towns_are_found_in_the_script_of_their_people_and_others_are_told() {
    let site = TestSite::new().await;
    let cx = site.member("ann").await;
    let mut form = ProfileForm {
        display_name: "Ann".into(),
        city: String::new(),
        region: String::new(),
        country: String::new(),
        posts_abroad: false,
        about: String::new(),
        time_zone: "UTC".into(),
        version: crate::accounts::profile(&cx)
            .await
            .unwrap()
            .version()
            .unwrap(),
    };
    for (country, city, latitude) in [
        ("GR", "Αθήνα", 37.98),
        ("GR", "ΑΘΗΝΑ", 37.98),
        ("UA", "Київ", 50.45),
        ("RU", "Нижний Новгород", 56.33),
        ("CN", "北京", 39.91),
        ("JP", "京都", 35.02),
        ("EG", "القاهرة", 30.06),
        ("IL", "תל אביב", 32.08),
        ("GE", "თბილისი", 41.69),
        ("TH", "กรุงเทพมหานคร", 13.75),
        ("GR", "Athens", 37.98),
    ] {
        form.country = country.into();
        form.city = city.into();
        assert_eq!(save_profile(&cx, &form).await.unwrap(), None, "{city}");
        let (_, found) = town(&cx).await.unwrap();
        assert!((found.unwrap() - latitude).abs() < 0.2, "{city} {found:?}");
        form.version = crate::accounts::profile(&cx)
            .await
            .unwrap()
            .version()
            .unwrap();
    }
    form.city = "Ουτοπία".into();
    // Said each time, also when somebody has named it before.
    for _ in 0..2 {
        let nowhere = save_profile(&cx, &form).await.unwrap();
        assert_eq!(nowhere.as_deref(), Some("Ουτοπία"));
        form.version = crate::accounts::profile(&cx)
            .await
            .unwrap()
            .version()
            .unwrap();
    }
    form.city = String::new();
    assert_eq!(save_profile(&cx, &form).await.unwrap(), None);
}
