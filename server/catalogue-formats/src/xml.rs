//! One record of XML as a small tree. Nothing is fetched or expanded: document types are
//! not read, and of entities only letters are known.

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use crate::Reason;

/// Deeper trees are no records.
const DEEPEST: usize = 32;

/// An element: what it is called without its prefix, and what is in it.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Element {
    pub name: String,
    pub attributes: Vec<(String, String)>,
    /// The text directly in it.
    pub text: String,
    pub children: Vec<Element>,
}

impl Element {
    /// The value of an attribute; empty when it is not there.
    pub(crate) fn attribute(&self, name: &str) -> &str {
        self.attributes
            .iter()
            .find(|(known, _)| known == name)
            .map_or("", |(_, value)| value)
    }

    /// All text in it and in what it holds, in order as far as that matters for a sentence.
    pub(crate) fn whole_text(&self) -> String {
        let mut text = self.text.trim().to_owned();
        for child in &self.children {
            if !text.is_empty() {
                text.push('\n');
            }
            text.push_str(&child.whole_text());
        }
        text
    }
}

/// The tree of a record.
///
/// # Errors
/// `Xml` when it is not well-formed.
pub(crate) fn element(text: &str) -> Result<Element, Reason> {
    let mut reader = Reader::from_str(text);
    let mut open: Vec<Element> = Vec::new();
    loop {
        let done = match reader.read_event().map_err(|_| Reason::Xml)? {
            Event::Start(start) if open.len() < DEEPEST => {
                open.push(named(&start)?);
                None
            }
            Event::Start(_) | Event::Eof => return Err(Reason::Xml),
            Event::Empty(start) => Some(named(&start)?),
            Event::End(_) => open.pop(),
            Event::Text(text) => {
                add(&mut open, &text);
                None
            }
            Event::CData(text) => {
                add(&mut open, &text);
                None
            }
            Event::GeneralRef(entity) => {
                add(
                    &mut open,
                    &html_escape::decode_html_entities(&format!("&{};", &*entity)),
                );
                None
            }
            _ => None,
        };
        match (done, open.last_mut()) {
            (Some(done), Some(parent)) => parent.children.push(done),
            (Some(done), None) => return Ok(done),
            (None, _) => {}
        }
    }
}

fn add(open: &mut [Element], text: &str) {
    if let Some(last) = open.last_mut() {
        last.text.push_str(text);
    }
}

fn named(start: &BytesStart<'_>) -> Result<Element, Reason> {
    let attributes = start
        .attributes()
        .map(|attribute| {
            let attribute = attribute.map_err(|_| Reason::Xml)?;
            let name = attribute.key.local_name().as_ref().to_owned();
            Ok((
                name,
                html_escape::decode_html_entities(&*attribute.value).into_owned(),
            ))
        })
        .collect::<Result<_, Reason>>()?;
    Ok(Element {
        name: start.local_name().as_ref().to_owned(),
        attributes,
        ..Element::default()
    })
}

/// The name of the outermost element and its `release`, if it has one.
pub(crate) fn root(text: &str) -> Option<(String, String)> {
    let mut reader = Reader::from_str(text);
    loop {
        match reader.read_event().ok()? {
            Event::Start(start) | Event::Empty(start) => {
                let root = named(&start).ok()?;
                let release = root.attribute("release").to_owned();
                return Some((root.name, release));
            }
            Event::Eof => return None,
            _ => {}
        }
    }
}

/// The encoding that the declaration of XML names.
pub(crate) fn declared(head: &[u8]) -> Option<String> {
    let declaration = head.strip_prefix(b"<?xml")?;
    let end = declaration.iter().position(|byte| *byte == b'>')?;
    let declaration = std::str::from_utf8(&declaration[..end]).ok()?;
    let (_, value) = declaration.split_once("encoding")?;
    let value = value.trim_start().strip_prefix('=')?.trim_start();
    let quote = value
        .chars()
        .next()
        .filter(|symbol| matches!(symbol, '"' | '\''))?;
    value[1..]
        .split_once(quote)
        .map(|(label, _)| label.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_becomes_a_tree_of_local_names() {
        let tree =
            element("<m:a x='1 &amp; 2'>&eacute;t&#233;<![CDATA[<b>]]><b/><m:c>d</m:c></m:a>")
                .unwrap();
        assert_eq!(tree.name, "a");
        assert_eq!(tree.attribute("x"), "1 & 2");
        assert_eq!(tree.text, "été<b>");
        assert_eq!(tree.children.len(), 2);
        assert_eq!(tree.children[1].text, "d");
        assert_eq!(tree.whole_text(), "été<b>\n\nd");
    }

    #[test]
    fn what_is_not_well_formed_is_no_record() {
        let deep = "<a>".repeat(100);
        for wrong in ["", "<a>", "<a><b></a>", "<a", "text", &deep] {
            assert_eq!(element(wrong), Err(Reason::Xml), "{wrong}");
        }
    }
}
