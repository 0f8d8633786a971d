//! Where a reader lives, as far as another one is told: their town and country, and a distance
//! that is never more exact than the circles in which books are looked for.

use crate::countries::country_name;

/// Distances that are offered and said, in kilometres.
pub const CIRCLES: [u32; 5] = [10, 25, 50, 100, 250];

/// The smallest of the [`CIRCLES`] that reaches as far; none behind the largest.
#[must_use]
pub fn circle(kilometres: f32) -> Option<u32> {
    CIRCLES
        .into_iter()
        .find(|&within| kilometres <= within as f32)
}

/// Where somebody lives who offers a book, for whoever looks at it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Whereabouts {
    /// As they wrote it; may be empty.
    pub city: String,
    /// ISO 3166-1 alpha-2, or empty.
    pub country: String,
    /// Both live in that country.
    pub same_country: bool,
    /// See [`circle`]; none when they live further apart, or one town is not known.
    pub within: Option<u32>,
    /// They send parcels to other countries. That they do not is never said: nobody has to say
    /// either.
    pub posts_abroad: bool,
}

impl Whereabouts {
    /// “Porto, Portugal · within 25 km of you · posts abroad”. The country stands there where it
    /// says more than the town. Empty when nothing is known.
    #[must_use]
    pub fn said(&self) -> String {
        let country = country_name(&self.country)
            .filter(|_| self.city.is_empty() || !self.same_country)
            .unwrap_or_default();
        let place: Vec<&str> = [self.city.as_str(), country]
            .into_iter()
            .filter(|name| !name.is_empty())
            .collect();
        let mut parts = vec![place.join(", ")];
        parts.extend(
            self.within
                .map(|within| format!("within {within} km of you")),
        );
        parts.extend(self.posts_abroad.then(|| "posts abroad".to_owned()));
        parts.retain(|part| !part.is_empty());
        parts.join(" · ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn u07_a_distance_is_said_in_circles_and_not_beyond_them() {
        assert_eq!(circle(0.0), Some(10));
        assert_eq!(circle(10.0), Some(10));
        assert_eq!(circle(10.1), Some(25));
        assert_eq!(circle(249.0), Some(250));
        assert_eq!(circle(250.5), None);
    }

    #[test]
    fn u07_whereabouts_say_the_country_where_it_says_more_than_the_town() {
        let mut at = Whereabouts {
            city: "Porto".into(),
            country: "PT".into(),
            same_country: true,
            within: Some(25),
            posts_abroad: false,
        };
        assert_eq!(at.said(), "Porto · within 25 km of you");
        at.same_country = false;
        at.posts_abroad = true;
        assert_eq!(
            at.said(),
            "Porto, Portugal · within 25 km of you · posts abroad"
        );
        at.within = None;
        assert_eq!(at.said(), "Porto, Portugal · posts abroad");
        at.city.clear();
        at.posts_abroad = false;
        assert_eq!(at.said(), "Portugal");
        at.same_country = true;
        assert_eq!(at.said(), "Portugal");
        assert_eq!(Whereabouts::default().said(), "");
    }
}
