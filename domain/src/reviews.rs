//! What readers say of books to everybody, and how their ratings are told together.

use crate::library::Rating;

const OPEN: &str = "[spoiler]";
const CLOSE: &str = "[/spoiler]";

/// A stretch of a review.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part<'a> {
    /// For everybody to read at once.
    Plain(&'a str),
    /// Gives something away: folded until it is asked for.
    Spoiler(&'a str),
}

/// A review in its stretches, in order, without those in which nothing stands. What stands between
/// `[spoiler]` and `[/spoiler]`, in letters of either case, is folded; what is never closed, to the
/// end.
#[must_use]
pub fn parts(body: &str) -> Vec<Part<'_>> {
    // Letters beyond ASCII keep their length: places are the same in both.
    let lower = body.to_ascii_lowercase();
    let mut parts = Vec::new();
    let mut at = 0;
    while let Some(open) = lower[at..].find(OPEN) {
        push(&mut parts, Part::Plain(&body[at..at + open]));
        let start = at + open + OPEN.len();
        let (end, next) = match lower[start..].find(CLOSE) {
            Some(close) => (start + close, start + close + CLOSE.len()),
            None => (body.len(), body.len()),
        };
        push(&mut parts, Part::Spoiler(&body[start..end]));
        at = next;
    }
    push(&mut parts, Part::Plain(&body[at..]));
    parts
}

fn push<'a>(parts: &mut Vec<Part<'a>>, part: Part<'a>) {
    let (Part::Plain(text) | Part::Spoiler(text)) = part;
    if text.trim().is_empty() {
        return;
    }
    let text = text.trim();
    parts.push(match part {
        Part::Plain(_) => Part::Plain(text),
        Part::Spoiler(_) => Part::Spoiler(text),
    });
}

/// A review without what gives something away, for those who did not ask for that.
#[must_use]
pub fn without_spoilers(body: &str) -> String {
    let plain: Vec<&str> = parts(body)
        .into_iter()
        .filter_map(|part| match part {
            Part::Plain(text) => Some(text),
            Part::Spoiler(_) => None,
        })
        .collect();
    plain.join(" … ")
}

/// What readers make of a book together.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Ratings {
    /// How many have rated it.
    pub n: i32,
    /// Of all their quarters of a star.
    pub sum: i32,
    /// How many gave one star, two … five: see [`Ratings::new`].
    pub bars: [i32; 5],
}

impl Ratings {
    /// From how many ratings on a mean is said: one or two say more about readers than about the
    /// book.
    pub const MEAN_FROM: i32 = 3;
    /// From how many ratings on a book may stand among the best.
    pub const TOP_FROM: i32 = 5;

    /// From the sums of a book: how many rated it, the sum of their quarters, and how many gave
    /// each number of quarters, from 1 to 20. A part of a star belongs to the whole ones below it:
    /// four, 4¼, 4½ and 4¾ are in the bar of four, and five stars alone in that of five. Less than
    /// one star is in the bar of one.
    #[must_use]
    pub fn new(n: i32, sum: i32, buckets: &[i32]) -> Self {
        let mut bars = [0; 5];
        for (place, count) in (1..=Rating::MOST).zip(buckets) {
            let whole = (place / 4).clamp(1, 5);
            if let Some(bar) = usize::try_from(whole - 1)
                .ok()
                .and_then(|i| bars.get_mut(i))
            {
                *bar += count;
            }
        }
        Self { n, sum, bars }
    }

    /// The mean in hundredths of a star, rounded; none while fewer than three have rated the book.
    #[must_use]
    pub fn mean(&self) -> Option<i32> {
        (self.n >= Self::MEAN_FROM).then(|| (self.sum * 25 + self.n / 2) / self.n)
    }

    /// The mean with one digit behind the point: “4.2”.
    #[must_use]
    pub fn mean_said(&self) -> Option<String> {
        let tenths = (self.mean()? + 5) / 10;
        Some(format!("{}.{}", tenths / 10, tenths % 10))
    }

    /// The rating that is nearest to the mean, to draw it.
    #[must_use]
    pub fn nearest(&self) -> Option<Rating> {
        let quarters = i16::try_from((self.mean()? * 4 + 50) / 100).ok()?;
        Rating::from_quarters(quarters.clamp(1, Rating::MOST))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_gives_something_away_is_folded() {
        use Part::{Plain, Spoiler};
        assert_eq!(parts("All of it."), [Plain("All of it.")]);
        assert_eq!(
            parts("Good.\n[spoiler]She dies.[/spoiler] Read it."),
            [Plain("Good."), Spoiler("She dies."), Plain("Read it.")]
        );
        assert_eq!(
            parts("[SPOILER]Ä[/Spoiler][spoiler]never closed"),
            [Spoiler("Ä"), Spoiler("never closed")]
        );
        assert_eq!(
            parts("[spoiler]a[spoiler]b[/spoiler]c[/spoiler]"),
            [Spoiler("a[spoiler]b"), Plain("c[/spoiler]")]
        );
        assert_eq!(parts("[spoiler] [/spoiler]"), []);
        assert_eq!(without_spoilers("a [spoiler]b[/spoiler] c"), "a … c");
    }

    #[test]
    fn parts_of_a_star_belong_to_the_whole_ones_below() {
        let mut buckets = [0; 20];
        for quarters in [1, 3, 4, 7, 8, 15, 16, 19, 20] {
            buckets[quarters - 1] += 1;
        }
        let ratings = Ratings::new(9, 93, &buckets);
        assert_eq!(ratings.bars, [4, 1, 1, 2, 1]);
        assert_eq!(Ratings::new(0, 0, &[]).bars, [0; 5]);
    }

    #[test]
    fn a_mean_is_said_from_three_ratings_on() {
        let of = |n, sum| Ratings::new(n, sum, &[]);
        assert_eq!(of(2, 40).mean(), None);
        assert_eq!(of(3, 50).mean(), Some(417));
        assert_eq!(of(3, 50).mean_said().as_deref(), Some("4.2"));
        assert_eq!(of(3, 60).mean_said().as_deref(), Some("5.0"));
        assert_eq!(of(3, 3).mean_said().as_deref(), Some("0.3"));
        assert_eq!(of(3, 50).nearest().map(Rating::quarters), Some(17));
        assert_eq!(of(3, 3).nearest().map(Rating::quarters), Some(1));
    }
}
