use super::iso2709::{END_OF_FIELD, LEADER, SUBFIELD};
use super::*;
use dogear_domain::edition::Format;

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
fn o02_what_is_no_book_is_passed_over_with_its_reason() {
    let title: (&str, &[u8]) = ("245", b"10$aNotes");
    for kinds in ["dam a", "ncm a", "nas a", "nem a"] {
        let reason = if kinds.starts_with('d') {
            Reason::Deleted
        } else {
            Reason::NoBook
        };
        assert_eq!(read(&iso_2709(kinds, &[title])), Err(reason), "{kinds}");
    }
    let electronic = iso_2709("nam a", &[("245", b"10$aNotes$h[electronic resource]")]);
    assert_eq!(read(&electronic), Err(Reason::Electronic));
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
    // The marks at the ends of its fields say where they stand (O05).
    assert_eq!(read(&long), read(&record));
    let end = long.iter().rposition(|byte| *byte == END_OF_FIELD).unwrap();
    long.remove(end - 1);
    let end = long.iter().rposition(|byte| *byte == END_OF_FIELD).unwrap();
    long[end] = b'.';
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

#[test]
fn f05_the_bytes_prove_an_encoding_whatever_the_leader_says() {
    let texts = [
        "Le café de la forêt",
        "Coração de fora",
        "Skärgård och hav",
        "Água",
    ];
    for title in texts {
        let field = format!("10$a{title} /$c.");
        for kinds in ["nam  ", "nam a"] {
            let record = iso_2709(kinds, &[("008", FIXED), ("245", field.as_bytes())]);
            assert_eq!(parts(read(&record).unwrap()).1.title, title, "{kinds}");
        }
    }
    // One field that is spoilt costs itself, unless it is the title or a name.
    let spoilt = |tag| {
        let record = iso_2709("nam a", &[("245", b"10$aA \xc3\xa9"), (tag, b"  $aB \xff")]);
        read(&record).map(|records| parts(records).1.title)
    };
    assert_eq!(spoilt("520"), Ok("A é".into()));
    assert_eq!(spoilt("700"), Err(Reason::Encoding));
}

#[test]
fn o04_a_title_in_its_own_script_is_kept_beside_the_one_in_latin_letters() {
    let record = iso_2709(
        "nam a",
        &[
            ("245", "10$6880-01$aKawa no michi /$cMori".as_bytes()),
            ("880", "10$6245-01/$1$a川の道 :$b上 /$c森".as_bytes()),
            ("880", "10$6700-02/$1$a森".as_bytes()),
            ("880", b"  $aof nothing"),
        ],
    );
    let (authors, work, edition) = parts(read(&record).unwrap());
    assert_eq!(work.title, "Kawa no michi");
    assert_eq!(
        (edition.title.as_str(), edition.subtitle.as_str()),
        ("川の道", "上")
    );
    assert!(authors.is_empty());
}

#[test]
fn o05_fields_are_found_by_their_marks_where_the_directory_is_wrong() {
    let record = iso_2709(
        "nam a",
        &[
            ("008", FIXED),
            ("110", b"2 $aHarbour Commission."),
            ("245", b"10$aA profile."),
            ("300", b"  $a80 p."),
        ],
    );
    // A field shorter than it is said to be moves all behind it.
    let gap = record.windows(4).position(|part| part == b"enk ").unwrap();
    let mut short = record.clone();
    short.drain(gap..gap + 9);
    assert_eq!(
        read(&short),
        read(&record).map(|mut records| {
            for record in &mut records {
                if let Record::Edition(edition) = record {
                    edition.language = String::new();
                }
                if let Record::Work(work) = record {
                    work.language = String::new();
                    work.genre = None;
                }
            }
            records
        })
    );
}

#[test]
fn o06_f17_co_authors_bodies_and_meetings_are_kept_as_the_record_says() {
    let record = iso_2709(
        "nam a",
        &[
            ("100", b"1 $aOakes, Petra M."),
            ("245", b"10$aDoors"),
            ("700", b"1 $aBrandt, Ivo,$d1958-"),
            ("700", b"1 $aMeyer, Karl,$4trl"),
            ("700", b"1 $aOther, Ann.$tAnother book."),
            ("700", b"12$aThird, Eve.$tA book that is in this one."),
            ("700", b"1 $aGatherer, Bo,$ecomp."),
            ("710", b"2 $aTown Museum (Leith, Scotland).$bLibrary."),
            ("711", b"2 $aConference on Doors$n(2nd :$d1990 :$cLeith)"),
        ],
    );
    assert_eq!(
        parts(read(&record).unwrap()).0,
        [
            "Petra M. Oakes",
            "Ivo Brandt",
            "Eve Third",
            "Bo Gatherer",
            "Town Museum (Leith, Scotland). Library",
            "Conference on Doors (2nd, 1990, Leith)"
        ]
    );
}

#[test]
fn o07_f33_unimarc_is_read() {
    let record = iso_2709(
        "nam0 ",
        &[
            ("001", b"FRBNF1"),
            ("010", b"  $a9781900002417$bbr.$d12 EUR"),
            ("100", b"  $a20150101d2015    m  y0frey50      ba"),
            ("101", b"0 $afre"),
            (
                "200",
                "1 $aLe port tranquille$eune étude$fAnne Dupré".as_bytes(),
            ),
            ("210", b"  $aParis$cHavre$d2015"),
            ("215", b"  $a212 p.$d20 cm"),
            ("700", " |$aDupré$bAnne$4070".as_bytes()),
            ("701", b" 1$aOakes$b, Petra"),
            ("702", b" 1$aMeyer$bKarl$4730"),
        ],
    );
    let (authors, work, edition) = parts(read(&record).unwrap());
    assert_eq!(authors, ["Anne Dupré", "Petra Oakes"]);
    assert_eq!(
        (work.title.as_str(), work.subtitle.as_str()),
        ("Le port tranquille", "une étude")
    );
    assert_eq!((edition.year, edition.pages), (Some(2015), Some(212)));
    assert_eq!(
        (edition.publisher.as_str(), edition.language.as_str()),
        ("Havre", "fr")
    );
    assert_eq!(edition.format, Format::Paperback);
    assert_eq!(edition.isbn.unwrap().to_string(), "9781900002417");
}

#[test]
fn unimarc_is_never_read_as_marc_8_and_each_field_has_its_own_encoding() {
    let unimarc = iso_2709(
        "nam0 ",
        &[("200", b"1 $aL'\xe2ete"), ("010", b"  $a9781900002417")],
    );
    assert_eq!(read(&unimarc), Err(Reason::Encoding));
    let mixed = iso_2709(
        "nam  ",
        &[("245", "10$aCafé".as_bytes()), ("520", b"  $aCaf\xe2e")],
    );
    assert_eq!(parts(read(&mixed).unwrap()).1.title, "Café");
}

#[test]
fn o08_a_leader_that_nobody_filled_in_and_a_title_elsewhere_cost_no_book() {
    let blank = iso_2709(
        "     ",
        &[("245", b"01$aThe patient gardener :$bfrom scratch /")],
    );
    assert_eq!(parts(read(&blank).unwrap()).1.subtitle, "from scratch");
    let other = iso_2709("nam a", &[("740", b"1 $aModern court.")]);
    assert_eq!(parts(read(&other).unwrap()).1.title, "Modern court");
    let marked = iso_2709("nam a", &[("245", "10$áActive".as_bytes())]);
    assert_eq!(parts(read(&marked).unwrap()).1.title, "Active");
    let raised = iso_2709("nam  ", &[("245", b"10$aH\x1bb2\x1bsO se\xe4nor")]);
    assert_eq!(parts(read(&raised).unwrap()).1.title, "H2O señor");
}

#[path = "marc_odd_tests.rs"]
mod odd;
