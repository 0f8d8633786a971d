//! Rules about the project's own text that no compiler knows.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::bail;

use super::places;
use super::rules;
use crate::project;

const LONGEST_FILE: usize = 500;
/// The mark of unfinished work, in two parts so that this file does not contain it.
const UNFINISHED: &str = concat!("TO", "DO");
/// Where nothing is written by hand.
const GENERATED: [&str; 5] = [".dogear", ".git", "node_modules", "target", "test-results"];
const TEXT: [&str; 8] = ["css", "html", "js", "md", "rs", "sql", "toml", "ts"];

/// Reads every text file of the project and reports each broken rule with its file and line.
pub(crate) fn check() -> anyhow::Result<()> {
    let root = project::root();
    let mut found = Vec::new();
    for path in text_files(&root)? {
        let name = path
            .strip_prefix(&root)?
            .to_string_lossy()
            .replace('\\', "/");
        let text = fs::read_to_string(&path)?;
        found.extend(problems(&name, &text));
        found.extend(places::problems(&name, &text));
    }
    if !found.is_empty() {
        bail!("{}", found.join("\n"));
    }
    Ok(())
}

pub(super) fn text_files(root: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    let mut folders = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder)? {
            let path = entry?.path();
            let name = path
                .file_name()
                .unwrap_or_default()
                .to_string_lossy()
                .into_owned();
            let extension = path
                .extension()
                .unwrap_or_default()
                .to_string_lossy()
                .into_owned();
            if path.is_dir() {
                if !GENERATED.contains(&name.as_str()) {
                    folders.push(path);
                }
            } else if TEXT.contains(&extension.as_str()) {
                files.push(path);
            }
        }
    }
    files.sort();
    Ok(files)
}

/// The broken rules in one file, given its path from the project's root.
fn problems(name: &str, text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let own_code = own_code(text);
    let is_view = name.starts_with("app/src/") && name.ends_with(".rs");
    for (number, line) in text.lines().enumerate() {
        let mut report = |rule: &str| found.push(format!("{name}:{}: {rule}", number + 1));
        if line.contains(UNFINISHED) {
            report("unfinished work is marked here; finish it or open an issue");
        }
        if !is_comment(line) && number < own_code.lines().count() {
            rules::written_again(name, line).for_each(&mut report);
        }
        if !is_view || number >= own_code.lines().count() || is_comment(line) {
            continue;
        }
        if line.contains("<textarea") && name != "app/src/ui/field.rs" {
            report("the renderer does not escape a <textarea>; use the field component");
        }
        if has_tag(line, "<Title") && !name.starts_with("app/src/ui/") {
            report("the renderer does not escape a <Title>; use the title component");
        }
        if has_inline_style(line) {
            report("the content security policy forbids inline styles; use a class");
        }
    }
    if name.ends_with(".rs") {
        for line in formatted_queries(own_code) {
            found.push(format!(
                "{name}:{line}: a query is put together with format!; bind its values"
            ));
        }
    }
    let length = own_code.lines().count();
    if is_counted(name) && length > LONGEST_FILE {
        found.push(format!(
            "{name}: {length} lines; over {LONGEST_FILE} it is probably two things"
        ));
    }
    found
}

/// The text before the tests that stand at the end of the same file.
pub(super) fn own_code(text: &str) -> &str {
    text.find("#[cfg(test)]\nmod tests {")
        .map_or(text, |end| &text[..end])
}

/// Whether the file's length counts: code and styles do, tests and data do not.
fn is_counted(name: &str) -> bool {
    let is_code = [".rs", ".css", ".ts"]
        .iter()
        .any(|ending| name.ends_with(ending));
    let is_exempt = name.split('/').any(|part| {
        matches!(part, "tests" | "data") || part.ends_with("tests.rs") || part.ends_with("data.rs")
    });
    is_code && !is_exempt && !name.starts_with("end2end/")
}

pub(super) fn is_comment(line: &str) -> bool {
    line.trim_start().starts_with("//")
}

/// Whether a tag with exactly this name begins in the line.
fn has_tag(line: &str, tag: &str) -> bool {
    line.match_indices(tag).any(|(start, _)| {
        !line[start + tag.len()..].starts_with(|next: char| next.is_alphanumeric() || next == '_')
    })
}

/// Whether the line sets a `style` attribute, or one property of it with `style:name`.
fn has_inline_style(line: &str) -> bool {
    line.match_indices("style").any(|(start, word)| {
        let alone = start == 0 || line[..start].ends_with(char::is_whitespace);
        let rest = &line[start + word.len()..];
        let attribute = rest.starts_with('=') && !rest.starts_with("==");
        let property = rest.strip_prefix(':').is_some_and(|property| {
            property.starts_with(|first: char| first.is_ascii_lowercase() || first == '-')
        });
        alone && (attribute || property)
    })
}

/// The lines of calls such as `query(…)` and `query_as::<_, Row>(…)` whose first parentheses
/// contain `format!(`.
fn formatted_queries(text: &str) -> Vec<usize> {
    text.match_indices("query")
        .filter(|(start, _)| {
            !text[..*start].ends_with(|before: char| before.is_alphanumeric() || before == '_')
                && first_parentheses(&text[start + "query".len()..])
                    .is_some_and(|inside| inside.contains("format!("))
        })
        .map(|(start, _)| text[..start].lines().count())
        .collect()
}

/// What stands between the parentheses of the call whose name's rest `text` begins with.
fn first_parentheses(text: &str) -> Option<&str> {
    let name = text.trim_start_matches(|mark: char| mark.is_alphanumeric() || mark == '_');
    let open = match name.strip_prefix("::<") {
        Some(types) => types.find(">(").map(|end| &types[end + 1..])?,
        None => name,
    };
    let inside = open.strip_prefix('(')?;
    let mut depth = 1;
    let end = inside.char_indices().find_map(|(position, mark)| {
        match mark {
            '(' => depth += 1,
            ')' => depth -= 1,
            _ => {}
        }
        (depth == 0).then_some(position)
    })?;
    Some(&inside[..end])
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = "app/src/catalogue/page.rs";

    #[test]
    fn each_rule_is_found_in_its_place_and_only_there() {
        for line in [
            "<textarea name=\"a\">",
            "<Title text=x/>",
            "<p style=\"x\">",
            "<p style:color=x>",
        ] {
            assert_eq!(problems(PAGE, line).len(), 1, "{line}");
            assert_eq!(problems("server/mail/src/page.rs", line).len(), 0, "{line}");
        }
        assert_eq!(problems("app/src/ui/field.rs", "<textarea>").len(), 0);
        assert_eq!(
            problems(PAGE, "<Titles/> let style = 1; Style { style: Sort, x }").len(),
            0
        );
        let mark = format!("-- {UNFINISHED}: later");
        assert_eq!(
            problems("migrations/1.sql", &mark),
            ["migrations/1.sql:1: unfinished work is marked here; finish it or open an issue"]
        );
    }

    #[test]
    fn queries_put_together_by_hand_are_found() {
        let bad = "let a = 1;\nsqlx::query_as::<_, Row>(\n  &format!(\"select {a}\")\n).fetch()";
        assert_eq!(formatted_queries(bad), [2]);
        let good = "sqlx::query(\"select f($1)\").bind(format!(\"%{a}%\"))";
        assert_eq!(formatted_queries(good), Vec::<usize>::new());
        assert_eq!(
            formatted_queries("run_query(format!(\"\"))"),
            Vec::<usize>::new()
        );
    }

    #[test]
    fn long_files_are_found_without_their_tests() {
        let long = "x\n".repeat(LONGEST_FILE + 1);
        assert_eq!(problems("server/src/a.rs", &long).len(), 1);
        assert_eq!(problems("server/src/a/tests.rs", &long).len(), 0);
        let mostly_tests = format!("x\n#[cfg(test)]\nmod tests {{\n{long}}}");
        assert_eq!(problems("server/src/a.rs", &mostly_tests).len(), 0);
    }
}
