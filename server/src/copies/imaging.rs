//! Photos as they are sent, made into photos as they are stored: decoded, turned
//! upright, made smaller, and written anew, so that nothing of the original file
//! survives but its picture. And the barcodes in photos that are not stored.

use std::io::Cursor;

use dogear_domain::isbn::Isbn13;
use image::codecs::jpeg::JpegEncoder;
use image::imageops::FilterType;
use image::{
    DynamicImage, ImageDecoder, ImageError, ImageFormat, ImageReader, Limits, Rgb, RgbImage,
    RgbaImage,
};
use moxcms::{ColorProfile, DataColorSpace, Layout, TransformOptions};

/// The longest side of a stored photo, in pixels.
const FULL: u32 = 1600;
/// The longest side of its thumbnail.
const SMALL: u32 = 400;
/// The longest sides of a photo at which barcodes are looked for: a small one in a large
/// photo needs many pixels, and one out of focus is clearer in few.
const SIDES_FOR_CODES: [u32; 2] = [2400, 1000];
/// JPEG quality, out of 100.
const QUALITY: u8 = 82;

/// The longest side that is accepted.
const LONGEST_SIDE: u32 = 8192;
/// The most pixels that are accepted: phones send 50 million.
const MOST_PIXELS: u64 = 52_000_000;
/// The most memory one decoding may take: 160 MiB.
const MOST_MEMORY: u64 = 160 * 1024 * 1024;
/// The most that may be unpacked before the size of a picture is known: a colour profile of a few
/// hundred kilobytes in the file can have 100 MB. What is larger is left out.
const MOST_BEFORE: u64 = 10 * 1024 * 1024;
/// The same where nothing but the size is wanted, and nobody counts who wants it.
const MOST_FOR_SIZE: u64 = 1024 * 1024;
/// Above this a decoding counts as two.
const LARGE_PIXELS: u64 = 26_000_000;

/// A photo ready to be stored.
#[derive(Debug, Clone)]
pub struct Picture {
    /// A JPEG of at most 1600 pixels a side.
    pub full: Vec<u8>,
    /// A JPEG of at most 400 pixels a side.
    pub small: Vec<u8>,
    /// Of `full`, in pixels.
    pub width: u32,
    /// Of `full`, in pixels.
    pub height: u32,
}

/// Why a file is not taken, in words for whoever sent it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PictureProblem {
    /// No picture, or of a kind that is not read.
    #[error("is not a photo we can read. Send a JPEG, PNG or WebP file.")]
    Format,
    /// As iPhones keep photos; browsers do not show it.
    #[error(
        "is a HEIC photo, which only some devices can show. Send it as JPEG: on an iPhone choose Settings, Camera, Formats, Most Compatible, or send the photo from the Photos app, which turns it into JPEG."
    )]
    Heic,
    #[error(
        "is too large a picture. Photos have at most 8192 pixels a side and 52 million in all."
    )]
    /// Too many pixels.
    Dimensions,
    /// It begins as a picture and cannot be read to its end.
    #[error("is damaged or was cut short. Save it again and send it once more.")]
    Damaged,
}

/// Decodes and rewrites a photo. Takes up to a second of processor time and 200 MB of
/// memory: call it where that is bounded.
///
/// # Errors
/// Says what is wrong with the file. Dimensions are judged by its header alone.
pub fn process(file: &[u8]) -> Result<Picture, PictureProblem> {
    let mut decoder = decoder(file)?;
    let orientation = decoder.orientation().map_err(problem)?;
    // One that cannot be read is as none.
    let profile = decoder.icc_profile().ok().flatten();
    let mut picture = DynamicImage::from_decoder(decoder).map_err(problem)?;
    // Made smaller before it is turned, and before its colours change: both need a second copy.
    picture = fit(picture, FULL);
    if let Some(profile) = profile {
        picture = in_srgb(picture, &profile);
    }
    picture.apply_orientation(orientation);
    let full = on_white(&picture);
    let small = on_white(&fit(picture, SMALL));
    Ok(Picture {
        width: full.width(),
        height: full.height(),
        full: encode(&full)?,
        small: encode(&small)?,
    })
}

/// Whether a picture is so large that two are not to be decoded at the same time; told by its
/// header. What cannot be told is large.
pub(super) fn is_large(file: &[u8]) -> bool {
    let Ok(mut reader) = ImageReader::new(Cursor::new(file)).with_guessed_format() else {
        return true;
    };
    let mut limits = Limits::default();
    limits.max_alloc = Some(MOST_FOR_SIZE);
    reader.limits(limits);
    reader.into_dimensions().map_or(true, |(width, height)| {
        u64::from(width) * u64::from(height) > LARGE_PIXELS
    })
}

/// The picture in the colours that browsers expect where nothing is said: stored photos say
/// nothing. It stays as it is when its profile makes no sense, or is for inks: the decoder has
/// mixed those already.
fn in_srgb(picture: DynamicImage, profile: &[u8]) -> DynamicImage {
    let Ok(profile) = ColorProfile::new_from_slice(profile) else {
        return picture;
    };
    let (layout, from) = match profile.color_space {
        DataColorSpace::Rgb => (Layout::Rgba, picture.to_rgba8().into_raw()),
        DataColorSpace::Gray => (Layout::GrayAlpha, picture.to_luma_alpha8().into_raw()),
        _ => return picture,
    };
    let srgb = ColorProfile::new_srgb();
    let options = TransformOptions::default();
    let Ok(transform) = profile.create_transform_8bit(layout, &srgb, Layout::Rgba, options) else {
        return picture;
    };
    let mut to = RgbaImage::new(picture.width(), picture.height());
    match transform.transform(&from, &mut to) {
        Ok(()) => DynamicImage::ImageRgba8(to),
        Err(_) => picture,
    }
}

/// The ISBNs that can be read as barcodes in a photo, at most `most`, each once. To be called
/// where [`process`] may be.
///
/// # Errors
/// As [`process`].
pub(super) fn isbns(file: &[u8], most: usize) -> Result<Vec<Isbn13>, PictureProblem> {
    let mut picture = DynamicImage::from_decoder(decoder(file)?).map_err(problem)?;
    for side in SIDES_FOR_CODES {
        picture = fit(picture, side);
        let grey = DynamicImage::ImageRgb8(on_white(&picture)).into_luma8();
        let (width, height) = (grey.width() as usize, grey.height() as usize);
        let found: Vec<Isbn13> = dogear_barcode::isbns(&grey, width, height, most)
            .into_iter()
            .filter_map(|isbn| Isbn13::parse(&isbn.to_string()).ok())
            .collect();
        if !found.is_empty() {
            return Ok(found);
        }
    }
    Ok(Vec::new())
}

/// A decoder of the file, within our limits.
fn decoder(file: &[u8]) -> Result<impl ImageDecoder + '_, PictureProblem> {
    if is_heic(file) {
        return Err(PictureProblem::Heic);
    }
    let format = image::guess_format(file).map_err(|_| PictureProblem::Format)?;
    match format {
        ImageFormat::Png | ImageFormat::WebP => {}
        ImageFormat::Jpeg if jpeg_is_whole(file) => {}
        ImageFormat::Jpeg => return Err(PictureProblem::Damaged),
        _ => return Err(PictureProblem::Format),
    }
    let mut limits = Limits::default();
    limits.max_image_width = Some(LONGEST_SIDE);
    limits.max_image_height = Some(LONGEST_SIDE);
    limits.max_alloc = Some(MOST_BEFORE);
    let mut reader = ImageReader::with_format(Cursor::new(file), format);
    reader.limits(limits.clone());
    let mut decoder = reader.into_decoder().map_err(problem)?;
    let (width, height) = decoder.dimensions();
    if width > LONGEST_SIDE
        || height > LONGEST_SIDE
        || u64::from(width) * u64::from(height) > MOST_PIXELS
        || decoder.total_bytes() > MOST_MEMORY
    {
        return Err(PictureProblem::Dimensions);
    }
    limits.max_alloc = Some(MOST_MEMORY);
    decoder.set_limits(limits).map_err(problem)?;
    Ok(decoder)
}

/// Whether a file begins as the pictures of iPhones do, whatever its name says.
fn is_heic(file: &[u8]) -> bool {
    const BRANDS: [&[u8]; 7] = [
        b"heic", b"heix", b"heim", b"heis", b"hevc", b"mif1", b"msf1",
    ];
    file.get(4..8) == Some(b"ftyp") && file.get(8..12).is_some_and(|brand| BRANDS.contains(&brand))
}

fn problem(error: ImageError) -> PictureProblem {
    match error {
        ImageError::Limits(_) => PictureProblem::Dimensions,
        ImageError::Unsupported(_) => PictureProblem::Format,
        _ => PictureProblem::Damaged,
    }
}

/// Within a square of this side; smaller pictures stay as they are.
fn fit(picture: DynamicImage, side: u32) -> DynamicImage {
    if picture.width() <= side && picture.height() <= side {
        return picture;
    }
    // First by whole pixels, in the memory of the result: the filter needs five times as much.
    let near = side * 2;
    let picture = if picture.width() > near && picture.height() > near {
        picture.thumbnail(near, near)
    } else {
        picture
    };
    picture.resize(side, side, FilterType::Triangle)
}

/// What is transparent becomes paper.
fn on_white(picture: &DynamicImage) -> RgbImage {
    if !picture.color().has_alpha() {
        return picture.to_rgb8();
    }
    let source = picture.to_rgba8();
    RgbImage::from_fn(source.width(), source.height(), |x, y| {
        let [r, g, b, alpha] = source.get_pixel(x, y).0;
        let blend = |channel: u8| {
            let (channel, alpha) = (u16::from(channel), u16::from(alpha));
            #[allow(clippy::cast_possible_truncation)] // between the two
            let blended = ((channel * alpha + 255 * (255 - alpha)) / 255) as u8;
            blended
        };
        Rgb([blend(r), blend(g), blend(b)])
    })
}

fn encode(picture: &RgbImage) -> Result<Vec<u8>, PictureProblem> {
    let mut bytes = Vec::new();
    JpegEncoder::new_with_quality(&mut bytes, QUALITY)
        .encode_image(picture)
        .map_err(problem)?;
    Ok(bytes)
}

/// Whether the main picture of a JPEG has its end: the decoder would fill up what is
/// missing with grey. Thumbnails inside metadata have ends of their own, so the
/// segments before the picture are stepped over.
fn jpeg_is_whole(file: &[u8]) -> bool {
    let mut at = 2;
    loop {
        let Some([0xFF, kind, rest @ ..]) = file.get(at..) else {
            return false;
        };
        match kind {
            // Fill bytes, and markers without content.
            0xFF => at += 1,
            0x01 | 0xD0..=0xD8 => at += 2,
            0xD9 => return false,
            _ => {
                let [high, low, ..] = rest else { return false };
                let length = usize::from(u16::from_be_bytes([*high, *low]));
                at += 2 + length;
                if *kind == 0xDA {
                    break;
                }
            }
        }
    }
    file.get(at..)
        .is_some_and(|scan| scan.windows(2).any(|pair| pair == [0xFF, 0xD9]))
}

#[cfg(test)]
mod tests {
    use image::codecs::png::PngEncoder;
    use image::{ExtendedColorType, ImageEncoder};

    use super::*;

    #[test]
    fn a22_a_profile_of_a_hundred_megabytes_is_not_unpacked() {
        let with_profile = |bytes: usize| {
            let mut file = Vec::new();
            let mut encoder = PngEncoder::new(&mut file);
            encoder
                .set_icc_profile(vec![0; bytes])
                .expect("PNG has profiles");
            encoder
                .write_image(&[200; 12], 2, 2, ExtendedColorType::Rgb8)
                .expect("a picture");
            file
        };
        let small = with_profile(1000);
        let profile = decoder(&small).expect("read").icc_profile();
        assert_eq!(
            profile.expect("read").map(|profile| profile.len()),
            Some(1000)
        );
        let large = with_profile(100 * 1024 * 1024);
        assert!(large.len() < 1_000_000, "{}", large.len());
        let profile = decoder(&large).expect("read").icc_profile();
        assert_eq!(profile.expect("read"), None);
        assert_eq!(process(&large).expect("read").width, 2);
    }
}
