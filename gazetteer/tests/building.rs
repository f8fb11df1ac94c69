//! Inputs of every shape, whole and broken; and files that were damaged after they were built.

#![allow(
    clippy::unwrap_used,
    reason = "a test that unwraps nothing fails, as it should"
)]

use std::io::Write;

use gazetteer::build::Builder;
use gazetteer::{Context, CountryCode, Gazetteer, Kind};

/// Notices of one input, and what was built.
fn built(name: &str, bytes: &[u8]) -> (Vec<String>, Gazetteer) {
    let mut builder = Builder::empty();
    let notices = builder
        .add(name, bytes)
        .iter()
        .map(ToString::to_string)
        .collect();
    (notices, Gazetteer::open(builder.finish()).unwrap())
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    packer.write_all(bytes).unwrap();
    packer.finish().unwrap()
}

/// A zip archive of deflated files.
fn zip(files: &[(&str, &[u8])]) -> Vec<u8> {
    let (mut out, mut central) = (Vec::new(), Vec::new());
    for (name, bytes) in files {
        let mut packer =
            flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::best());
        packer.write_all(bytes).unwrap();
        let packed = packer.finish().unwrap();
        let mut sum = flate2::Crc::new();
        sum.update(bytes);
        let at = out.len() as u32;
        // Version, flags, method, time, sizes: what both headers share.
        let mut shared = vec![20, 0, 0, 0, 8, 0, 0, 0, 0, 0];
        for number in [sum.sum(), packed.len() as u32, bytes.len() as u32] {
            shared.extend_from_slice(&number.to_le_bytes());
        }
        shared.extend_from_slice(&(name.len() as u16).to_le_bytes());
        shared.extend_from_slice(&[0, 0]);
        out.extend_from_slice(b"PK\x03\x04");
        out.extend_from_slice(&shared);
        out.extend_from_slice(name.as_bytes());
        out.extend_from_slice(&packed);
        central.extend_from_slice(b"PK\x01\x02\x14\x00");
        central.extend_from_slice(&shared);
        central.extend_from_slice(&[0; 10]);
        central.extend_from_slice(&at.to_le_bytes());
        central.extend_from_slice(name.as_bytes());
    }
    let at = out.len() as u32;
    out.extend_from_slice(&central);
    out.extend_from_slice(b"PK\x05\x06\0\0\0\0");
    let count = (files.len() as u16).to_le_bytes();
    out.extend_from_slice(&[count, count].concat());
    out.extend_from_slice(&(central.len() as u32).to_le_bytes());
    out.extend_from_slice(&at.to_le_bytes());
    out.extend_from_slice(&[0, 0]);
    out
}

const DUMP: &str = "172344\tAl Qusayr\tAl Qusayr\tQusair,القصير\t34.509\t36.579\tP\tPPL\tSY\t\t11\t\t\t\t29818\t\t538\tAsia/Damascus\t2020-01-01\n";

#[test]
fn archives_are_read_as_they_come() {
    for (name, bytes) in [
        ("SY.txt", DUMP.as_bytes().to_vec()),
        ("SY.txt.gz", gzip(DUMP.as_bytes())),
        (
            "SY.zip",
            zip(&[("readme.txt", b"about"), ("SY.txt", DUMP.as_bytes())]),
        ),
    ] {
        let (notices, gazetteer) = built(name, &bytes);
        assert!(notices.is_empty(), "{name}: {notices:?}");
        assert_eq!(gazetteer.named("Qusair").len(), 1, "{name}");
        assert_eq!(gazetteer.credits()[0].source, "GeoNames");
    }
}

#[test]
fn archives_that_are_none_or_too_large_are_refused_with_a_sentence() {
    let zeros = vec![b'0'; 90 << 20];
    let whole = zip(&[("SY.txt", DUMP.as_bytes())]);
    let mut wrong = whole.clone();
    wrong[40] ^= 0x55;
    let mut locked = whole.clone();
    let central = whole.windows(4).position(|w| w == b"PK\x01\x02").unwrap();
    locked[central + 8] |= 1;
    for (what, bytes, said) in [
        ("a gz bomb", gzip(&zeros), "unpacks to more than"),
        (
            "a zip bomb",
            zip(&[("a.txt", &zeros)]),
            "unpacks to more than",
        ),
        (
            "half a zip",
            whole[..whole.len() / 2].to_vec(),
            "no whole zip",
        ),
        ("a wrong byte", wrong, ""),
        ("a locked one", locked, "encrypted"),
        (
            "half a gz",
            gzip(DUMP.as_bytes())[..40].to_vec(),
            "cannot be unpacked",
        ),
        (
            "a zip in a zip",
            zip(&[("b.zip", &whole)]),
            "an archive in an archive",
        ),
    ] {
        let (notices, gazetteer) = built("input", &bytes);
        assert_eq!(notices.len(), 1, "{what}: {notices:?}");
        assert!(notices[0].contains(said), "{what}: {notices:?}");
        assert_eq!(gazetteer.info().places, 0, "{what}");
    }
}

#[test]
fn names_of_the_gns_in_both_layouts() {
    let old = "RC\tUFI\tUNI\tLAT\tLONG\tFC\tDSG\tCC1\tADM1\tPOP\tNT\tFULL_NAME_RO\tFULL_NAME_ND_RO\n\
        1\t-3150000\t1\t33.5\t38.6\tP\tPPL\tIZ\t01\t\tV\tTanf\tTanf\n\
        1\t-3150000\t2\t33.5\t38.6\tP\tPPL\tIZ\t01\t\tN\tAţ Ţanf\tAt Tanf\n\
        1\t-3150001\t3\t99\t38.6\tP\tPPL\tIZ\t01\t\tN\tNowhere\tNowhere\n";
    let new = "rk\tufi\tuni\tfull_name\tnt\tlat_dd\tlong_dd\tdesig_cd\tfc\tcc_ft\tadm1\n\
        1\t3150000\t1\tTanf\tV\t33.5\t38.6\tPPL\tP\tIQ\tIQ-01\n\
        1\t3150000\t2\tAţ Ţanf\tN\t33.5\t38.6\tPPL\tP\tIQ\tIQ-01\n\
        1\t3150001\t3\tNowhere\tN\t99\t38.6\tPPL\tP\tIQ\tIQ-01\n";
    for text in [old, new] {
        let (notices, gazetteer) = built("iz.txt", text.as_bytes());
        assert_eq!(notices.len(), 1, "{notices:?}");
        assert!(notices[0].contains("iz.txt:4"), "{notices:?}");
        let place = gazetteer.named("Tanf").remove(0);
        assert_eq!(
            (&place.name[..], place.country),
            ("Aţ Ţanf", CountryCode::new("IQ"))
        );
        assert_eq!(place.kind, Kind::Village);
    }
}

#[test]
fn divisions_get_the_codes_of_the_ocha_list() {
    let mut builder = Builder::new();
    let list = "Location,Admin Level,P-Code,Name,Parent P-Code,Valid from date\n\
        #country+code,#geo+admin_level,#adm+code,#adm+name,,\n\
        SYR,1,SY04,Homs,SYR,2017-01-01\nXXX,1,XX01,Nowhere,XXX,2017-01-01\n";
    let notices = builder.add("pcodes.csv", list.as_bytes());
    assert_eq!(notices.len(), 1, "{notices:?}");
    assert!(
        notices[0].to_string().contains("pcodes.csv:4"),
        "{notices:?}"
    );
    // Something to join, as in any real build.
    builder.add("SY.txt", DUMP.as_bytes());
    let gazetteer = Gazetteer::open(builder.finish()).unwrap();
    let found = gazetteer.resolve("Homs governorate", &Context::default());
    assert_eq!(found[0].pcode.as_deref(), Some("SY04"), "{:?}", found[0]);
}

#[test]
fn a_licence_that_is_told_stands_in_the_credits() {
    let table = b"name,lat,lon\nOne,1,2\n";
    let (notices, _) = built("mine/villages.csv", table);
    assert!(notices[0].contains("--licence"), "{notices:?}");
    let mut builder = Builder::empty();
    builder.licence("mine/", "CC-BY-4.0");
    assert!(builder.add("mine/villages.csv", table).is_empty());
    let credits = Gazetteer::open(builder.finish()).unwrap().credits();
    assert_eq!(credits[0].licence, "CC-BY-4.0");
    assert!(credits[0].source.contains("villages.csv"), "{credits:?}");
    let mut builder = Builder::empty();
    builder.licence("mine", "CC-BY-SA-4.0");
    assert!(
        builder.add("mine/villages.csv", table)[0]
            .to_string()
            .contains("share-alike")
    );
}

#[test]
fn the_same_inputs_give_the_same_bytes() {
    let once = || {
        let mut builder = Builder::new();
        builder.add("SY.txt", DUMP.as_bytes());
        builder.add(
            "t.csv",
            b"name,lat,lon,country\nOne,35,38,SY\nTwo,35.1,38,SY\n",
        );
        builder.finish()
    };
    assert!(once() == once());
}

#[test]
fn a_changed_byte_is_noticed_or_harmless() {
    let whole = Gazetteer::starter().as_bytes().to_vec();
    let mut seed = 11u64;
    let mut random = |most: usize| {
        seed = seed
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (seed >> 33) as usize % most
    };
    for n in 0..1_000 {
        // The header is small and matters most: every fifth change hits it.
        let at = if n % 5 == 0 {
            random(400)
        } else {
            random(whole.len())
        };
        let mut bytes = whole.clone();
        if n % 7 == 0 {
            bytes.truncate(at);
        } else {
            bytes[at] ^= 1 << random(8);
        }
        if let Ok(gazetteer) = Gazetteer::open(bytes) {
            let found = gazetteer.resolve("Homs", &Context::default());
            assert!(found[0].name == "Homs", "byte {at}");
        }
    }
}

#[test]
fn odd_phrases_are_bounded_and_do_not_panic() {
    const PIECES: &[&str] = &[
        "70",
        " km ",
        "north",
        "of ",
        "Homs",
        "and ",
        "between ",
        "33°30",
        "′21″N",
        " 37S DB ",
        "12345",
        "\u{202e}",
        "🙂",
        "al-",
        "تل",
        "ريف ",
        "near ",
        ", ",
        "\0",
        "the ",
        "border ",
        "N 33 ",
        "-",
        "E",
        "off the coast of ",
        "1e9",
        "ﷺ",
        "\u{300}",
        "'",
        "(",
        "½",
        "inside ",
    ];
    let gazetteer = Gazetteer::starter();
    let mut seed = 5u64;
    let mut random = |most: usize| {
        seed = seed
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (seed >> 33) as usize % most
    };
    for _ in 0..3_000 {
        let text: String = (0..1 + random(9))
            .map(|_| PIECES[random(PIECES.len())])
            .collect();
        for located in gazetteer.resolve(&text, &Context::default()) {
            assert!(
                located.score.is_finite() && located.radius_m.is_none_or(|r| r >= 0.0),
                "{text}"
            );
        }
        let expressions = gazetteer.expressions(&text);
        for expression in &expressions {
            assert!(text.get(expression.span.clone()).is_some(), "{text}");
        }
        let _ = gazetteer.locate(&text, &expressions, &Context::default());
        let _ = gazetteer.search(&text, 5);
    }
}

#[test]
fn of_two_namesakes_in_one_division_the_one_in_its_middle_is_no_better() {
    let mut builder = Builder::new();
    let rows = "name,lat,lon,country,admin1,kind\n\
        Qwertzuiop,35.83,36.70,SY,Idlib,village\n\
        Qwertzuiop,35.50,36.80,SY,Idlib,village\n\
        Hajj ‘Asdfghjk,35.60,36.60,SY,Idlib,village\n";
    let notices: Vec<String> = builder
        .add("villages.csv", rows.as_bytes())
        .iter()
        .map(ToString::to_string)
        .collect();
    let g = Gazetteer::open(builder.finish()).unwrap();
    let text = "Qwertzuiop village, Idlib Governorate, Syria";
    let found = g.resolve(text, &Context::default());
    assert!(found.len() >= 2, "{notices:?} {found:?}");
    let apart = found[0].score - found[1].score;
    assert!(apart < 0.1, "nothing tells them apart: {found:?}");
    assert!(found[0].score < 0.8, "{found:?}");
    // An ayn at the beginning of a word is no quotation mark.
    for text in [
        "Hajj ‘Asdfghjk town, Idlib Governorate, Syria",
        "Hajj 'Asdfghjk, Idlib",
    ] {
        let found = g.resolve(text, &Context::default());
        assert_eq!(found[0].name, "Hajj ‘Asdfghjk", "{text}: {found:?}");
    }
}
