//! Playwright, over a site that is started for one run alone.

use std::{
    path::{Path, PathBuf},
    process::Command,
};

use crate::{
    prereq, proc,
    project::{self, Profile},
    site,
};

/// Builds the site as it is released, and its program unless `has_program`, and makes sure of
/// everything the browser's runs need. Gives the folder of the site: what is sent is what is tested,
/// however the program was built.
///
/// # Errors
/// When something is missing or the build fails.
pub(crate) fn build(profile: Profile, has_program: bool) -> anyhow::Result<PathBuf> {
    let mut needed = prereq::for_build(Profile::Release);
    needed.extend(prereq::SERVICES);
    needed.extend(prereq::BROWSER);
    prereq::ensure(&needed)?;
    prereq::install_npm_tools()?;
    if !has_program {
        proc::step("Building the server", "it renders every page", || {
            site::server(profile)
        })?;
    }
    proc::step(
        "Building what browsers load",
        "as it is released: islands, styles, scripts",
        site::released,
    )
}

/// One run of Playwright: the tests that `which` selects, or what `look` names in its
/// configuration. [`build`] comes first.
///
/// # Errors
/// When anything fails in the browser.
pub(crate) fn playwright(
    profile: Profile,
    site: &Path,
    which: &[&str],
    look: Option<&str>,
) -> anyhow::Result<()> {
    let mut playwright = Command::new("npx");
    playwright
        .current_dir(project::end2end())
        .args(["--no-install", "playwright", "test"])
        .args(which)
        .env("DOGEAR_PROGRAM", project::server(profile))
        .env("DOGEAR_SITE_ROOT", site);
    let tools = prereq::python_tools()?;
    playwright
        .env("HTTPLINT", tools.join("httplint"))
        .env("SCHEMATHESIS", tools.join("schemathesis"));
    if let Some(look) = look {
        playwright.env("DOGEAR_LOOK", look);
    }
    if let Some(chromium) = prereq::chromium() {
        playwright.env("CHROMIUM", chromium);
    }
    proc::run(&mut playwright)
}
