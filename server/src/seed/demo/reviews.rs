//! What readers say of books, and how they rate them.

use dogear_domain::ids::ReviewId;
use dogear_domain::library::Rating;
use jiff::{SignedDuration, Timestamp};

use super::corrections::titled;
use super::past::Past;
use super::readers::{Reader, named};
use super::stage::said;
use crate::moderation::reviews::hide;
use crate::reviews::{Draft, vote, write};
use crate::version::Version;
use crate::{Error, Result, library};

/// One review of the work with this title.
struct Review {
    days_ago: i64,
    by: &'static str,
    about: &'static str,
    body: &'static str,
    spoiler: bool,
    /// Whole stars and quarters, as the form has them.
    rating: (&'static str, &'static str),
    /// Whom it has helped.
    helped: &'static [&'static str],
    /// What a moderator has said who hid it.
    hidden: Option<&'static str>,
}

const REVIEWS: &[Review] = &[
    Review {
        days_ago: 64,
        by: "old_margin",
        about: "Middlemarch",
        body: "I have read it four times, once in each decade, and each time somebody else was the hero.\n\nStart it in autumn. Give it two months and do not hurry.",
        spoiler: false,
        rating: ("5", "0"),
        helped: &["hollis", "ines", "quirequeen", "slow_chapters"],
        hidden: None,
    },
    Review {
        days_ago: 40,
        by: "ines",
        about: "Middlemarch",
        body: "The first two hundred pages nearly lost me, and then it opens like a house.\n[spoiler]When Casaubon’s will is read I had to put the book down and walk round the block.[/spoiler]\nI did not expect to care so much about a man who writes about mythologies.",
        spoiler: false,
        rating: ("4", "2"),
        helped: &["hollis", "old_margin"],
        hidden: None,
    },
    Review {
        days_ago: 12,
        by: "yusuf_k",
        about: "Middlemarch",
        body: "Too many people, too many uncles. The banker is good.",
        spoiler: false,
        rating: ("2", "3"),
        helped: &[],
        hidden: None,
    },
    Review {
        days_ago: 5,
        by: "ana_m",
        about: "Middlemarch",
        body: "Dorothea is right about nearly everything except husbands. I read it on the tram, and missed my stop three times.",
        spoiler: false,
        rating: ("4", "0"),
        helped: &["ines"],
        hidden: None,
    },
    Review {
        days_ago: 33,
        by: "hollis",
        about: "Emma",
        body: "So it is Mr Knightley after all, and one should have seen it from the first page: he is the only one who ever contradicts her.",
        spoiler: true,
        rating: ("4", "1"),
        helped: &["ana_m"],
        hidden: None,
    },
    Review {
        days_ago: 21,
        by: "slow_chapters",
        about: "Emma",
        body: "Twenty pages a night, and a laugh on most of them.",
        spoiler: false,
        rating: ("5", "0"),
        helped: &[],
        hidden: None,
    },
    Review {
        days_ago: 17,
        by: "moss_and_vellum",
        about: "Entangled Life",
        body: "You will not look at a mushroom in the same way again, or at a tree.",
        spoiler: false,
        rating: ("4", "3"),
        helped: &["old_margin", "hollis"],
        hidden: None,
    },
    Review {
        days_ago: 9,
        by: "north_bridge_ned",
        about: "Entangled Life",
        body: "Do not read this, buy my uncle’s mushroom kits instead.",
        spoiler: false,
        rating: ("1", "0"),
        helped: &[],
        hidden: Some("Reviews are about the book. Advertising is not for Dogear."),
    },
];

/// How others rate books of which they say nothing: reader, title, quarters of a star.
const RATINGS: &[(&str, &str, i16)] = &[
    ("hollis", "Middlemarch", 20),
    ("quirequeen", "Middlemarch", 18),
    ("slow_chapters", "Middlemarch", 19),
    ("siobhan_o", "Middlemarch", 16),
    ("tobiasw", "Middlemarch", 13),
    ("ines", "Emma", 17),
    ("siobhan_o", "Emma", 15),
    ("quirequeen", "Emma", 16),
];

/// Everybody says what they have to say, each at their time.
///
/// # Errors
/// Those of the services.
pub(super) async fn play(past: &Past, readers: &[Reader], now: Timestamp) -> Result<()> {
    for review in REVIEWS {
        past.go_to(now - SignedDuration::from_hours(24 * review.days_ago));
        let id = review.say(past, readers).await?;
        for voter in review.helped {
            vote(&named(readers, voter)?.cx(&past.services), id, true).await?;
        }
        if let Some(reason) = review.hidden {
            let moderator = named(readers, "bea_k")?.cx(&past.services);
            hide(&moderator, None, id, &said(reason)?, &said("")?).await?;
        }
        past.tell().await?;
    }
    past.go_to(now - SignedDuration::from_hours(24 * 4));
    for (reader, title, quarters) in RATINGS {
        let cx = named(readers, reader)?.cx(&past.services);
        let work = titled(cx.db(), title).await?;
        let rating = Rating::from_quarters(*quarters);
        let mut tx = cx.begin().await?;
        library::rate_in(&mut tx, named(readers, reader)?.id, work, rating, cx.now()).await?;
        tx.commit().await?;
    }
    past.go_to(now);
    Ok(())
}

impl Review {
    async fn say(&self, past: &Past, readers: &[Reader]) -> Result<ReviewId> {
        let cx = named(readers, self.by)?.cx(&past.services);
        let work = titled(cx.db(), self.about).await?;
        let (stars, quarters) = self.rating;
        let draft =
            Draft::read(self.body, self.spoiler, stars, quarters).map_err(Error::Invalid)?;
        write(&cx, None, work, &draft, &Version::default()).await
    }
}
