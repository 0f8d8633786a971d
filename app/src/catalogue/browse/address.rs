//! Writes a question back into an address.

use dogear_server::search::{Query, Sort};

use dogear_urls as urls;

/// The address of a question; nothing that is as usual stands in it.
pub fn address(query: &Query) -> String {
    let mut pairs = url::form_urlencoded::Serializer::new(String::new());
    if !query.q.is_empty() {
        pairs.append_pair("q", &query.q);
    }
    for genre in &query.genres {
        pairs.append_pair("genre", genre);
    }
    for language in &query.languages {
        pairs.append_pair("language", language);
    }
    for format in &query.formats {
        pairs.append_pair("format", format.as_str());
    }
    if let Some(grade) = query.grade {
        pairs.append_pair("grade", grade.as_str());
    }
    for offer in &query.offers {
        pairs.append_pair("offer", offer.as_str());
    }
    if let Some(most) = query.most {
        pairs.append_pair("most", &most.plain());
        pairs.append_pair("currency", most.currency.as_str());
    }
    if !query.near.is_empty() {
        pairs.append_pair("near", &query.near);
    }
    if let Some(within) = query.within {
        pairs.append_pair("within", &within.to_string());
    }
    for (name, year) in [("from", query.from), ("to", query.to)] {
        if let Some(year) = year {
            pairs.append_pair(name, &year.to_string());
        }
    }
    if query.all {
        pairs.append_pair("all", "1");
    }
    if query.sort != Sort::Best {
        pairs.append_pair("sort", query.sort.as_str());
    }
    if query.verbatim {
        pairs.append_pair("verbatim", "1");
    }
    if query.page > 1 {
        pairs.append_pair("page", &query.page.to_string());
    }
    let pairs = pairs.finish();
    if pairs.is_empty() {
        urls::BROWSE.to_owned()
    } else {
        format!("{}?{pairs}", urls::BROWSE)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_reads_back_to_the_same_question() {
        for text in [
            "",
            "q=les+mis%C3%A9rables&genre=classics&genre=novels&language=fr&format=paperback&grade=very-good&offer=give&offer=sale&most=12.50&currency=GBP&near=S%C3%A3o+Paulo&within=25&from=-30&to=1900&all=1&sort=title&verbatim=1&page=3",
            "q=%26%3D%3F%23",
        ] {
            let query = Query::from_pairs(url::form_urlencoded::parse(text.as_bytes()));
            let written = address(&query);
            let pairs = written
                .strip_prefix(urls::BROWSE)
                .unwrap()
                .trim_start_matches('?');
            assert_eq!(pairs, text);
            assert_eq!(
                Query::from_pairs(url::form_urlencoded::parse(pairs.as_bytes())),
                query
            );
        }
    }
}
