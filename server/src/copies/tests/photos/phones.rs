//! Photos as phones and cameras send them.

use super::*;

/// A profile whose red and green primaries are those of green and red.
fn swapped_primaries() -> Vec<u8> {
    let mut profile = moxcms::ColorProfile::new_srgb();
    std::mem::swap(&mut profile.red_colorant, &mut profile.green_colorant);
    profile.cicp = None;
    profile.encode().unwrap()
}

/// A file with a colour profile in it.
fn with_profile(picture: &DynamicImage, profile: &[u8], format: ImageFormat) -> Vec<u8> {
    use image::ImageEncoder as _;
    let mut bytes = Vec::new();
    let (width, height) = (picture.width(), picture.height());
    let (raw, color) = (picture.as_bytes(), picture.color().into());
    let profile = profile.to_vec();
    match format {
        ImageFormat::Png => {
            let mut encoder = image::codecs::png::PngEncoder::new(&mut bytes);
            encoder.set_icc_profile(profile).unwrap();
            encoder.write_image(raw, width, height, color).unwrap();
        }
        ImageFormat::WebP => {
            let mut encoder = image::codecs::webp::WebPEncoder::new_lossless(&mut bytes);
            encoder.set_icc_profile(profile).unwrap();
            encoder.write_image(raw, width, height, color).unwrap();
        }
        _ => {
            let mut encoder = image::codecs::jpeg::JpegEncoder::new_with_quality(&mut bytes, 95);
            encoder.set_icc_profile(profile).unwrap();
            encoder.write_image(raw, width, height, color).unwrap();
        }
    }
    bytes
}

#[test]
fn f11_colours_are_those_of_the_profile_in_every_format() {
    let left = |file: &[u8]| {
        let done = process(file).unwrap();
        let picture = image::load_from_memory(&done.full).unwrap().to_rgb8();
        picture.get_pixel(10, 10).0
    };
    let red = picture(60, 40);
    let clear = DynamicImage::ImageRgba8(red.to_rgba8());
    let profile = swapped_primaries();
    for (picture, format) in [
        (&red, ImageFormat::Jpeg),
        (&red, ImageFormat::Png),
        (&clear, ImageFormat::Png),
        (&red, ImageFormat::WebP),
    ] {
        let [r, g, _] = left(&with_profile(picture, &profile, format));
        assert!(g > 150 && r < 100, "{format:?} {r} {g}");
        // One that makes no sense is as none.
        let [r, g, _] = left(&with_profile(picture, b"no profile", format));
        assert!(r > 150 && g < 60, "{format:?} {r} {g}");
    }
    let [r, g, _] = left(&with_profile(
        &red,
        &moxcms::ColorProfile::new_srgb().encode().unwrap(),
        ImageFormat::Jpeg,
    ));
    assert!(r.abs_diff(200) < 6 && g < 10, "{r} {g}");
}

#[test]
fn f12_photos_of_50_megapixels_are_taken_within_their_memory() {
    // As large as those of phones, and cheap to write.
    for (width, height) in [(8160, 6144), (6048, 8064), (8000, 6000)] {
        let grey = DynamicImage::ImageLuma8(image::GrayImage::from_pixel(
            width,
            height,
            image::Luma([120]),
        ));
        let sent = file(&grey, ImageFormat::Jpeg);
        let done = process(&sent).unwrap();
        assert_eq!(done.width.max(done.height), 1600);
        assert_eq!(done.width > done.height, width > height);
        assert!(super::super::super::imaging::is_large(&sent));
    }
    assert!(!super::super::super::imaging::is_large(&jpeg()));
    for bomb in [png_header(8192, 8000), png_header(8192, 6400)] {
        assert_eq!(process(&bomb).unwrap_err(), PictureProblem::Dimensions);
    }
}

#[tokio::test]
async fn f13_one_bad_file_never_costs_the_others_and_heic_is_said_in_words() {
    let site = TestSite::new().await;
    let cx = site.member("ann").await;
    let copy = add(&cx, "Romola").await;
    for (place, brand) in [&b"heic"[..], b"heix", b"mif1"].into_iter().enumerate() {
        let heic = [&b"\0\0\0\x18ftyp"[..], brand, b"\0\0\0\0mif1heic"].concat();
        let mut sent = files(3);
        // Whatever its name says, and wherever it stands among them.
        sent.insert(place, ("photo.jpg".into(), heic.clone()));
        let added = add_photos(&cx, None, copy, sent).await.unwrap();
        assert_eq!((added.added, added.refused.len()), (3, 1));
        assert!(added.refused[0].contains("“photo.jpg” is a HEIC photo"));
        let alone = vec![("photo.jpg".to_owned(), heic)];
        let Err(Error::Invalid(errors)) = add_photos(&cx, None, copy, alone).await else {
            panic!("taken");
        };
        assert!(errors.get("photos").unwrap().contains("JPEG"));
    }
    assert_eq!(owned(&cx, copy).await.unwrap().photos.len(), 9);
}
