//! `cargo xtask outside FOLDER`: reads the files of catalogues in a folder of data from outside,
//! and says of each how many records it has, how many were used, and why the others were not;
//! and how far what was read agrees with the answers that stand beside some of them.

mod answers;
mod counting;
mod numbers;
mod reading;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use answers::Agreement;
use reading::Read;

/// Of what the answers say, so much has to be read the same, in hundredths.
const AGREEMENT: usize = 95;
/// Books of the table of well-known books that have to be usable.
const WELL_KNOWN: (&str, usize) = ("books.csv", 9_970);

fn main() -> ExitCode {
    let Some(folder) = std::env::args_os().nth(1).map(PathBuf::from) else {
        eprintln!("Say which folder: cargo xtask outside FOLDER");
        return ExitCode::FAILURE;
    };
    let mut files = Vec::new();
    for part in ["marc", "table", "field/catalogue"] {
        find(&folder.join(part), &mut files);
    }
    files.sort();
    if files.is_empty() {
        eprintln!("There are no files of catalogues in {}.", folder.display());
        return ExitCode::FAILURE;
    }
    let mut faults = Vec::new();
    let mut agreement = Agreement::default();
    let mut all = Read::default();
    let mut numbers = None;
    println!(
        "{:>7} {:>7} {:>7} {:>7}  file",
        "records", "used", "no ISBN", "passed"
    );
    for file in &files {
        let name = file
            .strip_prefix(&folder)
            .unwrap_or(file)
            .display()
            .to_string();
        let bytes = match std::fs::read(file) {
            Ok(bytes) => bytes,
            Err(error) => {
                faults.push(format!("{name}: {error}"));
                continue;
            }
        };
        let read = match reading::read(file, &bytes) {
            Ok(read) => read,
            Err(sentence) => {
                let records = counting::records(file, &bytes);
                faults.push(format!("{name}: {records} records refused: {sentence}"));
                let read = Read {
                    records,
                    ..Read::default()
                };
                agreement.compare(file, &read);
                all.add(&read);
                continue;
            }
        };
        println!(
            "{:>7} {:>7} {:>7} {:>7}  {name}{}",
            read.records,
            read.used,
            read.damaged,
            read.passed_over(),
            read.reasons()
        );
        if read.records != read.used + read.passed_over() {
            faults.push(format!(
                "{name}: of {} records {} are used and {} counted with a reason",
                read.records,
                read.used,
                read.passed_over()
            ));
        }
        let (known, least) = WELL_KNOWN;
        if file.ends_with(known) && read.used < least {
            faults.push(format!("{name}: {} used, not {least}", read.used));
        }
        if file.ends_with(known) {
            numbers = numbers::compare(file, &read);
        }
        agreement.compare(file, &read);
        all.add(&read);
    }
    println!(
        "{:>7} {:>7} {:>7} {:>7}  all",
        all.records,
        all.used,
        all.damaged,
        all.passed_over()
    );
    println!("\nAgreement with the answers beside the files:");
    for (what, same, of) in agreement.sums() {
        println!("{same:>7} of {of:>4}  {what}");
        // A share of nothing is none.
        if of == 0 || same * 100 < of * AGREEMENT {
            faults.push(format!(
                "{what}: {same} of {of} agree, not {AGREEMENT} in 100"
            ));
        }
    }
    println!(
        "{:>15}  answers belong to what is no book",
        agreement.no_books()
    );
    match numbers {
        Some(numbers) => {
            println!(
                "{:>7} of {:>4}  numbers of the table of well-known books; {} that do not stand there",
                numbers.same, numbers.whole, numbers.invented
            );
            if numbers.whole == 0 || numbers.same < numbers.whole || numbers.invented > 0 {
                faults.push(format!(
                    "numbers of the table: {} of {} read, {} invented",
                    numbers.same, numbers.whole, numbers.invented
                ));
            }
        }
        None => {
            faults.push("the numbers of the table of well-known books were not compared".into());
        }
    }
    println!("\nWhere they do not agree:");
    for difference in agreement.differences() {
        println!("{difference}");
    }
    faults.extend(agreement.faults());
    for fault in &faults {
        eprintln!("{fault}");
    }
    if faults.is_empty() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

/// All files below a folder.
fn find(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        let kind = path
            .extension()
            .and_then(|kind| kind.to_str())
            .unwrap_or_default();
        if path.is_dir() {
            find(&path, files);
        } else if matches!(kind, "mrc" | "marc" | "dat" | "xml" | "csv") {
            files.push(path);
        }
    }
}
