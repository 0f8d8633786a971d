//! Choices that several forms offer.

use std::borrow::Cow;
use std::sync::LazyLock;

use dogear_domain::countries::COUNTRIES;

/// Value and label of each choice.
type Choices = Cow<'static, [(String, String)]>;

/// Value and label of each time zone people live in.
static ZONES: LazyLock<Vec<(String, String)>> = LazyLock::new(|| {
    const CONTINENTS: &[&str] = &[
        "Africa",
        "America",
        "Antarctica",
        "Arctic",
        "Asia",
        "Atlantic",
        "Australia",
        "Europe",
        "Indian",
        "Pacific",
    ];
    let mut zones: Vec<(String, String)> = jiff::tz::db()
        .available()
        .map(|name| name.to_string())
        .filter(|name| {
            name.split_once('/')
                .is_some_and(|(continent, _)| CONTINENTS.contains(&continent))
        })
        .map(|name| {
            let label = name.replace('_', " ").replace('/', " / ");
            (name, label)
        })
        .collect();
    zones.push(("UTC".into(), "UTC".into()));
    zones
});

/// Code and name of each country, and none.
static COUNTRY_OPTIONS: LazyLock<Vec<(String, String)>> = LazyLock::new(|| {
    let named = COUNTRIES.iter().copied();
    std::iter::once(("", "Not said"))
        .chain(named)
        .map(|(code, name)| (code.to_owned(), name.to_owned()))
        .collect()
});

/// Every country, and none.
pub fn countries() -> Choices {
    Cow::from(&*COUNTRY_OPTIONS)
}

/// Every time zone, and `chosen`, which may have an older name.
pub fn zones_with(chosen: &str) -> Choices {
    let mut zones = Cow::from(&*ZONES);
    if !chosen.is_empty() && zones.iter().all(|(name, _)| name != chosen) {
        zones.to_mut().push((chosen.to_owned(), chosen.to_owned()));
    }
    zones
}
