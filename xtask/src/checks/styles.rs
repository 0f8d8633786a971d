//! Classes that `style/` describes and no page has: leftovers.

use std::{collections::BTreeSet, fs};

use anyhow::bail;

use super::text::text_files;
use crate::project;

/// Reports each class of `style/` whose name stands nowhere in the app or in the rules, which
/// draw covers.
pub(crate) fn check() -> anyhow::Result<()> {
    let root = project::root();
    let mut used = BTreeSet::new();
    for folder in ["app/src", "domain/src"] {
        for path in text_files(&root.join(folder))? {
            let text = fs::read_to_string(path)?;
            used.extend(words(&text).map(str::to_owned));
        }
    }
    let mut found = Vec::new();
    for path in text_files(&root.join("style"))? {
        let name = path.strip_prefix(&root)?.display();
        let style = fs::read_to_string(&path)?;
        for class in classes(&style) {
            if !used.contains(class) {
                found.push(format!("{name}: no page has the class {class}"));
            }
        }
    }
    if !found.is_empty() {
        bail!("{}", found.join("\n"));
    }
    Ok(())
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|sign: char| !(sign.is_ascii_alphanumeric() || sign == '-' || sign == '_'))
}

/// The classes that selectors name. What begins with a digit is a number.
fn classes(style: &str) -> BTreeSet<&str> {
    let mut classes = BTreeSet::new();
    let comments = style.split("/*").enumerate().map(|(part, text)| {
        if part == 0 {
            return text;
        }
        text.split_once("*/").map_or("", |(_, after)| after)
    });
    for text in comments {
        // A selector stands before a brace; what stands before `;` or `}` is a declaration.
        for block in text.split_inclusive('{').filter(|part| part.ends_with('{')) {
            let selector = block.rsplit([';', '}']).next().unwrap_or_default();
            for after in selector.split('.').skip(1) {
                let name = words(after).next().unwrap_or_default();
                if name.starts_with(|first: char| first.is_ascii_alphabetic()) {
                    classes.insert(name);
                }
            }
        }
    }
    classes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn selectors_name_classes_and_declarations_do_not() {
        let style = "/* .old { } */ @layer components { .a-b, p.c:not(.d) > .e { margin: .5rem; } \
                     @media (min-width: 60.5rem) { .f { background: url(x.svg); } } }";
        let named: Vec<_> = classes(style).into_iter().collect();
        assert_eq!(named, ["a-b", "c", "d", "e", "f"]);
    }
}
