//! The icons: 24 by 24 units, strokes of 1.5 with square caps, in the colour of the text.

use leptos::prelude::*;

/// What an icon shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Glyph {
    /// Look for a book.
    Search,
    /// Read a barcode.
    Scan,
    /// Books standing together.
    Browse,
    /// The reader’s own shelf.
    Shelf,
    /// A trade.
    Swap,
    /// A reader.
    Person,
    /// A wish; filled when pressed.
    Wish,
    /// The inbox.
    Inbox,
    /// A parcel in the post.
    Parcel,
    /// A meeting place.
    Place,
    /// A day.
    Calendar,
    /// Done.
    Check,
    /// Close or take away.
    Close,
    /// Add.
    Add,
    /// Take one away.
    Minus,
    /// Narrow a list.
    Filter,
    /// Report.
    Flag,
    /// A letter within a trade.
    Message,
    /// A deadline.
    Clock,
    /// Something to put right.
    Warn,
    /// Go on.
    Arrow,
    /// Back to the top.
    Up,
    /// Take back.
    Undo,
    /// Print.
    Print,
    /// A photograph of a copy.
    Camera,
    /// A page with its corner turned down.
    Leaf,
    /// Closed to others.
    Lock,
    /// A rating.
    Star,
}

impl Glyph {
    /// Every glyph, in the order of the style guide.
    pub const ALL: [Self; 28] = [
        Self::Search,
        Self::Scan,
        Self::Browse,
        Self::Shelf,
        Self::Swap,
        Self::Person,
        Self::Wish,
        Self::Inbox,
        Self::Parcel,
        Self::Place,
        Self::Calendar,
        Self::Check,
        Self::Close,
        Self::Add,
        Self::Minus,
        Self::Filter,
        Self::Flag,
        Self::Message,
        Self::Clock,
        Self::Warn,
        Self::Arrow,
        Self::Up,
        Self::Undo,
        Self::Print,
        Self::Camera,
        Self::Leaf,
        Self::Lock,
        Self::Star,
    ];

    /// The shapes of this glyph, as SVG elements without paint of their own.
    pub const fn shapes(self) -> &'static str {
        match self {
            Self::Search => r#"<circle cx="10.5" cy="10.5" r="6.5"/><path d="M15.5 15.5L21 21"/>"#,
            Self::Scan => {
                r#"<path d="M4 8V4h4M16 4h4v4M20 16v4h-4M8 20H4v-4M8 9v6M11 9v6M13.5 9v6M16 9v6"/>"#
            }
            Self::Browse => {
                r#"<path d="M3.5 4h4v16h-4zM7.5 7h4v13h-4zM13 5.6l3.6-1 4 15-3.6 1z"/>"#
            }
            Self::Shelf => {
                r#"<path d="M3 11h18M3 21h18M6 11V4h3v7M9 11V6h3v5M8 21v-6h3v6M11 21v-7h3v7M17 21l-2-6"/>"#
            }
            Self::Swap => r#"<path d="M4 8h15l-4-4M20 16H5l4 4"/>"#,
            Self::Person => {
                r#"<circle cx="12" cy="8" r="4"/><path d="M4 21c0-5 3.4-7 8-7s8 2 8 7"/>"#
            }
            Self::Wish => r#"<path d="M6 3h12v18l-6-5-6 5z"/>"#,
            Self::Inbox => r#"<path d="M3 13l3-9h12l3 9v7H3zM3 13h5l1.5 3h5L16 13h5"/>"#,
            Self::Parcel => r#"<path d="M3 7l9-4 9 4v10l-9 4-9-4zM3 7l9 4 9-4M12 11v10"/>"#,
            Self::Place => {
                r#"<path d="M12 21.5s-7-6.7-7-12a7 7 0 0 1 14 0c0 5.3-7 12-7 12z"/><circle cx="12" cy="9.5" r="2.5"/>"#
            }
            Self::Calendar => r#"<path d="M4 6h16v14H4zM4 10.5h16M8 3v5M16 3v5"/>"#,
            Self::Check => r#"<path d="M4 12.5l5 5L20 6.5"/>"#,
            Self::Close => r#"<path d="M5 5l14 14M19 5L5 19"/>"#,
            Self::Add => r#"<path d="M12 4v16M4 12h16"/>"#,
            Self::Minus => r#"<path d="M4 12h16"/>"#,
            Self::Filter => r#"<path d="M3 6h18M6 12h12M10 18h4"/>"#,
            Self::Flag => r#"<path d="M5 21V4h13l-3 4.5 3 4.5H5"/>"#,
            Self::Message => r#"<path d="M4 5h16v11h-9l-5 4v-4H4z"/>"#,
            Self::Clock => r#"<circle cx="12" cy="12" r="8.5"/><path d="M12 7v5.5l3.5 2"/>"#,
            Self::Warn => r#"<path d="M12 3.5L22 20.5H2zM12 10v5M12 17.3v.4"/>"#,
            Self::Arrow => r#"<path d="M4 12h15M13 6l6 6-6 6"/>"#,
            Self::Up => r#"<path d="M12 20V5M6 11l6-6 6 6"/>"#,
            Self::Undo => r#"<path d="M8 5L4 9l4 4M4 9h10a5.5 5.5 0 0 1 0 11H8"/>"#,
            Self::Print => r#"<path d="M7 9V3h10v6M7 18H3V9h18v9h-4M7 14h10v7H7z"/>"#,
            Self::Camera => {
                r#"<path d="M3 7h4l2-3h6l2 3h4v13H3z"/><circle cx="12" cy="13" r="4"/>"#
            }
            Self::Leaf => r#"<path d="M5 3h9l5 5v13H5zM14 3v5h5"/>"#,
            Self::Lock => r#"<path d="M5 11h14v10H5zM8 11V7.5a4 4 0 0 1 8 0V11"/>"#,
            Self::Star => {
                r#"<path d="M12 3.5l2.6 5.7 6.2.7-4.6 4.2 1.3 6.1L12 17.1l-5.5 3.1 1.3-6.1-4.6-4.2 6.2-.7z"/>"#
            }
        }
    }
}

/// An icon beside words. It is hidden from screen readers, so the words must carry the meaning.
#[component]
pub fn Icon(
    /// What it shows.
    glyph: Glyph,
) -> impl IntoView {
    view! {
        <svg
            class="icon"
            viewBox="0 0 24 24"
            width="24"
            height="24"
            aria-hidden="true"
            inner_html=glyph.shapes()
        ></svg>
    }
}

/// The house mark: a page with its corner turned down. The name of the site stands beside it.
#[component]
pub fn Logo() -> impl IntoView {
    view! {
        <svg viewBox="0 0 24 30" width="24" height="30" aria-hidden="true">
            <path class="logo-page" d="M1 1h12v10h10v18H1z" />
            <path class="logo-corner" d="M13 1v10h10z" />
        </svg>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_glyph_has_shapes_of_its_own_and_no_paint() {
        for (position, glyph) in Glyph::ALL.into_iter().enumerate() {
            let shapes = glyph.shapes();
            assert!(
                shapes.starts_with('<') && shapes.ends_with("/>"),
                "{glyph:?}"
            );
            assert!(
                !shapes.contains("style") && !shapes.contains("fill"),
                "{glyph:?}"
            );
            let twin = Glyph::ALL[..position]
                .iter()
                .find(|other| other.shapes() == shapes);
            assert_eq!(twin, None, "{glyph:?}");
        }
    }
}
