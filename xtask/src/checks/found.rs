//! What was once found wrong with the site, by its id, and whether the tests that are named by it
//! pass: `f01_another_book_is_asked_about`, or `f01_f04_…` for several.

use std::collections::BTreeMap;

/// The ids: complaints of readers and files of others (F), attacks (A), what other data and other
/// checkers said (O), claims that were not true (C), slow work (H), faults and races (K), what was
/// in the way of people (U).
const IDS: &[(char, &[u8])] = &[
    (
        'a',
        &[
            1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22,
        ],
    ),
    ('c', &[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12]),
    (
        'f',
        &[
            1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 32,
            33,
        ],
    ),
    ('h', &[6]),
    (
        'k',
        &[
            1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18,
        ],
    ),
    ('o', &[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]),
    (
        'u',
        &[
            1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23,
        ],
    ),
];

/// Mended without a test of that name, and what stands for it.
const OTHERWISE: &[(&str, &str)] = &[
    (
        "a05",
        "a journey in Chromium with long words, stacked marks and emoji in every field",
    ),
    ("a06", "the tests of a01 try unconfirmed members too"),
    (
        "a20",
        "a series number that rounds up is refused by the test of the form's fields",
    ),
    (
        "h06",
        "the tests of a08: nothing is looked up inside a transaction",
    ),
    (
        "k17",
        "the tests of a08, and one of plans that fills its tables over a connection of its own",
    ),
    (
        "o03",
        "the table of `cargo xtask outside`, which fails below 95 % of the expected answers",
    ),
    ("o09", "the tests of a16"),
    (
        "u18",
        "a matter of styles: seen in the pictures of `cargo xtask look pictures`",
    ),
    ("u23", "words: the journeys in Chromium look for them"),
];

/// How many tests of one id passed and failed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Tests {
    passed: usize,
    failed: usize,
}

/// The results of all runs, by id.
#[derive(Debug, Default)]
pub(crate) struct Outcomes(BTreeMap<String, Tests>);

/// What the names of these tests begin with, as filters for `cargo test`.
pub(crate) fn filters() -> impl Iterator<Item = String> {
    ids().map(|id| format!("{id}_"))
}

fn ids() -> impl Iterator<Item = String> {
    IDS.iter().flat_map(|(kind, numbers)| {
        numbers
            .iter()
            .map(move |number| format!("{kind}{number:02}"))
    })
}

impl Outcomes {
    /// Reads what `cargo test` printed; says whether it ran any test at all.
    pub(crate) fn read(&mut self, printed: &str) -> bool {
        for line in printed.lines() {
            let Some((path, verdict)) = line
                .strip_prefix("test ")
                .and_then(|line| line.split_once(" ... "))
            else {
                continue;
            };
            let name = path.rsplit("::").next().unwrap_or(path);
            let named = name.split('_').take_while(|part| is_id(part));
            for id in named {
                let tests = self.0.entry(id.to_owned()).or_default();
                match verdict.trim() {
                    "ok" => tests.passed += 1,
                    _ => tests.failed += 1,
                }
            }
        }
        printed.contains("test result: ")
    }

    /// A line for each id, and the counts on the last one; whether no test failed.
    pub(crate) fn summary(&self) -> (String, bool) {
        let mut lines = Vec::new();
        let (mut mended, mut failed, mut open) = (0, 0, 0);
        for id in ids() {
            let tests = self.0.get(&id).copied().unwrap_or_default();
            let otherwise = OTHERWISE.iter().find(|(other, _)| *other == id);
            let state = match (tests, otherwise) {
                (Tests { failed: 1.., .. }, _) => {
                    failed += 1;
                    format!(
                        "FAILED  {} of {}",
                        tests.failed,
                        tests.failed + tests.passed
                    )
                }
                (Tests { passed: 1.., .. }, _) => {
                    mended += 1;
                    format!("passed  {}", tests.passed)
                }
                (_, Some((_, instead))) => {
                    mended += 1;
                    format!("no test {instead}")
                }
                _ => {
                    open += 1;
                    "open".to_owned()
                }
            };
            lines.push(format!("{id}  {state}"));
        }
        lines.push(format!("{mended} mended, {failed} failed, {open} open"));
        (lines.join("\n"), failed == 0)
    }
}

fn is_id(part: &str) -> bool {
    part.len() == 3 && ids().any(|id| id == part)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_id_has_the_state_of_its_tests() {
        let mut outcomes = Outcomes::default();
        let printed = "running 3 tests\n\
            test copies::tests::f01_f04_it_is_asked ... ok\n\
            test tests::f04_it_is_said ... FAILED\n\
            test ids::k99_is_none ... ok\n\
            test result: FAILED. 2 passed; 1 failed\n";
        assert!(outcomes.read(printed));
        assert!(!outcomes.read("error: could not compile"));
        let (text, sound) = outcomes.summary();
        let line = |id: &str| text.lines().find(|line| line.starts_with(id)).unwrap_or("");
        assert_eq!(line("f01"), "f01  passed  1");
        assert_eq!(line("f04"), "f04  FAILED  1 of 2");
        assert_eq!(line("f05"), "f05  open");
        assert!(line("o09").contains("a16"), "{text}");
        assert_eq!(line("k99"), "");
        assert!(
            text.lines()
                .last()
                .is_some_and(|line| line.contains(" 1 failed, "))
        );
        assert!(!sound);
    }

    #[test]
    fn nothing_that_is_told_otherwise_has_a_wrong_id() {
        for (id, _) in OTHERWISE {
            assert!(is_id(id), "{id}");
        }
    }
}
