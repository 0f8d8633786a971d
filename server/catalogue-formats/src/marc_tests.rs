use super::*;
use crate::record::{Edition, Work};

/// A record of ISO 2709 with these fields; the data as bytes, `$` for what begins a subfield.
pub(crate) fn iso_2709(kinds: &str, fields: &[(&str, &[u8])]) -> Vec<u8> {
    let (mut directory, mut data) = (Vec::new(), Vec::new());
    for (tag, text) in fields {
        let start = data.len();
        data.extend(
            text.iter()
                .map(|byte| if *byte == b'$' { SUBFIELD } else { *byte }),
        );
        data.push(END_OF_FIELD);
        directory.extend(format!("{tag}{:04}{start:05}", data.len() - start).into_bytes());
    }
    directory.push(END_OF_FIELD);
    let base = LEADER + directory.len();
    let mut record = format!("{:05}{kinds}22{base:05} a 4500", base + data.len() + 1).into_bytes();
    assert_eq!(record.len(), LEADER);
    record.extend(directory);
    record.extend(data);
    record.push(0x1d);
    record
}

fn read(bytes: &[u8]) -> Result<Vec<Record>, Reason> {
    let mut records = Vec::new();
    binary(bytes, &mut records).map(|()| records)
}

fn parts(records: Vec<Record>) -> (Vec<String>, Work, Edition) {
    let mut authors = Vec::new();
    let mut found = (None, None);
    for record in records {
        match record {
            Record::Author(author) => authors.push(author.name),
            Record::Work(work) => found.0 = Some(work),
            Record::Edition(edition) => found.1 = Some(edition),
            Record::Redirect { .. } => {}
        }
    }
    (authors, found.0.unwrap(), found.1.unwrap())
}

const FIXED: &[u8] = b"030915s2003    enk           000 1 eng d";

#[test]
fn a_record_is_read_field_by_field() {
    let record = iso_2709(
        "nam a",
        &[
            ("001", b"12345"),
            ("003", b"OCoLC"),
            ("008", FIXED),
            ("020", b"  $a9780141439580 (ebook)"),
            ("020", b"  $a0141439580 (pbk.)"),
            ("020", b"  $a9780141439587$q(paperback)"),
            (
                "100",
                "1 $aGarc\u{ed}a M\u{e1}rquez, Gabriel,$d1927-2014,$eauthor.".as_bytes(),
            ),
            ("245", b"10$aSenses.$n2,$pThe second /$cby G. G. M."),
            ("264", b" 4$c\xc2\xa92003"),
            ("264", b" 1$aLondon :$bPenguin,$c2003."),
            ("300", b"  $axxxv, 474, [2] p. ;$c20 cm"),
            ("520", b"  $aA story."),
            ("650", b" 0$aSisters$vFiction."),
            ("700", b"1 $aRolfe, Ann,$etranslator."),
            ("700", b"1 $aCo, Ben, Jr.,$eauthor."),
            ("999", b"\xff\xff"),
        ],
    );
    let (authors, work, edition) = parts(read(&record).unwrap());
    assert_eq!(authors, ["Gabriel García Márquez", "Ben Co, Jr."]);
    assert_eq!(work.title, "Senses. 2: The second");
    assert_eq!(work.genre, Some("novels"));
    assert_eq!(work.description, "A story.");
    assert_eq!(edition.isbn.unwrap().to_string(), "9780141439587");
    assert_eq!(edition.format, Format::Paperback);
    assert_eq!((edition.year, edition.pages), (Some(2003), Some(474)));
    assert_eq!(
        (edition.publisher.as_str(), edition.language.as_str()),
        ("Penguin", "en")
    );
}

#[test]
fn old_records_are_in_marc_8_and_names_keep_their_initials() {
    let record = iso_2709(
        "cam  ",
        &[
            ("001", b"7"),
            ("008", FIXED),
            ("100", b"1 $aTolkien, J. R. R."),
            ("245", b"10$aEl se\xe4nor :$bun relato."),
        ],
    );
    let (authors, work, edition) = parts(read(&record).unwrap());
    assert_eq!(authors, ["J. R. R. Tolkien"]);
    assert_eq!(
        (work.title.as_str(), work.subtitle.as_str()),
        ("El señor", "un relato")
    );
    // Whose number 7 it is, nobody says.
    assert_eq!(
        edition.key,
        "book:el senor: un relato:name:j r r tolkien::2003"
    );
    let cyrillic = iso_2709("cam  ", &[("008", FIXED), ("245", b"10$a\x1b(NabC")]);
    assert_eq!(read(&cyrillic), Err(Reason::Encoding));
}

#[test]
fn what_is_no_book_is_passed_over() {
    let title: (&str, &[u8]) = ("245", b"10$aNotes");
    for kinds in ["dam a", "ncm a", "nas a", "nem a"] {
        assert_eq!(read(&iso_2709(kinds, &[title])), Ok(Vec::new()), "{kinds}");
    }
    let electronic = iso_2709("nam a", &[("245", b"10$aNotes$h[electronic resource]")]);
    assert_eq!(read(&electronic), Ok(Vec::new()));
    let spoken = parts(read(&iso_2709("nim a", &[title])).unwrap()).2;
    assert_eq!(spoken.format, Format::Audio);
    assert_eq!(
        read(&iso_2709("nam a", &[("008", FIXED)])),
        Err(Reason::NoTitle)
    );
}

#[test]
fn lengths_that_make_no_sense_are_an_answer_and_no_panic() {
    let record = iso_2709(
        "nam a",
        &[("008", FIXED), ("245", b"10$aNotes$$b"), ("020", b"")],
    );
    assert!(read(&record).is_ok());
    for at in 0..record.len() {
        for byte in [0, b'9', b' ', 0x1f, 0xff] {
            let mut broken = record.clone();
            broken[at] = byte;
            let _ = read(&broken);
        }
        let _ = read(&record[..at]);
    }
    let mut long = record.clone();
    long[27..31].copy_from_slice(b"9999");
    assert_eq!(read(&long), Err(Reason::Marc));
}

#[test]
fn marcxml_says_the_same() {
    let text = "<m:record><m:leader>00000nam a2200000 a 4500</m:leader>\
        <m:controlfield tag='008'>030915s2003    enk           000 1 eng d</m:controlfield>\
        <m:datafield tag='020' ind1=' ' ind2=' '><m:subfield code='a'>9780141439587</m:subfield></m:datafield>\
        <m:datafield tag='100' ind1='1' ind2=' '><m:subfield code='a'>Austen, Jane,</m:subfield></m:datafield>\
        <m:datafield tag='245' ind1='1' ind2='0'><m:subfield code='a'>Sense &amp; sensibility /</m:subfield></m:datafield>\
        <m:datafield tag='260' ind1=' ' ind2=' '><m:subfield code='b'>Penguin,</m:subfield><m:subfield code='c'>c1995.</m:subfield></m:datafield></m:record>";
    let mut records = Vec::new();
    xml(&crate::xml::element(text).unwrap(), &mut records).unwrap();
    let (authors, work, edition) = parts(records);
    assert_eq!(authors, ["Jane Austen"]);
    assert_eq!(work.title, "Sense & sensibility");
    assert_eq!(
        (edition.year, edition.publisher.as_str()),
        (Some(1995), "Penguin")
    );
}
