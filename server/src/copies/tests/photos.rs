mod phones;

use std::collections::BTreeSet;
use std::io::Cursor;

use dogear_domain::accounts::Role;
use dogear_domain::copies::{PHOTOS_PER_COPY, PHOTOS_PER_READER};
use image::{DynamicImage, ImageFormat, Rgb, RgbImage, Rgba, RgbaImage};
use jiff::SignedDuration;
use object_store::ObjectStoreExt;

use super::super::photos::object;
use super::super::sweep::sweep;
use super::*;

/// Red on the left, blue on the right.
fn picture(width: u32, height: u32) -> DynamicImage {
    DynamicImage::ImageRgb8(RgbImage::from_fn(width, height, |x, _| {
        if x < width / 2 {
            Rgb([200, 0, 0])
        } else {
            Rgb([0, 0, 200])
        }
    }))
}

fn file(picture: &DynamicImage, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    picture.write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

fn jpeg() -> Vec<u8> {
    file(&picture(60, 40), ImageFormat::Jpeg)
}

/// A JPEG with an Exif segment: turned by 90 degrees, with a GPS directory.
fn jpeg_with_exif() -> Vec<u8> {
    let mut tiff: Vec<u8> = b"MM\0\x2a\0\0\0\x08".to_vec();
    tiff.extend([0, 2]);
    // Orientation (0x0112), SHORT, 1 value: 6.
    tiff.extend([0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, 6, 0, 0]);
    // GPS directory (0x8825), LONG, at 38.
    tiff.extend([0x88, 0x25, 0, 4, 0, 0, 0, 1, 0, 0, 0, 38]);
    tiff.extend([0; 4]);
    // GPSLatitudeRef, ASCII: "N".
    tiff.extend([0, 1, 0, 1, 0, 2, 0, 0, 0, 2, b'N', 0, 0, 0, 0, 0, 0, 0]);
    tiff.extend(b"GPS-SECRET-PLACE");
    let plain = jpeg();
    let mut bytes = plain[..2].to_vec();
    let length = (tiff.len() + 8) as u16;
    bytes.extend([0xFF, 0xE1]);
    bytes.extend(length.to_be_bytes());
    bytes.extend(b"Exif\0\0");
    bytes.extend(tiff);
    bytes.extend(&plain[2..]);
    bytes
}

/// The head of a PNG that says it is this large.
fn png_header(width: u32, height: u32) -> Vec<u8> {
    let mut bytes = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR".to_vec();
    bytes.extend(width.to_be_bytes());
    bytes.extend(height.to_be_bytes());
    bytes.extend([8, 2, 0, 0, 0]);
    let mut crc = 0xffff_ffff_u32;
    for byte in &bytes[12..] {
        crc ^= u32::from(*byte);
        for _ in 0..8 {
            crc = if crc & 1 == 1 {
                (crc >> 1) ^ 0xedb8_8320
            } else {
                crc >> 1
            };
        }
    }
    bytes.extend((!crc).to_be_bytes());
    bytes.extend(b"\0\0\0\0IDAT\x35\xaf\x06\x1e\0\0\0\0IEND\xae\x42\x60\x82");
    bytes
}

fn contains(bytes: &[u8], needle: &[u8]) -> bool {
    bytes.windows(needle.len()).any(|window| window == needle)
}

#[test]
fn jpeg_png_and_webp_become_jpegs_within_the_limits() {
    for format in [ImageFormat::Jpeg, ImageFormat::Png, ImageFormat::WebP] {
        let done = process(&file(&picture(2000, 1000), format)).unwrap();
        assert_eq!((done.width, done.height), (1600, 800));
        let small = image::load_from_memory_with_format(&done.small, ImageFormat::Jpeg).unwrap();
        assert_eq!((small.width(), small.height()), (400, 200));
        assert!(image::load_from_memory_with_format(&done.full, ImageFormat::Jpeg).is_ok());
    }
    let tiny = process(&jpeg()).unwrap();
    assert_eq!((tiny.width, tiny.height), (60, 40));
}

#[test]
fn metadata_is_gone_and_the_picture_stands_upright() {
    let sent = jpeg_with_exif();
    assert!(contains(&sent, b"GPS-SECRET") && contains(&sent, b"Exif"));
    let done = process(&sent).unwrap();
    assert_eq!((done.width, done.height), (40, 60));
    for stored in [&done.full, &done.small] {
        assert!(!contains(stored, b"GPS") && !contains(stored, b"Exif"));
    }
    // Turned clockwise: what was left is on top.
    let upright = image::load_from_memory(&done.full).unwrap().to_rgb8();
    assert!(upright.get_pixel(20, 5).0[0] > 150 && upright.get_pixel(20, 55).0[2] > 150);
}

#[test]
fn what_is_transparent_becomes_white() {
    let clear = DynamicImage::ImageRgba8(RgbaImage::from_pixel(10, 10, Rgba([0, 0, 0, 0])));
    let done = process(&file(&clear, ImageFormat::Png)).unwrap();
    let stored = image::load_from_memory(&done.full).unwrap().to_rgb8();
    assert!(
        stored
            .get_pixel(5, 5)
            .0
            .iter()
            .all(|channel| *channel > 250)
    );
}

#[test]
fn bombs_are_refused_by_their_header() {
    for (width, height) in [(30_000, 30_000), (65_535, 65_535), (8193, 1), (8000, 8000)] {
        let bomb = png_header(width, height);
        assert_eq!(
            process(&bomb).unwrap_err(),
            PictureProblem::Dimensions,
            "{width}x{height}"
        );
    }
    assert_eq!(
        process(&png_header(10, 10)).unwrap_err(),
        PictureProblem::Damaged
    );
}

#[test]
fn other_formats_and_damaged_files_are_refused() {
    let svg = b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>";
    for other in [
        &svg[..],
        b"GIF89a\x01\0\x01\0\0\0\0;",
        b"%PDF-1.7",
        b"<html>",
        b"",
        b"PK\x03\x04",
    ] {
        assert_eq!(process(other).unwrap_err(), PictureProblem::Format);
    }
    for format in [ImageFormat::Jpeg, ImageFormat::Png, ImageFormat::WebP] {
        let whole = file(&picture(600, 400), format);
        for kept in [12, whole.len() / 2, whole.len() - 12] {
            assert!(
                process(&whole[..kept]).is_err(),
                "{format:?} {kept} of {}",
                whole.len()
            );
        }
    }
    // Cut inside the picture, with the end of a thumbnail before it.
    let mut cut = jpeg_with_exif();
    cut.truncate(cut.len() - 40);
    assert_eq!(process(&cut).unwrap_err(), PictureProblem::Damaged);
}

#[test]
fn nothing_of_a_polyglot_survives_but_the_picture() {
    let mut polyglot = jpeg();
    polyglot.extend(b"<script>alert(1)</script>PK\x03\x04");
    let done = process(&polyglot).unwrap();
    for stored in [&done.full, &done.small] {
        assert!(!contains(stored, b"<script") && !contains(stored, b"PK\x03\x04"));
    }
}

pub(super) fn files(number: usize) -> Vec<(String, Vec<u8>)> {
    (0..number)
        .map(|at| (format!("{at}.jpg"), jpeg()))
        .collect()
}

#[tokio::test]
async fn photos_are_added_put_in_order_removed_and_put_back() {
    let site = TestSite::new().await;
    let (cx, ben) = (site.member("ann").await, site.member("ben").await);
    let copy = add(&cx, "Romola").await;
    let key = Some(IdempotencyKey(Uuid::new_v4()));
    assert_eq!(add_photos(&cx, key, copy, files(3)).await.unwrap().added, 3);
    assert_eq!(add_photos(&cx, key, copy, files(3)).await.unwrap().added, 3);
    assert_eq!(terms(&cx, copy).await, 2);
    let order = |copy: CopyDetails| copy.photos.iter().map(|photo| photo.id).collect::<Vec<_>>();
    let first = order(owned(&cx, copy).await.unwrap());
    assert_eq!(first.len(), 3);

    move_photo(&cx, None, copy, first[0], Shift::Later)
        .await
        .unwrap();
    move_photo(&cx, None, copy, first[2], Shift::Later)
        .await
        .unwrap();
    move_photo(&cx, None, copy, first[1], Shift::Earlier)
        .await
        .unwrap();
    assert_eq!(
        order(owned(&cx, copy).await.unwrap()),
        [first[1], first[0], first[2]]
    );

    let photo = owned(&cx, copy).await.unwrap().photos[1];
    let undo = remove_photo(&cx, None, copy, photo.id).await.unwrap();
    assert!(matches!(
        open_photo(&cx, photo.key, PhotoSize::Full).await,
        Err(Error::NotFound)
    ));
    assert!(matches!(
        put_back_photo(&ben, &undo).await,
        Err(Error::NotFound)
    ));
    assert!(matches!(
        put_back_photo(&cx, "made.up").await,
        Err(Error::NotFound)
    ));
    for _ in 0..2 {
        put_back_photo(&cx, &undo).await.unwrap();
    }
    let keys: Vec<Uuid> = owned(&cx, copy)
        .await
        .unwrap()
        .photos
        .iter()
        .map(|p| p.key)
        .collect();
    assert_eq!((keys.len(), keys[1]), (3, photo.key));

    for refused in [
        add_photos(&ben, None, copy, files(1)).await.map(drop),
        remove_photo(&ben, None, copy, photo.id).await.map(drop),
        move_photo(&ben, None, copy, photo.id, Shift::Later).await,
    ] {
        assert!(matches!(refused, Err(Error::NotFound)));
    }
    hold(&cx, copy).await;
    let photo = owned(&cx, copy).await.unwrap().photos[0];
    for refused in [
        add_photos(&cx, None, copy, files(1)).await.map(drop),
        remove_photo(&cx, None, copy, photo.id).await.map(drop),
        move_photo(&cx, None, copy, photo.id, Shift::Later).await,
        put_back_photo(&cx, &undo).await.map(drop),
    ] {
        assert!(matches!(refused, Err(Error::Conflict(_))));
    }
}

#[tokio::test]
async fn a_photo_is_seen_by_whoever_sees_its_copy() {
    let site = TestSite::new().await;
    let (cx, ben) = (site.member("ann").await, site.member("ben").await);
    let copy = add(&cx, "Romola").await;
    add_photos(&cx, None, copy, files(1)).await.unwrap();
    let key = owned(&cx, copy).await.unwrap().photos[0].key;
    let bytes = open_photo(&site.visitor(), key, PhotoSize::Small)
        .await
        .unwrap();
    assert_eq!(image::guess_format(&bytes).unwrap(), ImageFormat::Jpeg);
    change(&cx, None, &[copy], Change::Unlist).await.unwrap();
    assert!(open_photo(&cx, key, PhotoSize::Full).await.is_ok());
    assert!(matches!(
        open_photo(&ben, key, PhotoSize::Full).await,
        Err(Error::NotFound)
    ));
    offer(&cx, &ben, copy).await;
    assert!(open_photo(&ben, key, PhotoSize::Full).await.is_ok());
}

#[tokio::test]
async fn limits_hold_for_a_copy_a_reader_and_a_file() {
    let site = TestSite::new().await;
    let cx = site.member("ann").await;
    let copy = add(&cx, "Romola").await;
    add_photos(&cx, None, copy, files(PHOTOS_PER_COPY - 1))
        .await
        .unwrap();
    assert_eq!(
        field_of(add_photos(&cx, None, copy, files(2)).await.unwrap_err()),
        "photos"
    );
    let mixed = vec![
        ("big.jpg".into(), vec![0; 8 * 1024 * 1024 + 1]),
        ("page.svg".into(), b"<svg/>".to_vec()),
        ("good.jpg".into(), jpeg()),
    ];
    // One bad file costs itself alone (F13); without a good one the form stays.
    let bad = mixed[..2].to_vec();
    let Err(Error::Invalid(errors)) = add_photos(&cx, None, copy, bad).await else {
        panic!("taken");
    };
    let said = errors.get("photos").unwrap();
    assert!(said.contains("big.jpg") && said.contains("page.svg") && !said.contains("good.jpg"));
    assert_eq!(
        owned(&cx, copy).await.unwrap().photos.len(),
        PHOTOS_PER_COPY - 1
    );
    let added = add_photos(&cx, None, copy, mixed).await.unwrap();
    let said = added.refused.join(" ");
    assert!(said.contains("big.jpg") && said.contains("page.svg") && !said.contains("good.jpg"));
    assert_eq!(added.added, 1);
    assert_eq!(
        owned(&cx, copy).await.unwrap().photos.len(),
        PHOTOS_PER_COPY
    );

    let other = add(&cx, "Silas Marner").await;
    sqlx::query(
        "insert into copy_photos (copy_id, key, width, height, bytes)
         select $1, gen_random_uuid(), 1, 1, 1 from generate_series(1, $2)",
    )
    .bind(other)
    .bind((PHOTOS_PER_READER - PHOTOS_PER_COPY + 1) as i32)
    .execute(cx.db())
    .await
    .unwrap();
    assert_eq!(
        field_of(add_photos(&cx, None, copy, files(1)).await.unwrap_err()),
        "photos"
    );
}

#[tokio::test]
async fn the_sweep_takes_old_objects_that_nothing_refers_to() {
    let site = TestSite::new().await;
    let cx = site.member("ann").await;
    let copy = add(&cx, "Romola").await;
    add_photos(&cx, None, copy, files(3)).await.unwrap();
    let photos = owned(&cx, copy).await.unwrap().photos;
    remove_photo(&cx, None, copy, photos[0].id).await.unwrap();
    remove_photo(&cx, None, copy, photos[1].id).await.unwrap();
    let ben = site.member("ben").await;
    offer(&cx, &ben, copy).await;
    sqlx::query(
        "update trade_items set frozen = jsonb_build_object('photos', jsonb_build_array(jsonb_build_object('key', $1::text)))",
    )
    .bind(photos[1].key.to_string())
    .execute(cx.db())
    .await
    .unwrap();
    // What was offered is still there for both sides, and for nobody else.
    for party in [&cx, &ben] {
        assert!(
            open_photo(party, photos[1].key, PhotoSize::Full)
                .await
                .is_ok()
        );
    }
    let stranger = site.member("cat").await;
    for (asker, key) in [(&stranger, photos[1].key), (&ben, photos[0].key)] {
        let refused = open_photo(asker, key, PhotoSize::Full).await;
        assert!(matches!(refused, Err(Error::NotFound)));
    }
    assert_eq!(sweep(&cx).await.unwrap(), 0);
    site.advance(SignedDuration::from_hours(25));
    // The copy was on offer: what it looked like is kept for moderators, until it is forgotten.
    let bea = site.account("bea", Role::Moderator).await;
    assert_eq!(sweep(&cx).await.unwrap(), 0);
    assert!(
        open_photo(&bea, photos[0].key, PhotoSize::Full)
            .await
            .is_ok()
    );
    sqlx::query("delete from earlier_versions")
        .execute(cx.db())
        .await
        .unwrap();
    assert!(matches!(
        open_photo(&bea, photos[0].key, PhotoSize::Full).await,
        Err(Error::NotFound)
    ));
    assert_eq!(sweep(&cx).await.unwrap(), 2);
    for (photo, kept) in photos.iter().zip([false, true, true]) {
        for size in [PhotoSize::Full, PhotoSize::Small] {
            let found = cx.services.photos.head(&object(photo.key, size)).await;
            assert_eq!(found.is_ok(), kept);
        }
    }
}

/// The keys of the photos whose files are there.
fn stored(site: &TestSite) -> BTreeSet<String> {
    let folder = site.services.settings.data_dir.join("copies");
    let names = std::fs::read_dir(folder).unwrap();
    let name = |entry: std::io::Result<std::fs::DirEntry>| {
        entry.unwrap().file_name().into_string().unwrap()
    };
    names
        .map(name)
        .map(|name| {
            name.trim_end_matches(".jpg")
                .trim_end_matches("-small")
                .to_owned()
        })
        .collect()
}

#[tokio::test]
async fn c06_photos_and_their_files_go_when_their_owner_leaves() {
    let site = TestSite::new().await;
    let (ann, ben) = (site.member("ann").await, site.member("ben").await);
    let mut keys = Vec::new();
    for (cx, title) in [(&ann, "Romola"), (&ann, "Emma"), (&ben, "Solaris")] {
        let copy = add(cx, title).await;
        add_photos(cx, None, copy, files(2)).await.unwrap();
        let photos = owned(cx, copy).await.unwrap().photos;
        keys.push(
            photos
                .iter()
                .map(|photo| photo.key.to_string())
                .collect::<Vec<_>>(),
        );
    }
    let all: BTreeSet<String> = keys.concat().into_iter().collect();
    assert_eq!(stored(&site), all);

    let mut tx = ann.begin().await.unwrap();
    for erase in ann.services.hooks.erasures {
        erase(&mut tx, ann.reader().unwrap().id).await.unwrap();
    }
    tx.commit().await.unwrap();
    assert_eq!(stored(&site), all, "not before the commit");
    site.run_jobs().await;
    assert_eq!(stored(&site), keys[2].iter().cloned().collect());
    let left: i64 =
        sqlx::query_scalar("select count(*) from copy_photos where key::text = any ($1)")
            .bind([keys[0].clone(), keys[1].clone()].concat())
            .fetch_one(ann.db())
            .await
            .unwrap();
    assert_eq!(left, 0);
    assert_eq!(
        owned(&ben, copy_of(&ben).await).await.unwrap().photos.len(),
        2
    );
}

/// The one copy of a reader.
async fn copy_of(cx: &Cx) -> CopyId {
    sqlx::query_scalar("select id from copies where owner_id = $1")
        .bind(cx.reader().unwrap().id)
        .fetch_one(cx.db())
        .await
        .unwrap()
}

#[tokio::test]
async fn k09_photos_without_whole_files_are_found() {
    let site = TestSite::new().await;
    let cx = site.member("ana").await;
    let copy = add(&cx, "Romola").await;
    add_photos(&cx, None, copy, files(3)).await.unwrap();
    let store = &site.services.photos;
    let look = async || check_photos(cx.db(), &**store).await.unwrap();
    let whole = PhotoFiles {
        photos: 3,
        damaged: Vec::new(),
    };
    assert_eq!(look().await, whole);
    let keys: Vec<Uuid> = sqlx::query_scalar("select key from copy_photos order by key")
        .fetch_all(cx.db())
        .await
        .unwrap();
    // Empty, cut short, and gone, as after a power cut.
    let full = object(keys[0], PhotoSize::Full);
    store.put(&full, Vec::new().into()).await.unwrap();
    let small = object(keys[1], PhotoSize::Small);
    let bytes = store.get(&small).await.unwrap().bytes().await.unwrap();
    store
        .put(&small, bytes.slice(..bytes.len() - 1).into())
        .await
        .unwrap();
    store
        .delete(&object(keys[2], PhotoSize::Full))
        .await
        .unwrap();
    assert_eq!(look().await.damaged, keys);
}
