//! Which module of a crate may name which other: downwards only, so that there are no circles.
//! Between crates the compiler sees to it.

use std::{collections::BTreeSet, fs, path::Path};

use anyhow::bail;

use super::text;
use crate::project;

/// The order of one crate's modules.
struct Order {
    /// Where they stand.
    folder: &'static str,
    /// The lowest layer first. A module may name those of the layers before its own, and none
    /// that stands beside or above it.
    layers: &'static [&'static [&'static str]],
    /// What may name everything: the crate's root, and what only tests are made of.
    free: &'static [&'static str],
}

const ORDERS: [Order; 4] = [CORE, MAIL, SERVER, APP];

const CORE: Order = Order {
    folder: "server/core/src",
    layers: &[
        &["breaker", "clock", "lost"],
        &[
            "blocking",
            "error",
            "hooks",
            "secrets",
            "settings",
            "suspension",
            "version",
        ],
        &["db", "limits"],
        &["audit", "jobs"],
    ],
    free: &["lib", "testing"],
};

const MAIL: Order = Order {
    folder: "server/mail/src",
    layers: &[
        &["dev_mailbox", "pause", "smtp", "templates"],
        &["repo"],
        &["send"],
    ],
    free: &["lib"],
};

const SERVER: Order = Order {
    folder: "server/src",
    layers: &[
        // The features. What they stand on is in crates of its own, which cannot name them.
        &["ical", "outside", "places"],
        &["payments"],
        &["notifications"],
        &["search"],
        &["catalogue", "recommendations"],
        &["copies"],
        &["library"],
        &["reviews"],
        &["events", "lists"],
        // A trade may name an event as its meeting.
        &["trades"],
        // A round ends in a trade.
        &["rounds"],
        &["accounts", "broadcasts", "calendars", "cart", "pages"],
        &["access_tokens"],
        &["imports"],
        &["moderation"],
        &["corrections"],
        // What knows them all.
        &["runtime"],
        &["seed"],
    ],
    free: &["lib", "testing"],
};

const APP: Order = Order {
    folder: "app/src",
    layers: &[
        // What pages are made of: plain values, components, what the browser is told.
        &["action", "state", "ui"],
        // From a request to a page and back.
        &["http"],
        // What is interactive on any page, with the look-ups that it asks.
        &["islands"],
        // What stands around every page.
        &["layouts"],
        // What machines are told of books and events.
        &["discovery"],
        // Features stand beside each other, and several put books into it.
        &["cart"],
        // The features.
        &[
            "accounts",
            "copies",
            "events",
            "library",
            "lists",
            "notifications",
            "rounds",
            "trades",
        ],
        &["access_tokens", "developers", "reviews"],
        &["catalogue", "moderation"],
        &["home"],
        &["dev"],
        // What knows them all.
        &["site"],
    ],
    free: &["lib"],
};

/// Reports each module that names one it may not, and each that has no place in its order.
pub(crate) fn check() -> anyhow::Result<()> {
    let root = project::root();
    let mut found = Vec::new();
    for order in &ORDERS {
        let folder = root.join(order.folder);
        for path in text::text_files(&folder)? {
            let name = path.strip_prefix(&folder)?.to_owned();
            if name.extension().is_some_and(|ending| ending == "rs") && !is_test(&name) {
                let code = fs::read_to_string(&path)?;
                let name = name.to_string_lossy();
                found.extend(problems(order, &name, text::own_code(&code)));
            }
        }
    }
    if !found.is_empty() {
        bail!("{}", found.join("\n"));
    }
    Ok(())
}

/// What one file does against the order, given its path from the crate's folder.
fn problems(order: &Order, name: &str, code: &str) -> Vec<String> {
    let module = &*module(name);
    if order.free.contains(&module) {
        return Vec::new();
    }
    let file = format!("{}/{name}", order.folder);
    let Some(own) = layer(order, module) else {
        return vec![format!("{file}: the module {module} has no layer yet")];
    };
    named(code)
        .into_iter()
        .filter(|other| *other != module)
        .filter(|other| layer(order, other).is_some_and(|layer| layer >= own))
        .map(|other| format!("{file}: {module} may not name {other}, which is not below it"))
        .collect()
}

fn layer(order: &Order, module: &str) -> Option<usize> {
    order
        .layers
        .iter()
        .position(|layer| layer.contains(&module))
}

/// The top module that a file belongs to, given its path from the crate's folder.
pub(crate) fn module(name: &str) -> String {
    name.split(['/', '.']).next().unwrap_or_default().to_owned()
}

/// Whether a file holds tests alone.
pub(crate) fn is_test(name: &Path) -> bool {
    let of_tests =
        |part: &str| part == "tests" || part == "tests.rs" || part.ends_with("_tests.rs");
    name.iter().any(|part| of_tests(&part.to_string_lossy()))
}

/// The first names of all paths that begin with `crate::`, those in braces included.
fn named(code: &str) -> BTreeSet<&str> {
    let mut names = BTreeSet::new();
    let lines = code
        .lines()
        .filter(|line| !line.trim_start().starts_with("//"));
    let mut depth = 0;
    for line in lines {
        let mut rest = line;
        // Inside `crate::{…}` a name counts where no deeper brace or path is open.
        while !rest.is_empty() {
            if depth == 0 {
                let Some(at) = rest.find("crate::") else {
                    break;
                };
                let foreign = rest[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_');
                rest = &rest[at + "crate::".len()..];
                if foreign {
                    continue;
                }
                if let Some(inside) = rest.strip_prefix('{') {
                    depth = 1;
                    rest = inside;
                } else {
                    names.insert(word(rest));
                }
                continue;
            }
            let Some(first) = rest.chars().next() else {
                break;
            };
            match first {
                '{' => depth += 1,
                '}' => depth -= 1,
                ':' => {
                    // The rest of a path: `a::B`, or `a::{` whose brace is counted next.
                    let path = rest.trim_start_matches(':');
                    rest = &path[word(path).len()..];
                    continue;
                }
                first if depth == 1 && is_name(first) => {
                    let name = word(rest);
                    names.insert(name);
                    rest = &rest[name.len()..];
                    continue;
                }
                _ => {}
            }
            rest = &rest[first.len_utf8()..];
        }
    }
    names
}

fn is_name(symbol: char) -> bool {
    symbol.is_alphanumeric() || symbol == '_'
}

/// The name at the beginning of the text.
fn word(text: &str) -> &str {
    let end = text.find(|symbol| !is_name(symbol)).unwrap_or(text.len());
    &text[..end]
}

#[cfg(test)]
mod tests {
    use super::*;

    const ORDER: Order = Order {
        folder: "house",
        layers: &[&["cellar"], &["hall", "kitchen"], &["attic"]],
        free: &["door"],
    };

    #[test]
    fn names_are_found_alone_in_braces_and_over_lines() {
        let code = "use crate::attic::Box;\n/// See [`crate::cellar`].\nuse crate::{\n    Hall, hall::{self, kitchen},\n    door,\n};\nlet x = crate::cellar::wine() + dogear_crate::kitchen;";
        let all: Vec<&str> = named(code).into_iter().collect();
        assert_eq!(all, ["Hall", "attic", "cellar", "door", "hall"]);
    }

    #[test]
    fn only_what_is_below_may_be_named() {
        let of = |name: &str, code: &str| problems(&ORDER, name, code).len();
        assert_eq!(of("hall/stairs.rs", "use crate::cellar;"), 0);
        assert_eq!(of("hall.rs", "use crate::{Light, hall::Chair};"), 0);
        assert_eq!(of("cellar/mod.rs", "use crate::{attic, hall};"), 2);
        assert_eq!(of("hall/mod.rs", "crate::kitchen::cook()"), 1);
        assert_eq!(of("cellar.rs", "use crate::kitchen;"), 1);
        assert_eq!(of("door.rs", "use crate::attic;"), 0);
        assert_eq!(of("garage.rs", ""), 1, "a new module needs a place");
    }

    #[test]
    fn tests_may_name_everything() {
        assert!(is_test(Path::new("hall/tests.rs")));
        assert!(is_test(Path::new("hall/tests/chairs.rs")));
        assert!(is_test(Path::new("hall/chair_tests.rs")));
        assert!(!is_test(Path::new("hall/contests.rs")));
    }

    #[test]
    fn the_crates_keep_their_orders() {
        check().unwrap();
    }
}
