//! What has one place: statements in repositories, addresses in `app/urls`.

use crate::checks::text::{is_comment, own_code};

/// Where statements belong that are no feature's: the queue's own tables, idempotency keys, the
/// audit log.
const CORE: [&str; 3] = [
    "server/core/src/jobs/",
    "server/core/src/db.rs",
    "server/core/src/audit.rs",
];
/// Beginnings of addresses that are no pages: files of the site root, where functions stand.
const NO_PAGES: [&str; 6] = [
    "/api",
    "/favicon.svg",
    "/site.webmanifest",
    "/apple-touch-icon.png",
    "/door-worker.js",
    "/pkg/",
];

/// The broken rules in one file, given its path from the project's root.
pub(super) fn problems(name: &str, text: &str) -> Vec<String> {
    if !name.ends_with(".rs") || is_for_tests(name) {
        return Vec::new();
    }
    let mut found = Vec::new();
    for (number, line) in own_code(text).lines().enumerate() {
        if is_comment(line) {
            continue;
        }
        let mut report = |rule: &str| found.push(format!("{name}:{}: {rule}", number + 1));
        if has_statement(line) && !may_have_statements(name) {
            report("statements stand in the feature's repository (repo.rs, or repo/)");
        }
        if writes_address(name, line) {
            report("addresses are declared in app/urls; name the page or the function");
        }
    }
    found
}

fn is_for_tests(name: &str) -> bool {
    name.split('/')
        .any(|part| part == "tests" || part.ends_with("tests.rs") || part.starts_with("testing"))
}

/// Whether sqlx is asked something in this line.
fn has_statement(line: &str) -> bool {
    ["sqlx::query", "sqlx::raw_sql", "QueryBuilder::"]
        .iter()
        .any(|start| line.contains(start))
}

fn may_have_statements(name: &str) -> bool {
    if !name.starts_with("server/") {
        // The workshop and the program's own commands measure and repair.
        return !name.starts_with("app/");
    }
    name.contains("/repo/")
        || name.ends_with("/repo.rs")
        || CORE.iter().any(|place| name.starts_with(place))
        || name.starts_with("server/src/seed/")
        // Proofs about every table: for tests, the nightly look and the operator.
        || name == "server/src/trades/invariants.rs"
}

/// Whether the line spells an address of a page in one of the layers that link to them.
fn writes_address(name: &str, line: &str) -> bool {
    let linking = [
        "app/src/",
        "server/core/src/",
        "server/mail/src/",
        "server/src/",
    ];
    let links = linking.iter().any(|folder| name.starts_with(folder));
    // Keys of other catalogues look like addresses; development pages are nobody's.
    let foreign = name.starts_with("server/src/catalogue/bulk/")
        || name.starts_with("server/src/seed/")
        || name.starts_with("app/src/dev/");
    links
        && !foreign
        && line.match_indices("\"/").any(|(start, _)| {
            let rest = &line[start + 1..];
            rest[1..].starts_with(|first: char| first.is_ascii_lowercase())
                && !NO_PAGES.iter().any(|page| rest.starts_with(page))
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statements_stand_in_repositories() {
        let line = "    sqlx::query_scalar!(\"select 1\")";
        for name in [
            "server/src/trades/repo/views.rs",
            "server/src/trades/repo.rs",
            "server/core/src/jobs/outbox.rs",
            "server/src/trades/tests/races.rs",
        ] {
            assert_eq!(problems(name, line), Vec::<String>::new(), "{name}");
        }
        for name in [
            "server/src/trades/step.rs",
            "server/core/src/limits.rs",
            "server/mail/src/send.rs",
            "app/src/trades/page.rs",
        ] {
            assert_eq!(problems(name, line).len(), 1, "{name}");
        }
        assert_eq!(
            problems("server/src/trades/step.rs", "// sqlx::query"),
            Vec::<String>::new()
        );
    }

    #[test]
    fn addresses_stand_in_one_crate() {
        for line in [
            "let a = \"/trades/12\";",
            "<a href=\"/shelf/add\">",
            "format!(\"/u/{handle}\")",
        ] {
            assert_eq!(problems("app/src/trades/page.rs", line).len(), 1, "{line}");
            assert_eq!(problems("app/urls/src/lib.rs", line).len(), 0, "{line}");
        }
        for line in [
            "link(\"/favicon.svg\")",
            "path == \"/\"",
            "\"/\\r\"",
            "// \"/trades\"",
        ] {
            assert_eq!(problems("app/src/http/page.rs", line).len(), 0, "{line}");
        }
    }
}
