//! What a release is made of: the container's file and the list of contents agree with the tree.

use std::path::PathBuf;
use std::process::Command;

use crate::house::skipped;

fn top() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn text(name: &str) -> String {
    std::fs::read_to_string(top().join(name)).expect("a file of the tree")
}

/// The first number after a mark.
fn number_after(text: &str, mark: &str) -> Option<u32> {
    let rest = &text[text.find(mark)? + mark.len()..];
    let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
    digits.parse().ok()
}

#[test]
fn the_container_s_file_copies_what_is_there_and_starts_what_is_built() {
    let file = text("deploy/Containerfile");
    let mut folder = String::new();
    let mut copied = 0;
    for line in file.lines() {
        let words: Vec<&str> = line.split_whitespace().collect();
        match words.as_slice() {
            ["WORKDIR", to] => folder = (*to).to_owned(),
            ["COPY", rest @ .., to] if !rest[0].starts_with("--from") => {
                for from in rest {
                    assert!(top().join(from).exists(), "{line}: {from} is not there");
                    copied += 1;
                }
                assert!(!to.is_empty() && !folder.is_empty(), "{line}");
            }
            ["COPY", from, what, _] => {
                let stage = from.trim_start_matches("--from=");
                assert!(
                    file.contains(&format!("AS {stage}")),
                    "{line}: no stage {stage}"
                );
                assert!(what.starts_with("/src/"), "{line}");
            }
            _ => {}
        }
    }
    assert!(copied >= 4, "{copied} paths are copied");
    assert!(number_after(&file, "node:").is_some_and(|major| major >= 20));
    let wanted = number_after(&text("Cargo.toml"), "rust-version = \"1.").expect("a version");
    // `rust:1` is the newest; a version of two numbers has to be new enough.
    assert!(number_after(&file, "rust:1.").is_none_or(|minor| minor >= wanted));
    assert!(file.contains("target/release/placetime /usr/local/bin/placetime"));
    assert!(file.contains("ENTRYPOINT [\"/usr/local/bin/placetime\"]"));
    let mut user = file.lines().filter(|line| line.starts_with("USER "));
    assert!(
        user.next()
            .is_some_and(|line| line != "USER 0" && line != "USER root")
    );
}

#[test]
fn the_unit_starts_what_the_package_installs() {
    let unit = text("deploy/placetime.service");
    let cargo = text("Cargo.toml");
    let start = unit
        .lines()
        .find_map(|l| l.strip_prefix("ExecStart="))
        .expect("a start");
    assert!(start.starts_with("/usr/bin/placetime serve"), "{start}");
    assert!(cargo.contains("[\"target/release/placetime\", \"usr/bin/\", \"755\"]"));
    let options = start.split("--config ").nth(1).expect("a file of options");
    assert!(cargo.contains(&format!("\"{options}\"")), "{options}");
    // Every option the file shows is one that `serve` takes.
    for line in text("deploy/debian/serve.toml").lines() {
        let Some((key, _)) = line.trim_start_matches("# ").split_once(" = ") else {
            continue;
        };
        let known = [
            "listen",
            "public_url",
            "private",
            "hosts",
            "trusted_proxies",
        ];
        assert!(known.contains(&key), "{line}");
    }
}

/// Licences that ask for nothing but that their text goes along.
const LICENCES: &[&str] = &[
    "0BSD",
    "Apache-2.0",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BSL-1.0",
    "CC0-1.0",
    "CDLA-Permissive-2.0",
    "ISC",
    "LLVM-exception",
    "MIT",
    "Unicode-3.0",
    "Unlicense",
    "Zlib",
];

#[test]
fn the_list_of_contents_names_every_crate_with_its_licence() {
    let test = "the_list_of_contents_names_every_crate_with_its_licence";
    let made = Command::new("python3")
        .arg(top().join("scripts/sbom.py"))
        .output();
    let Ok(made) = made else {
        return skipped(test, "python3 is missing");
    };
    let told = String::from_utf8_lossy(&made.stderr);
    assert!(made.status.success(), "{told}");
    let list: serde_json::Value = serde_json::from_slice(&made.stdout).expect("JSON");
    assert_eq!(list["bomFormat"], "CycloneDX");
    let parts = list["components"].as_array().expect("parts");
    let named = |name: &str| parts.iter().find(|it| it["name"] == name);
    for name in [
        "axum",
        "rusqlite",
        "placetime-gazetteer",
        "maplibre-gl",
        "world-atlas",
    ] {
        assert!(named(name).is_some(), "{name} is inside");
    }
    // What only tests and the build of the page need is not.
    for name in ["vitest", "playwright-core"] {
        assert!(named(name).is_none(), "{name} is not inside");
    }
    for part in parts {
        let licence = part["licenses"][0]["expression"].as_str();
        let words = licence.unwrap_or_default().split([' ', '(', ')']);
        let mut terms = words.filter(|w| !matches!(*w, "" | "OR" | "AND" | "WITH"));
        assert!(licence.is_some(), "{part}");
        assert!(terms.all(|it| LICENCES.contains(&it)), "{part}");
        let from_registry = part["purl"].as_str().is_some_and(|p| {
            p.starts_with("pkg:cargo/") && !p.starts_with("pkg:cargo/placetime-gazetteer")
        });
        assert!(
            !from_registry || part["hashes"][0]["content"].is_string(),
            "{part}"
        );
    }
}

#[test]
fn pages_have_the_marks_between_which_figures_are_written() {
    let test = "pages_have_the_marks_between_which_figures_are_written";
    let checked = Command::new("python3")
        .arg(top().join("scripts/figures.py"))
        .arg("--check")
        .output();
    let Ok(checked) = checked else {
        return skipped(test, "python3 is missing");
    };
    assert!(
        checked.status.success(),
        "{}",
        String::from_utf8_lossy(&checked.stderr)
    );
    let packs = text("BENCHMARKS.md");
    assert_eq!(
        packs.matches("<!-- packs:begin (make packs) -->").count(),
        1
    );
    assert_eq!(packs.matches("<!-- packs:end -->").count(), 1);
}

#[test]
fn every_part_comes_from_its_registry_with_a_checksum() {
    let lock: toml::Table = text("Cargo.lock").parse().expect("TOML");
    let crates = lock["package"].as_array().expect("crates");
    let mut foreign = 0;
    for it in crates {
        let name = it["name"].as_str().expect("a name");
        let Some(source) = it.get("source").and_then(toml::Value::as_str) else {
            let ours = ["placetime", "placetime-gazetteer"];
            assert!(ours.contains(&name), "{name} has no source and is not ours");
            continue;
        };
        foreign += 1;
        assert_eq!(
            source, "registry+https://github.com/rust-lang/crates.io-index",
            "{name}"
        );
        let sum = it["checksum"].as_str().expect("a checksum");
        assert_eq!(sum.len(), 64, "{name}");
    }
    assert!(foreign > 100, "{foreign} crates");
    let lock: serde_json::Value =
        serde_json::from_str(&text("web/package-lock.json")).expect("JSON");
    let packages = lock["packages"].as_object().expect("packages");
    for (name, it) in packages.iter().filter(|(name, _)| !name.is_empty()) {
        // Names alone: whoever installs asks the registry they trust, and compares.
        assert!(it["resolved"].is_null(), "{name} has an address");
        let sum = it["integrity"].as_str().unwrap_or_default();
        assert!(sum.starts_with("sha512-"), "{name} has no checksum");
    }
    assert!(packages.len() > 20, "{} packages", packages.len());
}
