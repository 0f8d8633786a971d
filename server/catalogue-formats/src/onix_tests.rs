use super::*;
use crate::xml;

fn read(text: &str) -> Result<Vec<String>, Reason> {
    let mut records = Vec::new();
    product(&xml::element(text)?, &mut records)?;
    Ok(records
        .into_iter()
        .map(|record| match record {
            Record::Author(author) => author.name,
            Record::Work(work) => format!(
                "{} / {} / {:?} / {} / {}",
                work.title,
                work.subtitle,
                work.first_year,
                work.genre.unwrap_or_default(),
                work.description.replace('\n', "|")
            ),
            Record::Edition(edition) => format!(
                "{} {} {:?} {:?} {} {}",
                edition
                    .isbn
                    .map(|isbn| isbn.to_string())
                    .unwrap_or_default(),
                edition.publisher,
                edition.year,
                edition.pages,
                edition.language,
                edition.format
            ),
            Record::Redirect { .. } => String::new(),
        })
        .collect())
}

const LONG: &str = "<Product><RecordReference>com.example.1</RecordReference><NotificationType>03</NotificationType>
  <ProductIdentifier><ProductIDType>01</ProductIDType><IDValue>77</IDValue></ProductIdentifier>
  <ProductIdentifier><ProductIDType>03</ProductIDType><IDValue>4006381333931</IDValue></ProductIdentifier>
  <ProductIdentifier><ProductIDType>15</ProductIDType><IDValue>9780141439587</IDValue></ProductIdentifier>
  <DescriptiveDetail><ProductComposition>00</ProductComposition><ProductForm>BC</ProductForm>
    <TitleDetail><TitleType>10</TitleType><TitleElement><TitleElementLevel>01</TitleElementLevel><TitleText>Distributor’s</TitleText></TitleElement></TitleDetail>
    <TitleDetail><TitleType>01</TitleType>
      <TitleElement><TitleElementLevel>02</TitleElementLevel><TitleText>The Series</TitleText></TitleElement>
      <TitleElement><TitleElementLevel>01</TitleElementLevel><TitlePrefix>The</TitlePrefix><TitleWithoutPrefix>Harbour</TitleWithoutPrefix><Subtitle>A novel</Subtitle></TitleElement></TitleDetail>
    <Contributor><SequenceNumber>1</SequenceNumber><ContributorRole>B06</ContributorRole><PersonName>Tom Other</PersonName></Contributor>
    <Contributor><SequenceNumber>2</SequenceNumber><ContributorRole>A01</ContributorRole><NamesBeforeKey>Ann</NamesBeforeKey><KeyNames>Author</KeyNames></Contributor>
    <Contributor><SequenceNumber>3</SequenceNumber><ContributorRole>A01</ContributorRole><PersonNameInverted>Writer, Ben</PersonNameInverted></Contributor>
    <Language><LanguageRole>02</LanguageRole><LanguageCode>fre</LanguageCode></Language>
    <Language><LanguageRole>01</LanguageRole><LanguageCode>eng</LanguageCode></Language>
    <Extent><ExtentType>00</ExtentType><ExtentValue>320</ExtentValue><ExtentUnit>03</ExtentUnit></Extent>
    <Subject><SubjectSchemeIdentifier>10</SubjectSchemeIdentifier><SubjectCode>FIC022000</SubjectCode></Subject>
    <Subject><SubjectSchemeIdentifier>93</SubjectSchemeIdentifier><SubjectCode>FLC</SubjectCode></Subject>
  </DescriptiveDetail>
  <CollateralDetail>
    <TextContent><TextType>02</TextType><Text>Short.</Text></TextContent>
    <TextContent><TextType>03</TextType><Text textformat=\"02\">&lt;p&gt;One &amp;amp; two.&lt;/p&gt;&lt;p&gt;Three.&lt;/p&gt;</Text></TextContent></CollateralDetail>
  <PublishingDetail><Imprint><ImprintName>Small Press</ImprintName></Imprint><Publisher><PublishingRole>01</PublishingRole><PublisherName>Big House</PublisherName></Publisher>
    <PublishingDate><PublishingDateRole>11</PublishingDateRole><Date dateformat=\"05\">1972</Date></PublishingDate>
    <PublishingDate><PublishingDateRole>01</PublishingDateRole><Date>20190401</Date></PublishingDate></PublishingDetail>
</Product>";

#[test]
fn a_product_is_read_by_its_codes() {
    assert_eq!(
        read(LONG).unwrap(),
        [
            "Ann Author",
            "Ben Writer",
            "The Harbour / A novel / Some(1972) / science-fiction / One & two.|Three.",
            "9780141439587 Small Press Some(2019) Some(320) en paperback",
        ]
    );
}

#[test]
fn short_tags_say_the_same() {
    let mut short = LONG.to_owned();
    for (short_tag, long) in SHORT {
        for (open, close) in [("<", ">"), ("</", ">"), ("<", " ")] {
            short = short.replace(
                &format!("{open}{long}{close}"),
                &format!("{open}{short_tag}{close}"),
            );
        }
    }
    for composite in [
        "Product",
        "ProductIdentifier",
        "DescriptiveDetail",
        "TitleDetail",
        "TitleElement",
        "Contributor",
        "Language",
        "Extent",
        "Subject",
        "CollateralDetail",
        "TextContent",
        "PublishingDetail",
        "Imprint",
        "Publisher",
        "PublishingDate",
    ] {
        for (open, close) in [("<", ">"), ("</", ">")] {
            short = short.replace(
                &format!("{open}{composite}{close}"),
                &format!("{open}{}{close}", composite.to_lowercase()),
            );
        }
    }
    assert!(
        short.contains("<b203>") && !short.contains("<TitleText>"),
        "{short}"
    );
    assert_eq!(read(&short), read(LONG));
}

#[test]
fn o02_what_is_no_book_or_was_taken_back_is_passed_over_with_its_reason() {
    assert_eq!(
        read(
            &LONG
                .replace(">03<", ">05<")
                .replace(">03</Notif", ">05</Notif")
        ),
        Err(Reason::Deleted)
    );
    for other in ["ED", "PC", "ZE"] {
        assert_eq!(
            read(&LONG.replace(">BC<", &format!(">{other}<"))),
            Err(Reason::NoBook),
            "{other}"
        );
    }
    assert!(read(&LONG.replace(">BC<", ">AC<")).unwrap()[3].ends_with("audio"));
    assert!(read(&LONG.replace(">BC<", ">BB<")).unwrap()[3].ends_with("hardback"));
    assert_eq!(read("<Product/>"), Err(Reason::NoTitle));
    // A damaged number costs the number, never the book (O01).
    assert!(
        read(&LONG.replace("9780141439587", "9780141439580"))
            .unwrap()
            .iter()
            .all(|part| !part.contains("97801414395"))
    );
}
