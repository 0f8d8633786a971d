//! The table, the JSON files, sizes and memory.

use std::path::Path;
use std::time::Duration;

use serde::Serialize;

use dogear::commands::Failure;

/// One page at one size. Rates in requests per second.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Row {
    pub page: String,
    pub editions: usize,
    pub signed_in: bool,
    pub l0: f64,
    pub l1: f64,
    pub l2: f64,
    pub app: f64,
    /// With pages kept for visitors; nothing for those who are signed in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kept: Option<f64>,
    pub p50_ms: f64,
    pub p99_ms: f64,
    pub bytes: usize,
    pub sql: u32,
}

/// Prints all rows as one table.
pub(super) fn print(rows: &[Row]) {
    println!(
        "{:<8} {:>9} {:>9} {:>8} {:>8} {:>8} {:>8} {:>7} {:>7} {:>8} {:>7} {:>8} {:>8} {:>7} {:>4}",
        "page",
        "editions",
        "signed in",
        "L0",
        "L1",
        "L2",
        "Dogear",
        "of L2",
        "of L0",
        "kept",
        "of L0",
        "p50 ms",
        "p99 ms",
        "bytes",
        "SQL"
    );
    for row in rows {
        println!(
            "{:<8} {:>9} {:>9} {:>8.0} {:>8.0} {:>8.0} {:>8.0} {:>7.2} {:>7.3} {:>8} {:>7} {:>8.2} {:>8.2} {:>7} {:>4}",
            row.page,
            row.editions,
            row.signed_in,
            row.l0,
            row.l1,
            row.l2,
            row.app,
            row.app / row.l2,
            row.app / row.l0,
            row.kept
                .map_or_else(|| "-".into(), |kept| format!("{kept:.0}")),
            row.kept
                .map_or_else(|| "-".into(), |kept| format!("{:.2}", kept / row.l0)),
            row.p50_ms,
            row.p99_ms,
            row.bytes,
            row.sql
        );
    }
}

/// Writes the rows of each page to `<page>.json`.
///
/// # Errors
/// When the folder cannot be written.
pub(super) fn write(rows: &[Row], folder: &Path) -> Result<(), Failure> {
    std::fs::create_dir_all(folder)?;
    let mut pages: Vec<&str> = rows.iter().map(|row| row.page.as_str()).collect();
    pages.dedup();
    pages.sort_unstable();
    pages.dedup();
    for page in pages {
        let of_page: Vec<&Row> = rows.iter().filter(|row| row.page == page).collect();
        std::fs::write(
            folder.join(format!("{page}.json")),
            serde_json::to_vec_pretty(&of_page)?,
        )?;
    }
    Ok(())
}

/// Prints what the browser fetches besides the page.
///
/// # Errors
/// When the built site cannot be read.
pub(super) fn sizes(site_root: &Path) -> Result<(), Failure> {
    let mut files: Vec<_> = std::fs::read_dir(site_root.join("pkg"))?
        .filter_map(Result::ok)
        .map(|entry| entry.path())
        .filter(|path| !matches!(path.extension().and_then(|e| e.to_str()), Some("br" | "gz")))
        .collect();
    files.sort();
    for path in files {
        let plain = std::fs::metadata(&path)?.len();
        let mut compressed = path.clone().into_os_string();
        compressed.push(".br");
        let brotli = std::fs::metadata(compressed).map(|meta| meta.len().to_string());
        println!(
            "{:<40} {plain:>9} bytes, {:>8} brotli",
            path.file_name().unwrap_or_default().to_string_lossy(),
            brotli.unwrap_or_else(|_| "no".into())
        );
    }
    Ok(())
}

/// Memory of this process in KiB (`VmRSS` of /proc/self/status).
pub(super) fn resident_kib() -> u64 {
    std::fs::read_to_string("/proc/self/status")
        .unwrap_or_default()
        .lines()
        .find_map(|line| line.strip_prefix("VmRSS:"))
        .and_then(|rest| rest.split_whitespace().next()?.parse().ok())
        .unwrap_or(0)
}

/// In milliseconds, by the nearest rank.
pub(super) fn quantile(times: &mut [Duration], share: f64) -> f64 {
    times.sort_unstable();
    let rank = (times.len() as f64 * share).ceil() as usize;
    times
        .get(rank.saturating_sub(1))
        .map_or(0.0, |time| time.as_secs_f64() * 1000.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_are_of_the_nearest_rank() {
        let mut times: Vec<Duration> = (1..=100).rev().map(Duration::from_millis).collect();
        assert_eq!(quantile(&mut times, 0.5), 50.0);
        assert_eq!(quantile(&mut times, 0.95), 95.0);
        assert_eq!(quantile(&mut [], 0.5), 0.0);
    }
}
