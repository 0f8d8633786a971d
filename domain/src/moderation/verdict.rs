//! What a moderator decides about a report.

use super::SubjectKind;
use crate::text_enum::text_enum;

text_enum! {
    /// What a moderator decides.
    pub enum Verdict {
        /// Nothing is wrong; the reporters are told.
        Leave => "leave",
        /// The member is told what was wrong; nothing else changes.
        Warn => "warn",
        /// Out of sight, with a reason.
        Hide => "hide",
        /// Out of sight, and a warning.
        HideAndWarn => "hide_and_warn",
        /// Suspended for a week; what can be hidden is hidden.
        Suspend7 => "suspend_7",
        /// Suspended for thirty days; what can be hidden is hidden.
        Suspend30 => "suspend_30",
        /// The report itself is groundless; nobody is told.
        Dismiss => "dismiss",
        /// Suspended from the member’s page, for a term or until restored.
        Suspend => "suspend",
        /// Shown again, or in good standing again.
        Restore => "restore",
        /// A trade with a problem was brought to its end.
        Resolve => "resolve",
        /// An event does not take place.
        CancelEvent => "cancel_event",
        /// A review is folded away as one that gives the story away.
        MarkSpoiler => "mark_spoiler",
    }
}

impl Verdict {
    /// What can be decided about reports of this kind; only what is said about the reports
    /// themselves when nobody is `accused`.
    #[must_use]
    pub fn for_kind(kind: SubjectKind, accused: bool) -> &'static [Self] {
        match (accused, kind.can_be_hidden()) {
            (false, _) => &[Self::Leave, Self::Dismiss],
            (true, _) if matches!(kind, SubjectKind::Event) => &[
                Self::Leave,
                Self::Warn,
                Self::CancelEvent,
                Self::Suspend7,
                Self::Suspend30,
                Self::Dismiss,
            ],
            (true, _) if matches!(kind, SubjectKind::Review) => &[
                Self::Leave,
                Self::MarkSpoiler,
                Self::Hide,
                Self::HideAndWarn,
                Self::Suspend7,
                Self::Suspend30,
                Self::Dismiss,
            ],
            (true, true) => &[
                Self::Leave,
                Self::Hide,
                Self::HideAndWarn,
                Self::Suspend7,
                Self::Suspend30,
                Self::Dismiss,
            ],
            (true, false) => &[
                Self::Leave,
                Self::Warn,
                Self::Suspend7,
                Self::Suspend30,
                Self::Dismiss,
            ],
        }
    }

    /// Whether it takes its subject out of sight, when that is possible.
    #[must_use]
    pub const fn hides(self) -> bool {
        matches!(
            self,
            Self::Hide | Self::HideAndWarn | Self::Suspend7 | Self::Suspend30
        )
    }

    /// Whether something was done about the reports.
    #[must_use]
    pub const fn acts(self) -> bool {
        !matches!(self, Self::Leave | Self::Dismiss)
    }

    /// Whether one button takes it back: not what is undone by its opposite, not what has moved
    /// books, and not what guests were told.
    #[must_use]
    pub const fn can_be_undone(self) -> bool {
        !matches!(self, Self::Restore | Self::Resolve | Self::CancelEvent)
    }

    /// For how many days it suspends.
    #[must_use]
    pub const fn suspends_days(self) -> Option<i64> {
        match self {
            Self::Suspend7 => Some(7),
            Self::Suspend30 => Some(30),
            _ => None,
        }
    }

    /// What the button says.
    #[must_use]
    pub const fn button(self) -> &'static str {
        match self {
            Self::Leave => "Leave it",
            Self::Warn => "Warn",
            Self::Hide => "Hide",
            Self::HideAndWarn => "Hide and warn",
            Self::Suspend7 => "Suspend 7 days",
            Self::Suspend30 => "Suspend 30 days",
            Self::Dismiss => "Dismiss",
            Self::Suspend => "Suspend",
            Self::Restore => "Restore",
            Self::Resolve => "End the trade",
            Self::CancelEvent => "Cancel the event",
            Self::MarkSpoiler => "Mark it as a spoiler",
        }
    }

    /// What was done, for lists of decisions.
    #[must_use]
    pub const fn done(self) -> &'static str {
        match self {
            Self::Leave => "Left as it is",
            Self::Warn => "Warned",
            Self::Hide => "Hidden",
            Self::HideAndWarn => "Hidden, warned",
            Self::Suspend7 => "Suspended 7 days",
            Self::Suspend30 => "Suspended 30 days",
            Self::Dismiss => "Dismissed",
            Self::Suspend => "Suspended",
            Self::Restore => "Restored",
            Self::Resolve => "Trade ended",
            Self::CancelEvent => "Event cancelled",
            Self::MarkSpoiler => "Marked as a spoiler",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_can_be_hidden_is_and_only_the_accused_are_punished() {
        for &kind in SubjectKind::ALL {
            let verdicts = Verdict::for_kind(kind, true);
            assert_eq!(verdicts.contains(&Verdict::Hide), kind.can_be_hidden());
            assert_ne!(
                verdicts.contains(&Verdict::Warn),
                verdicts.contains(&Verdict::Hide)
            );
            assert!(
                Verdict::for_kind(kind, false)
                    .iter()
                    .all(|verdict| !verdict.acts())
            );
        }
    }

    #[test]
    fn what_a_verdict_does_is_said_once() {
        use Verdict::*;
        let those = |does: fn(Verdict) -> bool| -> Vec<Verdict> {
            Verdict::ALL
                .iter()
                .copied()
                .filter(|&verdict| does(verdict))
                .collect()
        };
        assert_eq!(
            those(Verdict::hides),
            [Hide, HideAndWarn, Suspend7, Suspend30]
        );
        assert_eq!(those(|verdict| !verdict.acts()), [Leave, Dismiss]);
        assert_eq!(
            those(|verdict| !verdict.can_be_undone()),
            [Restore, Resolve, CancelEvent]
        );
        let terms: Vec<_> = Verdict::ALL
            .iter()
            .filter_map(|&verdict| Some((verdict, verdict.suspends_days()?)))
            .collect();
        assert_eq!(terms, [(Suspend7, 7), (Suspend30, 30)]);
    }
}
