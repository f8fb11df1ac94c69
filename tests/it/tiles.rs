//! Vector tiles of incidents: counts that sum, points that are all there.

use crate::house::{Desk, Server};

/// A protocol buffer's fields: number, and a number or bytes.
fn fields(bytes: &[u8]) -> Vec<(u64, Result<u64, &[u8]>)> {
    let mut at = 0;
    let varint = |at: &mut usize| {
        let (mut n, mut shift) = (0_u64, 0);
        loop {
            let byte = bytes[*at];
            *at += 1;
            n |= u64::from(byte & 0x7f) << shift;
            shift += 7;
            if byte < 0x80 {
                return n;
            }
        }
    };
    let mut all = Vec::new();
    while at < bytes.len() {
        let key = varint(&mut at);
        if key & 7 == 0 {
            all.push((key >> 3, Ok(varint(&mut at))));
        } else {
            let length = varint(&mut at) as usize;
            all.push((key >> 3, Err(&bytes[at..at + length])));
            at += length;
        }
    }
    all
}

/// The layer's name, the features, and the sum of the property `count`.
fn read(tile: &[u8]) -> (String, usize, u64) {
    let (mut name, mut features, mut count) = (String::new(), 0, 0);
    for (_, layer) in fields(tile) {
        let layer = fields(layer.expect_err("a layer"));
        let text = |n| {
            layer
                .iter()
                .filter(move |(f, _)| *f == n)
                .map(|(_, v)| v.expect_err("bytes"))
        };
        name = String::from_utf8(text(1).next().expect("a name").to_vec()).expect("UTF-8");
        let keys: Vec<&[u8]> = text(3).collect();
        let values: Vec<Option<u64>> = text(4)
            .map(|v| fields(v).first().and_then(|(_, v)| v.ok()))
            .collect();
        let wanted = keys.iter().position(|k| *k == b"count");
        for feature in text(2) {
            features += 1;
            let tags = fields(feature)
                .into_iter()
                .find(|(f, _)| *f == 2)
                .expect("tags")
                .1
                .expect_err("packed");
            // The numbers of these small tiles take one byte each.
            for pair in tags.chunks(2) {
                if Some(usize::from(pair[0])) == wanted {
                    count += values[usize::from(pair[1])].expect("a number");
                }
            }
        }
    }
    (name, features, count)
}

fn sums(server: &Server, z: u32, query: &str) -> (usize, u64) {
    let (mut features, mut count) = (0, 0);
    for x in 0..1 << z {
        for y in 0..1 << z {
            let tile = server.get(&format!("/tiles/incidents/{z}/{x}/{y}.mvt{query}"));
            assert_eq!(tile.status, 200, "{}", tile.text());
            assert_eq!(
                tile.header("content-type"),
                "application/vnd.mapbox-vector-tile"
            );
            let (_, f, c) = read(&tile.body);
            features += f;
            count += c;
        }
    }
    (features, count)
}

#[test]
fn counts_sum_to_the_store_s_and_points_are_all_there() {
    let desk = Desk::with_incidents();
    for (n, place) in ["Homs", "Aleppo", "Mosul", "Kyiv", "Khartoum"]
        .iter()
        .enumerate()
    {
        desk.file(&format!("p{n}.txt"), format!("date: 2022-03-0{}\n\nShells fell on the city of {place} on 1 March 2022, killing two people.\n", n + 2));
        assert_eq!(desk.run(&["add", &format!("p{n}.txt")]).status, 0);
    }
    let server = desk.serve();
    let all = server.get("/tiles/incidents.json").json();
    let points = all["counts"]["points"].as_u64().expect("a count");
    assert_eq!(points, 6);
    assert_eq!(
        (&all["counts"]["areas"], &all["counts"]["unplaced"]),
        (&1.into(), &1.into())
    );
    for z in 0..4 {
        assert_eq!(sums(&server, z, "").1, points, "zoom {z}");
        assert_eq!(sums(&server, z, "?type=shelling").1, 5, "zoom {z}");
    }
    // Points, where they are: al-Tanf at zoom 8.
    let tile = server.get("/tiles/incidents/8/155/102.mvt");
    let (name, features, _) = read(&tile.body);
    assert_eq!((name.as_str(), features), ("incidents", 1));
    let id = desk
        .run(&["export", "--filter", "type = 'airstrike'"])
        .json()["features"][0]["id"]
        .as_str()
        .expect("an id")
        .to_owned();
    assert!(String::from_utf8_lossy(&tile.body).contains(&id));
    let ogc = server.get("/collections/incidents/tiles/WebMercatorQuad/8/102/155");
    assert_eq!(ogc.body, tile.body);
    let same = server.get_with(
        "/tiles/incidents/8/155/102.mvt",
        &[("if-none-match", tile.header("etag"))],
    );
    assert_eq!(same.status, 304);
    for wrong in [
        "2/9/1.mvt",
        "99/0/0.mvt",
        "2/2/1.png",
        "a/b/c.mvt",
        "-1/0/0.mvt",
    ] {
        assert_eq!(
            server.get(&format!("/tiles/incidents/{wrong}")).status,
            404,
            "{wrong}"
        );
    }
}
