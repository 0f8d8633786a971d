//! Who writes which table: each is written by one module of the server or of the crates below
//! it, others ask it.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
};

use anyhow::bail;

use super::{layers, text};
use crate::project;

/// Table and module that writes it too, and why.
const ALSO: [(&str, &str); 5] = [
    // A settled trade closes the reports on it, and counts for its parties.
    ("reports", "trades"),
    ("users", "trades"),
    // One row for each feature that keeps a number.
    ("settings", "events"),
    ("settings", "search"),
    ("settings", "trades"),
];
/// The folders of the crates that write, with the module that a crate is as a whole, if it is one.
const SOURCES: [(&str, Option<&str>); 3] = [
    ("server/core/src", None),
    ("server/mail/src", Some("mail")),
    ("server/src", None),
];

/// Reports each table that is written by more than one module, and each exception that is none
/// any more.
pub(crate) fn check() -> anyhow::Result<()> {
    let root = project::root();
    let mut schema = String::new();
    for path in text::text_files(&root.join("migrations"))? {
        schema.push_str(&fs::read_to_string(path)?);
    }
    let tables = tables(&schema);
    let mut writers: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    for (folder, whole) in SOURCES {
        let folder = root.join(folder);
        for path in text::text_files(&folder)? {
            let name = path.strip_prefix(&folder)?;
            let module = layers::module(&name.to_string_lossy());
            let other = layers::is_test(name) || ["seed", "testing"].contains(&module.as_str());
            if other || name.extension().is_none_or(|ending| ending != "rs") {
                continue;
            }
            let module = whole.map_or(module, str::to_owned);
            let code = fs::read_to_string(&path)?;
            for table in written(text::own_code(&code), &tables) {
                writers.entry(table).or_default().insert(module.clone());
            }
        }
    }
    let found = problems(&writers);
    if !found.is_empty() {
        bail!("{}", found.join("\n"));
    }
    Ok(())
}

fn problems(writers: &BTreeMap<&str, BTreeSet<String>>) -> Vec<String> {
    let excused = |table: &str, module: &str| ALSO.contains(&(table, module));
    let many = writers.iter().filter_map(|(table, modules)| {
        let owners: Vec<&String> = modules
            .iter()
            .filter(|module| !excused(table, module))
            .collect();
        (owners.len() > 1)
            .then(|| format!("server: {table} is written by {owners:?}; one owns it and is asked"))
    });
    let idle = ALSO.iter().filter_map(|(table, module)| {
        let writes = writers
            .get(table)
            .is_some_and(|modules| modules.contains(*module));
        (!writes).then(|| format!("xtask: {module} does not write {table} any more"))
    });
    many.chain(idle).collect()
}

/// The names that `create table` makes.
fn tables(schema: &str) -> BTreeSet<&str> {
    schema
        .split("create table ")
        .skip(1)
        .map(|rest| word(rest.trim_start_matches("if not exists ")))
        .collect()
}

/// The tables that a statement in this code changes.
fn written<'a>(code: &str, tables: &BTreeSet<&'a str>) -> BTreeSet<&'a str> {
    let words: Vec<&str> = code
        .split_whitespace()
        .map(|word| word.trim_start_matches(['"', '(']))
        .collect();
    let after = words.windows(3).filter_map(|words| match words {
        ["insert", "into", table] | ["delete", "from", table] | ["update", table, _] => {
            Some(word(table))
        }
        _ => None,
    });
    after
        .filter_map(|table| tables.get(table).copied())
        .collect()
}

fn word(text: &str) -> &str {
    let end = text.find(|c: char| !c.is_ascii_alphanumeric() && c != '_');
    &text[..end.unwrap_or(text.len())]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_statement_changes_is_found() {
        let tables = tables("create table mails (id); create table if not exists users (id)");
        assert_eq!(tables, BTreeSet::from(["mails", "users"]));
        let found = |code| written(code, &tables).into_iter().collect::<Vec<_>>();
        assert_eq!(found("\"update users u set a = 1\""), ["users"]);
        assert_eq!(found("(\"insert into\n mails(a) values\""), ["mails"]);
        assert_eq!(found("\"with x as (delete from mails)\""), ["mails"]);
        assert_eq!(
            found("on conflict do update set a; select from users"),
            [""; 0]
        );
    }

    #[test]
    fn a_second_writer_is_refused_unless_it_is_excused() {
        let of = |modules: &[&str]| modules.iter().map(|name| (*name).to_owned()).collect();
        let mut writers: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
        for (table, module) in ALSO {
            writers.entry(table).or_default().insert(module.to_owned());
        }
        writers.insert("works", of(&["catalogue"]));
        assert_eq!(problems(&writers), Vec::<String>::new());
        writers.insert("works", of(&["catalogue", "moderation"]));
        assert_eq!(problems(&writers).len(), 1);
        writers.remove("reports");
        assert_eq!(problems(&writers).len(), 2);
    }
}
