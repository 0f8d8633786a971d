//! Lists that some of the demo readers have made.

use dogear_domain::lists::ListVisibility;

use super::corrections::titled;
use super::past::Past;
use super::readers::{Reader, named};
use crate::Result;
use crate::lists::{EntryForm, ListForm, add, create, edit};

/// A list: by whom, what it says, and its books, each with a note.
struct List {
    by: &'static str,
    name: &'static str,
    description: &'static str,
    visibility: ListVisibility,
    ranked: bool,
    books: &'static [(&'static str, &'static str)],
}

const LISTS: &[List] = &[
    List {
        by: "ana_m",
        name: "Books that smell of the sea",
        description: "To be read with wet feet. The first is the one I would take into the boat.",
        visibility: ListVisibility::Public,
        ranked: true,
        books: &[
            ("Moby-Dick", "Yes, the chapters about ropes too."),
            ("To the Lighthouse", ""),
            ("Treasure Island", "Aloud, by whoever does the best parrot."),
            ("A Wizard of Earthsea", ""),
            (
                "Sommarboken",
                "An island, a grandmother, and no plot to get in the way.",
            ),
            ("Persuasion", "For the walk along the Cobb."),
        ],
    },
    List {
        by: "ana_m",
        name: "For the reading circle",
        description: "What we might read after the holidays. Say which you would like.",
        visibility: ListVisibility::Unlisted,
        ranked: false,
        books: &[("Piranesi", ""), ("Dubliners", "One story a week?")],
    },
    List {
        by: "ana_m",
        name: "Presents for Noor",
        description: "",
        visibility: ListVisibility::Private,
        ranked: false,
        books: &[("Treasure Island", "In hardback, if one turns up.")],
    },
    List {
        by: "hollis",
        name: "Read twice",
        description: "And likely again.",
        visibility: ListVisibility::Public,
        ranked: false,
        books: &[("Middlemarch", ""), ("The Left Hand of Darkness", "")],
    },
];

/// Makes them.
///
/// # Errors
/// Those of the services.
pub(super) async fn make(past: &Past, readers: &[Reader]) -> Result<()> {
    for list in LISTS {
        let cx = named(readers, list.by)?.cx(&past.services);
        let form = ListForm {
            name: list.name.into(),
            description: list.description.into(),
            visibility: list.visibility,
            ranked: list.ranked,
        };
        let (id, _) = create(&cx, None, &form, None).await?;
        for (title, note) in list.books {
            let work = titled(cx.db(), title).await?;
            add(&cx, id, work).await?;
            let noted = EntryForm {
                note: (*note).into(),
                ..EntryForm::default()
            };
            edit(&cx, id, work, &noted).await?;
        }
    }
    Ok(())
}
