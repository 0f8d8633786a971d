//! The inks covers are printed in.

use std::fmt::Write as _;

/// A dark and a light ink that are legible on each other (6 : 1 or more), and a third tone for
/// ornament, which never carries text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Inks {
    /// What a printer would call the pair.
    pub name: &'static str,
    /// The dark ink, as `#rrggbb`.
    pub dark: &'static str,
    /// The light ink, as `#rrggbb`.
    pub light: &'static str,
    /// The tone for ornament, as `#rrggbb`.
    pub tone: &'static str,
}

const fn inks(
    name: &'static str,
    dark: &'static str,
    light: &'static str,
    tone: &'static str,
) -> Inks {
    Inks {
        name,
        dark,
        light,
        tone,
    }
}

/// Every pair of inks.
pub const INKS: [Inks; 16] = [
    inks("oxblood & bone", "#66131f", "#f4e7d1", "#c9543c"),
    inks("bottle & celadon", "#123c2f", "#d3e6d2", "#6fa287"),
    inks("prussian & chalk", "#14284b", "#e9edf0", "#6a93c6"),
    inks("ultramarine & butter", "#1c2f96", "#f7e8a8", "#e9a93c"),
    inks("aubergine & rose", "#40183c", "#f5ccd1", "#bd5f80"),
    inks("soot & tangerine", "#201813", "#f08a34", "#fbe9cf"),
    inks("soot & marigold", "#1d1b16", "#f3b92f", "#d9542b"),
    inks("teal & peach", "#0b4650", "#fbd6ba", "#ea8f63"),
    inks("brick & sky", "#74200f", "#d0e5ef", "#e58251"),
    inks("olive & straw", "#3a3d12", "#f0e7b3", "#a9a347"),
    inks("slate & blush", "#2d3943", "#f7dfd5", "#dc8c78"),
    inks("tobacco & mint", "#472a15", "#d5ebda", "#bd8c54"),
    inks("plum & lichen", "#2e1b4c", "#e1e98f", "#9a7bc8"),
    inks("crimson & shell", "#86112d", "#fce5e2", "#e8909a"),
    inks("petrol & coral", "#0a2b38", "#ff9a78", "#f7dcc9"),
    inks("lampblack & linen", "#171613", "#f0ebde", "#b5432e"),
];

/// The plain paper of a framed page.
pub(super) const BONE: &str = "#f6f0e1";

/// The red, green and blue of `#rrggbb`.
fn channels(color: &str) -> [u8; 3] {
    [1, 3, 5].map(|at| {
        color
            .get(at..at + 2)
            .and_then(|digits| u8::from_str_radix(digits, 16).ok())
            .unwrap_or_default()
    })
}

/// The colour a share `part` (0 to 1) of the way from `from` to `to`.
pub(super) fn mix(from: &str, to: &str, part: f64) -> String {
    let (from, to) = (channels(from), channels(to));
    let mut color = String::from("#");
    for (p, q) in from.into_iter().zip(to) {
        let (p, q) = (f64::from(p), f64::from(q));
        let value = (p + (q - p) * part + 0.5).floor();
        // It has no fraction and lies between two channels.
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
        let value = value as u8;
        let _ = write!(color, "{value:02x}");
    }
    color
}

#[cfg(test)]
mod tests {
    use super::*;

    fn luminance(color: &str) -> f64 {
        let [red, green, blue] = channels(color).map(|value| {
            let value = f64::from(value) / 255.0;
            if value <= 0.04045 {
                value / 12.92
            } else {
                ((value + 0.055) / 1.055).powf(2.4)
            }
        });
        0.2126 * red + 0.7152 * green + 0.0722 * blue
    }

    #[test]
    fn every_pair_is_legible() {
        for inks in INKS {
            let contrast = (luminance(inks.light) + 0.05) / (luminance(inks.dark) + 0.05);
            assert!(contrast >= 6.0, "{}: {contrast:.2}", inks.name);
        }
    }

    #[test]
    fn colors_mix_by_channel() {
        assert_eq!(mix("#000000", "#ff8001", 0.5), "#804001");
        assert_eq!(mix("#102030", "#405060", 0.0), "#102030");
    }
}
