//! The exports in PostGIS: loaded by `ogr2ogr`, asked in SQL, and the recipe of `docs/gis.md` as it is written.

use std::process::Command;

use crate::gdal::table;
use crate::house::{Desk, skipped};

/// A PostgreSQL server of our own with PostGIS: on a socket in a folder, under a user without
/// rights; stopped at the end.
struct Postgis {
    folder: tempfile::TempDir,
    programs: std::path::PathBuf,
    user: Option<&'static str>,
}

impl Postgis {
    fn start(test: &str) -> Option<Self> {
        let there = Command::new("ogr2ogr").arg("--formats").output();
        match there.map(|o| String::from_utf8_lossy(&o.stdout).contains("PostgreSQL")) {
            Ok(true) => {}
            Ok(false) => {
                skipped(test, "this GDAL has no PostgreSQL driver");
                return None;
            }
            Err(_) => {
                skipped(test, "ogr2ogr is missing (Debian package gdal-bin)");
                return None;
            }
        }
        let versions = std::fs::read_dir("/usr/lib/postgresql")
            .into_iter()
            .flatten();
        let mut found: Vec<std::path::PathBuf> = versions
            .filter_map(|v| Some(v.ok()?.path()))
            .filter(|v| {
                let version = v.file_name().unwrap_or_default();
                let shared = std::path::Path::new("/usr/share/postgresql").join(version);
                shared.join("extension/postgis.control").is_file() && v.join("bin/initdb").is_file()
            })
            .collect();
        found.sort();
        let Some(version) = found.pop() else {
            skipped(
                test,
                "PostGIS is missing (Debian package postgresql-15-postgis-3 or later)",
            );
            return None;
        };
        // PostgreSQL does not run as root.
        let id = Command::new("id").arg("-u").output().ok()?;
        let root = String::from_utf8_lossy(&id.stdout).trim() == "0";
        let it = Self {
            folder: tempfile::tempdir().expect("a folder"),
            programs: version.join("bin"),
            user: root.then_some("postgres"),
        };
        if let Some(user) = it.user {
            let owned = Command::new("chown")
                .arg(user)
                .arg(it.folder.path())
                .status();
            assert!(
                owned.is_ok_and(|s| s.success()),
                "the folder can be given away"
            );
        }
        let data = it.folder.path().join("data").to_string_lossy().into_owned();
        it.program(
            "initdb",
            &[
                "-D",
                &data,
                "-A",
                "trust",
                "-U",
                "postgres",
                "-E",
                "UTF8",
                "--no-locale",
                "-N",
            ],
        );
        let options = format!(
            "-k {} -c listen_addresses='' -c fsync=off",
            it.folder.path().to_string_lossy()
        );
        let log = it.folder.path().join("log").to_string_lossy().into_owned();
        it.program(
            "pg_ctl",
            &["-D", &data, "-w", "-l", &log, "-o", &options, "start"],
        );
        it.sql("CREATE EXTENSION postgis");
        Some(it)
    }

    fn program(&self, name: &str, arguments: &[&str]) -> String {
        let mut command = match self.user {
            Some(user) => {
                let mut command = Command::new("runuser");
                command
                    .args(["-u", user, "--"])
                    .arg(self.programs.join(name));
                command
            }
            None => Command::new(self.programs.join(name)),
        };
        command
            .args(arguments)
            .current_dir("/")
            .stdin(std::process::Stdio::null());
        // The server started keeps what it is given open: it must not be a pipe that we wait for.
        if name == "pg_ctl" {
            let silent = std::process::Stdio::null;
            let status = command.stdout(silent()).stderr(silent()).status();
            assert!(status.is_ok_and(|s| s.success()), "{name} {arguments:?}");
            return String::new();
        }
        let output = command.output().expect("the program starts");
        let told = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{name} {arguments:?}: {told}");
        String::from_utf8_lossy(&output.stdout).into_owned()
    }

    fn sql(&self, sql: &str) -> String {
        let host = self.folder.path().to_string_lossy();
        let arguments = [
            "-h", &host, "-U", "postgres", "-d", "postgres", "-XAtq", "-c", sql,
        ];
        self.program("psql", &arguments).trim().to_owned()
    }

    /// Loads a file by `ogr2ogr`.
    fn loaded(&self, arguments: &[&str]) {
        let output = Command::new("ogr2ogr")
            .args(["-f", "PostgreSQL", &self.source()])
            .args(arguments)
            .output()
            .expect("it was here");
        let told = String::from_utf8_lossy(&output.stderr);
        assert!(
            output.status.success() && !told.contains("ERROR"),
            "{arguments:?}: {told}"
        );
    }

    fn source(&self) -> String {
        let host = self.folder.path().to_string_lossy();
        format!("PG:host={host} user=postgres dbname=postgres")
    }
}

impl Drop for Postgis {
    fn drop(&mut self) {
        let data = self
            .folder
            .path()
            .join("data")
            .to_string_lossy()
            .into_owned();
        if std::path::Path::new(&data).join("postmaster.pid").exists() {
            self.program("pg_ctl", &["-D", &data, "-m", "immediate", "stop"]);
        }
    }
}

#[test]
fn ogr2ogr_loads_our_files_into_postgis() {
    let test = "ogr2ogr_loads_our_files_into_postgis";
    let desk = Desk::with_incidents();
    desk.file("t.csv", table(40));
    let done = desk.run(&["import", "--profile", "plain", "--source", "t", "t.csv"]);
    assert_eq!(done.status, 0, "{}", done.told);
    for file in ["x.geojson", "x.gpkg"] {
        assert_eq!(desk.run(&["export", "-o", file]).status, 0);
    }
    let Some(database) = Postgis::start(test) else {
        return;
    };
    let path = |name: &str| desk.path(name).to_string_lossy().into_owned();
    let carry = |arguments: &[&str]| database.loaded(arguments);
    carry(&[
        &path("x.geojson"),
        "-nln",
        "from_geojson",
        "-nlt",
        "GEOMETRY",
    ]);
    carry(&[
        &path("x.gpkg"),
        "incidents",
        "incident_areas",
        "incidents_unplaced",
        "accounts",
    ]);
    let count = |what: &str| database.sql(&format!("SELECT count(*) FROM {what}"));
    assert_eq!(count("from_geojson"), "43");
    let sum = database.sql(
        "SELECT (SELECT count(*) FROM incidents) + (SELECT count(*) FROM incident_areas)
             + (SELECT count(*) FROM incidents_unplaced)",
    );
    assert_eq!(sum, "43");
    assert_eq!(count("accounts"), "43");
    assert_eq!(
        database.sql("SELECT DISTINCT ST_SRID(geom) FROM incidents"),
        "4326"
    );
    assert_eq!(
        database.sql("SELECT DISTINCT GeometryType(geom) FROM incident_areas"),
        "MULTIPOLYGON"
    );
    assert_eq!(
        count("from_geojson WHERE wkb_geometry IS NULL"),
        count("incidents_unplaced")
    );
    assert_ne!(count("incidents WHERE date_start IS NULL"), "0");
    assert_eq!(
        database.sql(
            "SELECT string_agg(data_type, ', ' ORDER BY column_name) FROM information_schema.columns
             WHERE table_name = 'incidents'
                 AND column_name IN ('date_start', 'radius_m', 'killed_min', 'updated', 'title')"
        ),
        "date, bigint, double precision, character varying, timestamp with time zone"
    );
    for (word, rows) in [
        ("جيش الشمال", "10"),
        ("Северный фронт", "10"),
        ("北方阵线", "10"),
    ] {
        assert_eq!(
            count(&format!("from_geojson WHERE actors LIKE '%{word}%'")),
            rows,
            "{word}"
        );
    }
    // A question that only a database with places answers.
    let near = database.sql(
        "SELECT count(*) FROM incidents
         WHERE ST_DWithin(geom::geography, ST_MakePoint(38.618, 33.506)::geography, 5000)",
    );
    assert_eq!(near, "1");
}

/// What stands in `docs/gis.md` under "PostGIS": the options of `ogr2ogr`, and the statements in SQL.
fn recipe() -> (Vec<String>, Vec<String>) {
    let page = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/gis.md");
    let page = std::fs::read_to_string(page).expect("the page is there");
    let part = page.split("\n## ").find(|p| p.starts_with("PostGIS"));
    let part = part.expect("a part on PostGIS");
    let block = |language: &str| {
        let from = part.split(&format!("```{language}\n")).nth(1);
        let block = from.and_then(|rest| rest.split("```").next());
        block.unwrap_or_else(|| panic!("a block of {language}"))
    };
    let line = block("console").replace("\\\n", " ");
    let line = line.lines().find(|l| l.starts_with("ogr2ogr"));
    let words = line.expect("a line of ogr2ogr").split_whitespace();
    // `ogr2ogr -f PostgreSQL PG:…` comes from where the test's database is.
    let options = words.skip(4).map(str::to_owned).collect();
    let bare: Vec<&str> = block("sql")
        .lines()
        .filter(|l| !l.starts_with("--"))
        .collect();
    let statements = bare.join("\n");
    let statements = statements.split(';').map(str::trim);
    (
        options,
        statements
            .filter(|s| !s.is_empty())
            .map(str::to_owned)
            .collect(),
    )
}

#[test]
fn the_recipe_for_postgis_does_what_it_says() {
    let test = "the_recipe_for_postgis_does_what_it_says";
    let desk = Desk::with_incidents();
    let done = desk.run(&["export", "-o", "incidents.geojson"]);
    assert_eq!(done.status, 0, "{}", done.told);
    let Some(database) = Postgis::start(test) else {
        return;
    };
    let (options, statements) = recipe();
    let file = desk.path("incidents.geojson").display().to_string();
    let options: Vec<&str> = options
        .iter()
        .map(|o| match o.as_str() {
            "incidents.geojson" => file.as_str(),
            other => other,
        })
        .collect();
    assert!(
        options.contains(&file.as_str()),
        "{options:?} loads the file"
    );
    database.loaded(&options);
    let [view, near] = statements.as_slice() else {
        panic!("a view and a question: {statements:?}");
    };
    assert_eq!(database.sql(view), "");
    // The circle is as wide as it was told, within what a polygon loses.
    let circles = database.sql(
        "SELECT count(*), bool_and(abs(sqrt(ST_Area(circle::geography) / pi()) / radius_m - 1) < 0.02)
         FROM incident_circles JOIN incidents USING (incident_id)",
    );
    assert_eq!(circles, "1|t");
    // The base at al-Tanf is some 120 km from Palmyra, so nothing is near; at the base it is.
    assert_eq!(database.sql(near), "");
    let there = near.replace("38.28, 34.56", "38.62, 33.51");
    assert_ne!(there, *near, "the recipe asks around Palmyra");
    let found = database.sql(&there);
    assert!(
        found.starts_with("inc-") && found.ends_with("|t"),
        "{found}"
    );
}
