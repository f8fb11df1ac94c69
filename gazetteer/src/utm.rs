//! Grid references of soldiers and surveyors: UTM ("37S 643210 3708950") and MGRS ("37S DB 43210
//! 08950"), to WGS 84.
//!
//! The transverse Mercator projection is turned back by Krüger's series in the third flattening
//! (Karney 2011, "Transverse Mercator with an accuracy of a few nanometers", to third order:
//! better than a millimetre in a zone).

use crate::LonLat;

/// WGS 84: the equator's radius in metres, and the flattening.
const RADIUS_M: f64 = 6_378_137.0;
const FLATTENING: f64 = 1.0 / 298.257_223_563;
/// Scale on the middle meridian of a zone, and the false origin.
const SCALE: f64 = 0.9996;
const EASTING_M: f64 = 500_000.0;
const SOUTH_NORTHING_M: f64 = 10_000_000.0;
/// The bands of eight degrees from 80° S; the last is twelve degrees high.
const BANDS: &str = "CDEFGHJKLMNPQRSTUVWX";
/// Rows of hundred kilometres; every second zone begins with F.
const ROWS: &str = "ABCDEFGHJKLMNPQRSTUV";
/// How far outside a band a reference may lie by rounding, in degrees.
const BAND_SLACK_DEG: f64 = 0.5;

/// A grid position: zone 1 to 60, metres east and north.
fn to_lonlat(zone: u8, easting_m: f64, northing_m: f64) -> Option<LonLat> {
    let n = FLATTENING / (2.0 - FLATTENING);
    let (n2, n3) = (n * n, n * n * n);
    let rectified = RADIUS_M / (1.0 + n) * (1.0 + n2 / 4.0 + n2 * n2 / 64.0);
    let beta = [
        n / 2.0 - 2.0 / 3.0 * n2 + 37.0 / 96.0 * n3,
        n2 / 48.0 + n3 / 15.0,
        17.0 / 480.0 * n3,
    ];
    let delta = [
        2.0 * n - 2.0 / 3.0 * n2 - 2.0 * n3,
        7.0 / 3.0 * n2 - 8.0 / 5.0 * n3,
        56.0 / 15.0 * n3,
    ];
    let xi = northing_m / (SCALE * rectified);
    let eta = (easting_m - EASTING_M) / (SCALE * rectified);
    let (mut xi_turned, mut eta_turned) = (xi, eta);
    for (j, b) in beta.iter().enumerate() {
        let twice = 2.0 * (j as f64 + 1.0);
        xi_turned -= b * (twice * xi).sin() * (twice * eta).cosh();
        eta_turned -= b * (twice * xi).cos() * (twice * eta).sinh();
    }
    let conformal = (xi_turned.sin() / eta_turned.cosh()).asin();
    let lat = conformal
        + delta
            .iter()
            .enumerate()
            .map(|(j, d)| d * (2.0 * (j as f64 + 1.0) * conformal).sin())
            .sum::<f64>();
    let middle_deg = f64::from(zone) * 6.0 - 183.0;
    let lon_deg = middle_deg + (eta_turned.sinh().atan2(xi_turned.cos())).to_degrees();
    let lon_deg = (lon_deg + 540.0).rem_euclid(360.0) - 180.0;
    LonLat::new(lon_deg, lat.to_degrees()).ok()
}

/// Reads a grid reference at the start of a text: the position, half the diagonal of its square
/// in metres, and how many bytes it took.
pub(crate) fn read(text: &str) -> Option<(LonLat, f64, usize)> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let zone: u8 = text
        .get(..digits)
        .filter(|_| (1..=2).contains(&digits))?
        .parse()
        .ok()?;
    let letter = char::from(*text.as_bytes().get(digits)?);
    if !(1..=60).contains(&zone) || !(BANDS.contains(letter)) {
        return None;
    }
    let rest = &text[digits + 1..];
    let taken = |left: &str| text.len() - left.len();
    mgrs(zone, letter, rest)
        .or_else(|| utm(zone, letter, rest))
        .map(|(at, doubt_m, left)| (at, doubt_m, taken(left)))
}

/// "DB 43210 08950", "DB4321008950".
fn mgrs(zone: u8, band: char, text: &str) -> Option<(LonLat, f64, &str)> {
    let text = text.trim_start_matches(' ');
    let mut letters = text.chars();
    let (column, row) = (letters.next()?, letters.next()?);
    let columns = match zone % 3 {
        1 => "ABCDEFGH",
        2 => "JKLMNPQR",
        _ => "STUVWXYZ",
    };
    let column = columns.find(column)? as f64 + 1.0;
    let row = ROWS.find(row)?;
    let row = (if zone.is_multiple_of(2) {
        row + 15
    } else {
        row
    } % 20) as f64;
    let text = letters.as_str().trim_start_matches(' ');
    let first = text.bytes().take_while(u8::is_ascii_digit).count();
    let (a, after) = text.split_at(first);
    let gapped = after.trim_start_matches(' ');
    let second = gapped.bytes().take_while(u8::is_ascii_digit).count();
    let (east, north, left) = if second == first && (1..=5).contains(&first) {
        (a, &gapped[..second], &gapped[second..])
    } else if first % 2 == 0 && (2..=10).contains(&first) {
        (&a[..first / 2], &a[first / 2..], after)
    } else {
        return None;
    };
    if left.starts_with(|c: char| c.is_alphanumeric()) {
        return None;
    }
    let step = 10f64.powi(5 - east.len() as i32);
    // The reference names the south-west corner of its square.
    let easting = column * 100_000.0 + (east.parse::<f64>().ok()? + 0.5) * step;
    let in_cycle = row * 100_000.0 + (north.parse::<f64>().ok()? + 0.5) * step;
    let n = BANDS.find(band)?;
    let (south, north_deg) = (
        n as f64 * 8.0 - 80.0,
        if band == 'X' {
            84.0
        } else {
            n as f64 * 8.0 - 72.0
        },
    );
    for cycle in 0..6 {
        let northing = in_cycle + f64::from(cycle) * 2_000_000.0;
        let northing = if n < 10 {
            northing - SOUTH_NORTHING_M
        } else {
            northing
        };
        if let Some(at) = to_lonlat(zone, easting, northing)
            && at.lat() >= south - BAND_SLACK_DEG
            && at.lat() <= north_deg + BAND_SLACK_DEG
        {
            return Some((at, step * std::f64::consts::FRAC_1_SQRT_2, left));
        }
    }
    None
}

/// " 643210 3708950", " 643210E 3708950N".
fn utm(zone: u8, band: char, text: &str) -> Option<(LonLat, f64, &str)> {
    let text = text.strip_prefix(' ')?.trim_start_matches(' ');
    let (easting, text) = metres(text, 6..=6)?;
    let text = text.strip_prefix(['E', 'm']).unwrap_or(text);
    let text = text.trim_start_matches([' ', ',', 'm', 'E']);
    let (northing, text) = metres(text, 6..=8)?;
    let text = text.strip_prefix('m').unwrap_or(text);
    let text = text.strip_prefix('N').unwrap_or(text);
    if text.starts_with(|c: char| c.is_alphanumeric()) {
        return None;
    }
    // "S" is the band of 32° to 40° north, or the south; the metres tell which.
    let south = match band {
        'S' => !(3_530_000.0..4_440_000.0).contains(&northing),
        _ => BANDS.find(band)? < 10,
    };
    let northing = if south {
        northing - SOUTH_NORTHING_M
    } else {
        northing
    };
    let at = to_lonlat(zone, easting, northing)?;
    Some((at, 1.0, text))
}

/// A whole number of metres of so many digits, perhaps with a fraction.
fn metres(text: &str, digits: std::ops::RangeInclusive<usize>) -> Option<(f64, &str)> {
    let whole = text.bytes().take_while(u8::is_ascii_digit).count();
    if !digits.contains(&whole) {
        return None;
    }
    let fraction = text[whole..].strip_prefix('.').map_or(0, |more| {
        more.bytes().take_while(u8::is_ascii_digit).count()
    });
    let end = if fraction > 0 {
        whole + 1 + fraction
    } else {
        whole
    };
    Some((text[..end].parse().ok()?, &text[end..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_of_well_known_places() {
        // Each as maps give it; the fourth and fifth lie in the south.
        for (text, lat, lon) in [
            ("31U DQ 48251 11932", 48.858_20, 2.294_50),
            ("31UDQ4825111932", 48.858_20, 2.294_50),
            ("17T 630084 4833438", 43.642_56, -79.387_14),
            ("56H LH 34873 52266", -33.857, 151.215),
            ("56H 334873 6252266", -33.857, 151.215),
            ("18S UJ 23394 07395", 38.8977, -77.0366),
        ] {
            let (at, doubt_m, len) = read(text).unwrap_or_else(|| panic!("{text}"));
            let off_m = at.distance_m(LonLat::new(lon, lat).unwrap());
            assert!(off_m < doubt_m + 60.0, "{text}: {at:?} {off_m}");
            assert_eq!(len, text.len());
        }
        for text in [
            "37",
            "61S DB 12345 67890",
            "37I DB 1 1",
            "3708950",
            "37S DB 123 45",
            "12N people",
            "37S 64321 1",
        ] {
            assert!(read(text).is_none(), "{text}");
        }
    }
}
