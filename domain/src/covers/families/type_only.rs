//! Type alone: set small, set huge, set to the measure, set upright.

use std::fmt::Write as _;

use super::{
    super::{
        Book, EAR, HEIGHT, Inks, WIDTH,
        chance::Chance,
        draw::{Place, disc, escape, length, line, outline, rect, text},
        metrics::{Face, Script, graphemes, is_space},
        text::{Block, NameSetting, Pieces, Setting, fit, name, stack},
        title::without_article,
    },
    ground_and_ink,
};

pub(super) fn solid(book: &Book, inks: &Inks, chance: &mut Chance) -> String {
    let (ground, ink) = ground_and_ink(inks, chance.likely(0.35));
    let setting = Setting {
        leading: 1.04,
        ..Setting::new(268.0, 290.0, 66.0)
    };
    let title = stack(book.title, book.subtitle, setting);
    let author = name(book.author, NameSetting::new(226.0, 25.0));
    let mirrored = book.script == Script::RightToLeft;
    let title_is_low = chance.likely(0.4);
    let (title_top, author_top) = match (title_is_low, mirrored) {
        (true, true) => (HEIGHT - 34.0 - title.height(), EAR),
        (true, false) => (HEIGHT - 34.0 - title.height(), 34.0),
        (false, _) => (EAR, HEIGHT - 36.0 - author.height()),
    };
    let bar_top = if title_is_low {
        author_top + author.height() + 10.0
    } else {
        author_top - 18.0
    };
    let bar_left = if mirrored { WIDTH - 26.0 - 44.0 } else { 26.0 };
    [
        rect(0.0, 0.0, WIDTH, HEIGHT, ground),
        title.draw(Place::start(26.0, title_top, ink)),
        rect(bar_left, bar_top, 44.0, 4.0, inks.tone),
        text(&author, Place::start(26.0, author_top, ink)),
    ]
    .concat()
}

pub(super) fn initial(book: &Book, inks: &Inks, chance: &mut Chance) -> String {
    let (ground, ink) = ground_and_ink(inks, chance.likely(0.4));
    let letter = graphemes(without_article(book.title))
        .first()
        .map_or("?", |letter| letter)
        .to_uppercase();
    let setting = Setting {
        smallest: 24.0,
        ..Setting::new(272.0, 124.0, 42.0)
    };
    let title = stack(book.title, book.subtitle, setting);
    let author = name(book.author, NameSetting::new(228.0, 22.0));
    let latin = book.script == Script::Latin;
    let (size, baseline) = if latin { (430.0, 496) } else { (330.0, 452) };
    let squeeze = if latin && Face::Serif.advance(&letter, true) * size > 330.0 {
        r#" textLength="330" lengthAdjust="spacingAndGlyphs""#
    } else {
        ""
    };
    let rule = (30.0 + author.height()).max(EAR);
    [
        rect(0.0, 0.0, WIDTH, HEIGHT, ground),
        format!(
            r#"<text x="160" y="{baseline}" text-anchor="middle" font-family="{}" font-weight="700" font-size="{size}" fill="{}"{squeeze}>{}</text>"#,
            Face::Serif.family(),
            inks.tone,
            escape(&letter)
        ),
        text(&author, Place::start(24.0, 24.0, ink)),
        rect(24.0, rule, 272.0, 1.6, ink),
        title.draw(Place::start(24.0, rule + 10.0, ink)),
    ]
    .concat()
}

/// A way of setting a title in lines that all fill the measure.
struct WoodType {
    lines: Vec<String>,
    sizes: Vec<f64>,
    height: f64,
    score: f64,
}

impl WoodType {
    const WIDTH: f64 = 276.0;

    /// The best setting, unless a word is beyond all measure.
    fn best(title: &str, face: Face, room: f64) -> Option<Self> {
        let pieces = Pieces::of(&title.to_uppercase(), face, true);
        let mut best: Option<Self> = None;
        for wanted in 1..=pieces.len().min(6) {
            let Some(lines) = pieces.wrap(99.0, wanted) else {
                continue;
            };
            let setting = Self::of(lines, face, room);
            if best.as_ref().is_none_or(|best| setting.score > best.score) {
                best = Some(setting);
            }
        }
        best
    }

    fn of(lines: Vec<String>, face: Face, room: f64) -> Self {
        let sizes: Vec<f64> = lines
            .iter()
            .map(|line| (Self::WIDTH / face.advance(line, true)).min(122.0))
            .collect();
        let height = sizes.iter().fold(0.0, |sum, size| sum + size * 0.9);
        let least = sizes.iter().copied().fold(f64::INFINITY, f64::min);
        let short = lines
            .iter()
            .filter(|line| graphemes(line).len() < 3)
            .count();
        let fill = if height <= room {
            height / room
        } else {
            0.9 - (height - room) / room
        };
        Self {
            score: fill + least.min(44.0) / 60.0 - 0.9 * short as f64,
            lines,
            sizes,
            height,
        }
    }
}

pub(super) fn poster(book: &Book, inks: &Inks, chance: &mut Chance) -> String {
    if book.script != Script::Latin {
        return solid(book, inks, chance);
    }
    let face = if chance.likely(0.5) {
        Face::Sans
    } else {
        Face::Serif
    };
    let (ground, ink) = ground_and_ink(inks, chance.likely(0.5));
    let has_subtitle = !book.subtitle.is_empty();
    let room = if has_subtitle { 276.0 } else { 318.0 };
    let Some(best) = WoodType::best(book.title, face, room) else {
        return solid(book, inks, chance);
    };
    let shrink = if best.height > room {
        room / best.height
    } else {
        1.0
    };
    let author = name(
        book.author,
        NameSetting::new(WoodType::WIDTH, 23.0).face(face),
    );
    let tall = best.height * shrink + if has_subtitle { 64.0 } else { 0.0 };
    let rest = HEIGHT - 72.0 - author.height() - EAR - tall;
    let high = chance.likely(0.45);
    let mut y = if high {
        EAR
    } else {
        HEIGHT - 72.0 - author.height() - tall
    };
    let mut svg = rect(0.0, 0.0, WIDTH, HEIGHT, ground);
    if rest > 90.0 {
        // A short title leaves room for a moon.
        let radius = (rest / 2.0 - 8.0).min(84.0);
        svg += &if high {
            disc(
                WIDTH - 22.0 - radius,
                EAR + tall + rest / 2.0 + 4.0,
                radius,
                inks.tone,
            )
        } else {
            disc(22.0 + radius, EAR - 8.0 + rest / 2.0, radius, inks.tone)
        };
    }
    for (line, size) in best.lines.into_iter().zip(best.sizes) {
        let size = size * shrink;
        let block = Block {
            lines: vec![line],
            size,
            leading: 1.0,
            face,
            bold: true,
            script: Script::Latin,
            tracking: 0.0,
        };
        svg += &text(&block, Place::start(22.0, y - size * 0.08, ink));
        y += size * 0.9;
    }
    if has_subtitle {
        let setting = Setting {
            smallest: 17.0,
            face,
            most_lines: 2,
            ..Setting::new(WoodType::WIDTH, 60.0, 24.0)
        };
        let subtitle = fit(book.subtitle, setting);
        svg += &text(&subtitle, Place::start(22.0, y + 8.0, ink).italic());
    }
    let foot = HEIGHT - author.height();
    svg + &rect(22.0, foot - 44.0, WoodType::WIDTH, 5.0, inks.tone)
        + &text(&author, Place::start(22.0, foot - 30.0, ink))
}

pub(super) fn slip(book: &Book, inks: &Inks, chance: &mut Chance) -> String {
    let title: String = book.title.chars().filter(|&c| !is_space(c)).collect();
    let letters = graphemes(&title);
    let count = letters.len();
    if book.script != Script::EastAsian || count > 9 {
        return solid(book, inks, chance);
    }
    let size = (330.0 / count as f64).floor().min(62.0);
    let height = size * count as f64 + 44.0;
    let left = chance.likely(0.5);
    let (x, author_x) = if left { (56.0, 216.0) } else { (176.0, 96.0) };
    let author: String = book.author.chars().filter(|&c| !is_space(c)).collect();
    let author: Vec<&str> = graphemes(&author).into_iter().take(10).collect();
    let author_top = 440.0 - author.len() as f64 * 27.0;
    let stitches = [58.0, 150.0, 242.0, 334.0, 426.0]
        .map(|y| line((286.0, y), (320.0, y), inks.tone, 1.6) + &disc(286.0, y, 3.0, inks.tone));
    [
        rect(0.0, 0.0, WIDTH, HEIGHT, inks.dark),
        line((286.0, 0.0), (286.0, HEIGHT), inks.tone, 1.6),
        stitches.concat(),
        rect(x, 40.0, 92.0, height, inks.light),
        outline(x + 5.0, 45.0, 82.0, height - 10.0, inks.dark, 1.4),
        upright(&letters, (x + 46.0, 62.0), size, inks.dark),
        upright(&author, (author_x, author_top), 25.0, inks.light),
    ]
    .concat()
}

/// Letters one below the other, from the point at the top in their middle.
fn upright(letters: &[&str], (x, top): (f64, f64), size: f64, fill: &str) -> String {
    let mut svg = format!(
        r#"<g font-family="{}" font-size="{size}" fill="{fill}" text-anchor="middle">"#,
        Face::Serif.family()
    );
    for (position, letter) in letters.iter().enumerate() {
        let y = top + size * (position as f64 + 0.88);
        let _ = write!(
            svg,
            r#"<text x="{x}" y="{}">{}</text>"#,
            length(y),
            escape(letter)
        );
    }
    svg + "</g>"
}
