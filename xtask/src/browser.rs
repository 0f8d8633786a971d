//! Playwright, over a site that is started for one run alone.

use std::process::Command;

use crate::{
    prereq, proc,
    project::{self, Profile},
    site,
};

/// Builds the site, and its program unless `has_program`, and makes sure of everything the browser's
/// runs need.
///
/// # Errors
/// When something is missing or the build fails.
pub(crate) fn build(profile: Profile, has_program: bool) -> anyhow::Result<()> {
    let mut needed = prereq::for_build(profile);
    needed.extend(prereq::SERVICES);
    needed.extend(prereq::BROWSER);
    prereq::ensure(&needed)?;
    if has_program {
        site::files(profile)?;
    } else {
        site::build(profile)?;
    }
    prereq::install_npm_tools()
}

/// One run of Playwright: the tests that `which` selects, or what `look` names in its
/// configuration. [`build`] comes first.
///
/// # Errors
/// When anything fails in the browser.
pub(crate) fn playwright(
    profile: Profile,
    which: &[&str],
    look: Option<&str>,
) -> anyhow::Result<()> {
    let mut playwright = Command::new("npx");
    playwright
        .current_dir(project::end2end())
        .args(["--no-install", "playwright", "test"])
        .args(which)
        .env("DOGEAR_PROGRAM", project::server(profile))
        .env("DOGEAR_SITE_ROOT", project::site())
        .env("HTTPLINT", prereq::httplint()?);
    if let Some(look) = look {
        playwright.env("DOGEAR_LOOK", look);
    }
    if let Some(chromium) = prereq::chromium() {
        playwright.env("CHROMIUM", chromium);
    }
    proc::run(&mut playwright)
}
