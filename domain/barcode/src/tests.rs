use super::drawn::Drawing;
use super::isbns;

const DUNE: &str = "9780441172719";
const EMMA: &str = "9791090636071";

fn read(drawing: &Drawing) -> Vec<String> {
    let found = isbns(&drawing.luma, drawing.width, drawing.height, 20);
    found.iter().map(u64::to_string).collect()
}

fn dune() -> Drawing {
    Drawing::sheet(640, 480).with(DUNE, (120, 150), 3)
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
        assert_eq!(read(&dune().tilted(degrees)), [DUNE], "{degrees} degrees");
    }
    let plain = dune();
    let at = |x: usize, y: usize| plain.luma[y * plain.width + x];
    let shadow = plain.each(|x, y| (u32::from(at(x, y)) * (900 - x as u32) / 900) as u8);
    assert_eq!(read(&shadow), [DUNE]);
    // Between a dark table and a lamp.
    let table = plain.each(|x, y| if x < 90 { 5 } else { at(x, y) / 2 + 60 });
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
    let line = dune().each(|x, y| match y {
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
