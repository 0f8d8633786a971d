use dogear_barcode::drawn::Drawing;

use super::texts;

/// A picture of a square code, each module `scale` pixels wide.
fn square(text: &str, scale: usize) -> Drawing {
    let code = qrcode::QrCode::new(text).expect("short enough");
    let (side, modules) = (code.width(), code.to_colors());
    // Room enough to be turned in, too.
    let quiet = 12 * scale;
    let sheet = Drawing::sheet(side * scale + 2 * quiet, side * scale + 2 * quiet);
    sheet.each(|x, y| {
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
    assert_eq!(read(&drawing.tilted(20.0)), [address]);
    assert_eq!(texts(&drawing.luma, drawing.width, 1), [""; 0]);
    let barcode = Drawing::sheet(640, 480).with("9780441172719", (120, 150), 3);
    assert_eq!(read(&barcode), [""; 0], "no square code");
    assert_eq!(
        dogear_barcode::isbns(&drawing.luma, drawing.width, drawing.height, 1),
        [0; 0],
        "no barcode"
    );
}

#[test]
fn of_two_square_codes_in_sight_both_are_read() {
    let (one, two) = (square("7KQ4-9XWM-1TZB-C0DE", 6), square("another code", 6));
    let (width, height) = (one.width + two.width, one.height.max(two.height));
    let both = Drawing::sheet(width, height).each(|x, y| {
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
