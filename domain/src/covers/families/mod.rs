//! The families of designs. Each draws any book; some suit some scripts better.

mod figures;
mod patterns;
mod plain;
mod type_only;

use super::{Book, Inks, chance::Chance, metrics::Script};

/// A family of designs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Family {
    /// Three horizontal bands; the title sits in the light one.
    Bands,
    /// A plain page inside three rules.
    Frame,
    /// One ink, type, nothing else.
    Solid,
    /// Squares, quarters and halves on a lattice.
    Grid,
    /// The first letter, much too large.
    Initial,
    /// A border set from printer's units.
    Border,
    /// Type on the slant.
    Diagonal,
    /// Concentric geometry.
    Rings,
    /// Spines on a shelf.
    Spines,
    /// Hills, a sun, a sky.
    Horizon,
    /// Patterned paper and a pasted label.
    Label,
    /// Wood type: every line set to the full measure.
    Poster,
    /// An East Asian title, upright on a slip beside the stitching.
    Slip,
}

impl Family {
    /// Every family, in the order of the style guide.
    pub const ALL: [Self; 13] = [
        Self::Bands,
        Self::Frame,
        Self::Solid,
        Self::Grid,
        Self::Initial,
        Self::Border,
        Self::Diagonal,
        Self::Rings,
        Self::Spines,
        Self::Horizon,
        Self::Label,
        Self::Poster,
        Self::Slip,
    ];

    /// The name in small letters.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Bands => "bands",
            Self::Frame => "frame",
            Self::Solid => "solid",
            Self::Grid => "grid",
            Self::Initial => "initial",
            Self::Border => "border",
            Self::Diagonal => "diagonal",
            Self::Rings => "rings",
            Self::Spines => "spines",
            Self::Horizon => "horizon",
            Self::Label => "label",
            Self::Poster => "poster",
            Self::Slip => "slip",
        }
    }

    /// One of the families that suit a script.
    pub(super) fn draw_lot(script: Script, chance: &mut Chance) -> Self {
        #[allow(clippy::enum_glob_use)] // all of them, right here
        use Family::*;
        match script {
            Script::Latin => chance.pick([
                Bands, Frame, Solid, Grid, Initial, Border, Diagonal, Rings, Spines, Horizon,
                Label, Poster,
            ]),
            Script::RightToLeft => {
                chance.pick([Bands, Frame, Solid, Border, Rings, Spines, Horizon, Label])
            }
            Script::Complex => chance.pick([
                Bands, Frame, Solid, Initial, Border, Rings, Spines, Horizon, Label,
            ]),
            Script::EastAsian => {
                chance.pick([Slip, Frame, Initial, Slip, Rings, Bands, Horizon, Slip])
            }
        }
    }

    /// The elements of the drawing, without the document around them.
    pub(super) fn draw(self, book: &Book, inks: &Inks, chance: &mut Chance) -> String {
        let draw = match self {
            Self::Bands => plain::bands,
            Self::Frame => plain::frame,
            Self::Solid => type_only::solid,
            Self::Grid => figures::grid,
            Self::Initial => type_only::initial,
            Self::Border => patterns::border,
            Self::Diagonal => plain::diagonal,
            Self::Rings => figures::rings,
            Self::Spines => figures::spines,
            Self::Horizon => figures::horizon,
            Self::Label => patterns::label,
            Self::Poster => type_only::poster,
            Self::Slip => type_only::slip,
        };
        draw(book, inks, chance)
    }
}

/// The ground and the ink on it: light on dark, or the other way round.
fn ground_and_ink(inks: &Inks, light_ground: bool) -> (&'static str, &'static str) {
    if light_ground {
        (inks.light, inks.dark)
    } else {
        (inks.dark, inks.light)
    }
}
