//! SVG elements as text. Lengths are rounded to a tenth, so that every machine writes the same.

use std::fmt::Write as _;

use super::{
    WIDTH,
    metrics::{Script, graphemes},
    text::Block,
};

/// `text` as XML character data or as an attribute's value. Characters that XML forbids are
/// left out.
pub(super) fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\t' | '\n' | '\r' => escaped.push(c),
            '\0'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => {}
            _ => escaped.push(c),
        }
    }
    escaped
}

/// A length rounded to a tenth, halves upwards.
pub(super) fn length(value: f64) -> String {
    let tenths = value * 10.0;
    let below = tenths.floor();
    let rounded = if tenths - below >= 0.5 {
        below + 1.0
    } else {
        below
    };
    // Adding zero turns a negative zero into a plain one.
    format!("{}", rounded / 10.0 + 0.0)
}

pub(super) fn rect(x: f64, y: f64, width: f64, height: f64, fill: &str) -> String {
    format!(
        r#"<rect x="{}" y="{}" width="{}" height="{}" fill="{fill}"/>"#,
        length(x),
        length(y),
        length(width),
        length(height)
    )
}

/// The outline of a rectangle.
pub(super) fn outline(x: f64, y: f64, width: f64, height: f64, ink: &str, pen: f64) -> String {
    format!(
        r#"<rect x="{}" y="{}" width="{}" height="{}" fill="none" stroke="{ink}" stroke-width="{pen}"/>"#,
        length(x),
        length(y),
        length(width),
        length(height)
    )
}

pub(super) fn line(from: (f64, f64), to: (f64, f64), ink: &str, pen: f64) -> String {
    format!(
        r#"<path d="M{} {}L{} {}" stroke="{ink}" stroke-width="{pen}"/>"#,
        length(from.0),
        length(from.1),
        length(to.0),
        length(to.1)
    )
}

pub(super) fn disc(x: f64, y: f64, radius: f64, fill: &str) -> String {
    format!(
        r#"<circle cx="{}" cy="{}" r="{}" fill="{fill}"/>"#,
        length(x),
        length(y),
        length(radius)
    )
}

pub(super) fn path(d: &str, fill: &str) -> String {
    format!(r#"<path d="{d}" fill="{fill}"/>"#)
}

/// The house mark: a page with its corner turned down.
pub(super) fn leaf(x: f64, y: f64, size: f64, ink: &str, ear: &str) -> String {
    let page = format!(
        "M{} {}h{}l{} {}v{}h{}z",
        length(x),
        length(y),
        length(size * 0.52),
        length(size * 0.28),
        length(size * 0.28),
        length(size * 0.78),
        length(-size * 0.8)
    );
    let corner = format!(
        "M{} {}v{}h{}z",
        length(x + size * 0.52),
        length(y),
        length(size * 0.28),
        length(size * 0.28)
    );
    path(&page, ink) + &path(&corner, ear)
}

/// On which side of its `x` text stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Anchor {
    Start,
    Middle,
    End,
}

/// Where and how a block of text is drawn.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place<'a> {
    pub(super) x: f64,
    /// The top edge of the block.
    pub(super) y: f64,
    pub(super) fill: &'a str,
    pub(super) anchor: Anchor,
    pub(super) italic: bool,
}

impl<'a> Place<'a> {
    pub(super) fn start(x: f64, y: f64, fill: &'a str) -> Self {
        Self {
            x,
            y,
            fill,
            anchor: Anchor::Start,
            italic: false,
        }
    }

    pub(super) fn middle(x: f64, y: f64, fill: &'a str) -> Self {
        Self {
            anchor: Anchor::Middle,
            ..Self::start(x, y, fill)
        }
    }

    pub(super) fn italic(self) -> Self {
        Self {
            italic: true,
            ..self
        }
    }
}

/// Draws a block. Right-to-left text keeps its side of the page by mirroring x.
pub(super) fn text(block: &Block, place: Place) -> String {
    let mirrored = block.script == Script::RightToLeft;
    let x = if mirrored && place.anchor == Anchor::Start {
        WIDTH - place.x
    } else {
        place.x
    };
    let latin = block.script == Script::Latin;
    let rise = match block.script {
        Script::EastAsian => 0.88,
        Script::Latin => 0.8,
        Script::RightToLeft | Script::Complex => 0.95,
    };
    let mut svg = format!(
        r#"<g font-family="{}" font-size="{}" fill="{}""#,
        block.face.family(),
        length(block.size),
        place.fill
    );
    if block.bold {
        svg.push_str(r#" font-weight="700""#);
    }
    if place.italic && latin {
        svg.push_str(r#" font-style="italic""#);
    }
    match place.anchor {
        Anchor::Start => {}
        Anchor::Middle => svg.push_str(r#" text-anchor="middle""#),
        Anchor::End => svg.push_str(r#" text-anchor="end""#),
    }
    if mirrored {
        svg.push_str(r#" direction="rtl""#);
    }
    svg.push('>');
    for (position, line) in block.lines.iter().enumerate() {
        let y = place.y + position as f64 * block.size * block.leading + block.size * rise;
        let _ = write!(svg, r#"<text x="{}" y="{}""#, length(x), length(y));
        let letters = graphemes(line).len();
        if latin && letters > 1 {
            // The width is pinned, so that no substitute font can overflow.
            let natural = block.face.advance(line, block.bold) * block.size;
            let wide = natural + block.tracking * (letters - 1) as f64;
            let adjust = if block.tracking > 0.0 {
                "spacing"
            } else {
                "spacingAndGlyphs"
            };
            let _ = write!(
                svg,
                r#" textLength="{}" lengthAdjust="{adjust}""#,
                length(wide)
            );
        }
        let _ = write!(svg, ">{}</text>", escape(line));
    }
    svg.push_str("</g>");
    svg
}
