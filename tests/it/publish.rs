//! The map as files: what goes out, what never does, and what happens to the folder.

use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::house::{Desk, Done, skipped};

/// A word that stands in a draft only.
const CANARY: &str = "Kanarienvogel";

/// Publishes; `None` where the program was built without the page.
fn published(test: &str, desk: &Desk, arguments: &[&str]) -> Option<Done> {
    let all: Vec<&str> = ["publish"].iter().chain(arguments).copied().collect();
    let done = desk.run(&all);
    if done.told.contains("without the map page") {
        assert_eq!(done.status, 1);
        skipped(test, "the map page was not built (`make web`)");
        return None;
    }
    Some(done)
}

/// A desk with one published point, one published area, and a draft that nobody may see.
fn desk() -> Desk {
    let desk = Desk::with_incidents();
    let all = desk.run(&["export"]).json();
    for feature in all["features"].as_array().expect("features") {
        if !feature["geometry"].is_null() {
            let id = feature["id"].as_str().expect("an id");
            let why = [
                "rule",
                "publish",
                id,
                "--who",
                "Reviewer Name",
                "--why",
                "seen",
            ];
            assert_eq!(desk.run(&why).status, 0);
        }
    }
    let draft = format!(
        "date: 2022-06-18\npublisher: {CANARY} Post\nurl: https://example.org/{CANARY}\n\n\
         Gunmen attacked the {CANARY} market in Homs on Wednesday, killing four people.\n"
    );
    desk.file("draft.txt", draft);
    assert_eq!(desk.run(&["add", "draft.txt"]).status, 0);
    desk
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut all = Vec::new();
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            all.extend(files(&path));
        } else {
            all.push(path);
        }
    }
    all
}

fn json(path: &Path) -> Value {
    let text = std::fs::read_to_string(path).expect("a file");
    serde_json::from_str(&text).expect("JSON")
}

#[test]
fn what_is_published_goes_out_in_every_format_and_a_draft_in_no_byte() {
    let test = "what_is_published_goes_out_in_every_format_and_a_draft_in_no_byte";
    let desk = desk();
    let Some(done) = published(test, &desk, &["site"]) else {
        return;
    };
    assert_eq!(done.status, 0, "{}", done.told);
    assert!(
        done.out
            .contains("2 published incidents (1 points, 1 areas"),
        "{}",
        done.out
    );
    let site = desk.path("site");
    let whole = json(&site.join("incidents.geojson"));
    let features = whole["features"].as_array().expect("features");
    assert_eq!(features.len(), 2);
    let manifest = json(&site.join("placetime-site.json"));
    let prefix = usize::try_from(manifest["details_prefix"].as_u64().expect("a number"))
        .expect("a small number");
    for feature in features {
        let id = feature["id"].as_str().expect("an id");
        let details = json(&site.join(format!("details/{}.json", &id[..prefix])));
        let accounts = &details[id]["properties"]["accounts"];
        assert_eq!(accounts.as_array().expect("accounts").len(), 1, "{id}");
    }
    for file in files(&site) {
        let bytes = std::fs::read(&file).expect("a file");
        for secret in [CANARY, "Qwertzuiopu", "Reviewer Name"] {
            let found = bytes.windows(secret.len()).any(|w| w == secret.as_bytes());
            assert!(!found, "{secret} stands in {}", file.display());
        }
    }
    for (name, row) in manifest["files"].as_object().expect("files") {
        let bytes = std::fs::metadata(site.join(name)).expect("listed and there");
        assert_eq!(Some(bytes.len()), row["bytes"].as_u64(), "{name}");
    }
}

#[test]
fn a_second_run_leaves_every_file_as_it_was() {
    let test = "a_second_run_leaves_every_file_as_it_was";
    let desk = desk();
    if published(test, &desk, &["site"]).is_none() {
        return;
    }
    let done = desk.run(&["publish", "site"]);
    assert!(done.out.contains("0 files written"), "{}", done.out);
    assert!(done.out.contains("0 removed"), "{}", done.out);
}

#[test]
fn only_what_is_asked_for_goes_out() {
    let test = "only_what_is_asked_for_goes_out";
    let desk = desk();
    let Some(done) = published(test, &desk, &["--datetime", "2022-06-15", "site"]) else {
        return;
    };
    assert_eq!(done.status, 0, "{}", done.told);
    let whole = json(&desk.path("site/incidents.geojson"));
    assert_eq!(whole["features"].as_array().expect("features").len(), 1);
    let wrong = desk.run(&["publish", "--bbox", "1,2,3", "site"]);
    assert_eq!(wrong.status, 2, "{}", wrong.told);
}

#[test]
fn a_folder_of_somebody_else_is_refused_and_left_alone() {
    let test = "a_folder_of_somebody_else_is_refused_and_left_alone";
    let desk = desk();
    std::fs::create_dir(desk.path("thesis")).expect("a folder");
    desk.file("thesis/chapter.txt", "long work");
    let Some(done) = published(test, &desk, &["thesis"]) else {
        return;
    };
    assert_eq!(done.status, 1);
    assert!(done.told.contains("holds other things"), "{}", done.told);
    assert_eq!(files(&desk.path("thesis")).len(), 1);
}

#[test]
fn a_sensitive_place_goes_out_as_a_square_and_its_name_in_no_byte() {
    let test = "a_sensitive_place_goes_out_as_a_square_and_its_name_in_no_byte";
    let desk = desk();
    let all = desk.run(&["export"]).json();
    let tanf = all["features"]
        .as_array()
        .expect("features")
        .iter()
        .find(|f| f["geometry"]["type"] == "Point" && f["properties"]["date_start"] == "2022-06-15")
        .expect("the strike");
    let id = tanf["id"].as_str().expect("an id");
    let point = tanf["geometry"]["coordinates"][0].to_string();
    assert_eq!(desk.run(&["rule", "sensitive", id, "50km"]).status, 0);
    let Some(done) = published(test, &desk, &["site"]) else {
        return;
    };
    assert_eq!(done.status, 0, "{}", done.told);
    for file in files(&desk.path("site")) {
        // The page and the names on the map are the same for every site.
        let name = file.strip_prefix(desk.path("site")).expect("inside");
        let name = name.to_string_lossy().into_owned();
        let ours = ["incidents.", "details/", "placetime-site.json"];
        if !ours.iter().any(|start| name.starts_with(start)) {
            continue;
        }
        let bytes = std::fs::read(&file).expect("a file");
        let text = String::from_utf8_lossy(&bytes).to_lowercase();
        for secret in ["tanf", point.as_str()] {
            assert!(
                !text.contains(secret),
                "{secret} stands in {}",
                file.display()
            );
        }
    }
    let whole = json(&desk.path("site/incidents.geojson"));
    let features = whole["features"].as_array().expect("features");
    let coarse = features.iter().find(|f| f["id"] == id).expect("still told");
    assert_ne!(coarse["geometry"]["type"], "Point");
}

#[test]
fn a_large_site_has_columns_and_tiles_and_a_draft_in_no_byte_of_them() {
    let test = "a_large_site_has_columns_and_tiles_and_a_draft_in_no_byte_of_them";
    let desk = Desk::new();
    let many = Path::new(env!("CARGO_MANIFEST_DIR")).join("scripts/many.py");
    let made = std::process::Command::new("python3")
        .arg(many)
        .arg(desk.data())
        .arg("6000")
        .output();
    match made {
        Ok(done) => assert!(
            done.status.success(),
            "{}",
            String::from_utf8_lossy(&done.stderr)
        ),
        Err(_) => return skipped(test, "python3 is missing"),
    }
    let draft = format!(
        "date: 2022-06-18\npublisher: {CANARY} Post\n\nGunmen attacked the {CANARY} market in Homs on Wednesday, killing four.\n"
    );
    desk.file("draft.txt", draft);
    assert_eq!(desk.run(&["add", "draft.txt"]).status, 0);
    let Some(done) = published(test, &desk, &["site"]) else {
        return;
    };
    assert_eq!(done.status, 0, "{}", done.told);
    let site = desk.path("site");
    let manifest = json(&site.join("placetime-site.json"));
    assert_eq!(manifest["page_reads"], "incidents.columns.json");
    let page = std::fs::read_to_string(site.join("index.html")).expect("a page");
    assert!(page.contains("data-reads=\"incidents.columns.json\""));
    // Every incident of the GeoJSON stands in the columns, with its place.
    let whole = json(&site.join("incidents.geojson"));
    let columns = json(&site.join("incidents.columns.json"));
    let features = whole["features"].as_array().expect("features");
    assert_eq!(
        columns["ids"].as_array().expect("ids").len(),
        features.len()
    );
    for (n, feature) in features.iter().enumerate() {
        assert_eq!(columns["ids"][n], feature["id"]);
        match feature["geometry"]["type"].as_str() {
            Some("Point") => {
                let there = feature["geometry"]["coordinates"][0]
                    .as_f64()
                    .expect("a number");
                let here = columns["lon"][n].as_f64().expect("a number");
                assert!((there - here).abs() < 1e-5, "{feature}");
            }
            Some(_) => {
                let area = columns["area"][n].as_u64().expect("a number") as usize;
                assert_eq!(columns["areas"][area - 1], feature["geometry"]);
            }
            None => assert_eq!(columns["area"][n], 0),
        }
    }
    let small = std::fs::metadata(site.join("incidents.columns.json"))
        .expect("there")
        .len();
    let large = std::fs::metadata(site.join("incidents.geojson"))
        .expect("there")
        .len();
    assert!(
        small * 4 < large,
        "{small} bytes of columns, {large} of GeoJSON"
    );
    for file in files(&site) {
        let bytes = unpacked(std::fs::read(&file).expect("a file"));
        let found = bytes.windows(CANARY.len()).any(|w| w == CANARY.as_bytes());
        assert!(!found, "the draft stands in {}", file.display());
    }
    assert!(
        desk.run(&["publish", "site"])
            .out
            .contains("0 files written")
    );
}

/// The bytes with every gzip stream in them unpacked behind: tiles are packed.
fn unpacked(bytes: Vec<u8>) -> Vec<u8> {
    let mut all = bytes.clone();
    for (at, mark) in bytes.windows(3).enumerate() {
        if mark == [0x1f, 0x8b, 8] {
            let mut out = Vec::new();
            let packed = flate2::read::GzDecoder::new(&bytes[at..]);
            // What only looks like a stream ends in an error, and what came before it counts.
            let _ =
                std::io::Read::read_to_end(&mut std::io::Read::take(packed, 10_000_000), &mut out);
            all.extend(out);
        }
    }
    all
}

#[test]
fn a_site_is_shown_from_its_folder_and_nothing_beside_it() {
    let test = "a_site_is_shown_from_its_folder_and_nothing_beside_it";
    let desk = desk();
    if published(test, &desk, &["site"]).is_none() {
        return;
    }
    desk.file("site/notes.txt", "private");
    let server = desk.shown("site");
    let page = server.get("/");
    assert_eq!(page.status, 200);
    assert!(page.text().contains("placetime-site"));
    let part = server.get_with("/names.pmtiles", &[("range", "bytes=0-6")]);
    assert_eq!(
        (part.status, part.body.as_slice()),
        (206, b"PMTiles".as_slice())
    );
    let again = server.get_with("/", &[("if-none-match", page.header("etag"))]);
    assert_eq!(again.status, 304);
    for wrong in [
        "/notes.txt",
        "/../data/placetime.sqlite",
        "/%2e%2e/draft.txt",
        "/details/",
    ] {
        assert_eq!(server.get(wrong).status, 404, "{wrong}");
    }
    assert_eq!(server.ask("POST", "/", &[], Some(b"x")).status, 404);
    assert_eq!(
        server.get("/incidents.geojson").json()["type"],
        "FeatureCollection"
    );
    assert_eq!(server.stop(), 0);

    for (wrong, why) in [
        ("data", "is no published site"),
        ("nowhere", "cannot be read"),
    ] {
        let done = desk.run(&["open", wrong]);
        assert_eq!(done.status, 1);
        assert!(done.told.contains(why), "{}", done.told);
    }
}

/// A file system that is full before the site is whole: the site that was there stays as it was.
#[cfg(target_os = "linux")]
#[test]
fn a_disk_that_is_full_half_way_leaves_the_old_site() {
    let test = "a_disk_that_is_full_half_way_leaves_the_old_site";
    let desk = desk();
    if published(test, &desk, &["site"]).is_none() {
        return;
    }
    let size = files(&desk.path("site"))
        .iter()
        .map(|file| std::fs::metadata(file).expect("there").len())
        .sum::<u64>();
    // Room for one site and a half: the second does not fit beside the first.
    let script = format!(
        "mount -t tmpfs -o size={} tmpfs small || exit 77\n\
         \"$0\" publish small/site || exit 3\n\
         cp -a small/site before || exit 4\n\
         head -c {} /dev/zero > small/filler\n\
         \"$0\" publish small/site 2> told; status=$?\n\
         diff -r before small/site >&2 || exit 5\n\
         ls -A small >&2\n\
         exit $status",
        size * 3 / 2,
        size * 9 / 20,
    );
    std::fs::create_dir(desk.path("small")).expect("a folder");
    let done = std::process::Command::new("unshare")
        .args(["-rm", "sh", "-c", &script, env!("CARGO_BIN_EXE_placetime")])
        .current_dir(desk.path(""))
        .env("PLACETIME_DATA", desk.data())
        .output();
    let done = match done {
        Ok(done) if done.status.code() != Some(77) => done,
        _ => {
            return skipped(
                test,
                "no file system of its own may be mounted here (unshare)",
            );
        }
    };
    let said = String::from_utf8_lossy(&done.stderr).into_owned();
    if said.contains("unshare") {
        return skipped(
            test,
            "no file system of its own may be mounted here (unshare)",
        );
    }
    let told = std::fs::read_to_string(desk.path("told")).unwrap_or_default();
    assert_eq!(done.status.code(), Some(1), "{said} {told}");
    assert!(told.contains("the disk is full at"), "{told}");
    assert!(
        !said.contains(".site.placetime-new"),
        "what was begun is taken back: {said}"
    );
}

/// A folder that may not be written: a sentence that names it, and the site that was there stays.
#[cfg(target_os = "linux")]
#[test]
fn without_the_right_to_write_the_old_site_stays() {
    use std::os::unix::fs::PermissionsExt;

    let test = "without_the_right_to_write_the_old_site_stays";
    let desk = desk();
    std::fs::create_dir(desk.path("web")).expect("a folder");
    if published(test, &desk, &["web/site"]).is_none() {
        return;
    }
    let all = |folder: &Path| {
        let mut all: Vec<_> = files(folder)
            .into_iter()
            .map(|file| (std::fs::read(&file).expect("a file"), file))
            .collect();
        all.sort();
        all
    };
    let before = all(&desk.path("web"));
    let draft = json(&desk.path("web/site/incidents.geojson"))["features"][0]["id"].clone();
    let id = draft.as_str().expect("an id");
    assert_eq!(desk.run(&["rule", "reopen", id]).status, 0);
    let rights = |mode| {
        let rights = std::fs::Permissions::from_mode(mode);
        std::fs::set_permissions(desk.path("web"), rights).expect("ours");
    };
    // Even root writes nowhere else when the kernel takes its privileges away.
    let run = |arguments: &[&str]| -> Option<Done> {
        let done = std::process::Command::new("setpriv")
            .args(["--bounding-set=-all", "--inh-caps=-all"])
            .arg(env!("CARGO_BIN_EXE_placetime"))
            .args(arguments)
            .current_dir(desk.path(""))
            .env("PLACETIME_DATA", desk.data())
            .output();
        Some(done.ok()?.into())
    };
    rights(0o555);
    let old = run(&["publish", "web/site"]);
    let new = run(&["publish", "web/other"]);
    rights(0o755);
    let (Some(old), Some(new)) = (old, new) else {
        return skipped(test, "setpriv is missing (Debian package util-linux)");
    };
    for done in [old, new] {
        assert_eq!(done.status, 1, "{}", done.told);
        assert!(done.told.contains("may not be written"), "{}", done.told);
        assert!(done.told.contains("/web"), "{}", done.told);
    }
    assert_eq!(all(&desk.path("web")), before);
    let done = desk.run(&["publish", "web/site"]);
    assert_eq!(done.status, 0, "{}", done.told);
    assert_ne!(all(&desk.path("web")), before);
}
