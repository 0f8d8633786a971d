//! Building the server and everything it sends to browsers.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, anyhow};
use wasm_bindgen_cli_support::Bindgen;

use crate::{
    assets::{self, Assets},
    css,
    fingerprint::{Inputs, content_hash, files_below, write},
    prereq, proc,
    project::{self, Profile},
};

/// Changes whenever these steps change, so that old results are not taken for current ones.
const STEPS: &str = "site 3";
/// The WebAssembly features that both the compiler's output uses and every current browser has.
/// Enabling all of them yields modules that browsers reject.
const WASM_FEATURES: [&str; 6] = [
    "--enable-bulk-memory",
    "--enable-multivalue",
    "--enable-mutable-globals",
    "--enable-nontrapping-float-to-int",
    "--enable-reference-types",
    "--enable-sign-ext",
];

/// Builds the server's program and the site.
pub(crate) fn build(profile: Profile) -> anyhow::Result<()> {
    proc::step("Building the server", "it renders every page", || {
        server(profile)
    })?;
    files(profile)
}

/// Builds the site alone: what browsers load beside the pages.
pub(crate) fn files(profile: Profile) -> anyhow::Result<()> {
    let wasm = proc::step(
        "Building the islands",
        "the interactive parts of pages, as WebAssembly",
        || client(profile),
    )?;
    let readers = proc::step(
        "Building the readers of codes",
        "WebAssembly too, of which a page with a camera loads one",
        || readers(profile),
    )?;
    proc::step(
        "Collecting the site",
        "styles, scripts and public files under hashed names",
        || site(profile, &wasm, &readers),
    )
}

/// Builds the server's program only.
pub(crate) fn server(profile: Profile) -> anyhow::Result<()> {
    let mut cargo = cargo();
    cargo.args(["build", "--package", "dogear", "--bin", "dogear"]);
    if profile == Profile::Release {
        cargo.arg("--release");
    }
    proc::run(&mut cargo)
}

/// Builds the islands and returns the path of the module as the compiler wrote it.
fn client(profile: Profile) -> anyhow::Result<PathBuf> {
    wasm(profile, &["dogear-client"], "dogear_client.wasm")
}

/// The readers of codes, each a module that needs no JavaScript: what pages call it, and the path.
type Readers = [(&'static str, PathBuf); 2];

/// Builds the readers of barcodes and of square codes.
fn readers(profile: Profile) -> anyhow::Result<Readers> {
    let built = |package, file| wasm(profile, &[package, "--lib"], file);
    Ok([
        (
            "barcode.wasm",
            built("dogear-barcode", "dogear_barcode.wasm")?,
        ),
        ("square.wasm", built("dogear-square", "dogear_square.wasm")?),
    ])
}

/// Builds a package for WebAssembly and returns the path of the module `file`.
fn wasm(profile: Profile, package: &[&str], file: &str) -> anyhow::Result<PathBuf> {
    const TARGET: &str = "wasm32-unknown-unknown";
    let (name, folder) = wasm_profile(profile);
    proc::run(
        cargo()
            .args(["build", "--target", TARGET, "--profile", name, "--package"])
            .args(package),
    )?;
    Ok(project::target().join(TARGET).join(folder).join(file))
}

/// The profile for WebAssembly, and the folder of what it gives.
fn wasm_profile(profile: Profile) -> (&'static str, &'static str) {
    match profile {
        Profile::Dev => ("dev", "debug"),
        Profile::Release => ("wasm-release", "wasm-release"),
    }
}

/// The cargo that runs us, in the project's folder.
pub(crate) fn cargo() -> Command {
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.current_dir(project::root());
    cargo
}

fn site(profile: Profile, wasm: &Path, readers: &Readers) -> anyhow::Result<()> {
    let (root, site) = (project::root(), project::site());
    let bindings = bindings(profile, wasm)?;

    // One stamp for both profiles: they write to the same folder.
    let mut inputs = Inputs::of(&format!("{STEPS} {profile:?}"));
    for (_, module) in readers {
        inputs.built_file(module)?;
    }
    for folder in [root.join("style"), root.join("public"), bindings.clone()] {
        for file in files_below(&folder)? {
            inputs.file(&file)?;
        }
    }
    let stamp = project::target().join("site-work/site.stamp");
    if !site.join("assets.json").exists() && stamp.exists() {
        fs::remove_file(&stamp)?;
    }
    inputs
        .run_if_changed(&stamp, || {
            collect(profile, &root, &bindings, readers, &site)
        })
        .map(drop)
}

/// Everything that browsers load, as it is released, in a folder of its own: the site that is
/// there stays as it is.
///
/// # Errors
/// When a part cannot be built.
pub(crate) fn released() -> anyhow::Result<PathBuf> {
    let profile = Profile::Release;
    let (wasm, readers) = (client(profile)?, readers(profile)?);
    let bindings = bindings(profile, &wasm)?;
    let folder = project::target().join("site-work/released");
    collect(profile, &project::root(), &bindings, &readers, &folder)?;
    Ok(folder)
}

/// The folder with the module and its JavaScript, made anew when the compiler's module changed.
fn bindings(profile: Profile, wasm: &Path) -> anyhow::Result<PathBuf> {
    let work = project::target()
        .join("site-work")
        .join(format!("{profile:?}").to_lowercase());
    let bindings = work.join("bindings");
    let mut inputs = Inputs::of(&format!("{STEPS} bindings"));
    inputs.built_file(wasm)?;
    inputs.run_if_changed(&work.join("bindings.stamp"), || {
        bind(profile, wasm, &bindings)
    })?;
    Ok(bindings)
}

/// Writes the module and its JavaScript into `bindings`.
fn bind(profile: Profile, wasm: &Path, bindings: &Path) -> anyhow::Result<()> {
    if bindings.exists() {
        fs::remove_dir_all(bindings)?;
    }
    let release = profile == Profile::Release;
    Bindgen::new()
        .input_path(wasm)
        .out_name("client")
        .web(true)
        .and_then(|bindgen| {
            bindgen
                .typescript(false)
                .remove_name_section(release)
                .remove_producers_section(release)
                .generate(bindings)
        })
        .map_err(|error| anyhow!("wasm-bindgen failed: {error:#}"))?;
    if release {
        let module = bindings.join("client_bg.wasm");
        prereq::install_npm_tools()?;
        proc::run(
            Command::new(project::end2end().join("node_modules/.bin/wasm-opt"))
                .arg("-Oz")
                .args(WASM_FEATURES)
                .arg(&module)
                .arg("-o")
                .arg(&module),
        )?;
    }
    Ok(())
}

/// Writes the whole site.
fn collect(
    profile: Profile,
    root: &Path,
    bindings: &Path,
    readers: &Readers,
    site: &Path,
) -> anyhow::Result<()> {
    let mut assets = Assets::new(site, profile);
    let sheet = css::bundle(&root.join("style/main.css"))?;
    let sheet = match profile {
        Profile::Dev => sheet,
        Profile::Release => css::minify(&sheet),
    };
    assets.add("app.css", "app.css", sheet.as_bytes())?;
    add_client(&mut assets, bindings)?;
    for (name, module) in readers {
        let module = fs::read(module).with_context(|| format!("reading {name}"))?;
        assets.add(name, name, &module)?;
    }
    let scripts = root.join("public/js");
    for script in files_below(&scripts)? {
        let key = script
            .strip_prefix(&scripts)?
            .to_string_lossy()
            .into_owned();
        assets.add(&key, &key, &fs::read(&script)?)?;
    }
    copy_public(profile, &root.join("public"), &scripts, site)?;
    assets.finish(site)
}

/// Adds the islands' module and script; the script's references follow the hashed names.
fn add_client(assets: &mut Assets, bindings: &Path) -> anyhow::Result<()> {
    let module = fs::read(bindings.join("client_bg.wasm")).context("reading the islands")?;
    let module = assets.add("client.wasm", "client_bg.wasm", &module)?;
    let script = fs::read_to_string(bindings.join("client.js")).context("reading the script")?;
    let mut script = script.replace("client_bg.wasm", &module);
    // Scripts that crates bring along import nothing themselves, so they may move.
    let snippets = bindings.join("snippets");
    for file in files_below(&snippets)? {
        let old = format!("./snippets/{}", file.strip_prefix(&snippets)?.display());
        let content = fs::read(&file)?;
        let key = format!("snippet-{}.js", content_hash(old.as_bytes()));
        let new = assets.add(&key, &key, &content)?;
        // Only where it is imported: the module knows it by its old name.
        script = script.replace(&format!("from \"{old}\""), &format!("from \"./{new}\""));
    }
    assets
        .add("client.js", "client.js", script.as_bytes())
        .map(drop)
}

/// Copies the public files, other than scripts, and removes those that are public no longer.
fn copy_public(profile: Profile, public: &Path, scripts: &Path, site: &Path) -> anyhow::Result<()> {
    let mut kept = Vec::new();
    for file in files_below(public)? {
        if file.starts_with(scripts) {
            continue;
        }
        let copy = site.join(file.strip_prefix(public)?);
        let content = fs::read(&file)?;
        if fs::read(&copy).ok().as_ref() != Some(&content) {
            write(&copy, &content)?;
        }
        let name = copy.to_string_lossy().into_owned();
        if profile == Profile::Release {
            assets::compress(&copy, &content)?;
            // A quick build leaves none behind: they would be served in place of newer content.
            kept.extend([format!("{name}.br"), format!("{name}.gz")]);
        }
        kept.push(name);
    }
    let own = [site.join("pkg"), site.join("assets.json")];
    for file in files_below(site)? {
        let name = file.to_string_lossy();
        let is_kept = kept.iter().any(|copy| name == *copy);
        if !is_kept && !own.iter().any(|own| file.starts_with(own)) {
            fs::remove_file(&file).with_context(|| format!("removing {}", file.display()))?;
        }
    }
    Ok(())
}
