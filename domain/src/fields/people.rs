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
const BODIES: [&str; 37] = [
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

/// Words of bodies that people are called as well: "Church of England", but Charlotte Church.
const BODIES_AND_FAMILIES: [&str; 3] = ["press", "church", "bank"];

/// Houses that are called as two people are.
const HOUSES: [&str; 13] = [
    "barnes & noble",
    "simon & schuster",
    "faber & faber",
    "harper & row",
    "harper & brothers",
    "chapman & hall",
    "hodder & stoughton",
    "mills & boon",
    "rowman & littlefield",
    "thames & hudson",
    "weidenfeld & nicolson",
    "funk & wagnalls",
    "johnson & johnson",
];

/// Those of one name, whose name is no family name.
const OF_ONE_NAME: [&str; 20] = [
    "plato",
    "aristotle",
    "aeschylus",
    "sophocles",
    "euripides",
    "aristophanes",
    "herodotus",
    "thucydides",
    "xenophon",
    "sappho",
    "virgil",
    "ovid",
    "plutarch",
    "seneca",
    "epictetus",
    "confucius",
    "voltaire",
    "stendhal",
    "colette",
    "homer",
];

/// Words that begin family names of several words. Those that are given names as well are not
/// among them: Al, Di, Mac, San.
const PARTICLES: [&str; 27] = [
    "le", "la", "de", "van", "von", "vom", "zu", "du", "des", "del", "della", "da", "dal", "dos",
    "das", "den", "der", "ter", "ten", "el", "bin", "ibn", "abu", "st", "saint", "santa", "ó",
];

/// Names of one cell that are told apart by a word; more are no list of authors.
const MOST_JOINED: usize = 50;

/// "Austen, Jane" as it stands on a title page. What follows a second comma stays behind:
/// "King, Martin Luther, Jr.". Bodies, and those whose comma leads on to what they are, are not
/// turned: "Town Museum (Leith, Scotland)", "Charles I, King of England" is "Charles I". What
/// stands in brackets stays at the end: "Lewis, C. S. (Clive Staples)".
#[must_use]
pub fn turned(name: &str) -> String {
    let parts = pieces(name);
    if is_body_in_pieces(&parts) {
        return name.trim().to_owned();
    }
    let mut parts = parts.into_iter();
    let (family, given) = (
        parts.next().unwrap_or_default(),
        parts.next().unwrap_or_default(),
    );
    if is_dignity(family, given) {
        return family.to_owned();
    }
    let mut turned = if is_suffix(given) {
        format!("{family}, {given}")
    } else {
        let (given, brackets) = given
            .find(" (")
            .filter(|_| given.ends_with(')'))
            .map_or((given, ""), |at| given.split_at(at));
        format!("{given} {family}{brackets}").trim().to_owned()
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
        .flat_map(|part| part.split(" / "))
        .flat_map(by_signs)
        .flat_map(joined)
        .flat_map(by_commas)
        .collect()
}

/// What "&" sets apart, but not "Department of Health & Human Services".
fn by_signs(part: &str) -> Vec<&str> {
    if is_body(part) {
        vec![part]
    } else {
        part.split(" & ").collect()
    }
}

/// "Marta Quell and Ivo Brandt" are two when both sides are whole names of people.
fn joined(part: &str) -> Vec<&str> {
    let is_name = |name: &str| !is_body(name) && (2..=5).contains(&words(name));
    let mut names = Vec::new();
    let mut rest = part;
    while names.len() < MOST_JOINED {
        let two = [" and ", " und ", " et ", " y "]
            .into_iter()
            .find_map(|word| {
                let (one, others) = rest.split_once(word)?;
                let next = others.split(word).next().unwrap_or_default();
                let are_names = !one.contains(',') && is_name(one) && is_name(next);
                are_names.then_some((one, others))
            });
        let Some((one, others)) = two else {
            break;
        };
        names.push(one);
        rest = others;
    }
    names.push(rest);
    names
}

fn by_commas(part: &str) -> Vec<String> {
    let part = part.trim();
    if part.is_empty() {
        return Vec::new();
    }
    let found = pieces(part);
    if found.len() < 2 || is_body_in_pieces(&found) {
        if is_years(part) {
            return Vec::new();
        }
        return vec![part.trim_end_matches(',').trim().to_owned()];
    }
    // "Martin Luther King, Jr." is one.
    let mut names: Vec<String> = Vec::new();
    for piece in found.into_iter().filter(|piece| !is_years(piece)) {
        match names.last_mut() {
            Some(name) if is_suffix(piece) => *name = format!("{name}, {piece}"),
            _ => names.push(piece.to_owned()),
        }
    }
    let inverted = |family: &str, given: &str| {
        if is_dignity(family, given) {
            return true;
        }
        if is_of_one_name(family) || is_of_one_name(given) {
            // "Homer, Winslow" and "Church, Homer", but "Plato, Desmond Lee".
            return words(family) == 1 && words(given) == 1;
        }
        if is_family(family) {
            return true;
        }
        // "García Márquez, Gabriel", but "J.K. Rowling, MinaLima".
        !family.split_whitespace().any(is_initial)
            && (words(given) == 1 || given.split_whitespace().all(is_initial))
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

/// "1775-1817", "1901-".
fn is_years(piece: &str) -> bool {
    let is_between = |symbol: char| matches!(symbol, '-' | '\u{2013}' | '?' | '.' | ' ');
    piece.chars().filter(char::is_ascii_digit).count() >= 3
        && piece
            .chars()
            .all(|symbol| symbol.is_ascii_digit() || is_between(symbol))
}

fn is_of_one_name(name: &str) -> bool {
    words(name) == 1 && OF_ONE_NAME.contains(&first_word(name).as_str())
}

/// Many are called Earl, Duke or King: it takes a number behind the name, or a land, to make
/// a dignity of it.
fn is_dignity(name: &str, behind: &str) -> bool {
    let numeral = name
        .split_whitespace()
        .skip(1)
        .last()
        .is_some_and(|last| last.chars().all(|symbol| matches!(symbol, 'I' | 'V' | 'X')));
    DIGNITIES.contains(&first_word(behind).as_str())
        && (numeral || behind.contains(" of ") || behind.contains(" de "))
}

/// Whether a text between separators names a body, by its words; what is in brackets behind it
/// says nothing.
fn is_body(name: &str) -> bool {
    let name = name.split(['(', '[']).next().unwrap_or_default();
    let lower = name.trim().to_lowercase();
    let has = |bodies: &[&str]| {
        lower
            .split(|symbol: char| !symbol.is_alphanumeric())
            .any(|word| bodies.contains(&word))
    };
    has(&BODIES)
        || HOUSES.iter().any(|house| lower.starts_with(*house))
        || (has(&BODIES_AND_FAMILIES) && lower.contains(" of "))
}

/// Whether what commas set apart is one body. One word in front is a family name, whatever it
/// means: "Bank, Melissa".
fn is_body_in_pieces(pieces: &[&str]) -> bool {
    pieces.split_first().is_some_and(|(first, others)| {
        (words(first) > 1 && is_body(first)) || others.iter().any(|other| is_body(other))
    })
}

#[cfg(test)]
mod tests;
