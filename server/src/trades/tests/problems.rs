//! Problems: which can be said of the books, and the photos that show them.

use std::io::Cursor;

use dogear_domain::accounts::Role;
use image::{ImageFormat, RgbImage};
use uuid::Uuid;

use super::*;
use crate::Error;
use crate::copies::{self, PhotoSize, open_photo};

fn jpeg() -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    RgbImage::new(60, 40)
        .write_to(&mut bytes, ImageFormat::Jpeg)
        .unwrap();
    bytes.into_inner()
}

impl World {
    /// Bo has Ana's parcel, and says that the book is another one.
    async fn report(
        &self,
        trade: TradeId,
        files: Vec<(String, Vec<u8>)>,
    ) -> crate::Result<Reported> {
        let leg = self.leg(&self.ana, trade).await;
        let reason = ProblemReason::WrongBook;
        report_problem(
            &self.bo,
            key(),
            trade,
            leg,
            reason,
            &said("Another title."),
            files,
        )
        .await
    }

    async fn arrived(&self) -> TradeId {
        let trade = self.agreed().await;
        let leg = self.post(&self.ana, trade).await;
        receive(&self.bo, key(), trade, leg).await.unwrap();
        trade
    }

    async fn shown(&self, cx: &Cx, trade: TradeId) -> Vec<Uuid> {
        let dispute = page(cx, trade).await.unwrap().dispute.unwrap();
        dispute.photos.iter().map(|photo| photo.key).collect()
    }
}

#[tokio::test]
async fn u17_what_has_arrived_is_not_reported_as_never_arrived() {
    let world = World::new().await;
    let trade = world.arrived().await;
    let leg = world.leg(&world.ana, trade).await;
    let never = ProblemReason::NeverArrived;
    let refused = report_problem(&world.bo, key(), trade, leg, never, &said("Hm."), vec![]).await;
    let Err(Error::Invalid(fields)) = refused else {
        panic!("{refused:?}");
    };
    assert!(fields.get("problem").is_some(), "{fields:?}");
    assert_eq!(world.state(trade).await, TradeState::Agreed);
}

#[tokio::test]
async fn u17_photos_show_the_problem_to_both_sides_and_to_moderators() {
    let world = World::new().await;
    let trade = world.arrived().await;
    let nothing_good = vec![("a.txt".to_owned(), b"no photo".to_vec())];
    let refused = world.report(trade, nothing_good.clone()).await;
    let Err(Error::Invalid(fields)) = refused else {
        panic!("{refused:?}");
    };
    assert!(
        fields
            .get("photos")
            .is_some_and(|why| why.contains("a.txt"))
    );
    assert_eq!(world.state(trade).await, TradeState::Agreed);

    // One bad file costs the others nothing.
    let mut files = nothing_good;
    files.push(("one.jpg".into(), jpeg()));
    files.push(("two.jpg".into(), jpeg()));
    let reported = world.report(trade, files).await.unwrap();
    assert_eq!(reported.state, TradeState::Disputed);
    assert_eq!(reported.refused.len(), 1);
    let keys = world.shown(&world.bo, trade).await;
    assert_eq!(keys.len(), 2);
    assert_eq!(world.shown(&world.ana, trade).await, keys);

    let moderator = world.site.account("cleo", Role::Moderator).await;
    let stranger = world.site.member("dov").await;
    for &key in &keys {
        for size in [PhotoSize::Full, PhotoSize::Small] {
            for cx in [&world.ana, &world.bo, &moderator] {
                assert!(!open_photo(cx, key, size).await.unwrap().is_empty());
            }
            for cx in [&stranger, &world.site.visitor()] {
                let shut = open_photo(cx, key, size).await;
                assert!(matches!(shut, Err(Error::NotFound)), "{shut:?}");
            }
        }
    }
    let view = for_moderator(&moderator, trade).await.unwrap();
    assert_eq!(view.dispute.unwrap().photos.len(), 2);
}

#[tokio::test]
async fn u17_files_of_photos_stay_as_long_as_the_problem_and_go_with_its_reporter() {
    let world = World::new().await;
    let trade = world.arrived().await;
    let photo = vec![("one.jpg".to_owned(), jpeg())];
    world.report(trade, photo).await.unwrap();
    let key = world.shown(&world.bo, trade).await[0];
    let store = &world.site.services.photos;
    let found = copies::check_photos(world.bo.db(), &**store).await.unwrap();
    assert_eq!((found.photos, found.damaged.len()), (1, 0));

    // The sweep of a later day passes them over.
    world.site.advance(jiff::SignedDuration::from_hours(48));
    let cx = world.site.visitor();
    for schedule in copies::schedules() {
        (schedule.run)(cx.clone()).await.unwrap();
    }
    let opened = open_photo(&world.ana, key, PhotoSize::Full).await;
    assert!(opened.is_ok(), "{opened:?}");

    let mut tx = cx.begin().await.unwrap();
    erase(&mut tx, id(&world.bo)).await.unwrap();
    tx.commit().await.unwrap();
    world.site.run_jobs().await;
    assert!(world.shown(&world.ana, trade).await.is_empty());
    let gone = open_photo(&world.ana, key, PhotoSize::Full).await;
    assert!(matches!(gone, Err(Error::NotFound)), "{gone:?}");
    let none = copies::check_photos(world.bo.db(), &**store).await.unwrap();
    assert_eq!(none.photos, 0);
}
