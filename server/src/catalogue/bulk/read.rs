//! Files, plain or gzipped, read once from front to back with bounded memory.

use std::fs::File;
use std::io::{BufRead, BufReader, ErrorKind, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use flate2::bufread::MultiGzDecoder;
use tokio::sync::mpsc::Sender;

use super::openlibrary;
use super::record::{Record, Rows};
use super::report::{Counts, Reason};

/// The longest line; Open Library's longest are near 1 MB.
const LONGEST: usize = 4 << 20;
/// Lines in one part.
const LINES: u64 = 20_000;
/// Bytes of a rejected line that the report shows.
const SHOWN: usize = 200;

/// Some lines of a file as rows, in order.
#[derive(Debug, Default)]
pub struct Part {
    pub rows: Rows,
    pub counts: Counts,
    pub rejects: Vec<Reject>,
    /// Nothing follows it.
    pub last: bool,
}

/// A line that could not be used.
#[derive(Debug)]
pub struct Reject {
    /// From 1.
    pub line: u64,
    pub reason: Reason,
    /// How it begins.
    pub text: String,
}

/// Reads `path` from its line `skip` on and sends its parts, until the end or until nobody
/// receives them. `position` follows the bytes read of the file as it lies on the disk.
///
/// # Errors
/// When the file cannot be opened or read.
pub fn read(
    path: &Path,
    skip: u64,
    position: &Arc<AtomicU64>,
    parts: &Sender<Part>,
) -> std::io::Result<()> {
    let mut lines = open(path, position)?;
    let mut part = Part::default();
    let mut number = 0;
    let mut line = Vec::new();
    loop {
        line.clear();
        let outcome = next_line(&mut *lines, &mut line);
        if matches!(outcome, Ok(Next::End)) {
            break;
        }
        number += 1;
        if number <= skip {
            if outcome.is_err() {
                break;
            }
            continue;
        }
        part.counts.read += 1;
        let outcome = match outcome {
            Ok(Next::Line) => match std::str::from_utf8(&line) {
                Ok(text) => openlibrary::record(text),
                Err(_) => Err(Reason::Encoding),
            },
            Ok(Next::TooLong) => Err(Reason::Length),
            Ok(Next::End) => break,
            Err(error) if is_truncation(&error) => Err(Reason::Truncated),
            Err(error) => return Err(error),
        };
        let truncated = outcome == Err(Reason::Truncated);
        match outcome {
            Ok(Some(record)) => {
                let sum = match &record {
                    Record::Author(_) => &mut part.counts.authors,
                    Record::Work(_) => &mut part.counts.works,
                    Record::Edition(_) => &mut part.counts.editions,
                    Record::Redirect { .. } => &mut part.counts.redirects,
                };
                *sum += 1;
                part.rows.push(&record);
            }
            Ok(None) => part.counts.ignored += 1,
            Err(reason) => {
                *part.counts.rejected.entry(reason).or_default() += 1;
                part.rejects.push(Reject {
                    line: number,
                    reason,
                    text: String::from_utf8_lossy(&line[..line.len().min(SHOWN)]).into_owned(),
                });
            }
        }
        if truncated {
            break;
        }
        let full = part.counts.read == LINES;
        // Nobody receives any more: the import has ended.
        if full && parts.blocking_send(std::mem::take(&mut part)).is_err() {
            return Ok(());
        }
    }
    part.last = true;
    // Nobody receives it when the import has failed: that is said elsewhere.
    let _ = parts.blocking_send(part);
    Ok(())
}

fn open(path: &Path, position: &Arc<AtomicU64>) -> std::io::Result<Box<dyn BufRead>> {
    let counted = Counted {
        file: File::open(path)?,
        position: Arc::clone(position),
    };
    let mut plain = BufReader::with_capacity(1 << 18, counted);
    let gzipped = plain.fill_buf()?.starts_with(&[0x1f, 0x8b]);
    Ok(if gzipped {
        Box::new(BufReader::with_capacity(
            1 << 18,
            MultiGzDecoder::new(plain),
        ))
    } else {
        Box::new(plain)
    })
}

/// Counts what is read.
struct Counted {
    file: File,
    position: Arc<AtomicU64>,
}

impl Read for Counted {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let read = self.file.read(buffer)?;
        self.position.fetch_add(read as u64, Ordering::Relaxed);
        Ok(read)
    }
}

enum Next {
    Line,
    TooLong,
    End,
}

/// The next line without its end; of one that is too long only the beginning.
fn next_line(from: &mut dyn BufRead, line: &mut Vec<u8>) -> std::io::Result<Next> {
    let read = from.take(LONGEST as u64).read_until(b'\n', line)?;
    if read == 0 {
        return Ok(Next::End);
    }
    if line.last() == Some(&b'\n') {
        line.pop();
        return Ok(Next::Line);
    }
    if read < LONGEST {
        return Ok(Next::Line);
    }
    line.truncate(SHOWN);
    loop {
        let rest = from.fill_buf()?;
        if rest.is_empty() {
            return Ok(Next::TooLong);
        }
        match rest.iter().position(|byte| *byte == b'\n') {
            Some(at) => {
                from.consume(at + 1);
                return Ok(Next::TooLong);
            }
            None => {
                let all = rest.len();
                from.consume(all);
            }
        }
    }
}

fn is_truncation(error: &std::io::Error) -> bool {
    matches!(
        error.kind(),
        ErrorKind::UnexpectedEof | ErrorKind::InvalidInput | ErrorKind::InvalidData
    )
}

/// A file and its bytes on the disk.
///
/// # Errors
/// When it is not there.
pub fn size(path: &Path) -> std::io::Result<(PathBuf, u64)> {
    let path = path.canonicalize()?;
    let size = path.metadata()?.len();
    Ok((path, size))
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::Compression;
    use flate2::write::GzEncoder;

    use super::*;

    fn parts(path: &Path, skip: u64) -> Vec<Part> {
        let (sender, mut receiver) = tokio::sync::mpsc::channel(64);
        read(path, skip, &Arc::default(), &sender).unwrap();
        drop(sender);
        std::iter::from_fn(|| receiver.blocking_recv()).collect()
    }

    fn author(n: u64) -> String {
        format!("/type/author\t/authors/OL{n}A\t1\t2026-01-01\t{{\"name\":\"Author {n}\"}}\n")
    }

    #[test]
    fn a_gzipped_file_that_is_cut_off_gives_what_was_whole() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("dump.txt.gz");
        let mut gz = GzEncoder::new(Vec::new(), Compression::fast());
        for n in 0..50_000 {
            gz.write_all(author(n).as_bytes()).unwrap();
        }
        let whole = gz.finish().unwrap();
        std::fs::write(&path, &whole).unwrap();
        let read: u64 = parts(&path, 0).iter().map(|part| part.counts.authors).sum();
        assert_eq!(read, 50_000);
        let rest: u64 = parts(&path, 20_000)
            .iter()
            .map(|part| part.counts.authors)
            .sum();
        assert_eq!(rest, 30_000);

        std::fs::write(&path, &whole[..whole.len() / 2]).unwrap();
        let parts = parts(&path, 0);
        let read: u64 = parts.iter().map(|part| part.counts.authors).sum();
        assert!((10_000..40_000).contains(&read), "{read}");
        let last = parts.last().unwrap();
        assert!(last.last);
        assert_eq!(last.counts.rejected.get(&Reason::Truncated), Some(&1));
    }

    #[test]
    fn lines_that_cannot_be_used_are_counted_and_named() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("dump.txt");
        let mut text = author(1).into_bytes();
        text.extend(b"nonsense\n\xff\xfe\n");
        text.resize(text.len() + LONGEST + 10, b'x');
        text.push(b'\n');
        text.extend(author(2).trim_end().as_bytes());
        std::fs::write(&path, text).unwrap();
        let part = parts(&path, 0).pop().unwrap();
        assert_eq!((part.counts.read, part.counts.authors), (5, 2));
        let rejects: Vec<_> = part
            .rejects
            .iter()
            .map(|reject| (reject.line, reject.reason))
            .collect();
        assert_eq!(
            rejects,
            [
                (2, Reason::Fields),
                (3, Reason::Encoding),
                (4, Reason::Length)
            ]
        );
    }
}
