//! Files, plain or gzipped, read once from front to back with bounded memory.

use std::fs::File;
use std::io::{BufRead, BufReader, Cursor, ErrorKind, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use dogear_catalogue_formats::record::Record;
use dogear_catalogue_formats::{HEAD, Kind, Mapping, Next, Reason, Source};
use flate2::bufread::MultiGzDecoder;
use tokio::sync::mpsc::Sender;

use super::report::Counts;
use super::rows::Rows;

/// Records in one part.
const RECORDS: u64 = 20_000;
/// Bytes of records in one part, or a little more: of formats with long ones.
const BYTES: usize = 24 << 20;
/// Bytes of a rejected record that the report shows.
const SHOWN: usize = 200;

/// Some records of a file as rows, in order.
#[derive(Debug, Default)]
pub(super) struct Part {
    pub rows: Rows,
    pub counts: Counts,
    pub rejects: Vec<Reject>,
    /// Nothing follows it.
    pub last: bool,
}

/// A record that could not be used, or not wholly.
#[derive(Debug)]
pub struct Reject {
    /// Its number in the file, from 1; of Open Library's dumps that is the line.
    pub number: u64,
    /// What is wrong with it.
    pub reason: Reason,
    /// How it begins.
    pub text: String,
}

impl Reject {
    fn new(number: u64, reason: Reason, frame: &[u8]) -> Self {
        Self {
            number,
            reason,
            text: String::from_utf8_lossy(&frame[..frame.len().min(SHOWN)]).into_owned(),
        }
    }
}

/// The kind of a file, by how it begins.
///
/// # Errors
/// When it cannot be opened or read; the inner one says as a sentence why its kind cannot
/// be told.
pub(super) fn kind(path: &Path) -> std::io::Result<Result<Kind, &'static str>> {
    let (head, _) = open(path, &Arc::default())?;
    Ok(Kind::of(&head))
}

/// How a file is read.
pub(super) struct Reading<'a> {
    pub path: &'a Path,
    pub kind: Kind,
    pub mapping: &'a Mapping,
    /// Its first records, which are staged already.
    pub skip: u64,
    /// Follows the bytes read of the file as it lies on the disk.
    pub position: &'a Arc<AtomicU64>,
}

/// Reads a file and sends its parts, until the end or until nobody receives them.
///
/// # Errors
/// When the file cannot be opened or read, or is a table that does not name its columns.
pub(super) fn read(reading: &Reading<'_>, parts: &Sender<Part>) -> std::io::Result<()> {
    let (head, rest) = open(reading.path, reading.position)?;
    let from = Box::new(BufReader::with_capacity(
        1 << 18,
        Cursor::new(head.clone()).chain(rest),
    ));
    let mut source =
        Source::new(reading.kind, &head, from, reading.mapping)?.map_err(std::io::Error::other)?;
    drop(head);
    let mut part = Part::default();
    let mut number = 0;
    let mut bytes = 0;
    let mut frame = Vec::new();
    let mut records = Vec::new();
    loop {
        let next = match source.next(&mut frame) {
            Ok(Next::End) => break,
            Err(error) if is_truncation(&error) => Ok(Next::Cut),
            other => other,
        }?;
        number += 1;
        let cut = next == Next::Cut;
        if number <= reading.skip {
            if cut {
                break;
            }
            continue;
        }
        part.counts.read += 1;
        bytes += frame.len();
        let outcome = match next {
            Next::TooLong => Err(Reason::Length),
            Next::Cut => Err(Reason::Truncated),
            Next::Record | Next::End => source.records(&frame, &mut records),
        };
        match outcome {
            Ok(()) if records.is_empty() => part.counts.ignored += 1,
            Ok(()) => {
                let damaged = |record: &Record| matches!(record, Record::Edition(edition) if edition.damaged_isbn);
                if records.iter().any(damaged) {
                    part.counts.damaged_isbns += 1;
                    part.rejects.push(Reject::new(number, Reason::Isbn, &frame));
                }
                let lost = |record: &Record| matches!(record, Record::Edition(edition) if edition.lost_text);
                if records.iter().any(lost) {
                    part.counts.lost_texts += 1;
                    part.rejects.push(Reject::new(number, Reason::Text, &frame));
                }
                for record in &records {
                    let sum = match record {
                        Record::Author(_) => &mut part.counts.authors,
                        Record::Work(_) => &mut part.counts.works,
                        Record::Edition(_) => &mut part.counts.editions,
                        Record::Redirect { .. } => &mut part.counts.redirects,
                    };
                    *sum += 1;
                    part.rows.push(record);
                }
            }
            Err(reason) => {
                *part.counts.rejected.entry(reason).or_default() += 1;
                part.rejects.push(Reject::new(number, reason, &frame));
            }
        }
        records.clear();
        if cut {
            break;
        }
        if part.counts.read == RECORDS || bytes >= BYTES {
            bytes = 0;
            // Nobody receives any more: the import has ended.
            if parts.blocking_send(std::mem::take(&mut part)).is_err() {
                return Ok(());
            }
        }
    }
    part.last = true;
    // Nobody receives it when the import has failed: that is said elsewhere.
    let _ = parts.blocking_send(part);
    Ok(())
}

/// The beginning of a file, unpacked, and what follows it.
fn open(path: &Path, position: &Arc<AtomicU64>) -> std::io::Result<(Vec<u8>, Box<dyn BufRead>)> {
    let counted = Counted {
        file: File::open(path)?,
        position: Arc::clone(position),
    };
    let mut plain = BufReader::with_capacity(1 << 18, counted);
    let gzipped = plain.fill_buf()?.starts_with(&[0x1f, 0x8b]);
    let mut rest: Box<dyn BufRead> = if gzipped {
        Box::new(BufReader::with_capacity(
            1 << 18,
            MultiGzDecoder::new(plain),
        ))
    } else {
        Box::new(plain)
    };
    let mut head = Vec::with_capacity(HEAD);
    match rest.by_ref().take(HEAD as u64).read_to_end(&mut head) {
        // What is there is read; that it is cut off is seen again behind it.
        Err(error) if !is_truncation(&error) => Err(error),
        _ => Ok((head, rest)),
    }
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
pub(super) fn size(path: &Path) -> std::io::Result<(PathBuf, u64)> {
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
        let reading = Reading {
            path,
            kind: kind(path).unwrap().unwrap(),
            mapping: &Mapping::default(),
            skip,
            position: &Arc::default(),
        };
        read(&reading, &sender).unwrap();
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
    fn records_that_are_staged_are_not_read_again_whatever_their_kind() {
        let folder = tempfile::tempdir().unwrap();
        let row = |n| format!("Book {n}\n");
        let table: String = std::iter::once("title\n".to_owned())
            .chain((0..10).map(row))
            .collect();
        let product = |n| {
            format!(
                "<product><descriptivedetail><titledetail><titleelement><b203>Book {n}</b203></titleelement></titledetail></descriptivedetail></product>"
            )
        };
        let products: String = (0..10).map(product).collect();
        let onix = format!("<ONIXmessage release=\"3.0\">{products}</ONIXmessage>");
        for (name, text) in [("a.csv", table), ("a.xml", onix)] {
            let path = folder.path().join(name);
            std::fs::write(&path, text).unwrap();
            for (skip, left) in [(0, 10), (7, 3), (10, 0)] {
                let part = parts(&path, skip).pop().unwrap();
                assert_eq!(
                    (part.counts.read, part.counts.editions),
                    (left, left),
                    "{name}"
                );
                assert!(part.rows.editions.ends_with('\n') || left == 0);
                assert!(left == 0 || part.rows.works.contains("Book 9"), "{name}");
            }
        }
    }

    #[test]
    fn lines_that_cannot_be_used_are_counted_and_named() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("dump.txt");
        let mut text = author(1).into_bytes();
        text.extend(b"nonsense\n\xff\xfe\n");
        text.resize(text.len() + (4 << 20) + 10, b'x');
        text.push(b'\n');
        text.extend(author(2).trim_end().as_bytes());
        std::fs::write(&path, text).unwrap();
        let part = parts(&path, 0).pop().unwrap();
        assert_eq!((part.counts.read, part.counts.authors), (5, 2));
        let rejects: Vec<_> = part
            .rejects
            .iter()
            .map(|reject| (reject.number, reject.reason))
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
