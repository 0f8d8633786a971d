//! Hashed file names, compressed copies, and the list that tells the server about them.

use std::{
    collections::BTreeMap,
    fs,
    io::Write,
    path::{Path, PathBuf},
};

use anyhow::Context;

use crate::{
    fingerprint::{content_hash, files_below, write},
    project::Profile,
};

/// Files worth compressing; images and fonts are compressed already.
const COMPRESSIBLE: [&str; 9] = [
    "css",
    "html",
    "js",
    "json",
    "svg",
    "txt",
    "wasm",
    "webmanifest",
    "xml",
];

/// The assets of one build under their hashed names.
pub(crate) struct Assets {
    folder: PathBuf,
    profile: Profile,
    /// From the plain name to the address.
    addresses: BTreeMap<String, String>,
}

impl Assets {
    /// Assets to be written below `site`, as addresses below `/pkg/`.
    pub(crate) fn new(site: &Path, profile: Profile) -> Self {
        Self {
            folder: site.join("pkg"),
            profile,
            addresses: BTreeMap::new(),
        }
    }

    /// Writes a file under a name that contains its content's hash: `stem.<hash>.extension`.
    /// The server finds it as `key`. Returns the new file name.
    pub(crate) fn add(
        &mut self,
        key: &str,
        file_name: &str,
        content: &[u8],
    ) -> anyhow::Result<String> {
        let name = hashed_name(file_name, &content_hash(content));
        let path = self.folder.join(&name);
        if !path.exists() {
            write(&path, content)?;
        }
        if self.profile == Profile::Release {
            compress(&path, content)?;
        }
        self.addresses
            .insert(key.to_owned(), format!("/pkg/{name}"));
        Ok(name)
    }

    /// Writes the list `assets.json`, then removes the assets of earlier builds.
    pub(crate) fn finish(self, site: &Path) -> anyhow::Result<()> {
        let list = serde_json::to_vec_pretty(&self.addresses)?;
        write(&site.join("assets.json"), &list)?;
        let current: Vec<&str> = self
            .addresses
            .values()
            .filter_map(|address| address.strip_prefix("/pkg/"))
            .collect();
        for path in files_below(&self.folder)? {
            let file = path
                .strip_prefix(&self.folder)?
                .to_string_lossy()
                .into_owned();
            if !current.iter().any(|name| file.starts_with(name)) {
                fs::remove_file(&path).with_context(|| format!("removing {}", path.display()))?;
            }
        }
        Ok(())
    }
}

/// `app.css` with the hash `ab12` is `app.ab12.css`.
fn hashed_name(file_name: &str, hash: &str) -> String {
    match file_name.rsplit_once('.') {
        Some((stem, extension)) => format!("{stem}.{hash}.{extension}"),
        None => format!("{file_name}.{hash}"),
    }
}

/// Writes `.br` and `.gz` beside a file that gains from it, unless they are there and newer.
pub(crate) fn compress(path: &Path, content: &[u8]) -> anyhow::Result<()> {
    let extension = path
        .extension()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned();
    if !COMPRESSIBLE.contains(&extension.as_str()) {
        return Ok(());
    }
    let beside = |ending: &str| path.with_extension(format!("{extension}.{ending}"));
    let written = fs::metadata(path)?.modified()?;
    let fresh = |copy: &Path| {
        fs::metadata(copy)
            .and_then(|found| found.modified())
            .is_ok_and(|time| time >= written)
    };
    let (brotli_path, gzip_path) = (beside("br"), beside("gz"));
    if !fresh(&brotli_path) {
        let settings = brotli::enc::BrotliEncoderParams {
            quality: 11,
            ..Default::default()
        };
        let mut small = Vec::new();
        brotli::BrotliCompress(&mut &*content, &mut small, &settings)?;
        write(&brotli_path, &small)?;
    }
    if !fresh(&gzip_path) {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
        encoder.write_all(content)?;
        write(&gzip_path, &encoder.finish()?)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn assets_are_listed_compressed_and_replaced() {
        let site = std::env::temp_dir().join(format!("dogear-assets-{}", std::process::id()));
        let build = |content: &[u8]| {
            let mut assets = Assets::new(&site, Profile::Release);
            let name = assets.add("app.css", "app.css", content).expect("add");
            assets.finish(&site).expect("finish");
            site.join("pkg").join(name)
        };
        let old = build(b"p{}");
        let new = build(b"i{}");
        assert_ne!(old, new);
        let list = fs::read_to_string(site.join("assets.json")).expect("list");
        let name = new
            .file_name()
            .expect("name")
            .to_string_lossy()
            .into_owned();
        assert!(
            list.contains(&format!("\"app.css\": \"/pkg/{name}\"")),
            "{list}"
        );
        let mut left: Vec<_> = files_below(&site.join("pkg")).expect("files");
        left.sort();
        let with = |ending: &str| PathBuf::from(format!("{}{ending}", new.display()));
        assert_eq!(left, [new.clone(), with(".br"), with(".gz")]);
        fs::remove_dir_all(site).expect("clean up");
    }
}
