//! What the text of `app/src` says that it takes from outside.

use std::collections::BTreeMap;
use std::path::Path;

use dogear_server::catalogue::EditionInput;

/// Types of arguments that name what everybody may see.
const PUBLIC: &[&str] = &["WorkId", "EditionId"];
/// Arguments that look like a number of a row and are none.
const BOUNDS: &[&str] = &["up_to"];

/// A server function as its declaration has it.
pub(in super::super) struct Function {
    pub(in super::super) path: String,
    /// Name and type of each argument.
    pub(in super::super) arguments: Vec<(String, String)>,
}

impl Function {
    /// The arguments that hold text, also those of a form that is an argument as a whole.
    pub(in super::super) fn texts(&self) -> Vec<String> {
        let mut names = Vec::new();
        for (name, kind) in &self.arguments {
            match kind.as_str() {
                "String" | "Vec<String>" => names.push(name.clone()),
                "EditionInput" => {
                    let form = serde_json::to_value(EditionInput::default()).expect("a form");
                    names.extend(form.as_object().expect("fields").keys().cloned());
                }
                // Names that only its page knows.
                "BTreeMap<String, String>" => {}
                kind => assert!(
                    !kind.contains("String") && !kind.ends_with("Input"),
                    "what holds {kind}? {}",
                    self.path
                ),
            }
        }
        names
    }

    /// The arguments that name one thing that everybody may see.
    pub(super) fn open(&self) -> Vec<&str> {
        self.arguments
            .iter()
            .filter(|(_, kind)| PUBLIC.contains(&kind.as_str()))
            .map(|(name, _)| name.as_str())
            .collect()
    }

    /// The arguments that name a row.
    pub(super) fn ids(&self) -> Vec<&str> {
        self.arguments
            .iter()
            .filter(|(name, kind)| {
                let inner = kind.trim_start_matches("Vec<").trim_end_matches('>');
                (inner.ends_with("Id") || ["i64", "Uuid"].contains(&inner))
                    && !PUBLIC.contains(&inner)
                    && !BOUNDS.contains(&name.as_str())
            })
            .map(|(name, _)| name.as_str())
            .collect()
    }
}

/// Every source file of the pages.
fn sources() -> Vec<String> {
    fn walk(folder: &Path, files: &mut Vec<String>) {
        for entry in std::fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                walk(&path, files);
            } else if path.extension().is_some_and(|end| end == "rs") {
                files.push(std::fs::read_to_string(&path).expect("a text"));
            }
        }
    }
    let mut files = Vec::new();
    walk(
        &Path::new(env!("CARGO_MANIFEST_DIR")).join("app/src"),
        &mut files,
    );
    files
}

/// Every server function of the pages.
pub(in super::super) fn functions() -> Vec<Function> {
    let mut functions = Vec::new();
    for file in sources() {
        for declared in file.split("#[server(endpoint = \"").skip(1) {
            let (endpoint, rest) = declared.split_once('"').expect("its end");
            let (_, rest) = rest.split_once("fn ").expect("a function");
            let (_, rest) = rest.split_once('(').expect("arguments");
            let (arguments, _) = rest.split_once(") -> Result").expect("a result");
            functions.push(Function {
                path: format!("/api/{endpoint}"),
                arguments: split(arguments),
            });
        }
    }
    functions
}

/// `#[server(default)] give: Vec<CopyId>, method: Method` as pairs.
fn split(arguments: &str) -> Vec<(String, String)> {
    let mut depth = 0;
    let parts = arguments.split(|letter: char| {
        match letter {
            '<' | '(' => depth += 1,
            '>' | ')' => depth -= 1,
            _ => {}
        }
        letter == ',' && depth == 0
    });
    parts
        .filter_map(|part| {
            let part = part.rsplit(")] ").next()?;
            let (name, kind) = part.split_once(": ")?;
            Some((name.trim().to_owned(), kind.trim().to_owned()))
        })
        .collect()
}

/// The names by which pages for readers take something from their query, with the type where it
/// is declared.
pub(super) fn query_names() -> BTreeMap<String, String> {
    let mut names = BTreeMap::new();
    for file in sources() {
        for call in [".text(\"", ".has(\"", ".all(\"", ".ids::<"] {
            for use_of in file.split(call).skip(1) {
                let (kind, rest) = match use_of.split_once("(\"") {
                    Some((kind, rest)) if call == ".ids::<" => (kind, rest),
                    _ => ("String", use_of),
                };
                if let Some((name, _)) = rest.split_once('"') {
                    names.insert(name.to_owned(), kind.trim_end_matches('>').to_owned());
                }
            }
        }
        for asked in file.split("Query<").skip(1) {
            let name = asked.split('>').next().unwrap_or_default();
            let Some((_, declared)) = file.split_once(&format!("struct {name} {{")) else {
                continue;
            };
            let fields = declared;
            for line in fields.split('}').next().unwrap_or_default().lines() {
                let line = line.trim().trim_start_matches("pub ").trim_end_matches(',');
                if let Some((name, kind)) = line.split_once(": ") {
                    names.insert(name.to_owned(), kind.to_owned());
                }
            }
        }
    }
    names.retain(|name, _| name.chars().all(|c| c.is_ascii_lowercase() || c == '_'));
    names
}
