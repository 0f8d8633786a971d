//! Made-up titles and names with the shape of real ones: few words are common,
//! many are rare (Zipf's law with exponent 1).

use rand::Rng;

const COMMON: &[&str] = &[
    "night", "house", "river", "city", "garden", "winter", "letter", "island", "summer", "light",
    "sea", "road", "book", "daughter", "shadow", "stone", "bird", "glass", "mountain", "war",
    "song", "king", "window", "year", "child", "fire", "forest", "paper", "silence", "bridge",
    "salt", "clock", "harbour", "mirror", "train", "wolf", "orchard", "history", "art", "map",
    "ghost", "morning", "bread", "queen", "tower", "lake", "dust", "thread", "moon", "voyage",
    "lantern", "archive", "weather", "kitchen", "border", "signal", "field", "tide", "room",
    "star",
];
const QUALITIES: &[&str] = &[
    "last",
    "long",
    "hidden",
    "little",
    "quiet",
    "lost",
    "white",
    "other",
    "second",
    "broken",
    "golden",
    "distant",
    "secret",
    "old",
    "new",
    "blue",
    "burning",
    "invisible",
    "great",
    "empty",
];
const SYLLABLES: &[&str] = &[
    "ma", "ren", "tol", "vi", "ka", "dor", "el", "sha", "bri", "no", "lun", "ter", "za", "qui",
    "bel", "or", "fen", "gra", "mi", "pel", "sto", "ur", "wen", "yl", "cha", "dri", "hol", "jas",
];
const GIVEN: &[&str] = &[
    "Anna", "Thomas", "Marie", "Jonas", "Clara", "Peter", "Ines", "Marek", "Elif", "Hugo", "Nadia",
    "Oskar", "Lucia", "Ivan", "Mei", "Samuel", "Greta", "Amir", "Rosa", "Leon", "Yuki", "Dmitri",
];

/// A number from 0 to `n` − 1 in which small ones are likely: `P(k) ∝ 1/(k+1)`,
/// by inversion of the continuous form.
pub(super) fn zipf(random: &mut impl Rng, n: usize) -> usize {
    let u: f64 = random.random();
    (((n as f64 + 1.0).powf(u)) as usize)
        .saturating_sub(1)
        .min(n - 1)
}

/// The `k`-th rare word; the same `k` gives the same word.
fn rare(k: usize) -> String {
    let base = SYLLABLES.len();
    let mut word = String::new();
    let mut rest = k + base;
    while rest > 0 {
        word.push_str(SYLLABLES[rest % base]);
        rest /= base;
    }
    word
}

fn noun(random: &mut impl Rng) -> String {
    let k = zipf(random, 20_000);
    COMMON
        .get(k)
        .map_or_else(|| rare(k), |word| (*word).to_owned())
}

fn capital(word: &str) -> String {
    let mut letters = word.chars();
    letters
        .next()
        .map(|first| first.to_uppercase().chain(letters).collect())
        .unwrap_or_default()
}

/// A title of one to six words.
pub(super) fn title(random: &mut impl Rng) -> String {
    let a = capital(&noun(random));
    let b = capital(&noun(random));
    let quality = capital(QUALITIES[zipf(random, QUALITIES.len())]);
    match random.random_range(0..7) {
        0 => a,
        1 => format!("The {a}"),
        2 => format!("The {quality} {a}"),
        3 => format!("{a} and {b}"),
        4 => format!("The {a} of the {b}"),
        5 => format!("A {quality} {a} in {b}"),
        _ => format!("{quality} {a}"),
    }
}

/// A given name and a family name.
pub(super) fn author(random: &mut impl Rng) -> String {
    let family = capital(&rare(random.random_range(0..40_000)));
    format!("{} {family}", GIVEN[zipf(random, GIVEN.len())])
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng;
    use rand::rngs::StdRng;

    use super::*;

    #[test]
    fn the_same_seed_gives_the_same_titles_and_small_numbers_are_likely() {
        let titles = |seed| {
            let mut random = StdRng::seed_from_u64(seed);
            (0..50).map(|_| title(&mut random)).collect::<Vec<_>>()
        };
        assert_eq!(titles(1), titles(1));
        assert_ne!(titles(1), titles(2));
        let mut random = StdRng::seed_from_u64(3);
        let small = (0..1000)
            .filter(|_| zipf(&mut random, 10_000) < 100)
            .count();
        assert!((400..600).contains(&small), "{small}");
    }
}
