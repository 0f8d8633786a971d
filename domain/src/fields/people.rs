//! Names of authors in cells and headings that others have filled in.

/// What stands behind a name and belongs to it.
const SUFFIXES: [&str; 10] = [
    "jr", "sr", "ii", "iii", "iv", "phd", "ph.d", "md", "m.d", "esq",
];

/// What somebody is, behind a name that is no family name: "Charles I, King of England".
const DIGNITIES: [&str; 34] = [
    "pope",
    "king",
    "queen",
    "emperor",
    "empress",
    "prince",
    "princess",
    "duke",
    "duchess",
    "saint",
    "st",
    "bishop",
    "archbishop",
    "cardinal",
    "lord",
    "lady",
    "baron",
    "baroness",
    "earl",
    "count",
    "countess",
    "sir",
    "dame",
    "tsar",
    "czar",
    "sultan",
    "rabbi",
    "imam",
    "papst",
    "roi",
    "reine",
    "kaiser",
    "duc",
    "comte",
];

/// Words that people are not called, and bodies are.
const BODIES: [&str; 40] = [
    "university",
    "museum",
    "department",
    "dept",
    "institute",
    "institution",
    "society",
    "ministry",
    "committee",
    "commission",
    "press",
    "library",
    "association",
    "council",
    "company",
    "inc",
    "ltd",
    "llc",
    "corporation",
    "foundation",
    "school",
    "college",
    "office",
    "club",
    "church",
    "bank",
    "centre",
    "center",
    "group",
    "staff",
    "editors",
    "universität",
    "université",
    "verlag",
    "ministerium",
    "gesellschaft",
    "verein",
    "institut",
    "musée",
    "archive",
];

/// Words that begin family names of several words.
const PARTICLES: [&str; 32] = [
    "le", "la", "de", "van", "von", "vom", "zu", "du", "des", "del", "della", "di", "da", "dal",
    "dos", "das", "den", "der", "ter", "ten", "el", "al", "bin", "ibn", "abu", "mac", "st",
    "saint", "san", "santa", "o", "ó",
];

/// "Austen, Jane" as it stands on a title page. What follows a second comma stays behind:
/// "King, Martin Luther, Jr.". Bodies, and those whose comma leads on to what they are, are not
/// turned: "Town Museum (Leith, Scotland)", "Charles I, King of England" is "Charles I".
#[must_use]
pub fn turned(name: &str) -> String {
    let mut parts = pieces(name).into_iter();
    let (family, given) = (
        parts.next().unwrap_or_default(),
        parts.next().unwrap_or_default(),
    );
    if is_body(name) {
        return name.trim().to_owned();
    }
    if is_dignity(family, given) {
        return family.to_owned();
    }
    let mut turned = if is_suffix(given) {
        format!("{family}, {given}")
    } else {
        format!("{given} {family}").trim().to_owned()
    };
    for rest in parts {
        turned.push_str(", ");
        turned.push_str(rest);
    }
    turned
}

/// The authors that a cell of a table of unknown origin names, as on a title page: one or several,
/// separated by semicolons, bars, "&" or commas, written "Jane Austen" or "Austen, Jane".
#[must_use]
pub fn authors_in(cell: &str) -> Vec<String> {
    cell.split([';', '|', '\n'])
        .flat_map(|part| part.split(" & "))
        .flat_map(|part| part.split(" / "))
        .flat_map(joined)
        .flat_map(by_commas)
        .collect()
}

/// "Marta Quell and Ivo Brandt" are two when both sides are whole names of people.
fn joined(part: &str) -> Vec<&str> {
    for word in [" and ", " und ", " et ", " y "] {
        if let Some((one, other)) = part.split_once(word)
            && [one, other.split(word).next().unwrap_or_default()]
                .iter()
                .all(|name| !is_body(name) && (2..=5).contains(&words(name)))
            && !one.contains(',')
        {
            let mut both = vec![one];
            both.extend(joined(other));
            return both;
        }
    }
    vec![part]
}

fn by_commas(part: &str) -> Vec<String> {
    let part = part.trim();
    if part.is_empty() {
        return Vec::new();
    }
    let found = pieces(part);
    if found.len() < 2 || is_body(part) {
        return vec![part.trim_end_matches(',').trim().to_owned()];
    }
    // "Martin Luther King, Jr." is one.
    let mut names: Vec<String> = Vec::new();
    for piece in found {
        match names.last_mut() {
            Some(name) if is_suffix(piece) => *name = format!("{name}, {piece}"),
            _ => names.push(piece.to_owned()),
        }
    }
    let inverted = |family: &str, given: &str| {
        is_dignity(family, given)
            || is_family(family)
            || words(given) == 1
            || given.split_whitespace().all(is_initial)
    };
    match names.as_slice() {
        [family, given] if inverted(family, given) => {
            // A suffix stood behind the given name, and stays behind the whole.
            vec![turned(&format!("{family}, {given}"))]
        }
        // "Quell, Marta, Brandt, Ivo".
        several
            if several.len() >= 4
                && several.len().is_multiple_of(2)
                && several.iter().step_by(2).all(|family| is_family(family)) =>
        {
            several
                .chunks_exact(2)
                .map(|pair| turned(&pair.join(", ")))
                .collect()
        }
        _ => names,
    }
}

/// What stands between the commas that are not inside brackets.
fn pieces(name: &str) -> Vec<&str> {
    let mut depth = 0_i32;
    name.split(|symbol| {
        depth += i32::from(matches!(symbol, '(' | '[')) - i32::from(matches!(symbol, ')' | ']'));
        symbol == ',' && depth <= 0
    })
    .map(str::trim)
    .filter(|piece| !piece.is_empty())
    .collect()
}

fn words(name: &str) -> usize {
    name.split_whitespace().count()
}

/// The first word in small letters, without a full stop.
fn first_word(text: &str) -> String {
    text.split_whitespace()
        .next()
        .unwrap_or_default()
        .trim_end_matches('.')
        .to_lowercase()
}

fn is_suffix(piece: &str) -> bool {
    words(piece) == 1 && SUFFIXES.contains(&first_word(piece).as_str())
}

fn is_initial(word: &str) -> bool {
    word.ends_with('.')
        && word
            .trim_end_matches('.')
            .split('.')
            .all(|part| part.chars().count() <= 2)
        || word.chars().count() == 1
}

fn is_family(name: &str) -> bool {
    words(name) == 1 || (words(name) <= 4 && PARTICLES.contains(&first_word(name).as_str()))
}

fn is_dignity(name: &str, behind: &str) -> bool {
    let numeral = name.split_whitespace().skip(1).last().is_some_and(|last| {
        last.chars().all(|symbol| matches!(symbol, 'I' | 'V' | 'X')) && !last.is_empty()
    });
    let dignity = DIGNITIES.contains(&first_word(behind).as_str());
    // "King, Saint John" is a family name still: only one word behind, or one before "of".
    dignity && (numeral || words(behind) == 1 || behind.contains(" of ") || behind.contains(" de "))
}

fn is_body(name: &str) -> bool {
    name.contains('(')
        || name
            .split(|symbol: char| !symbol.is_alphanumeric())
            .any(|word| BODIES.contains(&word.to_lowercase().as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn f16_authors_of_a_cell_are_told_apart_and_turned() {
        for (cell, names) in [
            (
                "Marta Quell & Ivo Brandt",
                &["Marta Quell", "Ivo Brandt"][..],
            ),
            ("Marta Quell and Ivo Brandt", &["Marta Quell", "Ivo Brandt"]),
            ("Oakes, Petra", &["Petra Oakes"]),
            ("Le Guin, Ursula K.", &["Ursula K. Le Guin"]),
            ("García Márquez, Gabriel", &["Gabriel García Márquez"]),
            ("Tolkien, J. R. R.", &["J. R. R. Tolkien"]),
            (
                "Oakes, Petra|Lindqvist, Sven",
                &["Petra Oakes", "Sven Lindqvist"],
            ),
            (
                "Oakes, Petra; Lindqvist, Sven",
                &["Petra Oakes", "Sven Lindqvist"],
            ),
            ("Quell, Marta & Brandt, Ivo", &["Marta Quell", "Ivo Brandt"]),
            ("Quell, Marta, Brandt, Ivo", &["Marta Quell", "Ivo Brandt"]),
            (
                "Petra Oakes, Sven Lindqvist",
                &["Petra Oakes", "Sven Lindqvist"],
            ),
            (
                "Frank Herbert, Kevin J. Anderson, Ann Doe",
                &["Frank Herbert", "Kevin J. Anderson", "Ann Doe"],
            ),
            ("Martin Luther King, Jr.", &["Martin Luther King, Jr."]),
            ("King, Martin Luther, Jr.", &["Martin Luther King, Jr."]),
            ("Malcolm X, Alex Haley", &["Malcolm X", "Alex Haley"]),
            ("Jane Austen", &["Jane Austen"]),
            ("Simon and Schuster", &["Simon and Schuster"]),
            (
                "Town Museum and Art Gallery",
                &["Town Museum and Art Gallery"],
            ),
            (" ; ", &[]),
        ] {
            assert_eq!(authors_in(cell), names, "{cell}");
        }
    }

    #[test]
    fn f17_a_comma_does_not_always_stand_behind_a_family_name() {
        for (heading, name) in [
            ("Austen, Jane", "Jane Austen"),
            ("King, Martin Luther, Jr.", "Martin Luther King, Jr."),
            ("Charles I, King of England", "Charles I"),
            ("Benedict XVI, Pope", "Benedict XVI"),
            (
                "Town Museum (Leith, Scotland)",
                "Town Museum (Leith, Scotland)",
            ),
            (
                "University of Leith, Department of Doors",
                "University of Leith, Department of Doors",
            ),
            ("King, Stephen", "Stephen King"),
            ("Prince, Richard", "Richard Prince"),
            ("Homer", "Homer"),
        ] {
            assert_eq!(turned(heading), name, "{heading}");
            assert!(
                authors_in(heading).iter().any(|author| author == name),
                "{heading}"
            );
        }
    }
}
