//! Setting text: breaking it into lines and finding the size at which it fits.

use super::{
    draw::{self, Place},
    metrics::{Face, Script, graphemes, is_space, trim},
    title::{is_any, is_dash},
};

/// Words that look lost at the end of a line.
const WEAK_ENDS: [&str; 33] = [
    "a", "an", "the", "of", "to", "in", "and", "or", "with", "from", "for", "at", "on", "by", "de",
    "la", "le", "les", "el", "der", "die", "das", "den", "und", "et", "y", "o", "и", "в", "на",
    "our", "my", "their",
];

/// Punctuation and small kana that may not begin a line.
const NO_START: &str = "、。，．：；！？」』）】》〉ー々ぁぃぅぇぉっゃゅょァィゥェォッャュョ";

/// No cover has more lines, so none are searched for.
const MOST_LINES: usize = 9;

/// A piece that is never broken.
struct Token {
    text: String,
    /// Whether a space stands before it, unless it begins a line.
    space: bool,
}

/// A text cut where it may be broken, with the width of every piece in em.
pub(super) struct Pieces {
    tokens: Vec<Token>,
    /// The width in em of everything before each piece, and of the whole at the end.
    sums: Vec<f64>,
    /// Whether a line had better not end after the piece.
    weak: Vec<bool>,
    gap: f64,
}

impl Pieces {
    pub(super) fn of(text: &str, face: Face, bold: bool) -> Self {
        let tokens = tokens(text);
        let gap = face.advance(" ", bold);
        let mut sums = vec![0.0];
        let mut sum = 0.0;
        for (position, token) in tokens.iter().enumerate() {
            // One after the other: floating-point sums depend on the order.
            sum += face.advance(&token.text, bold);
            if position > 0 && token.space {
                sum += gap;
            }
            sums.push(sum);
        }
        let weak = tokens
            .iter()
            .map(|token| is_any(&token.text, &WEAK_ENDS))
            .collect();
        Self {
            tokens,
            sums,
            weak,
            gap,
        }
    }

    /// How many pieces there are; at least one.
    pub(super) fn len(&self) -> usize {
        self.tokens.len()
    }

    /// The width in em of a line from piece `from` up to, but without, piece `to`.
    fn line_width(&self, from: usize, to: usize) -> f64 {
        let space = if from > 0 && self.tokens[from].space {
            self.gap
        } else {
            0.0
        };
        self.sums[to] - self.sums[from] - space
    }

    fn line(&self, from: usize, to: usize) -> String {
        let mut line = String::new();
        for (position, token) in self.tokens[from..to].iter().enumerate() {
            if position > 0 && token.space {
                line.push(' ');
            }
            line.push_str(&token.text);
        }
        line
    }

    /// The fewest lines of at most `width` em, or `wanted` lines if that is more; among those the
    /// most even ones. A line that ends in a small word costs extra. Nothing if a piece is too
    /// wide or there would be too many lines.
    pub(super) fn wrap(&self, width: f64, wanted: usize) -> Option<Vec<String>> {
        let count = self.len();
        if (0..count).any(|at| self.line_width(at, at + 1) > width) {
            return None;
        }
        let mut lines = 1;
        let mut start = 0;
        for at in 0..count {
            if self.line_width(start, at + 1) > width {
                lines += 1;
                start = at;
            }
        }
        if lines > MOST_LINES {
            return None;
        }
        let lines = lines.max(wanted.min(count));
        // best[line][to]: the cost of setting everything before `to` in `line` lines, and where
        // the last of them begins.
        let mut best: Vec<Vec<Option<(f64, usize)>>> = vec![vec![None; count + 1]; lines + 1];
        best[0][0] = Some((0.0, 0));
        for line in 1..=lines {
            for to in 1..=count {
                for from in (0..to).rev() {
                    let wide = self.line_width(from, to);
                    if wide > width {
                        break;
                    }
                    let Some((before, _)) = best[line - 1][from] else {
                        continue;
                    };
                    let slack = (width - wide) / width;
                    let mut cost = before + slack * slack;
                    if to < count && self.weak[to - 1] {
                        cost += 0.3;
                    }
                    if best[line][to].is_none_or(|(least, _)| cost < least) {
                        best[line][to] = Some((cost, from));
                    }
                }
            }
        }
        let mut set = Vec::with_capacity(lines);
        let mut to = count;
        for line in (1..=lines).rev() {
            let (_, from) = best[line][to]?;
            set.push(self.line(from, to));
            to = from;
        }
        set.reverse();
        Some(set)
    }
}

fn tokens(text: &str) -> Vec<Token> {
    let mut tokens: Vec<Token> = Vec::new();
    for word in trim(text).split(is_space).filter(|word| !word.is_empty()) {
        let mut first = true;
        let mut push = |tokens: &mut Vec<Token>, text: &str| {
            let space = first && !tokens.is_empty();
            first = false;
            tokens.push(Token {
                text: text.to_owned(),
                space,
            });
        };
        if word.contains(|c| matches!(c, '\u{2e80}'..='\u{9fff}')) {
            for piece in graphemes(word) {
                match tokens.last_mut() {
                    Some(last) if piece.starts_with(|c| NO_START.contains(c)) => {
                        last.text.push_str(piece);
                    }
                    _ => push(&mut tokens, piece),
                }
            }
        } else {
            let mut rest = word;
            while !rest.is_empty() {
                let end = rest.find(is_dash).map_or(rest.len(), |at| {
                    at + rest[at..].chars().next().map_or(0, char::len_utf8)
                });
                push(&mut tokens, &rest[..end]);
                rest = &rest[end..];
            }
        }
    }
    if tokens.is_empty() {
        tokens.push(Token {
            text: String::new(),
            space: false,
        });
    }
    tokens
}

/// Text set in lines at one size.
#[derive(Clone, Debug)]
pub(super) struct Block {
    pub(super) lines: Vec<String>,
    pub(super) size: f64,
    /// From one baseline to the next, as a multiple of the size.
    pub(super) leading: f64,
    pub(super) face: Face,
    pub(super) bold: bool,
    pub(super) script: Script,
    /// Extra space between letters.
    pub(super) tracking: f64,
}

impl Block {
    pub(super) fn height(&self) -> f64 {
        self.lines.len() as f64 * self.size * self.leading
    }
}

/// The box text is set in, and how.
#[derive(Clone, Copy, Debug)]
pub(super) struct Setting {
    pub(super) width: f64,
    pub(super) height: f64,
    /// The largest size tried.
    pub(super) largest: f64,
    /// The smallest size tried.
    pub(super) smallest: f64,
    pub(super) leading: f64,
    pub(super) face: Face,
    pub(super) bold: bool,
    pub(super) most_lines: usize,
}

impl Setting {
    pub(super) fn new(width: f64, height: f64, largest: f64) -> Self {
        Self {
            width,
            height,
            largest,
            smallest: 26.0,
            leading: 1.1,
            face: Face::Serif,
            bold: false,
            most_lines: 7,
        }
    }
}

/// Sets `text` at the largest size at which it fits. If none does, it is broken anywhere at the
/// smallest size and ends with an ellipsis.
pub(super) fn fit(text: &str, setting: Setting) -> Block {
    let script = Script::of(text);
    let Setting { face, bold, .. } = setting;
    let leading = match script {
        Script::Complex | Script::RightToLeft => setting.leading.max(1.35),
        Script::Latin | Script::EastAsian => setting.leading,
    };
    let block = |size, lines| Block {
        lines,
        size,
        leading,
        face,
        bold,
        script,
        tracking: 0.0,
    };
    let pieces = Pieces::of(text, face, bold);
    let mut size = setting.largest;
    while size >= setting.smallest {
        if let Some(lines) = pieces.wrap(setting.width / size, 0)
            && lines.len() <= setting.most_lines
            && lines.len() as f64 * size * leading <= setting.height + size * 0.2
        {
            return block(size, lines);
        }
        size -= 2.0;
    }
    let size = setting.smallest;
    // A negative number of lines becomes zero, then one.
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    let room = (setting.height / (size * leading)).floor() as usize;
    let room = room.min(setting.most_lines).max(1);
    block(
        size,
        break_anywhere(text, room, setting.width / size - 0.6, face, bold),
    )
}

fn break_anywhere(text: &str, room: usize, width: f64, face: Face, bold: bool) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = String::new();
    for piece in graphemes(text) {
        let kept = line.len();
        line.push_str(piece);
        if face.advance(&line, bold) > width {
            lines.push(trim(&line[..kept]).to_owned());
            line.clear();
            if lines.len() == room {
                break;
            }
            line.push_str(piece);
        }
    }
    if lines.len() < room && !line.is_empty() {
        lines.push(trim(&line).to_owned());
    } else if let Some(last) = lines.last_mut() {
        let end =
            last.trim_end_matches(|c| is_space(c) || matches!(c, '.' | ',' | ';' | ':' | '-'));
        *last = format!("{end}…");
    }
    lines
}

/// How an author's name is set.
#[derive(Clone, Copy, Debug)]
pub(super) struct NameSetting {
    pub(super) width: f64,
    pub(super) size: f64,
    pub(super) face: Face,
    /// Tracked capitals, where the script has them.
    pub(super) capitals: bool,
}

impl NameSetting {
    pub(super) fn new(width: f64, size: f64) -> Self {
        Self {
            width,
            size,
            face: Face::Serif,
            capitals: false,
        }
    }

    pub(super) fn capitals(width: f64, size: f64) -> Self {
        Self {
            capitals: true,
            ..Self::new(width, size)
        }
    }

    pub(super) fn face(self, face: Face) -> Self {
        Self { face, ..self }
    }
}

/// A name on one line when it fits, on two when it does not.
pub(super) fn name(author: &str, setting: NameSetting) -> Block {
    const SMALLEST: f64 = 16.0;
    let NameSetting { size, face, .. } = setting;
    let shown = if setting.capitals && Script::of(author) == Script::Latin {
        author.to_uppercase()
    } else {
        author.to_owned()
    };
    let tracking = if setting.capitals { 1.6 } else { 0.0 };
    let width = setting.width - tracking * graphemes(&shown).len() as f64 * 0.8;
    let one_line = Setting {
        smallest: SMALLEST.max((size * 0.78).round()),
        leading: 1.22,
        face,
        most_lines: 1,
        ..Setting::new(width, size * 1.25, size)
    };
    let mut block = fit(&shown, one_line);
    if block.lines.concat() != shown {
        let two_lines = Setting {
            height: size * 1.25 * 2.0,
            largest: size - 2.0,
            smallest: SMALLEST,
            most_lines: 2,
            ..one_line
        };
        block = fit(&shown, two_lines);
    }
    Block { tracking, ..block }
}

/// A title and under it, smaller and in italics, a subtitle.
pub(super) struct Stack {
    title: Block,
    subtitle: Option<Block>,
}

/// Sets a title and its subtitle, if it has one, in one box.
pub(super) fn stack(title: &str, subtitle: &str, setting: Setting) -> Stack {
    if subtitle.is_empty() {
        return Stack {
            title: fit(title, setting),
            subtitle: None,
        };
    }
    let block = fit(
        title,
        Setting {
            height: setting.height * 0.72,
            ..setting
        },
    );
    let below = Setting {
        smallest: 17.0,
        leading: 1.15,
        face: setting.face,
        most_lines: 3,
        ..Setting::new(
            setting.width,
            setting.height - block.height() - 6.0,
            (block.size * 0.62).min(24.0),
        )
    };
    Stack {
        subtitle: Some(fit(subtitle, below)),
        title: block,
    }
}

impl Stack {
    pub(super) fn height(&self) -> f64 {
        let subtitle = self.subtitle.as_ref();
        self.title.height() + subtitle.map_or(0.0, |subtitle| subtitle.height() + 8.0)
    }

    pub(super) fn draw(&self, place: Place) -> String {
        let mut svg = draw::text(&self.title, place);
        if let Some(subtitle) = &self.subtitle {
            let place = Place {
                y: place.y + self.title.height() + 8.0,
                ..place
            };
            svg.push_str(&draw::text(subtitle, place.italic()));
        }
        svg
    }
}
