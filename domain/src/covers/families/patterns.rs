//! Ornament repeated: a border of printer's units, a patterned paper.

use super::{
    super::{
        Book, HEIGHT, Inks, WIDTH,
        chance::Chance,
        draw::{Place, disc, line, outline, path, rect, text},
        inks::mix,
        text::{NameSetting, Setting, name, stack},
    },
    ground_and_ink,
};

pub(super) fn border(book: &Book, inks: &Inks, chance: &mut Chance) -> String {
    let unit = chance.below(5);
    let (ground, ink) = ground_and_ink(inks, !chance.likely(0.5));
    let mut svg = rect(0.0, 0.0, WIDTH, HEIGHT, ground);
    let mut put = |column: u32, row: u32| {
        let second = (column + row) % 2 == 1;
        let tone = if second { inks.tone } else { ink };
        svg += &printers_unit(unit, (column * 20, row * 20), second, tone);
    };
    for column in 0..16 {
        put(column, 0);
        put(column, 23);
    }
    for row in 1..23 {
        put(0, row);
        put(15, row);
    }
    let title = stack(book.title, book.subtitle, Setting::new(226.0, 236.0, 50.0));
    let author = name(book.author, NameSetting::capitals(226.0, 22.0));
    let author_top = 410.0 - author.height() / 2.0 - 6.0;
    svg + &outline(29.0, 29.0, 262.0, 422.0, ink, 1.6)
        + &title.draw(Place::middle(160.0, 204.0 - title.height() / 2.0, ink))
        + &line((136.0, 366.0), (184.0, 366.0), inks.tone, 3.0)
        + &text(&author, Place::middle(160.0, author_top, ink))
}

/// One of five units of 20 by 20, its top left corner at `x`, `y`. Every second one may differ.
fn printers_unit(unit: u32, (x, y): (u32, u32), second: bool, ink: &str) -> String {
    let (middle_x, middle_y) = (x + 10, y + 10);
    match unit {
        0 => path(&format!("M{middle_x} {}l9 9-9 9-9-9z", y + 1), ink),
        1 => {
            let radius = if second { 3.2 } else { 7.6 };
            disc(f64::from(middle_x), f64::from(middle_y), radius, ink)
        }
        2 if second => path(&format!("M{x} {y}h20l-20 20z"), ink),
        2 => path(&format!("M{x} {y}h20v20z"), ink),
        3 => path(&format!("M{} {middle_y}q9-14 18 0q-9 14-18 0z", x + 1), ink),
        _ => path(
            &format!("M{} {}h6v6h6v6h-6v6h-6v-6h-6v-6h6z", x + 7, y + 1),
            ink,
        ),
    }
}

pub(super) fn label(book: &Book, inks: &Inks, chance: &mut Chance) -> String {
    let (width, height, pattern) = paper(chance.below(5), inks);
    let id = &book.id;
    let setting = Setting {
        smallest: 24.0,
        ..Setting::new(208.0, 170.0, 42.0)
    };
    let title = stack(book.title, book.subtitle, setting);
    let author = name(book.author, NameSetting::new(208.0, 21.0));
    let tall = title.height() + author.height() + 70.0;
    let y = (188.0 - tall / 2.0).max(40.0);
    let below = y + 26.0 + title.height();
    [
        format!(
            r#"<defs><pattern id="{id}" width="{width}" height="{height}" patternUnits="userSpaceOnUse">{pattern}</pattern></defs>"#
        ),
        rect(0.0, 0.0, WIDTH, HEIGHT, &mix(inks.dark, inks.tone, 0.12)),
        rect(0.0, 0.0, WIDTH, HEIGHT, &format!("url(#{id})")),
        rect(0.0, 0.0, 34.0, HEIGHT, inks.dark),
        rect(46.0, y, 248.0, tall, inks.light),
        outline(52.0, y + 6.0, 236.0, tall - 12.0, inks.dark, 2.2),
        outline(56.5, y + 10.5, 227.0, tall - 21.0, inks.dark, 0.9),
        title.draw(Place::middle(170.0, y + 26.0, inks.dark)),
        line((150.0, below + 10.0), (190.0, below + 10.0), inks.tone, 2.4),
        text(&author, Place::middle(170.0, below + 22.0, inks.dark).italic()),
    ]
    .concat()
}

/// The width, the height and the elements of one tile of patterned paper.
fn paper(kind: u32, inks: &Inks) -> (u32, u32, String) {
    let Inks { light, tone, .. } = inks;
    let stroke = |d: &str, ink: &str, pen: f64| {
        format!(r#"<path d="{d}" fill="none" stroke="{ink}" stroke-width="{pen}"/>"#)
    };
    match kind {
        0 => (
            28,
            28,
            disc(7.0, 7.0, 4.5, tone) + &disc(21.0, 21.0, 4.5, light),
        ),
        1 => (32, 16, stroke("M0 14l8-12 8 12 8-12 8 12", tone, 3.0)),
        2 => {
            let scales = "M0 16a16 16 0 0 1 32 0M-16 32a16 16 0 0 1 32 0M16 32a16 16 0 0 1 32 0";
            (32, 32, stroke(scales, tone, 2.4))
        }
        3 => {
            let leaves =
                path("M8 2q9 9 0 18q-9-9 0-18z", tone) + &path("M23 22q9 9 0 18q-9-9 0-18z", light);
            (30, 40, leaves)
        }
        _ => {
            let lattice = format!(
                r#"<path d="M0 24L24 0M-4 4l8-8M20 28l8-8" stroke="{tone}" stroke-width="3"/><path d="M0 0l24 24" stroke="{light}" stroke-width="1"/>"#
            );
            (24, 24, lattice)
        }
    }
}
