//! More evenings of the demo community: enough of them, in enough towns, that looking for one pays.

use dogear_domain::events::AccessFact;

use super::events::{End, Evening, Place};

/// Behind the first two places.
pub(super) static PLACES: [Place; 4] = [
    Place {
        host: "hollis",
        name: "The Old Lifeboat Shed",
        address: "Fisher Street",
        city: "Dundee",
        directions: "The blue door on the river side. The dog is friendly.",
        access: &[AccessFact::StepFree],
    },
    Place {
        host: "quirequeen",
        name: "Duke Street Song Room",
        address: "480 Duke Street",
        city: "Glasgow",
        directions: "Ring twice: once is for the choir.",
        access: &[AccessFact::HearingLoop, AccessFact::QuietSpace],
    },
    Place {
        host: "mistress_folio",
        name: "The Prompt Corner",
        address: "9 Baker Street",
        city: "Stirling",
        directions: "",
        access: &[AccessFact::StepFree, AccessFact::QuietSpace],
    },
    Place {
        host: "borders_reivers",
        name: "The Book Box Hall",
        address: "St Mary’s Road",
        city: "Melrose",
        directions: "Behind the book box: knock on the green door.",
        access: &[],
    },
];

/// The numbers of places.
const KITCHEN: usize = 0;
const LIBRARY: usize = 1;
const SHED: usize = 2;
const SONG_ROOM: usize = 3;
const PROMPT_CORNER: usize = 4;
const BOX_HALL: usize = 5;

/// For everybody, entered yesterday.
const fn open(
    in_days: i64,
    place: usize,
    kind: &'static str,
    title: &'static str,
    description: &'static str,
    capacity: &'static str,
    guests: &'static [(&'static str, i32)],
) -> Evening {
    Evening {
        place,
        title,
        description,
        kind,
        visibility: "public",
        entered_days_ago: 1,
        in_days,
        capacity,
        online: "",
        end: End::Published,
        guests,
        waiting: &[],
        brings: &[],
    }
}

/// In the order in which they were entered.
pub(super) static EVENINGS: [Evening; 12] = [
    open(
        3,
        SHED,
        "swap_meet",
        "Books by boat: a swap on the Tay",
        "Sea stories first, and whatever else floats. Bring two, take two.",
        "14",
        &[("old_margin", 1), ("ines", 2)],
    ),
    open(
        4,
        SONG_ROOM,
        "reading",
        "Poems to be read standing up",
        "One poem each, by heart or by lamp. Listeners are as welcome as voices.",
        "40",
        &[("ana_m", 2)],
    ),
    open(
        5,
        PROMPT_CORNER,
        "book_club",
        "Plays without a stage",
        "We read a whole play around one table. Parts are drawn from a hat, and the hat is final.",
        "8",
        &[("quirequeen", 4), ("hollis", 4)],
    ),
    open(
        6,
        LIBRARY,
        "drop_in",
        "The Saturday table",
        "Come with a question about an old book. Somebody at the table knows, or knows who does.",
        "",
        &[],
    ),
    open(
        11,
        SONG_ROOM,
        "swap_meet",
        "Scores and songbooks, swapped",
        "Vocal scores, hymnals, song sheets. Pencil marks are half the point.",
        "24",
        &[("ines", 1)],
    ),
    open(
        13,
        SHED,
        "reading",
        "Tales of the lighthouse keepers",
        "Ewan’s grandfather kept three of them. There is a kettle, and the tide is out at nine.",
        "18",
        &[("old_margin", 2), ("quirequeen", 1)],
    ),
    open(
        18,
        KITCHEN,
        "drop_in",
        "Marbled papers for beginners",
        "Wear something that may be blue afterwards.",
        "7",
        &[("ana_m", 2), ("hollis", 2), ("old_margin", 2)],
    ),
    open(
        20,
        PROMPT_CORNER,
        "swap_meet",
        "The shortest day, the longest shelf",
        "A swap with soup on the darkest evening. Whoever brings a candle goes first.",
        "30",
        &[("hollis", 1)],
    ),
    open(
        33,
        LIBRARY,
        "book_club",
        "A new year with an old Russian",
        "The first hundred pages of Oblomov. Nobody has to get up.",
        "12",
        &[("quirequeen", 1)],
    ),
    open(
        38,
        SONG_ROOM,
        "book_fair",
        "Dennistoun winter book fair",
        "Thirty tables, a tea urn, and one wall for what is free.",
        "200",
        &[("ines", 2), ("ana_m", 1)],
    ),
    Evening {
        end: End::Deleted,
        ..open(
            46,
            SHED,
            "book_club",
            "One chapter, out loud",
            "The same chapter in four translations. We argue about one comma at a time.",
            "10",
            &[],
        )
    },
    Evening {
        end: End::Waiting,
        ..open(
            54,
            BOX_HALL,
            "reading",
            "Letters that were never sent",
            "From novels, diaries and the backs of photographs. Bring one of no more than two pages.",
            "16",
            &[],
        )
    },
];
