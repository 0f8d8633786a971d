//! The same statements from `pgbench`, without a server between.

use std::path::{Path, PathBuf};

use dogear::commands::Failure;
use tokio::process::Command;

use super::bare::{BOOK, COUNT, LOCK};

/// Where the seats are, and who takes them: numbers without a gap.
pub(super) struct Wanted {
    pub first_date: i64,
    pub dates: usize,
    pub first_reader: i64,
    pub readers: usize,
}

/// Seats a second.
///
/// # Errors
/// When `pgbench` is not installed, or fails.
pub(super) async fn run(
    url: &str,
    wanted: &Wanted,
    busy: u32,
    folder: &Path,
) -> Result<f64, Failure> {
    let share = wanted.readers / busy as usize;
    let first_reader = wanted.first_reader;
    let (first_date, dates) = (wanted.first_date, wanted.dates);
    // Each client counts for itself.
    let mut script = format!(
        "\\set n :client_id * {share} + :i\n\\set i :i + 1\n\
         \\set date {first_date} + :n % {dates}\n\\set reader {first_reader} + :n\nbegin;\n"
    );
    for statement in [LOCK, BOOK, COUNT] {
        script.push_str(&statement.replace("$1", ":date").replace("$2", ":reader"));
        script.push_str(";\n");
    }
    script.push_str("commit;\n");
    let file = folder.join("seats.pgbench");
    std::fs::write(&file, script)?;
    let output = Command::new(program()?)
        .args(["--no-vacuum", "--protocol=prepared", "--define=i=0"])
        .arg(format!("--client={busy}"))
        .arg(format!("--transactions={share}"))
        .arg("--file")
        .arg(&file)
        .arg(url)
        .output()
        .await?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    rate(&text)
        .filter(|_| output.status.success())
        .ok_or_else(|| {
            let says = String::from_utf8_lossy(&output.stderr);
            format!("pgbench says: {text}{says}").into()
        })
}

/// From the line `tps = 123.4 (without initial connection time)`.
fn rate(text: &str) -> Option<f64> {
    let line = text.lines().find_map(|line| line.strip_prefix("tps = "))?;
    line.split(' ').next()?.parse().ok()
}

fn program() -> Result<PathBuf, Failure> {
    let versions = std::fs::read_dir("/usr/lib/postgresql").into_iter();
    let installed = versions
        .flatten()
        .flatten()
        .map(|version| version.path().join("bin"));
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path)
        .chain(installed)
        .map(|folder| folder.join("pgbench"))
        .find(|program| program.is_file())
        .ok_or_else(|| "pgbench is needed. On Debian: apt-get install postgresql-contrib".into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rate_is_read_from_what_pgbench_prints() {
        let text =
            "latency average = 1.2 ms\ntps = 1234.500000 (without initial connection time)\n";
        assert_eq!(rate(text), Some(1234.5));
        assert_eq!(rate("tps"), None);
    }
}
