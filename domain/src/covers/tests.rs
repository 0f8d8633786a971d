use std::{fs, path::PathBuf};

use proptest::prelude::*;
use serde::Deserialize;

use super::*;

#[derive(Deserialize)]
struct Case {
    name: String,
    title: String,
    author: String,
    seed: u32,
    family: Option<String>,
    ink: Option<usize>,
}

fn golden(name: &str) -> String {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("src/covers/golden")
        .join(name);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn family(name: &str) -> Family {
    Family::ALL
        .into_iter()
        .find(|family| family.name() == name)
        .expect("a family of that name")
}

#[test]
fn covers_keep_their_bytes() {
    let cases: Vec<Case> = serde_json::from_str(&golden("cases.json")).expect("cases");
    for family in Family::ALL {
        assert!(
            cases
                .iter()
                .any(|case| case.family.as_deref() == Some(family.name())),
            "no case for {family:?}"
        );
    }
    for case in cases {
        let choice = Choice {
            family: case.family.as_deref().map(family),
            inks: case.ink.map(|at| INKS[at]),
        };
        let svg = cover_svg_with(&case.title, &case.author, case.seed, choice);
        assert_eq!(svg, golden(&format!("{}.svg", case.name)), "{}", case.name);
    }
}

#[test]
fn the_seed_tells_covers_apart() {
    let covers: Vec<String> = (0..8)
        .map(|seed| cover_svg("Emma", "Jane Austen", seed))
        .collect();
    for (position, cover) in covers.iter().enumerate() {
        assert!(!covers[..position].contains(cover), "seed {position}");
    }
}

#[test]
fn a_word_beyond_all_measure_still_gets_a_poster() {
    let choice = Choice {
        family: Some(Family::Poster),
        inks: None,
    };
    well_formed(&cover_svg_with(&"W".repeat(400), "", 0, choice));
}

#[test]
fn characters_that_xml_forbids_are_left_out() {
    let svg = cover_svg("a\0b\u{1b}c\u{ffff}d", "e\u{8}", 0);
    assert!(svg.contains(r#"aria-label="abcd, by e""#), "{svg}");
    well_formed(&svg);
}

/// Fails unless `svg` is well-formed XML without anything a strict policy would refuse.
fn well_formed(svg: &str) {
    let allowed = |c: char| matches!(c, '\t' | '\n' | '\r' | ' '..='\u{fffd}' | '\u{10000}'..);
    assert!(svg.chars().all(allowed), "a character that XML forbids");
    let mut open = Vec::new();
    let mut rest = svg.trim_end();
    while let Some(start) = rest.find('<') {
        let (data, tag) = rest.split_at(start);
        entities(data);
        let end = tag.find('>').expect("a tag has an end");
        let inner = &tag[1..end];
        rest = &tag[end + 1..];
        if let Some(name) = inner.strip_prefix('/') {
            assert_eq!(open.pop(), Some(name));
            continue;
        }
        let closed = inner.ends_with('/');
        let inner = inner.trim_end_matches('/');
        let name = inner.split(' ').next().expect("a name");
        let elements = [
            "svg", "g", "rect", "path", "circle", "text", "defs", "pattern",
        ];
        assert!(elements.contains(&name), "<{name}>");
        attributes(&inner[name.len()..]);
        if !closed {
            open.push(name);
        }
        assert!(!open.is_empty() || rest.is_empty(), "one root element");
    }
    assert!(open.is_empty() && rest.is_empty());
}

fn attributes(mut rest: &str) {
    while !rest.is_empty() {
        let (name, value) = rest.split_once("=\"").expect("a quoted value");
        let name = name.strip_prefix(' ').expect("a space before an attribute");
        assert!(
            name.bytes().all(|b| b.is_ascii_alphabetic() || b == b'-'),
            "{name}"
        );
        assert!(
            name != "style" && name != "href" && !name.starts_with("on"),
            "{name}"
        );
        let (value, after) = value.split_once('"').expect("the end of a value");
        entities(value);
        assert!(
            !value.contains("NaN") || name == "aria-label",
            "{name}={value}"
        );
        rest = after;
    }
}

fn entities(data: &str) {
    for after in data.split('&').skip(1) {
        let known = ["amp;", "lt;", "gt;", "quot;"];
        assert!(
            known.iter().any(|entity| after.starts_with(entity)),
            "&{after}"
        );
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn any_text_gives_a_well_formed_cover(
        title in any_text(),
        author in any_text(),
        seed in any::<u32>(),
        family in prop::option::of(prop::sample::select(Family::ALL.to_vec())),
    ) {
        let choice = Choice { family, inks: None };
        let svg = cover_svg_with(&title, &author, seed, choice);
        well_formed(&svg);
        prop_assert_eq!(svg, cover_svg_with(&title, &author, seed, choice));
    }
}

fn any_text() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<String>(),
        "[a-zA-Z .,;:’-]{0,200}",
        "[ \\t\\n<&>\"']{0,40}",
        "[\u{300}-\u{36f}a-z ]{0,120}",
        "[ぁ-ん一-龠、。 ]{0,80}",
        "[\u{5d0}-\u{5ea}\u{620}-\u{64a} ]{0,80}",
        "[\u{904}-\u{94d} ]{0,80}",
    ]
}
