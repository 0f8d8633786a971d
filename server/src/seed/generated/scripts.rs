//! The languages of generated books, and made-up words in their scripts.

use rand::Rng;

use super::words::zipf;

/// Syllables from which words are made.
pub(super) struct Script {
    syllables: &'static [&'static str],
    /// Words stand apart.
    pub spaced: bool,
}

impl Script {
    /// One of `of` words; small numbers, and so their words, are likely.
    pub(super) fn word(&self, random: &mut impl Rng, of: usize) -> String {
        let base = self.syllables.len();
        let mut rest = zipf(random, of) + base;
        let mut word = String::new();
        while rest > 0 {
            word.push_str(self.syllables[rest % base]);
            rest /= base;
        }
        word
    }
}

/// A language of generated books.
pub(super) struct Language {
    /// MARC's code.
    pub code: &'static str,
    /// `None`: Latin, with English words.
    pub script: Option<&'static Script>,
}

const fn latin(code: &'static str) -> Language {
    Language { code, script: None }
}

const fn other(code: &'static str, script: &'static Script) -> Language {
    Language {
        code,
        script: Some(script),
    }
}

static CYRILLIC: Script = Script {
    syllables: &[
        "ма", "ре", "то", "ви", "ка", "до", "ель", "ша", "бри", "но", "лу", "тер", "за", "бе",
    ],
    spaced: true,
};
static GREEK: Script = Script {
    syllables: &[
        "μα", "ρε", "το", "βι", "κα", "δο", "ελ", "σα", "πρι", "νο", "λου", "τερ",
    ],
    spaced: true,
};
static HEBREW: Script = Script {
    syllables: &["מא", "רן", "טל", "בי", "כא", "דור", "אל", "שא", "נו", "לון"],
    spaced: true,
};
static ARABIC: Script = Script {
    syllables: &["ما", "رن", "تل", "في", "كا", "دور", "ال", "شا", "نو", "لون"],
    spaced: true,
};
static DEVANAGARI: Script = Script {
    syllables: &["मा", "रे", "तो", "वि", "का", "दो", "ल", "शा", "नो", "लु"],
    spaced: true,
};
static HAN: Script = Script {
    syllables: &[
        "山", "水", "夜", "城", "花", "月", "人", "海", "春", "石", "风", "雨", "书", "河", "光",
        "鸟",
    ],
    spaced: false,
};
static KANA: Script = Script {
    syllables: &[
        "ま", "れ", "と", "び", "か", "ど", "る", "し", "の", "つ", "や", "み",
    ],
    spaced: false,
};
static HANGUL: Script = Script {
    syllables: &[
        "마", "레", "토", "비", "가", "도", "엘", "사", "노", "루", "산", "달",
    ],
    spaced: true,
};

/// Frequent ones first.
pub(super) static LANGUAGES: [Language; 20] = [
    latin("eng"),
    latin("ger"),
    latin("fre"),
    latin("spa"),
    other("rus", &CYRILLIC),
    latin("ita"),
    other("chi", &HAN),
    other("jpn", &KANA),
    latin("por"),
    latin("pol"),
    latin("dut"),
    other("ara", &ARABIC),
    other("heb", &HEBREW),
    other("gre", &GREEK),
    other("kor", &HANGUL),
    other("hin", &DEVANAGARI),
    latin("swe"),
    other("ukr", &CYRILLIC),
    latin("cze"),
    other("bul", &CYRILLIC),
];
