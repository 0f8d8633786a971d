//! With whom a host makes an event.

use serde::{Deserialize, Serialize};

use super::online::OnlineLink;
use crate::fields::{FieldProblem, Line};

/// The most partners of an event.
pub const MOST: usize = 8;
/// The most characters of a name.
const NAME: usize = 80;

/// One of them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Partner {
    /// What they are called.
    pub name: String,
    /// Begins with `https://`; may be empty.
    pub link: String,
}

/// Reads a partner from each line: a name, and behind it a link if there is one.
///
/// # Errors
/// A sentence for the field.
pub fn parse(typed: &str) -> Result<Vec<Partner>, FieldProblem> {
    let lines = typed.lines().map(str::trim).filter(|line| !line.is_empty());
    let partners = lines.map(partner).collect::<Result<Vec<_>, _>>()?;
    if partners.len() > MOST {
        return Err(format!("Name at most {MOST} partners.").into());
    }
    Ok(partners)
}

fn partner(line: &str) -> Result<Partner, FieldProblem> {
    let (name, link) = match line.rsplit_once(char::is_whitespace) {
        Some((name, link)) if link.contains("://") => (name, link),
        _ => (line, ""),
    };
    if name.contains("://") {
        return Err(format!("Write a name before the link: {name}").into());
    }
    let name = Line::required(name, "the name of each partner", NAME)?;
    let link = OnlineLink::parse(link)
        .map_err(|_| format!("The link of {} has to begin with https://.", &*name))?;
    Ok(Partner {
        name: name.to_string(),
        link: link.to_string(),
    })
}

/// As they are typed.
#[must_use]
pub fn text(partners: &[Partner]) -> String {
    let lines: Vec<String> = partners
        .iter()
        .map(|partner| {
            format!("{} {}", partner.name, partner.link)
                .trim_end()
                .to_owned()
        })
        .collect();
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_line_is_a_partner_and_reads_back() {
        let typed = "Riverside Books https://river.example/books\n\n  Café Nord  ";
        let partners = parse(typed).unwrap();
        assert_eq!(partners.len(), 2);
        assert_eq!(
            (&*partners[0].name, &*partners[0].link),
            ("Riverside Books", "https://river.example/books")
        );
        assert_eq!((&*partners[1].name, &*partners[1].link), ("Café Nord", ""));
        assert_eq!(parse(&text(&partners)).unwrap(), partners);
        assert!(parse("").unwrap().is_empty());
    }

    #[test]
    fn too_many_bad_links_and_links_without_names_are_refused() {
        assert!(parse(&"A\n".repeat(8)).is_ok());
        for wrong in [
            &*"A\n".repeat(9),
            "A http://river.example",
            "A https://",
            "https://river.example",
            &"a".repeat(81),
        ] {
            assert!(parse(wrong).is_err(), "{wrong}");
        }
    }
}
