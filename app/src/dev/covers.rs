//! `/dev/cover/{family}.svg`: one cover of each family.

use axum::extract::Path;
use axum::http::header;
use axum::response::IntoResponse;
use dogear_domain::covers::{Choice, Family, cover_svg_with};

use crate::http::{AppError, PageResult};

/// A book that suits the family.
const fn book(family: Family) -> (&'static str, &'static str) {
    match family {
        Family::Bands => ("Hunger", "Knut Hamsun"),
        Family::Frame => ("Pedro Páramo", "Juan Rulfo"),
        Family::Solid => ("The Custom of the Country", "Edith Wharton"),
        Family::Grid => ("R.U.R.", "Karel Čapek"),
        Family::Initial => ("Emma", "Jane Austen"),
        Family::Border => ("Middlemarch", "George Eliot"),
        Family::Diagonal => ("Candide", "Voltaire"),
        Family::Rings => ("Solaris", "Stanisław Lem"),
        Family::Spines => ("The Souls of Black Folk", "W. E. B. Du Bois"),
        Family::Horizon => ("Moby-Dick; or, The Whale", "Herman Melville"),
        Family::Label => ("Dead Souls", "Nikolai Gogol"),
        Family::Poster => ("Three Men in a Boat", "Jerome K. Jerome"),
        Family::Slip => ("吾輩は猫である", "夏目漱石"),
    }
}

pub(super) async fn show(Path(file): Path<String>) -> PageResult {
    let family = file
        .strip_suffix(".svg")
        .and_then(|name| Family::ALL.into_iter().find(|family| family.name() == name))
        .ok_or_else(AppError::not_found)?;
    let (title, author) = book(family);
    let choice = Choice {
        family: Some(family),
        inks: None,
    };
    let head = [
        (header::CONTENT_TYPE, "image/svg+xml"),
        (header::CACHE_CONTROL, "no-store"),
        (
            header::CONTENT_SECURITY_POLICY,
            "sandbox; default-src 'none'",
        ),
    ];
    Ok((head, cover_svg_with(title, author, 0, choice)).into_response())
}
