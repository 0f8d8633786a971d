//! Addresses of lists of books.

use dogear_domain::ids::{ListId, WorkId};
use dogear_domain::moderation::SubjectRef;

use crate::links::narrowed;
use crate::{REPORT, pages};

/// A list, e.g. `/lists/12-the-sea`. Letters beyond ASCII are escaped as in [`crate::book`].
#[must_use]
pub fn list(id: ListId, slug: &str) -> String {
    let mut path = pages::LIST.at(format_args!("{id}-"));
    path.extend(url::form_urlencoded::byte_serialize(slug.as_bytes()));
    path
}

/// A list, by its number alone: its page leads on.
#[must_use]
pub fn list_by_id(id: ListId) -> String {
    list_named(&id.to_string())
}

/// A list, by what its address names it: a number with words, or the secret of an unlisted one.
#[must_use]
pub fn list_named(name: &str) -> String {
    pages::LIST.at(name)
}

/// A part of a list, at `path`: only books that can be had, for `here`; what was typed to find more
/// books; a page from 1.
#[must_use]
pub fn list_part(path: &str, here: bool, find: &str, page: u32) -> String {
    let page = if page > 1 {
        page.to_string()
    } else {
        String::new()
    };
    let show = if here { "here" } else { "" };
    narrowed(path, &[("show", show), ("find", find), ("page", &page)])
}

/// What the owner of a list notes for a book in it.
#[must_use]
pub fn list_item(list: ListId, work: WorkId) -> String {
    let path = pages::LIST_ITEM.at(list);
    path.replace("{work}", &work.to_string())
}

/// The form that reports a list to the moderators; of an unlisted one with the secret of its address.
#[must_use]
pub fn report_list(id: ListId, secret: Option<&str>) -> String {
    let subject = SubjectRef::list(id).to_string();
    narrowed(
        REPORT,
        &[
            ("subject", &subject),
            ("secret", secret.unwrap_or_default()),
        ],
    )
}
