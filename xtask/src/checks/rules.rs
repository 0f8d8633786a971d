//! Rules of the site that are said once: where their words may stand.

/// What stands only in the places that own it; everybody else asks by the name given here.
struct Owned {
    /// How the rule is written out in SQL, in lower case.
    words: &'static [&'static str],
    /// Beginnings of the paths that may write it.
    at: &'static [&'static str],
    /// What to write in its place.
    instead: &'static str,
}

const OWNED: [Owned; 5] = [
    Owned {
        words: &["state = 'listed'"],
        at: &["server/src/copies/"],
        instead: "what is listed and offered is said in the database: is_listed, listed_copies, offered_copies",
    },
    Owned {
        words: &["from blocks", "join blocks", "into blocks", "update blocks"],
        at: &["server/src/accounts/"],
        instead: "who has blocked whom is said in the database: blocked, blocked_with",
    },
    Owned {
        words: &[
            "suspended_until <",
            "suspended_until >",
            "suspended_until is",
            "status = 'suspended'",
            "status <> 'suspended'",
        ],
        at: &["server/src/accounts/"],
        instead: "when a suspension counts is said in the database: standing, in_good_standing, suspension_lapsed",
    },
    Owned {
        words: &["away_until <", "away_until >", "away_until is"],
        at: &[],
        instead: "who is away is said in the database: is_away",
    },
    Owned {
        words: &["nullif(e.title", "nullif(edition.title"],
        at: &[],
        instead: "which title of an edition is shown is said in the database: shown_title",
    },
];

/// The rules that the line of a program writes out anew: what to do in each case.
pub(super) fn written_again(name: &str, line: &str) -> impl Iterator<Item = &'static str> {
    let is_program = name.ends_with(".rs")
        && [
            "app/src/",
            "server/core/src/",
            "server/mail/src/",
            "server/src/",
            "src/",
        ]
        .iter()
        .any(|folder| name.starts_with(folder));
    let is_test = name
        .split('/')
        .any(|part| part == "tests" || part.ends_with("tests.rs"));
    let line = line.to_lowercase();
    OWNED
        .iter()
        .filter(move |rule| {
            is_program
                && !is_test
                && !rule.at.iter().any(|place| name.starts_with(place))
                && rule.words.iter().any(|words| line.contains(words))
        })
        .map(|rule| rule.instead)
        .collect::<Vec<_>>()
        .into_iter()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(name: &str, line: &str) -> usize {
        written_again(name, line).count()
    }

    #[test]
    fn a_rule_is_written_only_where_it_belongs() {
        let lines = [
            ("where c.state = 'listed'", "server/src/copies/shelf.rs"),
            ("FROM blocks b", "server/src/accounts/blocks.rs"),
            ("suspended_until <= $1", "server/src/accounts/closing.rs"),
            ("and u.away_until > now()", "migrations/1.sql"),
            ("coalesce(nullif(e.title, ''), w.title)", "migrations/1.sql"),
        ];
        for (line, owner) in lines {
            assert_eq!(found("server/src/pages/home.rs", line), 1, "{line}");
            assert_eq!(found(owner, line), 0, "{line}");
            assert_eq!(found("server/src/pages/tests.rs", line), 0, "{line}");
            assert_eq!(found("src/tests/moderation.rs", line), 0, "{line}");
        }
        for line in [
            "select l.id from listed_copies($1) l",
            "where in_good_standing(u, $2) and not blocked(u.id, $3)",
            "case when is_away(u, $2) then away_until end as away_until",
        ] {
            assert_eq!(found("server/src/pages/home.rs", line), 0, "{line}");
        }
    }
}
