use super::drawn::Drawing;
use super::{isbns, texts};

const DUNE: &str = "9780441172719";
const EMMA: &str = "9791090636071";

fn read(drawing: &Drawing) -> Vec<String> {
    let found = isbns(&drawing.luma, drawing.width, drawing.height, 20);
    found.iter().map(u64::to_string).collect()
}

fn dune() -> Drawing {
    Drawing::sheet(640, 480).with(DUNE, (120, 150), 3)
}

/// What `pixel` gives for each place of a picture of the same size.
fn each(drawing: &Drawing, pixel: impl Fn(usize, usize) -> u8) -> Drawing {
    let Drawing { width, height, .. } = *drawing;
    let luma = (0..width * height).map(|at| pixel(at % width, at / width));
    Drawing {
        width,
        height,
        luma: luma.collect(),
    }
}

/// Seen by a camera that is turned by some degrees.
fn tilted(drawing: &Drawing, degrees: f64) -> Drawing {
    let (sin, cos) = degrees.to_radians().sin_cos();
    let (middle, level) = (drawing.width as f64 / 2.0, drawing.height as f64 / 2.0);
    each(drawing, |x, y| {
        let (x, y) = (x as f64 - middle, y as f64 - level);
        let (x, y) = (x * cos - y * sin + middle, x * sin + y * cos + level);
        let inside = x >= 0.0 && y >= 0.0 && x < drawing.width as f64 && y < drawing.height as f64;
        if inside {
            drawing.luma[y as usize * drawing.width + x as usize]
        } else {
            255
        }
    })
}

/// The same numbers each time, spread like chance.
fn noise() -> impl FnMut() -> u8 {
    let mut state = 0x2545_F491_4F6C_DD1D_u64;
    move || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 40) as u8
    }
}

#[test]
fn a_code_is_read_from_any_side() {
    let upright = dune();
    let side = upright.on_its_side();
    let mut over = upright.clone();
    over.luma.reverse();
    let mut other_side = side.clone();
    other_side.luma.reverse();
    for drawing in [upright, side, over, other_side] {
        assert_eq!(read(&drawing), [DUNE]);
    }
}

#[test]
fn a_tilt_a_shadow_and_noise_do_no_harm() {
    for degrees in [-25.0, -12.0, 5.0, 20.0, 25.0, 80.0, 110.0] {
        assert_eq!(read(&tilted(&dune(), degrees)), [DUNE], "{degrees} degrees");
    }
    let plain = dune();
    let at = |x: usize, y: usize| plain.luma[y * plain.width + x];
    let shadow = each(&plain, |x, y| {
        (u32::from(at(x, y)) * (900 - x as u32) / 900) as u8
    });
    assert_eq!(read(&shadow), [DUNE]);
    // Between a dark table and a lamp.
    let table = each(&plain, |x, y| if x < 90 { 5 } else { at(x, y) / 2 + 60 });
    assert_eq!(read(&table), [DUNE]);
    let mut random = noise();
    let mut grained = plain.clone();
    for pixel in &mut grained.luma {
        *pixel = pixel
            .saturating_add(random() / 8)
            .saturating_sub(random() / 8);
    }
    assert_eq!(read(&grained), [DUNE]);
}

#[test]
fn every_code_of_a_picture_is_read_once_and_no_more_than_asked_for() {
    let both = Drawing::sheet(1200, 900)
        .with(DUNE, (60, 80), 4)
        .with(EMMA, (640, 80), 4)
        .with(DUNE, (200, 500), 5);
    let mut found = read(&both);
    found.sort();
    assert_eq!(found, [DUNE, EMMA]);
    assert_eq!(isbns(&both.luma, 1200, 900, 1).len(), 1);
}

#[test]
fn other_articles_wrong_digits_and_no_code_at_all_give_nothing() {
    for number in ["4006381333931", "9780441172718", "9770441172712"] {
        let drawing = Drawing::sheet(640, 480).with(number, (120, 150), 3);
        assert_eq!(read(&drawing), [""; 0], "{number}");
    }
    // One line of it is no proof.
    let line = each(&dune(), |x, y| match y {
        240 => dune().luma[240 * 640 + x],
        _ => 255,
    });
    assert_eq!(read(&line), [""; 0]);
    let mut random = noise();
    for (width, height) in [(1600, 700), (101, 3), (3, 101), (1, 1), (0, 0), (0, 9)] {
        let luma: Vec<u8> = (0..width * height).map(|_| random()).collect();
        assert!(
            isbns(&luma, width, height, 20).is_empty(),
            "{width} × {height}"
        );
    }
    assert!(isbns(&[0; 7], 640, 480, 20).is_empty(), "a wrong length");
}

/// A picture of a square code, each module `scale` pixels wide.
fn square(text: &str, scale: usize) -> Drawing {
    let code = qrcode::QrCode::new(text).expect("short enough");
    let (side, modules) = (code.width(), code.to_colors());
    // Room enough to be turned in, too.
    let quiet = 12 * scale;
    let sheet = Drawing::sheet(side * scale + 2 * quiet, side * scale + 2 * quiet);
    each(&sheet, |x, y| {
        let module = |at: usize| at.checked_sub(quiet).map(|at| at / scale);
        match (module(x), module(y)) {
            (Some(x), Some(y)) if x < side && y < side => match modules[y * side + x] {
                qrcode::Color::Dark => 20,
                qrcode::Color::Light => 235,
            },
            _ => 235,
        }
    })
}

#[test]
fn a_square_code_is_read_straight_and_tilted() {
    let address = "https://dogear.example/host/2/door?code=7KQ4-9XWM-1TZB-C0DE";
    let drawing = square(address, 6);
    let read = |it: &Drawing| texts(&it.luma, it.width, it.height);
    assert_eq!(read(&drawing), [address]);
    assert_eq!(read(&tilted(&drawing, 20.0)), [address]);
    assert_eq!(texts(&drawing.luma, drawing.width, 1), [""; 0]);
    let barcode = dune();
    assert_eq!(read(&barcode), [""; 0], "no square code");
    assert_eq!(
        isbns(&drawing.luma, drawing.width, drawing.height, 1),
        [0; 0],
        "no barcode"
    );
}

#[test]
fn of_two_square_codes_in_sight_both_are_read() {
    let (one, two) = (square("7KQ4-9XWM-1TZB-C0DE", 6), square("another code", 6));
    let (width, height) = (one.width + two.width, one.height.max(two.height));
    let both = each(&Drawing::sheet(width, height), |x, y| {
        let (code, x) = match x.checked_sub(one.width) {
            Some(x) => (&two, x),
            None => (&one, x),
        };
        if y < code.height {
            code.luma[y * code.width + x]
        } else {
            235
        }
    });
    let mut found = texts(&both.luma, width, height);
    found.sort_unstable();
    assert_eq!(found, ["7KQ4-9XWM-1TZB-C0DE", "another code"]);
}
