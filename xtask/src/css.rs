//! One style sheet out of many, and smaller.

use std::{fs, path::Path};

use anyhow::Context;

/// The sheet `main` with each `@import "./x.css";` replaced by that file, in order. An import may
/// name a layer: `@import "./x.css" layer(ui);`.
pub(crate) fn bundle(main: &Path) -> anyhow::Result<String> {
    let folder = main.parent().unwrap_or(Path::new("."));
    let text = read(main)?;
    let mut bundle = String::with_capacity(text.len());
    for line in text.lines() {
        match import(line) {
            Some((file, layer)) => {
                let part = read(&folder.join(file))?;
                match layer {
                    Some(layer) => bundle.extend(["@layer ", layer, " {\n", &part, "\n}"]),
                    None => bundle.push_str(&part),
                }
            }
            None => bundle.push_str(line),
        }
        bundle.push('\n');
    }
    Ok(bundle)
}

fn read(path: &Path) -> anyhow::Result<String> {
    fs::read_to_string(path).with_context(|| format!("reading the style sheet {}", path.display()))
}

/// The file and the layer of an import line.
fn import(line: &str) -> Option<(&str, Option<&str>)> {
    let rest = line.trim().strip_prefix("@import")?.trim();
    let rest = rest.strip_suffix(';')?;
    let quote = rest
        .chars()
        .next()
        .filter(|mark| matches!(mark, '"' | '\''))?;
    let (file, rest) = rest[1..].split_once(quote)?;
    let layer = rest
        .trim()
        .strip_prefix("layer(")
        .and_then(|rest| rest.strip_suffix(')'));
    Some((file, layer))
}

/// The same sheet without comments and needless white space. Strings and `url(…)` stay as they
/// are, and so does one space wherever it may mean something, as in selectors and `calc`.
pub(crate) fn minify(sheet: &str) -> String {
    let mut small = String::with_capacity(sheet.len());
    let mut rest = sheet;
    while let Some(next) = rest.chars().next() {
        let taken = match next {
            '/' if rest.starts_with("/*") => {
                // A comment parts two words as white space does.
                space(&mut small);
                rest.find("*/").map_or(rest.len(), |end| end + 2)
            }
            '"' | '\'' => verbatim(rest, string_length(rest, next), &mut small),
            'u' if rest.starts_with("url(") && !rest[4..].trim_start().starts_with(['"', '\'']) => {
                let length = rest.find(')').map_or(rest.len(), |end| end + 1);
                verbatim(rest, length, &mut small)
            }
            _ if next.is_whitespace() => {
                space(&mut small);
                next.len_utf8()
            }
            '{' | '}' | ';' | ',' => {
                trim_space(&mut small);
                if next == '}' && small.ends_with(';') {
                    small.pop();
                }
                small.push(next);
                1
            }
            _ => {
                small.push(next);
                next.len_utf8()
            }
        };
        rest = &rest[taken..];
    }
    trim_space(&mut small);
    small
}

fn verbatim(rest: &str, length: usize, small: &mut String) -> usize {
    small.push_str(&rest[..length]);
    length
}

/// The length of the string that `rest` begins with, its quotes included.
fn string_length(rest: &str, quote: char) -> usize {
    let mut escaped = false;
    for (position, mark) in rest.char_indices().skip(1) {
        match mark {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            _ if mark == quote => return position + 1,
            _ => {}
        }
    }
    rest.len()
}

/// One space, unless the last mark makes it needless.
fn space(small: &mut String) {
    if !small.is_empty() && !small.ends_with([' ', '{', '}', ';', ',']) {
        small.push(' ');
    }
}

fn trim_space(small: &mut String) {
    if small.ends_with(' ') {
        small.pop();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn imports_are_read_with_and_without_a_layer() {
        assert_eq!(import(r#"@import "./a.css";"#), Some(("./a.css", None)));
        assert_eq!(
            import(" @import './a.css' layer(ui);"),
            Some(("./a.css", Some("ui")))
        );
        assert_eq!(import(".import { color: red; }"), None);
    }

    #[test]
    fn a_sheet_is_bundled_in_order() {
        let folder = std::env::temp_dir().join(format!("dogear-css-{}", std::process::id()));
        fs::create_dir_all(&folder).expect("folder");
        let write = |name: &str, text: &str| fs::write(folder.join(name), text).expect("write");
        write(
            "main.css",
            "@layer a, b;\n@import \"./one.css\";\n@import \"./two.css\" layer(b);\n",
        );
        write("one.css", "p{}");
        write("two.css", "i{}");
        let sheet = bundle(&folder.join("main.css")).expect("bundle");
        assert_eq!(minify(&sheet), "@layer a,b;p{}@layer b{i{}}");
        write("main.css", "@import \"./missing.css\";");
        assert!(bundle(&folder.join("main.css")).is_err());
        fs::remove_dir_all(folder).expect("clean up");
    }

    #[test]
    fn minifying_keeps_what_has_a_meaning() {
        let sheet = "/* a */ .x  > .y:is(a, b) :hover {\n  width: calc(1px + 2px);\n  \
                     content: \"a  /* no */ ; }\";\n  background: url( a;b.svg );\n}\n";
        assert_eq!(
            minify(sheet),
            ".x > .y:is(a,b) :hover{width: calc(1px + 2px);\
             content: \"a  /* no */ ; }\";background: url( a;b.svg )}"
        );
        assert_eq!(minify("a/**/b{}"), "a b{}");
        assert_eq!(minify(r#"a{content:"\"  ;"}"#), r#"a{content:"\"  ;"}"#);
        assert_eq!(
            minify("@media (width > 1px) and (hover){a{}}"),
            "@media (width > 1px) and (hover){a{}}"
        );
    }
}
