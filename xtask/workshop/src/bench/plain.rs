//! A page as its fixed parts and the strings between them: the least any renderer
//! has to do.

use dogear::commands::Failure;
use html_escape::encode_double_quoted_attribute_to_string;

/// The fixed parts of a page.
pub(super) struct Template {
    parts: Vec<String>,
    size: usize,
}

impl Template {
    /// Finds the escaped `fields`, in their order, in `page`.
    ///
    /// # Errors
    /// When a field is not found: the page no longer shows what the subject loads.
    pub(super) fn new(page: &str, fields: &[String]) -> Result<Self, Failure> {
        let mut parts = Vec::with_capacity(fields.len() + 1);
        let mut rest = page;
        for field in fields {
            let mut escaped = String::new();
            encode_double_quoted_attribute_to_string(field, &mut escaped);
            let at = rest
                .find(&escaped)
                .ok_or_else(|| format!("the page does not show “{field}” where it is expected"))?;
            parts.push(rest[..at].to_owned());
            rest = &rest[at + escaped.len()..];
        }
        parts.push(rest.to_owned());
        Ok(Self {
            parts,
            size: page.len(),
        })
    }

    /// The page with these fields.
    pub(super) fn fill(&self, fields: &[String]) -> String {
        let mut page = String::with_capacity(self.size);
        let mut parts = self.parts.iter();
        // The fields lead: `zip` takes from its first side before it asks the second.
        for (field, part) in fields.iter().zip(parts.by_ref()) {
            page.push_str(part);
            encode_double_quoted_attribute_to_string(field, &mut page);
        }
        for part in parts {
            page.push_str(part);
        }
        page
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_filled_template_is_the_page() {
        let page = "<p>A &amp; B</p><p>C</p>";
        let fields = ["A & B".to_owned(), "C".to_owned()];
        let template = Template::new(page, &fields).unwrap();
        assert_eq!(template.fill(&fields), page);
        assert!(Template::new(page, &["D".to_owned()]).is_err());
    }
}
