//! What files of catalogues may hold: which kind one is, how it falls into records, and what
//! those say. Bytes come in and records go out; what becomes of them is left to the server.
//!
//! A file is cut into frames first, so that a broken record costs itself and no other.

#![warn(missing_docs)]

mod book;
pub mod encoding;
mod frames;
mod iso5426;
mod marc;
mod marc8;
mod onix;
mod openlibrary;
mod reason;
pub mod record;
mod table;
pub mod values;
mod xml;

use std::io::BufRead;

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE};
use encoding_rs_io::DecodeReaderBytesBuilder;

pub use frames::Next;
pub use reason::Reason;
pub use table::{Column, Mapping};

use frames::Frames;
use record::Record;
use table::Table;

/// Bytes at the beginning of a file that tell its kind.
pub const HEAD: usize = 64 << 10;

/// The kinds of files that can be imported.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Open Library's dumps.
    OpenLibrary,
    /// MARC 21 or UNIMARC as ISO 2709.
    Marc,
    /// MARC 21 or UNIMARC as XML.
    MarcXml,
    /// ONIX for Books 3, reference names or short tags.
    Onix,
    /// A table: comma, semicolon, tab or bar between the cells, headers in the first row.
    Table,
}

impl Kind {
    /// Each of them.
    pub const ALL: [Self; 5] = [
        Self::OpenLibrary,
        Self::Marc,
        Self::MarcXml,
        Self::Onix,
        Self::Table,
    ];

    /// What an operator calls it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::OpenLibrary => "openlibrary",
            Self::Marc => "marc",
            Self::MarcXml => "marcxml",
            Self::Onix => "onix",
            Self::Table => "csv",
        }
    }

    /// The name under which the keys of its records are kept: MARC is one source in two
    /// notations.
    pub const fn source(self) -> &'static str {
        match self {
            Self::MarcXml => Self::Marc.name(),
            other => other.name(),
        }
    }

    /// The kind of a file that begins with `head`.
    ///
    /// # Errors
    /// What it is instead, or why it cannot be told, as a sentence.
    pub fn of(head: &[u8]) -> Result<Self, &'static str> {
        let start = head.trim_ascii_start();
        if start.starts_with(b"/type/") {
            return Ok(Self::OpenLibrary);
        }
        if marc::begins(start) {
            return Ok(Self::Marc);
        }
        if start.is_empty() {
            return Err("it is empty");
        }
        let text = text_encoding(head).decode(head).0;
        let text = text.trim_start_matches('\u{feff}').trim_start();
        if !text.starts_with('<') {
            return Ok(Self::Table);
        }
        match xml::root(text) {
            Some((name, release)) if name.eq_ignore_ascii_case("ONIXMessage") => {
                let older = release.is_empty() && onix::is_older(text);
                if release.starts_with('3') || (release.is_empty() && !older) {
                    Ok(Self::Onix)
                } else {
                    Err("it is ONIX before release 3.0; ask its publisher for 3.0")
                }
            }
            Some((name, _)) if matches!(name.as_str(), "collection" | "record") => {
                Ok(Self::MarcXml)
            }
            _ => Err("it is XML, but neither ONIX nor MARC"),
        }
    }
}

/// A file that is read record by record.
pub struct Source<'a> {
    frames: Frames,
    from: Box<dyn BufRead + 'a>,
    parser: Parser,
}

enum Parser {
    OpenLibrary,
    Marc,
    MarcXml,
    Onix,
    Table(Table),
}

impl<'a> Source<'a> {
    /// Begins to read a file of this kind. `head` is its beginning, which `from` gives again.
    ///
    /// # Errors
    /// Why it cannot be read, as a sentence: a table whose headers name no title.
    pub fn new(
        kind: Kind,
        head: &[u8],
        from: Box<dyn BufRead + 'a>,
        mapping: &Mapping,
    ) -> std::io::Result<Result<Self, String>> {
        let mut from: Box<dyn BufRead + 'a> = match kind {
            // The one is UTF-8 by its definition, the other says in each record what it is.
            Kind::OpenLibrary | Kind::Marc => from,
            _ => match text_encoding(head) {
                encoding if encoding == UTF_8 && !head.starts_with(b"\xef\xbb\xbf") => from,
                encoding => Box::new(std::io::BufReader::with_capacity(
                    1 << 18,
                    DecodeReaderBytesBuilder::new()
                        .encoding(Some(encoding))
                        .bom_override(true)
                        .build(from),
                )),
            },
        };
        if kind == Kind::Table && ends_lines_with_returns(head) {
            from = Box::new(std::io::BufReader::with_capacity(1 << 18, Lines(from)));
        }
        let (frames, parser) = match kind {
            Kind::OpenLibrary => (Frames::Lines, Parser::OpenLibrary),
            Kind::Marc => (Frames::Marc, Parser::Marc),
            Kind::MarcXml => (Frames::Elements("record"), Parser::MarcXml),
            Kind::Onix => (Frames::Elements("product"), Parser::Onix),
            Kind::Table => {
                let mut header = Vec::new();
                Frames::Rows.next(&mut *from, &mut header)?;
                match Table::new(&header, mapping) {
                    Ok(table) => (Frames::Rows, Parser::Table(table)),
                    Err(sentence) => return Ok(Err(sentence)),
                }
            }
        };
        Ok(Ok(Self {
            frames,
            from,
            parser,
        }))
    }

    /// The next record as it stands in the file.
    ///
    /// # Errors
    /// Those of reading.
    pub fn next(&mut self, frame: &mut Vec<u8>) -> std::io::Result<Next> {
        self.frames.next(&mut *self.from, frame)
    }

    /// Adds to `records` what a frame says; an empty row says nothing.
    ///
    /// # Errors
    /// Why it cannot be used.
    pub fn records(&self, frame: &[u8], records: &mut Vec<Record>) -> Result<(), Reason> {
        if let Parser::Marc = self.parser {
            return marc::binary(frame, records);
        }
        let text = std::str::from_utf8(frame).map_err(|_| Reason::Encoding)?;
        // What another encoding could not say was replaced.
        if !matches!(self.parser, Parser::OpenLibrary) && text.contains(char::REPLACEMENT_CHARACTER)
        {
            return Err(Reason::Encoding);
        }
        match &self.parser {
            Parser::OpenLibrary => {
                records.extend(openlibrary::record(text)?);
                Ok(())
            }
            Parser::MarcXml => marc::xml(&xml::element(text)?, records),
            Parser::Onix => onix::product(&xml::element(text)?, records),
            Parser::Table(table) => table.row(text, records),
            Parser::Marc => unreachable!("handled above"),
        }
    }
}

/// Whether lines end as on old Macintoshes, in a carriage return alone.
fn ends_lines_with_returns(head: &[u8]) -> bool {
    let text = text_encoding(head).decode(head).0;
    let mut quoted = false;
    // The end of the first row tells; one within quotation marks is part of a cell.
    let ends: String = text
        .chars()
        .skip_while(|symbol| {
            quoted ^= *symbol == '"';
            quoted || !matches!(symbol, '\r' | '\n')
        })
        .take(2)
        .collect();
    ends.starts_with('\r') && ends != "\r\n"
}

/// Such a file with the ends of lines that others have.
struct Lines<R>(R);

impl<R: std::io::Read> std::io::Read for Lines<R> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let read = self.0.read(buffer)?;
        for byte in &mut buffer[..read] {
            if *byte == b'\r' {
                *byte = b'\n';
            }
        }
        Ok(read)
    }
}

/// The encoding of a text file: by its mark, by what XML declares, else guessed.
fn text_encoding(head: &[u8]) -> &'static Encoding {
    if let Some((encoding, _)) = Encoding::for_bom(head) {
        return encoding;
    }
    match head {
        [0, b'<', ..] => return UTF_16BE,
        [b'<', 0, ..] => return UTF_16LE,
        _ => {}
    }
    if let Some(declared) =
        xml::declared(head).and_then(|label| Encoding::for_label(label.as_bytes()))
    {
        return declared;
    }
    // Cut off anywhere, the head may end within a letter.
    match std::str::from_utf8(head) {
        Err(error) if error.error_len().is_some() => encoding::guess(head, false),
        _ => UTF_8,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_kind_of_a_file_is_told_by_its_beginning() {
        let of = Kind::of;
        assert_eq!(
            of(b"/type/author\t/authors/OL1A\t1\t"),
            Ok(Kind::OpenLibrary)
        );
        assert_eq!(of(b"00714cam a2200205 a 4500001001300000"), Ok(Kind::Marc));
        assert_eq!(
            of(b"<?xml version=\"1.0\"?>\n<!-- a --><marc:collection xmlns:marc=\"x\">"),
            Ok(Kind::MarcXml)
        );
        assert_eq!(of(b"<record xmlns='x'><leader>"), Ok(Kind::MarcXml));
        assert_eq!(of(b"<ONIXMessage release=\"3.0\">"), Ok(Kind::Onix));
        assert_eq!(
            of(b"\xef\xbb\xbf<ONIXmessage release=\"3.1\">"),
            Ok(Kind::Onix)
        );
        assert!(of(b"<ONIXMessage release='2.1'>").is_err());
        // Without the number of a release the tags tell (O07).
        for older in [
            "<ONIXMessage><Header/><Product><Title><TitleType>01</TitleType></Title>",
            "<ONIXmessage><product><a001>1</a001><b012>BC</b012><title>",
            "<ONIXMessage><Product><ISBN>0441013597</ISBN><DistinctiveTitle>Dune",
        ] {
            assert!(of(older.as_bytes()).is_err(), "{older}");
        }
        for newer in [
            "<ONIXMessage><Header/><Product><DescriptiveDetail><ProductForm>BC",
            "<ONIXmessage><product><a001>1</a001><descriptivedetail><b012>BC",
            "<ONIXMessage><Header><SentDate>2026",
        ] {
            assert_eq!(of(newer.as_bytes()), Ok(Kind::Onix), "{newer}");
        }
        assert!(of(b"<html><body>").is_err());
        assert!(of(b" \n").is_err());
        assert_eq!(of(b"title,author\n"), Ok(Kind::Table));
        let utf16: Vec<u8> = "<collection>"
            .encode_utf16()
            .flat_map(u16::to_le_bytes)
            .collect();
        assert_eq!(of(&utf16), Ok(Kind::MarcXml));
    }

    #[test]
    fn f06_lines_may_end_in_carriage_returns_alone() {
        let utf16: Vec<u8> = "title\rEmma\r\"A\rB\""
            .encode_utf16()
            .flat_map(u16::to_le_bytes)
            .collect();
        let utf16 = [&b"\xff\xfe"[..], &utf16].concat();
        for file in [
            &b"title\rEmma\r\"A\rB\"\r"[..],
            b"title\rEmma\rPersuasion",
            b"title\rEmma\r\"A\nB\"\r",
            &utf16,
        ] {
            let mut source = Source::new(Kind::Table, file, Box::new(file), &Mapping::default())
                .unwrap()
                .unwrap();
            let (mut frame, mut records) = (Vec::new(), Vec::new());
            while source.next(&mut frame).unwrap() == Next::Record {
                source.records(&frame, &mut records).unwrap();
            }
            assert_eq!(records.len(), 4);
        }
    }

    #[test]
    fn an_encoding_is_told_by_mark_by_declaration_or_by_its_letters() {
        assert_eq!(text_encoding(b"title;\xff\n"), encoding_rs::WINDOWS_1252);
        assert_eq!(text_encoding("titre,été".as_bytes()), UTF_8);
        assert_eq!(text_encoding(&"été".as_bytes()[..4]), UTF_8);
        assert_eq!(
            text_encoding(b"<?xml version='1.0' encoding='ISO-8859-2'?><a>"),
            encoding_rs::ISO_8859_2
        );
        assert_eq!(text_encoding(b"\xff\xfet\0"), UTF_16LE);
    }
}
