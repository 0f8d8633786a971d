//! Photos of copies that never were: a book in the colours of its cover, on a table.

use std::io::Cursor;

use dogear_domain::covers::cover_svg;
use image::imageops::FilterType;
use image::{DynamicImage, ImageFormat, Rgb, RgbImage};

use crate::{Error, Result};

const WIDTH: u32 = 540;
const HEIGHT: u32 = 680;
/// Colour channels from 0 to 255.
type Colour = [f32; 3];

const TABLES: [Colour; 4] = [
    [171.0, 127.0, 84.0],
    [111.0, 78.0, 55.0],
    [201.0, 190.0, 170.0],
    [128.0, 130.0, 126.0],
];
const PAPER: Colour = [240.0, 231.0, 211.0];
const INK: Colour = [84.0, 76.0, 66.0];

/// A JPEG of the book. Every third one lies open.
///
/// # Errors
/// When the encoder refuses.
pub(super) fn photo(title: &str, author: &str, number: u32) -> Result<Vec<u8>> {
    let scene = Scene::new(title, author, number);
    // Drawn at half the size: a quarter of the work, and as soft as a photo by lamplight.
    let sketch = RgbImage::from_fn(WIDTH / 2, HEIGHT / 2, |x, y| {
        let colour = scene.at(x * 2, y * 2);
        Rgb(colour.map(|channel| channel.clamp(0.0, 255.0) as u8))
    });
    let mut bytes = Cursor::new(Vec::new());
    DynamicImage::from(sketch)
        .resize_exact(WIDTH, HEIGHT, FilterType::CatmullRom)
        .write_to(&mut bytes, ImageFormat::Jpeg)
        .map_err(Error::internal)?;
    Ok(bytes.into_inner())
}

struct Scene {
    number: u32,
    table: Colour,
    cover: Colour,
    ornament: Colour,
    open: bool,
    /// Sine and cosine of the angle at which the book lies.
    turn: (f32, f32),
    /// Half of the book's width and height, in pixels.
    half: (f32, f32),
}

impl Scene {
    fn new(title: &str, author: &str, number: u32) -> Self {
        let colours = colours(&cover_svg(title, author, 0));
        let open = number % 3 == 2;
        let degrees = noise(number, 7, 11) * 16.0 - 8.0;
        Self {
            number,
            table: TABLES[number as usize % TABLES.len()],
            cover: colours.first().copied().unwrap_or(INK),
            ornament: colours.get(1).copied().unwrap_or(PAPER),
            open,
            turn: degrees.to_radians().sin_cos(),
            half: if open { (215.0, 150.0) } else { (150.0, 222.0) },
        }
    }

    fn at(&self, x: u32, y: u32) -> Colour {
        let (dx, dy) = (
            x as f32 - WIDTH as f32 / 2.0,
            y as f32 - HEIGHT as f32 / 2.0,
        );
        let (sin, cos) = self.turn;
        // The book's own axes.
        let (u, v) = (dx * cos + dy * sin, dy * cos - dx * sin);
        let lit = match self.outside(u, v) {
            distance if distance <= 0.0 => self.book(u, v),
            _ => {
                // The shadow falls to the lower right and fades over 34 pixels.
                let shadow = self.outside(u - 14.0, v - 18.0).max(0.0) / 34.0;
                scaled(self.wood(x, y), 0.48 + 0.52 * shadow.min(1.0))
            }
        };
        // Light from the upper left, darker corners, grain of the sensor.
        let fall = 1.08 - 0.2 * (dx * 0.6 + dy * 0.8 + 400.0) / 800.0;
        let corner = 1.0 - 0.22 * (dx * dx + dy * dy) / 188_000.0;
        let grain = (noise(x, y, self.number) - 0.5) * 9.0;
        scaled(lit, fall * corner).map(|channel| channel + grain)
    }

    /// How far a point is outside the book, in pixels; 0 or less inside.
    fn outside(&self, u: f32, v: f32) -> f32 {
        (u.abs() - self.half.0).max(v.abs() - self.half.1)
    }

    /// Boards across, each a little different, with streaks along them.
    fn wood(&self, x: u32, y: u32) -> Colour {
        let board = y / 136;
        let streak = noise(x / 23, y / 2, board + self.number) * 0.09;
        let shade = 0.9 + 0.12 * noise(board, self.number, 3) + streak;
        let gap = if y % 136 < 2 { 0.6 } else { 1.0 };
        scaled(self.table, shade * gap)
    }

    fn book(&self, u: f32, v: f32) -> Colour {
        if self.open {
            self.spread(u, v)
        } else {
            self.front(u, v)
        }
    }

    /// Two pages of text too small to read.
    fn spread(&self, u: f32, v: f32) -> Colour {
        let (width, height) = self.half;
        if u.abs() > width - 5.0 || v.abs() > height - 4.0 {
            return self.cover;
        }
        let page = u32::from(u > 0.0);
        // Pages bend down into the gutter.
        let bend = 1.0 - 0.42 * (-u.abs() / 16.0).exp();
        let (line, within) = ((v + height) as u32 / 11, (v + height) as u32 % 11);
        let margin = u.abs() < 26.0 || u.abs() > width - 28.0 || v.abs() > height - 24.0;
        let across = if page == 0 { u + width } else { u };
        let word = (across / 19.0) as u32;
        let in_word = noise(word, line * 2 + page, self.number + 5);
        let gap = across % 19.0 > 12.0 + 6.0 * in_word;
        let last = noise(line, page, self.number) > 0.84 && across > 110.0;
        let printed = !margin && !gap && !last && (3..=6).contains(&within);
        let paper = if printed {
            mixed(PAPER, INK, 0.62)
        } else {
            PAPER
        };
        scaled(paper, bend)
    }

    /// Boards in the cover's colour with a frame and a device in the other.
    fn front(&self, u: f32, v: f32) -> Colour {
        let (width, height) = self.half;
        if u > width - 6.0 && v > -height + 5.0 {
            // The edge of the pages.
            return scaled(PAPER, 0.78 + 0.16 * noise((u * 2.0) as u32, 0, 9));
        }
        if v > height - 5.0 {
            return scaled(PAPER, 0.7);
        }
        let hinge = if (u + width - 22.0).abs() < 3.0 {
            0.8
        } else {
            1.0
        };
        let round = 1.0 - 0.3 * (-(u + width) / 7.0).exp();
        let (across, down) = ((width - 24.0) - u.abs(), (height - 22.0) - v.abs());
        let frame = across.min(down);
        let device = match self.number % 4 {
            0 => (u * u + (v + 40.0) * (v + 40.0)).sqrt() < 58.0,
            1 => v.abs() < 90.0 && (v + 90.0) as u32 % 30 < 7 && across > 16.0,
            2 => u.abs() + (v + 30.0).abs() < 74.0 && u.abs() + (v + 30.0).abs() > 58.0,
            _ => v > 20.0 && v < 132.0 && across > 12.0,
        };
        let inked = (0.0..2.6).contains(&frame) || (5.0..6.4).contains(&frame) || device;
        let cloth = 0.96 + 0.07 * noise((u / 2.0 + 400.0) as u32, (v / 2.0 + 400.0) as u32, 1);
        let colour = if inked {
            mixed(self.cover, self.ornament, 0.85)
        } else {
            self.cover
        };
        scaled(colour, cloth * hinge * round)
    }
}

/// The different colours of a drawing, in the order of their first use.
fn colours(svg: &str) -> Vec<Colour> {
    let mut found: Vec<Colour> = Vec::new();
    for part in svg.split('#').skip(1) {
        let Some(number) = part
            .get(..6)
            .and_then(|digits| u32::from_str_radix(digits, 16).ok())
        else {
            continue;
        };
        let colour = [number >> 16, number >> 8 & 255, number & 255].map(|channel| channel as f32);
        if !found.contains(&colour) {
            found.push(colour);
        }
    }
    found
}

fn scaled(colour: Colour, by: f32) -> Colour {
    colour.map(|channel| channel * by)
}

/// `share` of `two` in `one`.
fn mixed(one: Colour, two: Colour, share: f32) -> Colour {
    std::array::from_fn(|n| one[n] + (two[n] - one[n]) * share)
}

/// A number from 0 to 1 that only depends on its place.
fn noise(x: u32, y: u32, z: u32) -> f32 {
    let mut hash = x
        .wrapping_mul(0x9E37_79B1)
        .wrapping_add(y.wrapping_mul(0x85EB_CA77))
        .wrapping_add(z.wrapping_mul(0xC2B2_AE3D));
    hash = (hash ^ hash >> 15).wrapping_mul(0x2C1B_3C6D);
    hash = (hash ^ hash >> 12).wrapping_mul(0x297A_2D39);
    (hash ^ hash >> 15) as f32 / u32::MAX as f32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_photo_is_a_jpeg_and_always_the_same() {
        let one = photo("Emma", "Jane Austen", 2).unwrap();
        assert_eq!(one, photo("Emma", "Jane Austen", 2).unwrap());
        assert_ne!(one, photo("Emma", "Jane Austen", 3).unwrap());
        let decoded = image::load_from_memory_with_format(&one, ImageFormat::Jpeg).unwrap();
        assert_eq!((decoded.width(), decoded.height()), (WIDTH, HEIGHT));
    }
}
