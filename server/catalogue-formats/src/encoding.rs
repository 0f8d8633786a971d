//! Which encoding a text is in that does not say so.

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::Encoding;

/// The likeliest encoding of bytes that are not UTF-8. `whole`: the text ends with them.
pub fn guess(bytes: &[u8], whole: bool) -> &'static Encoding {
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(bytes, whole);
    detector.guess(None, Utf8Detection::Deny)
}
