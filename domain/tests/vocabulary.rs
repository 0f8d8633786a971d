//! What readers read for each word of the closed vocabularies, kept as it was looked at last, and
//! rights that hang on such a word.

use dogear_domain::access_tokens::Scope;
use dogear_domain::accounts::{AccountStatus, Role};
use dogear_domain::broadcasts::{AudienceKind, BroadcastState};
use dogear_domain::copies::CopyState;
use dogear_domain::corrections::BookField;
use dogear_domain::edition::Format;
use dogear_domain::events::hosts::{HostAct, HostRole};
use dogear_domain::events::organisations::OrganisationRole;
use dogear_domain::fields;
use dogear_domain::grade::{Defect, Grade};
use dogear_domain::imports::{self, Field, ImportState, Source};
use dogear_domain::library::{DayPrecision, Ending, ProgressUnit, ReadingStatus, Visibility};
use dogear_domain::lists::ListVisibility;
use dogear_domain::moderation::{ReportReason, SubjectKind, Verdict};
use dogear_domain::rounds::RoundMode;
use dogear_domain::trades::{
    LegState, Outcome, ProblemReason, Setting, SettingGroup, TradeState, Verb,
};

/// A paragraph for a vocabulary: its name, then what each of these functions says of each value.
macro_rules! paragraph {
    ($all:expr, $name:literal, $($says:path),+) => {{
        let mut lines = vec![$name.to_owned()];
        for &value in $all {
            lines.push(format!("  {}", [$($says(value)),+].join(" | ")));
        }
        lines.join("\n")
    }};
}

#[test]
fn every_word_is_read_as_it_was_last_looked_at() {
    let paragraphs = [
        paragraph!(Role::ALL, "role", Role::as_str, Role::label),
        paragraph!(Scope::ALL, "scope", Scope::as_str, Scope::in_words),
        paragraph!(
            HostRole::ALL,
            "part in an event",
            HostRole::as_str,
            HostRole::label,
            HostRole::task
        ),
        paragraph!(
            OrganisationRole::ALL,
            "part in an organisation",
            OrganisationRole::as_str,
            OrganisationRole::label
        ),
        paragraph!(HostAct::ALL, "log of an event", HostAct::as_str),
        paragraph!(CopyState::ALL, "copy", CopyState::as_str, CopyState::label),
        paragraph!(BookField::ALL, "field of a book", BookField::label),
        paragraph!(Format::ALL, "format", Format::as_str, Format::label),
        paragraph!(
            Grade::ALL,
            "grade",
            Grade::as_str,
            Grade::label,
            Grade::meaning
        ),
        paragraph!(Defect::ALL, "defect", Defect::as_str, Defect::label),
        paragraph!(Source::ALL, "source of a list", Source::label),
        paragraph!(
            ImportState::ALL,
            "import",
            ImportState::as_str,
            ImportState::label
        ),
        paragraph!(
            imports::Outcome::ALL,
            "row of an import",
            imports::Outcome::label
        ),
        paragraph!(Field::ALL, "column of a list", Field::label),
        paragraph!(
            ListVisibility::ALL,
            "who sees a list",
            ListVisibility::as_str,
            ListVisibility::label,
            ListVisibility::meaning
        ),
        paragraph!(
            SubjectKind::ALL,
            "subject",
            SubjectKind::label,
            SubjectKind::plural
        ),
        paragraph!(
            ReportReason::ALL,
            "reason",
            ReportReason::label,
            ReportReason::template
        ),
        paragraph!(
            Verdict::ALL,
            "verdict",
            Verdict::as_str,
            Verdict::button,
            Verdict::done
        ),
        paragraph!(
            ReadingStatus::ALL,
            "where a book stands",
            ReadingStatus::as_str,
            ReadingStatus::label
        ),
        paragraph!(Ending::ALL, "how a reading ends", Ending::as_str),
        paragraph!(ProgressUnit::ALL, "progress", ProgressUnit::as_str),
        paragraph!(DayPrecision::ALL, "a day", DayPrecision::as_str),
        paragraph!(Visibility::ALL, "who sees it", Visibility::as_str),
        paragraph!(Verb::ALL, "verb", Verb::as_str, Verb::phrase),
        paragraph!(
            ProblemReason::ALL,
            "problem",
            ProblemReason::as_str,
            ProblemReason::label
        ),
        paragraph!(Outcome::ALL, "outcome", Outcome::label, Outcome::meaning),
        paragraph!(
            TradeState::ALL,
            "trade",
            TradeState::as_str,
            TradeState::label
        ),
        paragraph!(
            AudienceKind::ALL,
            "to whom news go",
            AudienceKind::as_str,
            AudienceKind::label
        ),
        paragraph!(
            BroadcastState::ALL,
            "news to many",
            BroadcastState::as_str,
            BroadcastState::label
        ),
        paragraph!(LegState::ALL, "leg", LegState::as_str, LegState::label),
        paragraph!(RoundMode::ALL, "round", RoundMode::as_str, RoundMode::label),
        paragraph!(&SettingGroup::ALL, "group of settings", SettingGroup::label),
        paragraph!(Setting::ALL, "setting", Setting::label, Setting::unit),
    ];
    insta::assert_snapshot!(paragraphs.join("\n\n"));
}

#[test]
fn rights_grow_with_the_role() {
    let rights = |role: Role| (role.can_moderate(), role.can_administer());
    assert_eq!(rights(Role::Member), (false, false));
    assert_eq!(rights(Role::Moderator), (true, false));
    assert_eq!(rights(Role::Admin), (true, true));
}

#[test]
fn only_an_active_account_starts_things() {
    let starting: Vec<_> = AccountStatus::ALL
        .iter()
        .filter(|status| status.can_start_things())
        .collect();
    assert_eq!(starting, [&AccountStatus::Active]);
}

#[test]
fn a_field_takes_its_whole_length_and_no_letter_more() {
    assert_eq!(fields::line("abcde", "your city", 5), Ok("abcde".into()));
    assert_eq!(
        fields::line("abcdef", "your city", 5).map_err(|problem| problem.to_string()),
        Err("Shorten your city to 5 characters. It has 6 now.".into())
    );
    // Letters of four bytes each, as many as are allowed, are not taken for too much.
    let long = "𝔞".repeat(500);
    assert_eq!(fields::text(&long, "your message", 500), Ok(long.clone()));
    // What is far too long is refused before it is normalised: its length is not counted.
    let most = 5 * 16 + 1024;
    let counted = |length: usize| {
        let refused = fields::text(&"a".repeat(length), "it", 5);
        refused.unwrap_err().to_string().contains("It has")
    };
    assert!(counted(most));
    assert!(!counted(most + 1));
}

#[test]
fn a_photo_has_at_most_eight_mebibytes() {
    assert_eq!(dogear_domain::copies::PHOTO_BYTES, 8_388_608);
}
