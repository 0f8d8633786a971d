//! A title above a picture made of plain shapes.

use std::fmt::Write as _;

use super::{
    super::{
        Book, EAR, HEIGHT, Inks, WIDTH,
        chance::Chance,
        draw::{Place, disc, length, path, rect, text},
        inks::mix,
        metrics::Face,
        text::{NameSetting, Setting, name, stack},
    },
    ground_and_ink,
};

/// How a title is set above a picture.
fn above_picture(width: f64, height: f64) -> Setting {
    Setting {
        smallest: 24.0,
        ..Setting::new(width, height, 46.0)
    }
}

pub(super) fn grid(book: &Book, inks: &Inks, chance: &mut Chance) -> String {
    let setting = Setting {
        face: Face::Sans,
        bold: true,
        leading: 1.06,
        smallest: 22.0,
        ..Setting::new(276.0, 118.0, 42.0)
    };
    let title = stack(book.title, book.subtitle, setting);
    let author = name(book.author, NameSetting::new(232.0, 21.0).face(Face::Sans));
    let mut svg = rect(0.0, 0.0, WIDTH, HEIGHT, inks.light);
    for row in 0..3 {
        for column in 0..4 {
            let ink = if chance.likely(0.62) {
                inks.dark
            } else {
                inks.tone
            };
            svg += &cell(chance.below(9), column * 80, 240 + row * 80, ink);
        }
    }
    svg + &text(&author, Place::start(22.0, 24.0, inks.dark))
        + &title.draw(Place::start(22.0, 222.0 - title.height(), inks.dark))
}

/// One of nine fillings of the square of 80 by 80 whose top left corner is at `x`, `y`.
fn cell(kind: u32, x: u32, y: u32, ink: &str) -> String {
    let (right, bottom) = (x + 80, y + 80);
    let (left, top) = (f64::from(x), f64::from(y));
    match kind {
        0 => rect(left, top, 80.0, 80.0, ink),
        1 => path(&format!("M{x} {y}h80a80 80 0 0 1-80 80z"), ink),
        2 => path(&format!("M{right} {y}v80h-80a80 80 0 0 1 80-80z"), ink),
        3 => path(&format!("M{x} {y}v80h80a80 80 0 0 0-80-80z"), ink),
        4 => path(&format!("M{right} {y}v80a80 80 0 0 1-80-80z"), ink),
        5 => disc(left + 40.0, top + 40.0, 40.0, ink),
        6 => path(&format!("M{x} {bottom}a40 40 0 0 1 80 0z"), ink),
        7 => path(&format!("M{x} {y}l80 80h-80z"), ink),
        _ => String::new(),
    }
}

pub(super) fn rings(book: &Book, inks: &Inks, chance: &mut Chance) -> String {
    let kind = chance.below(6);
    let (ground, ink) = ground_and_ink(inks, chance.likely(0.5));
    let title = stack(book.title, book.subtitle, above_picture(276.0, 128.0));
    let author = name(book.author, NameSetting::new(276.0, 22.0));
    let left = chance.likely(0.5);
    let center = chance.pick([40.0, 160.0, 280.0]);
    let count = 6 + chance.below(3);
    let mut svg = rect(0.0, 0.0, WIDTH, HEIGHT, ground);
    if kind == 5 {
        let side = if left { 46.0 } else { -46.0 };
        svg += &disc(160.0 - side, 348.0, 96.0, inks.tone);
        svg += &disc(160.0 + side, 348.0, 96.0, ink);
        let lens = "M160 263.7a96 96 0 0 1 0 168.6a96 96 0 0 1 0-168.6z";
        svg += &path(lens, ground);
    } else {
        for position in (1..=count).rev() {
            let fill = match position % 4 {
                1 => inks.tone,
                3 => ink,
                _ => ground,
            };
            svg += &ring(kind, position, count, (left, center), fill);
        }
    }
    if kind == 0 {
        svg += &rect(0.0, 0.0, WIDTH, 214.0, ground);
    }
    let author_top = (228.0 - author.height()).min(EAR + 8.0 + title.height());
    svg + &title.draw(Place::start(22.0, EAR - 4.0, ink))
        + &text(&author, Place::start(22.0, author_top, ink))
}

/// The ring at `position`, counted from the innermost: a disc, an arch, a lozenge, a fan or a
/// square, on the left or the right or around `center`.
fn ring(kind: u32, position: u32, count: u32, (left, center): (bool, f64), fill: &str) -> String {
    let radius = f64::from(position) * (160.0 / f64::from(count));
    match kind {
        0 => disc(center, 400.0, radius * 1.12, fill),
        1 => {
            let wall = length(f64::from(position) * 80.0 / f64::from(count));
            let arch = length(radius * 0.8);
            let d = format!(
                "M{} 480v-{wall}a{arch} {arch} 0 0 1 {} 0v{wall}z",
                length(160.0 - radius * 0.8),
                length(radius * 1.6)
            );
            path(&d, fill)
        }
        2 => {
            let (wide, high) = (length(radius * 0.9), length(radius * 0.78));
            let d = format!(
                "M160 {}l{wide} {high}-{wide} {high}-{wide}-{high}z",
                length(350.0 - radius * 0.78)
            );
            path(&d, fill)
        }
        3 => {
            let fan = length(radius * 1.5);
            let top = length(480.0 - radius * 1.5);
            let d = if left {
                format!("M0 480V{top}A{fan} {fan} 0 0 1 {fan} 480z")
            } else {
                let foot = length(320.0 - radius * 1.5);
                format!("M320 480V{top}A{fan} {fan} 0 0 0 {foot} 480z")
            };
            path(&d, fill)
        }
        _ => {
            let side = radius * 1.28;
            let x = if left { 28.0 } else { 292.0 - side };
            rect(x, 456.0 - side, side, side, fill)
        }
    }
}

pub(super) fn spines(book: &Book, inks: &Inks, chance: &mut Chance) -> String {
    const FLOOR: f64 = 440.0;
    let title = stack(book.title, book.subtitle, above_picture(272.0, 124.0));
    let author = name(book.author, NameSetting::new(272.0, 22.0));
    let between = mix(inks.dark, inks.tone, 0.5);
    let mut svg = rect(0.0, 0.0, WIDTH, HEIGHT, inks.light);
    let mut x: f64 = 22.0;
    while x < 290.0 {
        let width = (298.0 - x).min(16.0 + f64::from(chance.below(4)) * 9.0);
        let height = 130.0 + f64::from(chance.below(7)) * 11.0;
        if width < 14.0 {
            break;
        }
        let ink = chance.pick([inks.dark, inks.tone, inks.dark, between.as_str()]);
        let top = FLOOR - height;
        if chance.likely(0.1) && x > 60.0 {
            // One book leans on its neighbour.
            let leaning = rect(x + 4.0, top, width, height - 3.0, ink);
            let _ = write!(svg, r#"<g transform="rotate(9 {x} {FLOOR})">{leaning}</g>"#);
            x += width + 26.0;
            continue;
        }
        svg += &rect(x, top, width, height, ink);
        let bar = if ink == inks.tone {
            inks.dark
        } else {
            inks.light
        };
        if chance.likely(0.7) {
            svg += &rect(x, top + 18.0, width, 3.0, bar);
            svg += &rect(x, top + 26.0, width, 1.5, bar);
        }
        if chance.likely(0.4) {
            svg += &rect(x, FLOOR - 30.0, width, 3.0, bar);
        }
        x += width + 3.0;
    }
    let author_top = (226.0 - author.height()).min(EAR + 12.0 + title.height());
    svg + &rect(0.0, FLOOR, WIDTH, 7.0, inks.dark)
        + &title.draw(Place::middle(160.0, EAR, inks.dark))
        + &text(
            &author,
            Place::middle(160.0, author_top, inks.dark).italic(),
        )
}

#[allow(clippy::many_single_char_names)] // the points of a curve
pub(super) fn horizon(book: &Book, inks: &Inks, chance: &mut Chance) -> String {
    let title = stack(book.title, book.subtitle, above_picture(276.0, 128.0));
    let author = name(book.author, NameSetting::new(276.0, 22.0));
    let sun_x = 60.0 + f64::from(chance.below(5)) * 50.0;
    let sun_y = 246.0 + f64::from(chance.below(3)) * 16.0;
    let mut svg = rect(0.0, 0.0, WIDTH, HEIGHT, inks.light);
    svg += &disc(sun_x, sun_y, 40.0, inks.tone);
    let hills = [
        mix(inks.light, inks.dark, 0.28),
        mix(inks.light, inks.dark, 0.52),
        mix(inks.light, inks.dark, 0.76),
        inks.dark.to_owned(),
    ];
    let mut y = 266.0;
    for ink in &hills {
        let [a, b, c, d, e, f] = std::array::from_fn(|_| f64::from(chance.below(60)) - 30.0);
        let ridge = format!(
            "M0 {}C60 {} 110 {} 170 {}S280 {} 320 {}V480H0z",
            y + a / 2.0,
            y - 40.0 + b,
            y + 40.0 + c,
            y + d / 2.0,
            y - 30.0 + e,
            y + f / 2.0
        );
        svg += &path(&ridge, ink);
        y += 46.0;
    }
    svg + &title.draw(Place::start(22.0, EAR - 4.0, inks.dark))
        + &text(
            &author,
            Place::start(22.0, 454.0 - author.height(), inks.light),
        )
}
