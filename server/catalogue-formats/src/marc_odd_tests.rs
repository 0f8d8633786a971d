//! Records as they come: scripts, roles, numbers and encodings of every kind.

use super::*;

#[test]
fn o04_names_in_their_own_script_stand_beside_those_in_latin_letters() {
    let record = iso_2709(
        "nam a",
        &[
            ("100", "1 $6880-02$aMori, Kenji.".as_bytes()),
            ("245", "10$6880-01$aKawa no michi".as_bytes()),
            ("700", "1 $6880-04$aAl-Amin, Samir.".as_bytes()),
            ("700", b"1 $aOakes, Petra."),
            ("710", "2 $6880-05$aKawa Kenkyukai.$bShuppanbu.".as_bytes()),
            ("880", "10$6245-01/$1$a川の道".as_bytes()),
            ("880", "1 $6100-02/$1$a森 健二.".as_bytes()),
            ("880", "1 $6700-04/(3/r$aالأمين، سمير.".as_bytes()),
            ("880", "2 $6710-05/$1$a川研究会.$b出版部.".as_bytes()),
            ("880", "  $6260-00/$1$a東京 :$b水門社,$c2011.".as_bytes()),
        ],
    );
    let records = read(&record).unwrap();
    let names: Vec<(&str, &str)> = records
        .iter()
        .filter_map(|record| match record {
            Record::Author(author) => Some((author.name.as_str(), author.original.as_str())),
            _ => None,
        })
        .collect();
    assert_eq!(
        names,
        [
            ("Kenji Mori", "森 健二"),
            ("Samir Al-Amin", "سمير الأمين"),
            ("Petra Oakes", ""),
            ("Kawa Kenkyukai. Shuppanbu", "川研究会. 出版部"),
        ]
    );
    // A publisher that only stands there in its own script is one, too.
    assert_eq!(parts(records).2.publisher, "水門社");
}

#[test]
fn o06_only_whole_words_for_writing_make_an_author() {
    let by = |added: &str| {
        let record = iso_2709(
            "nam a",
            &[
                ("100", b"1 $aOakes, Petra."),
                ("245", b"10$aDoors"),
                ("700", format!("1 $aBrandt, Ivo,{added}").as_bytes()),
            ],
        );
        parts(read(&record).unwrap()).0.len() == 2
    };
    for writes in [
        "$eauthor.",
        "$ejoint author",
        "$ecomp.",
        "$4aut",
        "$4http://id.loc.gov/vocabulary/relators/aut",
        "$eed. and comp.",
        "$eeditor$eauthor",
    ] {
        assert!(by(writes), "{writes}");
    }
    for other in [
        "$ecomposer.",
        "$ecompany",
        "$4cmp",
        "$eauthor of introduction, etc.",
        "$4aui",
        "$eautographer",
        "$ejointer",
    ] {
        assert!(!by(other), "{other}");
    }
    let meeting = iso_2709(
        "nam a",
        &[
            ("111", b"2 $aConference on Doors."),
            ("245", b"10$aDoors"),
            ("711", b"2 $aConference on Doors$d(1964)"),
        ],
    );
    assert_eq!(parts(read(&meeting).unwrap()).0, ["Conference on Doors"]);
}

#[test]
fn f14_the_number_of_a_record_may_have_spaces_and_words_beside_it() {
    for (field, format) in [
        ("  $a978 0 14 143958 7 (pbk.) :$c9.99", Format::Paperback),
        ("  $a978-0-14-143958-7 hbk", Format::Hardback),
        ("  $a0 14 143958 X$a0-14-143958-0", Format::Unknown),
        ("  $aISBN 0141439580", Format::Unknown),
        ("  $a0141439580 :", Format::Unknown),
    ] {
        let record = iso_2709("nam a", &[("020", field.as_bytes()), ("245", b"10$aEmma")]);
        let edition = parts(read(&record).unwrap()).2;
        let isbn = edition.isbn.map(|isbn| isbn.to_string());
        assert_eq!(isbn.as_deref(), Some("9780141439587"), "{field}");
        assert_eq!(edition.format, format, "{field}");
    }
}

#[test]
fn o08_a_field_in_no_known_encoding_costs_itself_and_is_told() {
    for tag in ["020", "260", "300", "520", "880"] {
        let record = iso_2709("nam a", &[("245", b"10$aDoors"), (tag, b"  $aB \xff")]);
        assert!(parts(read(&record).unwrap()).2.lost_text, "{tag}");
    }
    let whole = iso_2709("nam a", &[("245", b"10$aDoors"), ("999", b"  $aB \xff")]);
    assert!(!parts(read(&whole).unwrap()).2.lost_text);
}

/// A small file of the kind that libraries export without a look: whatever a record has wrong
/// with it costs no more than that.
#[test]
fn o08_records_with_errors_are_books_as_far_as_they_can_be() {
    let title: (&str, &[u8]) = ("245", b"10$aThe patient gardener");
    let sound = iso_2709(
        "nam a",
        &[("008", FIXED), title, ("100", b"1 $aOakes, Petra.")],
    );
    let mut short_length = sound.clone();
    short_length[..5].copy_from_slice(b"00012");
    let mut lettered_length = sound.clone();
    lettered_length[..5].copy_from_slice(b"0a1b2");
    let mut wrong_base = sound.clone();
    wrong_base[12..17].copy_from_slice(b"99999");
    let mut wrong_place = sound.clone();
    wrong_place[LEADER + 7..LEADER + 12].copy_from_slice(b"00077");
    let no_indicators = iso_2709("nam a", &[("245", b"$aThe patient gardener")]);
    let empty_subfield = iso_2709("nam a", &[("245", b"10$$aThe patient gardener$")]);
    let odd_tag = iso_2709("nam a", &[title, ("A-1", b"  $ax"), ("   ", b"  $ay")]);
    let twice = iso_2709(
        "nam a",
        &[title, ("245", b"10$aAnother title"), ("008", b"short")],
    );
    for (what, record) in [
        ("short length", short_length),
        ("letters in the length", lettered_length),
        ("wrong base", wrong_base),
        ("wrong place", wrong_place),
        ("no indicators", no_indicators),
        ("empty subfields", empty_subfield),
        ("odd tags", odd_tag),
        ("two titles", twice),
    ] {
        let read = read(&record).map(|records| parts(records).1.title);
        assert_eq!(read.as_deref(), Ok("The patient gardener"), "{what}");
    }
}

#[test]
fn o07_unimarc_in_iso_5426_is_read_where_the_record_says_so() {
    let with = |sets: &str| {
        let coded = format!("  $a20150101d2015    m  y0frey{sets}    ba");
        let record = iso_2709(
            "nam0 ",
            &[
                ("100", coded.as_bytes()),
                ("200", b"1 $a\x88L'\x89\xc2et\xc2e$fAnne Dupr\xc2e"),
                ("700", b" |$aDupr\xc2e$bAnne$4070"),
            ],
        );
        read(&record).map(|records| {
            let (authors, work, _) = parts(records);
            (authors.join(";"), work.title)
        })
    };
    let read = Ok(("Anne Dupré".into(), "L'été".into()));
    assert_eq!((with("0103"), with("03  ")), (read.clone(), read));
    assert_eq!(with("50  "), Err(Reason::Encoding));
}
