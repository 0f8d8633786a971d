//! News of the site that an admin writes to many members at once.

use jiff::{SignedDuration, Timestamp};

use crate::countries::country_name;
use crate::fields::{City, FieldProblem};
use crate::text_enum::text_enum;

/// A broadcast leaves at most so long after it was written.
const FURTHEST: SignedDuration = SignedDuration::from_hours(24 * 366);

text_enum! {
    /// To which members a broadcast goes.
    pub enum AudienceKind {
        /// All of them.
        Everyone => "everyone",
        /// Those who have published an event.
        Hosts => "hosts",
        /// Moderators and admins.
        Moderators => "moderators",
        /// Those who live in one country.
        Country => "country",
        /// Those who live in one town.
        Town => "town",
    }
}

impl AudienceKind {
    /// As it is chosen in the form.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Everyone => "All members",
            Self::Hosts => "Hosts of events",
            Self::Moderators => "Moderators and admins",
            Self::Country => "Members in one country",
            Self::Town => "Members in one town",
        }
    }
}

text_enum! {
    /// Where a broadcast stands.
    pub enum BroadcastState {
        /// It has not left yet.
        Scheduled => "scheduled",
        /// Members are being told, some at a time.
        Sending => "sending",
        /// All of them were told.
        Sent => "sent",
        /// An admin has stopped it: whoever was not told by then is not.
        Cancelled => "cancelled",
    }
}

impl BroadcastState {
    /// As the list says it.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Scheduled => "Scheduled",
            Self::Sending => "Being sent",
            Self::Sent => "Sent",
            Self::Cancelled => "Stopped",
        }
    }

    /// Somebody may still be told.
    #[must_use]
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Scheduled | Self::Sending)
    }
}

/// To whom a broadcast goes.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Audience {
    /// To which members.
    pub kind: AudienceKind,
    /// Of a country its code, of a town its name; otherwise empty.
    pub place: String,
}

impl Audience {
    /// What a form says. A place that is not asked for is passed over.
    ///
    /// # Errors
    /// The field that is wrong, and how.
    pub fn read(kind: &str, place: &str) -> Result<Self, (&'static str, FieldProblem)> {
        let kind: AudienceKind = (kind.parse())
            .map_err(|_| ("audience", FieldProblem::from("Choose to whom it goes.")))?;
        let place = match kind {
            AudienceKind::Everyone | AudienceKind::Hosts | AudienceKind::Moderators => {
                String::new()
            }
            AudienceKind::Country => country(place).ok_or_else(|| {
                let said = "Enter the code of a country, as GB for the United Kingdom.";
                ("place", FieldProblem::from(said))
            })?,
            AudienceKind::Town => {
                let town = City::parse(place).map_err(|problem| ("place", problem))?;
                if town.is_empty() {
                    return Err(("place", FieldProblem::from("Enter the name of a town.")));
                }
                town.to_string()
            }
        };
        Ok(Self { kind, place })
    }

    /// As a sentence says it: “all members”.
    #[must_use]
    pub fn in_words(&self) -> String {
        match self.kind {
            AudienceKind::Everyone => "all members".into(),
            AudienceKind::Hosts => "hosts of events".into(),
            AudienceKind::Moderators => "moderators and admins".into(),
            AudienceKind::Country => {
                let name = country_name(&self.place).unwrap_or(&self.place);
                format!("members in {name}")
            }
            AudienceKind::Town => format!("members in {}", self.place),
        }
    }
}

fn country(typed: &str) -> Option<String> {
    let code = typed.trim().to_ascii_uppercase();
    country_name(&code).is_some().then_some(code)
}

/// When a broadcast leaves: at once for whoever says nothing, or a moment that has passed.
///
/// # Errors
/// A sentence for the field, when it is too far away.
pub fn leaves_at(wanted: Option<Timestamp>, now: Timestamp) -> Result<Timestamp, FieldProblem> {
    match wanted {
        Some(wanted) if wanted > now + FURTHEST => {
            Err("Choose a moment within the next year.".into())
        }
        wanted => Ok(wanted.unwrap_or(now).max(now)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(kind: &str, place: &str) -> Result<(AudienceKind, String), &'static str> {
        match Audience::read(kind, place) {
            Ok(audience) => Ok((audience.kind, audience.place)),
            Err((field, _)) => Err(field),
        }
    }

    #[test]
    fn an_audience_has_a_place_where_it_needs_one() {
        let nowhere = String::new();
        assert_eq!(
            read("everyone", "Leeds"),
            Ok((AudienceKind::Everyone, nowhere))
        );
        assert_eq!(
            read("country", " gb "),
            Ok((AudienceKind::Country, "GB".into()))
        );
        assert_eq!(
            read("town", " Leeds "),
            Ok((AudienceKind::Town, "Leeds".into()))
        );
        for (kind, place, field) in [
            ("", "", "audience"),
            ("nobody", "", "audience"),
            ("country", "", "place"),
            ("country", "XX", "place"),
            ("town", " ", "place"),
        ] {
            assert_eq!(read(kind, place), Err(field), "{kind} {place}");
        }
    }

    #[test]
    fn a_broadcast_leaves_from_now_on_and_within_a_year() {
        let now = Timestamp::UNIX_EPOCH;
        let hours = |hours| now + SignedDuration::from_hours(hours);
        assert_eq!(leaves_at(None, now), Ok(now));
        assert_eq!(leaves_at(Some(hours(-5)), now), Ok(now));
        assert_eq!(leaves_at(Some(hours(5)), now), Ok(hours(5)));
        assert!(leaves_at(Some(hours(24 * 400)), now).is_err());
    }
}
