//! What a browser has to load before a page is whole and quick to the touch.

use std::{collections::BTreeMap, fs, path::Path};

use anyhow::{Context, ensure};

use crate::site;

/// The files and their bytes, compressed by brotli as they are sent. When one has grown for a
/// reason, the number follows in the same commit.
const BUDGET: [(&str, u64); 7] = [
    ("app.css", 10_200),
    ("barcode.wasm", 22_600),
    ("boot.js", 855),
    ("client.js", 9_700),
    ("client.wasm", 134_000),
    ("door.js", 5_400),
    ("square.wasm", 91_500),
];

/// Nothing has grown by more than a tenth, which is what compilers and crates do by themselves.
///
/// # Errors
/// Names each file that has.
pub(crate) fn check() -> anyhow::Result<()> {
    let sizes = sizes(&site::released()?)?;
    for (file, bytes) in &sizes {
        println!("{file:<14} {bytes:>8} bytes");
    }
    let grown = grown(&sizes);
    ensure!(
        grown.is_empty(),
        "What browsers load has grown:\n{}",
        grown.join("\n")
    );
    Ok(())
}

/// The bytes of each asset of the budget that the site in this folder has.
fn sizes(site: &Path) -> anyhow::Result<BTreeMap<&'static str, u64>> {
    let list = fs::read(site.join("assets.json")).context("reading the list of assets")?;
    let addresses: BTreeMap<String, String> = serde_json::from_slice(&list)?;
    BUDGET
        .iter()
        .map(|(file, _)| {
            let address = addresses
                .get(*file)
                .with_context(|| format!("the site has no {file}"))?;
            let path = site.join(format!("{}.br", address.trim_start_matches('/')));
            let bytes = fs::metadata(&path).with_context(|| path.display().to_string())?;
            Ok((*file, bytes.len()))
        })
        .collect()
}

fn grown(sizes: &BTreeMap<&'static str, u64>) -> Vec<String> {
    BUDGET
        .iter()
        .filter_map(|(file, budget)| {
            let bytes = sizes.get(file).copied().unwrap_or_default();
            (bytes > budget + budget / 10)
                .then(|| format!("{file}: {bytes} bytes, where {budget} were enough"))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tenth_more_is_too_much() {
        let mut sizes: BTreeMap<&str, u64> = BUDGET.into_iter().collect();
        assert_eq!(grown(&sizes), Vec::<String>::new());
        sizes.insert("boot.js", 941);
        assert_eq!(grown(&sizes), ["boot.js: 941 bytes, where 855 were enough"]);
    }
}
