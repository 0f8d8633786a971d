//! Addresses are promises: links in mails, bookmarks and programs elsewhere hold them.

/// Every address of the site with its method and who may, as it was last agreed. Whoever changes
/// one sees it here, and thinks of those who still have the old one.
#[test]
fn public_addresses_are_these() {
    let lines: Vec<String> = dogear_app::routes(false)
        .access()
        .iter()
        .map(|((method, path), rule)| format!("{method} {path} {:?}", rule.who))
        .collect();
    insta::assert_snapshot!(lines.join("\n"));
}
