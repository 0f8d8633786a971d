//! Files cut into records, in memory for one record.

use std::io::BufRead;

/// The longest record; Open Library's longest are near 1 MB.
const LONGEST: usize = 4 << 20;
/// A row as long as this is the rest of the file after a lost quotation mark.
const LONGEST_ROW: usize = 256 << 10;
/// Bytes of a record that is too long which are kept to be shown.
const KEPT: usize = 200;
/// What ends a record of ISO 2709.
const END_OF_RECORD: u8 = 0x1d;

/// Where one record ends and the next one begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Frames {
    /// A line each.
    Lines,
    /// Records of ISO 2709.
    Marc,
    /// Elements of XML with this local name, in whatever case and under whatever prefix.
    Elements(&'static str),
    /// Rows of a table: lines, unless a quotation goes on in the next one.
    Rows,
}

/// What was read.
#[derive(Debug, PartialEq, Eq)]
pub enum Next {
    /// A whole record.
    Record,
    /// A record that is longer than a record may be; how it begins was read.
    TooLong,
    /// The file ends in the middle of a record.
    Cut,
    /// Nothing: the file has ended.
    End,
}

impl Frames {
    /// Reads the next record into `frame`, without what separates it from others.
    ///
    /// # Errors
    /// Those of reading.
    pub(crate) fn next(self, from: &mut dyn BufRead, frame: &mut Vec<u8>) -> std::io::Result<Next> {
        frame.clear();
        match self {
            Self::Lines => line(from, frame),
            Self::Marc => marc(from, frame),
            Self::Elements(name) => element(from, frame, name),
            Self::Rows => row(from, frame),
        }
    }
}

/// Reads up to `end`, which stays, or `LONGEST` bytes.
fn until(from: &mut dyn BufRead, end: u8, frame: &mut Vec<u8>) -> std::io::Result<usize> {
    let room = LONGEST.saturating_sub(frame.len());
    std::io::Read::take(&mut *from, room as u64).read_until(end, frame)
}

/// Passes over the rest of what is too long.
fn pass(from: &mut dyn BufRead, end: u8, frame: &mut Vec<u8>) -> std::io::Result<Next> {
    frame.truncate(KEPT);
    from.skip_until(end)?;
    Ok(Next::TooLong)
}

fn line(from: &mut dyn BufRead, frame: &mut Vec<u8>) -> std::io::Result<Next> {
    let read = until(from, b'\n', frame)?;
    if frame.last() == Some(&b'\n') {
        frame.pop();
    } else if read == LONGEST {
        return pass(from, b'\n', frame);
    }
    Ok(if read == 0 { Next::End } else { Next::Record })
}

fn marc(from: &mut dyn BufRead, frame: &mut Vec<u8>) -> std::io::Result<Next> {
    // Some files have ends of lines between their records.
    loop {
        let waiting = from.fill_buf()?;
        let gap = waiting
            .iter()
            .take_while(|byte| byte.is_ascii_whitespace())
            .count();
        if gap == 0 {
            break;
        }
        from.consume(gap);
    }
    let read = until(from, END_OF_RECORD, frame)?;
    Ok(match frame.last() {
        None => Next::End,
        Some(&END_OF_RECORD) => Next::Record,
        _ if read == LONGEST => return pass(from, END_OF_RECORD, frame),
        _ => Next::Cut,
    })
}

fn row(from: &mut dyn BufRead, frame: &mut Vec<u8>) -> std::io::Result<Next> {
    let mut quotes = 0;
    loop {
        let start = frame.len();
        until(from, b'\n', frame)?;
        let piece = &frame[start..];
        if piece.is_empty() {
            return Ok(match (frame.is_empty(), quotes % 2) {
                (true, _) => Next::End,
                (false, 0) => Next::Record,
                _ => Next::Cut,
            });
        }
        #[allow(clippy::naive_bytecount)] // one line: not worth another crate
        let in_piece = piece.iter().filter(|byte| **byte == b'"').count();
        quotes += in_piece;
        let ended = piece.last() == Some(&b'\n');
        if frame.len() > LONGEST_ROW {
            return if ended {
                frame.truncate(KEPT);
                Ok(Next::TooLong)
            } else {
                pass(from, b'\n', frame)
            };
        }
        if ended && quotes % 2 == 0 {
            return Ok(Next::Record);
        }
    }
}

fn element(from: &mut dyn BufRead, frame: &mut Vec<u8>, name: &str) -> std::io::Result<Next> {
    // The beginning: everything before the next tag is passed over.
    loop {
        frame.clear();
        if from.skip_until(b'<')? == 0 {
            return Ok(Next::End);
        }
        frame.push(b'<');
        until(from, b'>', frame)?;
        match frame.last() {
            Some(b'>') if is_tag(&frame[1..], name) => break,
            Some(b'>') => {}
            _ if frame.len() >= LONGEST => {}
            _ => return Ok(Next::End),
        }
    }
    if frame.ends_with(b"/>") {
        return Ok(Next::Record);
    }
    // And the end, wherever it is.
    loop {
        let start = frame.len();
        if until(from, b'>', frame)? == 0 {
            if start < LONGEST {
                return Ok(Next::Cut);
            }
            return long_element(from, frame, name);
        }
        if is_end(&frame[start..], name) {
            return Ok(Next::Record);
        }
    }
}

/// Passes over the rest of an element.
fn long_element(from: &mut dyn BufRead, frame: &mut Vec<u8>, name: &str) -> std::io::Result<Next> {
    frame.truncate(KEPT);
    let mut piece = Vec::new();
    loop {
        piece.clear();
        if until(from, b'>', &mut piece)? == 0 || is_end(&piece, name) {
            return Ok(Next::TooLong);
        }
    }
}

/// Whether what follows `<` is a tag of that name.
fn is_tag(rest: &[u8], name: &str) -> bool {
    let end = rest
        .iter()
        .position(|byte| byte.is_ascii_whitespace() || matches!(byte, b'>' | b'/'))
        .unwrap_or(rest.len());
    let tag = &rest[..end];
    let local = tag.rsplit(|byte| *byte == b':').next().unwrap_or(tag);
    local.eq_ignore_ascii_case(name.as_bytes())
}

/// Whether a piece that ends with `>` ends with the closing tag of that name.
fn is_end(piece: &[u8], name: &str) -> bool {
    piece.last() == Some(&b'>')
        && piece
            .windows(2)
            .rposition(|two| two == b"</")
            .is_some_and(|at| is_tag(&piece[at + 2..], name))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(frames: Frames, bytes: &[u8]) -> Vec<(Next, String)> {
        let mut from = std::io::BufReader::with_capacity(7, bytes);
        let mut found = Vec::new();
        let mut frame = Vec::new();
        loop {
            let next = frames.next(&mut from, &mut frame).unwrap();
            if next == Next::End {
                return found;
            }
            let end = next == Next::Cut;
            found.push((next, String::from_utf8_lossy(&frame).into_owned()));
            if end {
                return found;
            }
        }
    }

    fn record(text: &str) -> (Next, String) {
        (Next::Record, text.to_owned())
    }

    #[test]
    fn elements_are_cut_out_whatever_stands_around_them() {
        let xml = b"<?xml?><m:collection><m:record a='1'><x>1</x></m:record>\n<records/><!-- c -->\
            <record/><RECORD><y></RECORD ><record><z>";
        assert_eq!(
            all(Frames::Elements("record"), xml),
            [
                record("<m:record a='1'><x>1</x></m:record>"),
                record("<record/>"),
                record("<RECORD><y></RECORD >"),
                (Next::Cut, "<record><z>".into()),
            ]
        );
    }

    #[test]
    fn an_element_without_an_end_costs_itself_only() {
        let mut xml = b"<record>".to_vec();
        xml.resize(LONGEST + 500, b'x');
        xml.extend(b"</record><record>2</record>");
        let found = all(Frames::Elements("record"), &xml);
        assert_eq!(found[0].0, Next::TooLong);
        assert_eq!(found[1], record("<record>2</record>"));
    }

    #[test]
    fn records_of_iso_2709_may_stand_on_lines_of_their_own() {
        assert_eq!(
            all(Frames::Marc, b"one\x1d\r\ntwo\x1d\nthr"),
            [
                record("one\u{1d}"),
                record("two\u{1d}"),
                (Next::Cut, "thr".into())
            ]
        );
        assert_eq!(all(Frames::Marc, b"one\x1d\n"), [record("one\u{1d}")]);
    }

    #[test]
    fn a_row_goes_on_while_a_quotation_is_open() {
        assert_eq!(
            all(Frames::Rows, b"a,b\n\"c\nd\",e\nf"),
            [record("a,b\n"), record("\"c\nd\",e\n"), record("f")]
        );
        assert_eq!(
            all(Frames::Rows, b"a,\"b\n"),
            [(Next::Cut, "a,\"b\n".into())]
        );
    }

    #[test]
    fn a_lost_quotation_mark_does_not_swallow_the_file() {
        let mut table = b"a,\"b\n".to_vec();
        for _ in 0..40_000 {
            table.extend(b"title,author\n");
        }
        let found = all(Frames::Rows, &table);
        assert_eq!(found[0].0, Next::TooLong);
        assert_eq!(found[1], record("title,author\n"));
        assert!(found.len() > 15_000, "{}", found.len());
    }
}
