//! Type within bands, rules and slanting stripes.

use super::super::{
    Book, HEIGHT, Inks, WIDTH,
    chance::Chance,
    draw::{Anchor, Place, leaf, line, outline, path, rect, text},
    inks::BONE,
    metrics::Script,
    text::{NameSetting, Setting, name, stack},
};

pub(super) fn bands(book: &Book, inks: &Inks, chance: &mut Chance) -> String {
    let top = if chance.likely(0.5) { 132.0 } else { 104.0 };
    let band = 236.0;
    let bottom = top + band;
    let title = stack(
        book.title,
        book.subtitle,
        Setting::new(276.0, band - 52.0, 54.0),
    );
    let author = name(book.author, NameSetting::capitals(272.0, 23.0));
    let title_top = top + (band - title.height()) / 2.0;
    let author_top = bottom + (HEIGHT - bottom - author.height()) / 2.0 - 2.0;
    [
        rect(0.0, 0.0, WIDTH, HEIGHT, inks.dark),
        rect(0.0, top, WIDTH, band, inks.light),
        rect(0.0, top + 8.0, WIDTH, 2.0, inks.dark),
        rect(0.0, bottom - 10.0, WIDTH, 2.0, inks.dark),
        leaf(143.0, top / 2.0 - 22.0, 42.0, inks.light, inks.tone),
        title.draw(Place::middle(160.0, title_top, inks.dark)),
        text(&author, Place::middle(160.0, author_top, inks.light)),
    ]
    .concat()
}

pub(super) fn frame(book: &Book, inks: &Inks, chance: &mut Chance) -> String {
    let ground = if chance.likely(0.7) { BONE } else { inks.light };
    let author = name(book.author, NameSetting::capitals(236.0, 23.0));
    let title = stack(book.title, book.subtitle, Setting::new(240.0, 204.0, 54.0));
    [
        rect(0.0, 0.0, WIDTH, HEIGHT, ground),
        outline(15.0, 15.0, 290.0, 450.0, inks.dark, 3.0),
        outline(22.0, 22.0, 276.0, 436.0, inks.tone, 1.4),
        outline(26.0, 26.0, 268.0, 428.0, inks.tone, 1.4),
        text(&author, Place::middle(160.0, 70.0, inks.dark)),
        title.draw(Place::middle(
            160.0,
            236.0 - title.height() / 2.0,
            inks.dark,
        )),
        path("M160 384l9 9-9 9-9-9z", inks.dark),
        path("M134 387l6 6-6 6-6-6zM186 387l6 6-6 6-6-6z", inks.tone),
        line((86.0, 393.0), (120.0, 393.0), inks.dark, 1.2),
        line((200.0, 393.0), (234.0, 393.0), inks.dark, 1.2),
    ]
    .concat()
}

pub(super) fn diagonal(book: &Book, inks: &Inks, chance: &mut Chance) -> String {
    let rising = chance.likely(0.75) && book.script != Script::RightToLeft;
    let steepness = 14 + i64::from(chance.below(3)) * 4;
    let degrees = if rising { -steepness } else { steepness };
    let setting = Setting {
        bold: true,
        ..Setting::new(262.0, 160.0, 56.0)
    };
    // A slanting stripe has no room for a subtitle.
    let title = stack(book.title, "", setting);
    let author = name(book.author, NameSetting::new(272.0, 23.0));
    let stripe = (title.height() + 46.0).max(120.0);
    let middle = 236.0;
    let (above, below) = (middle - stripe / 2.0, middle + stripe / 2.0);
    let author_top = HEIGHT - 30.0 - author.height();
    let place = if rising {
        Place {
            anchor: Anchor::End,
            ..Place::start(296.0, author_top, inks.light)
        }
    } else {
        Place::start(24.0, author_top, inks.light)
    };
    [
        rect(0.0, 0.0, WIDTH, HEIGHT, inks.dark),
        format!(r#"<g transform="rotate({degrees} 160 {middle})">"#),
        rect(-140.0, above, 600.0, stripe, inks.light),
        rect(-140.0, below + 12.0, 600.0, 20.0, inks.tone),
        rect(-140.0, below + 42.0, 600.0, 8.0, inks.tone),
        rect(-140.0, above - 20.0, 600.0, 8.0, inks.tone),
        title.draw(Place::middle(
            160.0,
            middle - title.height() / 2.0,
            inks.dark,
        )),
        "</g>".to_owned(),
        text(&author, place),
    ]
    .concat()
}
