//! Photos that somebody has sent, small, each leading to the whole.

use dogear_server::trades::SnapshotPhoto;
use leptos::prelude::*;

use dogear_urls as urls;

/// A row of small photos, nothing when there are none. `alt` says what the one with this number
/// is, from 1: for those who cannot see it.
pub fn thumbs(photos: &[SnapshotPhoto], alt: impl Fn(usize) -> String) -> Option<AnyView> {
    let photos: Vec<_> = photos
        .iter()
        .zip(1..)
        .map(|(photo, number)| {
            view! {
                <a href=urls::photo(photo.key)>
                    <img
                        class="thumb"
                        src=urls::photo_small(photo.key)
                        alt=alt(number)
                        width="64"
                        height="64"
                        loading="lazy"
                    />
                </a>
            }
        })
        .collect();
    (!photos.is_empty()).then(|| view! { <p class="row">{photos}</p> }.into_any())
}
