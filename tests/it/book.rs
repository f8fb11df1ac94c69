//! The pages, held to be true: every command in them works as it is written, and every link leads
//! somewhere.
//!
//! A fenced block that begins with ```` ```sh ```` is typed line by line into a folder that holds what a
//! reader would have: the samples, a report of the reader's own and a gazetteer download. Blocks in
//! another program's language (`text`, `console`, `sql`, `python`) are not run here. A command inside a
//! sentence has to be one the program knows, with options it takes; those of the page on reviewing are
//! given as well.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::house::Desk;

/// The pages whose commands are run, each from a fresh folder.
const RUN: &[&str] = &[
    "README.md",
    "docs/first.md",
    "docs/review.md",
    "docs/publish.md",
    "docs/from.md",
    "docs/formats.md",
    "docs/reading.md",
    "docs/accuracy.md",
    "docs/gis.md",
    "docs/operating.md",
];

/// Programs beside our own whose commands are run where they are installed.
const OTHERS: &[&str] = &["ogrinfo", "ogr2ogr", "curl", "sqlite3"];

/// Where pages have their server.
const SERVED: &str = "http://127.0.0.1:8080";

/// Folders that hold pages.
const FOLDERS: &[&str] = &[".", "docs", "python", "web", "gazetteer"];

/// A server in a page has this long to greet.
const GREETING: Duration = Duration::from_secs(60);

fn top() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn pages() -> Vec<PathBuf> {
    let mut all = Vec::new();
    for folder in FOLDERS {
        for entry in std::fs::read_dir(top().join(folder)).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.extension().is_some_and(|e| e == "md") {
                all.push(path);
            }
        }
    }
    assert!(all.len() > 8, "the pages lie where they always did");
    all
}

/// The commands of a page in the order of reading, continued lines joined.
fn commands(page: &str) -> Vec<String> {
    let mut all = Vec::new();
    let mut inside = false;
    let mut begun = String::new();
    for line in page.lines() {
        if line.starts_with("```") {
            inside = !inside && line.trim_end() == "```sh";
            continue;
        }
        if !inside || line.trim_start().starts_with('#') {
            continue;
        }
        if let Some(start) = line.strip_suffix('\\') {
            begun.push_str(start);
            continue;
        }
        let whole = std::mem::take(&mut begun) + line;
        let program = whole.split_whitespace().next().unwrap_or_default();
        // Nothing on the network is asked.
        if (program == "placetime" || OTHERS.contains(&program)) && !whole.contains("https://") {
            all.push(whole);
        }
    }
    all
}

/// A report, and what stands in the book as another reader's marks on it.
const HOMS: &str = "date: 2022-06-18\n\nA few shells hit Homs on Wednesday.\n";

/// The reading that `docs/reading.md` shows, in one line.
fn marked() -> String {
    let page = std::fs::read_to_string(top().join("docs/reading.md")).expect("a page");
    let block = page.split("```json\n").nth(1);
    let block = block.and_then(|rest| rest.split("```").next());
    block.expect("a reading").lines().collect()
}

/// The commands inside the sentences and tables of a page.
fn inline(page: &str) -> Vec<String> {
    let outside: Vec<&str> = page.split("```").step_by(2).collect();
    outside
        .iter()
        .flat_map(|text| text.split('`').skip(1).step_by(2))
        .filter(|span| span.starts_with("placetime "))
        .map(|span| span.split_whitespace().collect::<Vec<_>>().join(" "))
        .collect()
}

/// A folder as a reader's: samples, a report, a download, and the program on the path.
fn reader() -> Desk {
    let desk = Desk::new();
    let samples = desk.path("samples");
    std::fs::create_dir(&samples).expect("a folder");
    for entry in std::fs::read_dir(top().join("samples")).expect("samples") {
        let path = entry.expect("an entry").path();
        std::fs::copy(&path, samples.join(path.file_name().expect("a name"))).expect("copied");
    }
    desk.file("my-report.txt", crate::house::TANF);
    desk.file("report.txt", crate::house::TANF);
    std::fs::create_dir(desk.path("reports")).expect("a folder");
    desk.file("reports/homs.txt", HOMS);
    desk.file("marked.jsonl", marked());
    desk.file(
        "annotated.jsonl",
        "{\"doc\": \"1\", \"text\": \"A fire in Homs, Syria.\", \"toponyms\": [{\"start\": 10, \"end\": 14, \"lat\": 34.73, \"lon\": 36.72, \"kind\": \"plain\", \"where_prec\": 1}]}\n",
    );
    let gz = |name: &str, text: &str| {
        let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
        std::io::Write::write_all(&mut packed, text.as_bytes()).expect("memory");
        desk.file(name, packed.finish().expect("memory"));
    };
    desk.file(
        "acled.csv",
        "event_id_cnty,event_date,time_precision,event_type,sub_event_type,actor1,country,admin1,location,latitude,longitude,geo_precision,source,notes,fatalities\n\
         SYR1,15 June 2022,1,Explosions/Remote violence,Air/drone strike,Unidentified,Syria,Homs,Tadmur,34.56,38.27,1,Example Agency,A strike near Tadmur.,2\n",
    );
    desk.file(
        "ged.csv",
        "id,type_of_violence,side_a,side_b,where_prec,latitude,longitude,country,date_prec,date_start,date_end,best,high,low,source_headline\n\
         7,1,Government,Northern Front,1,34.56,38.27,Syria,1,2022-06-16,2022-06-16,3,4,2,Fighting near Tadmur\n",
    );
    desk.file(
        "our-list.csv",
        "Day,Where,Dead,What\n16/06/2022,Tadmur,2,shelling\n",
    );
    desk.file(
        "ushahidi.csv",
        "#,INCIDENT TITLE,INCIDENT DATE,LOCATION,DESCRIPTION,CATEGORY,LATITUDE,LONGITUDE,APPROVED,VERIFIED\n\
         7,Shelling in Homs,2022-06-15 10:30:00,\"Homs, Syria\",Shells hit a market and killed two people,\"Community, \",34.7324,36.7137,YES,NO\n",
    );
    desk.file(
        "my-map.kml",
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><kml xmlns=\"http://www.opengis.net/kml/2.2\"><Document><name>Untitled map</name>\
         <Folder><name>Untitled layer</name><Placemark><name>Shelling near Tadmur</name><description>16 June 2022, two killed</description>\
         <ExtendedData><Data name=\"date\"><value>2022-06-16</value></Data></ExtendedData>\
         <Point><coordinates>38.27,34.56,0</coordinates></Point></Placemark></Folder></Document></kml>",
    );
    let exported = [
        vec!["add", "report.txt"],
        vec!["export", "-o", "incidents.xlsx"],
        vec!["export", "-o", "incidents.geojson"],
    ];
    for arguments in exported {
        let done = desk.run(&arguments);
        assert_eq!(done.status, 0, "{}", done.told);
    }
    gz(
        "cities15000.txt.gz",
        "9000001\tQwertzville\tQwertzville\t\t33.5\t38.6\tP\tPPL\tSY\t\t04\t\t\t\t20000\t\t500\tAsia/Damascus\t2024-01-01\n",
    );
    gz(
        "alternateNamesV2.txt.gz",
        "1\t9000001\tar\tكورتزفيل\t1\t\t\t\t\t\n",
    );
    desk
}

/// Types one command; a server is stopped as soon as it has greeted.
fn typed(desk: &Desk, line: &str) -> Result<(), String> {
    let program = Path::new(env!("CARGO_BIN_EXE_placetime"));
    let folder = program.parent().expect("a folder");
    let path = std::env::var_os("PATH").unwrap_or_default();
    let path = std::env::join_paths(
        std::iter::once(folder.to_owned()).chain(std::env::split_paths(&path)),
    )
    .expect("a path");
    let mut shell = Command::new("sh");
    shell
        .args(["-c", &format!("exec {line}")])
        .current_dir(desk.path(""))
        .env("PATH", path)
        .env("PLACETIME_LISTEN", "127.0.0.1:0")
        .env_remove("PLACETIME_DATA")
        .env_remove("PLACETIME_GAZETTEER")
        .stdin(Stdio::null())
        .stdout(Stdio::null());
    let serves = ["serve", "open", "watch"]
        .iter()
        .any(|word| line.split_whitespace().nth(1) == Some(word));
    if !serves {
        let done = shell.output().map_err(|e| e.to_string())?;
        let told = String::from_utf8_lossy(&done.stderr).into_owned();
        return if done.status.success() {
            Ok(())
        } else {
            Err(format!("{}: {told}", done.status))
        };
    }
    let told = desk.path("told.txt");
    let out = std::fs::File::create(&told).expect("a file");
    let mut child = shell.stderr(out).spawn().map_err(|e| e.to_string())?;
    let began = Instant::now();
    let mut greeted = false;
    while !greeted && began.elapsed() < GREETING && child.try_wait().is_ok_and(|s| s.is_none()) {
        std::thread::sleep(Duration::from_millis(20));
        greeted = std::fs::read_to_string(&told).is_ok_and(|t| t.contains("http://"));
    }
    let _ = child.kill();
    let _ = child.wait();
    let words = std::fs::read_to_string(&told).unwrap_or_default();
    if greeted { Ok(()) } else { Err(words) }
}

#[test]
fn every_command_of_the_pages_works_as_it_is_written() {
    let mut failed = Vec::new();
    let mut run = 0;
    for name in RUN {
        let page = std::fs::read_to_string(top().join(name)).expect("a page");
        let desk = reader();
        // The server that a page speaks of, over a store with a report.
        let asks = commands(&page).iter().any(|line| line.contains(SERVED));
        let server = asks.then(|| desk.serve());
        for line in commands(&page) {
            let program = line.split_whitespace().next().unwrap_or_default();
            if OTHERS.contains(&program) && !installed(program) {
                let why = format!("{name}: {program} is missing");
                crate::house::skipped("every_command_of_the_pages_works_as_it_is_written", &why);
                continue;
            }
            let line = match &server {
                Some(server) => line.replace(SERVED, &server.url),
                None => line,
            };
            run += 1;
            match typed(&desk, &line) {
                // The page is embedded when it was built, and publishing needs it.
                Err(why) if why.contains("without the map page") => {
                    crate::house::skipped(
                        "every_command_of_the_pages_works_as_it_is_written",
                        &line,
                    );
                }
                Err(why) => failed.push(format!("{name}: {line}\n    {why}")),
                Ok(()) => {}
            }
        }
    }
    assert!(run > 10, "{run} commands were found");
    assert!(failed.is_empty(), "{}", failed.join("\n"));
}

/// True where a program can be started.
fn installed(program: &str) -> bool {
    Command::new(program)
        .arg("--version")
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok()
}

#[test]
fn the_summary_of_the_book_names_every_page() {
    let summary = std::fs::read_to_string(top().join("docs/SUMMARY.md")).expect("a summary");
    for entry in std::fs::read_dir(top().join("docs")).expect("a folder") {
        let path = entry.expect("an entry").path();
        let name = path
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        if name.ends_with(".md") && name != "SUMMARY.md" {
            assert!(
                summary.contains(&format!("({name})")),
                "{name} is in no chapter"
            );
        }
    }
}

#[test]
fn every_link_of_the_pages_leads_somewhere() {
    let mut broken = Vec::new();
    for page in pages() {
        let text = std::fs::read_to_string(&page).expect("a page");
        let folder = page.parent().expect("a folder");
        for part in text.split("](").skip(1) {
            let Some(target) = part.split(')').next() else {
                continue;
            };
            let target = target.split('#').next().unwrap_or_default();
            let outside = target.contains("://") || target.starts_with("mailto:");
            if target.is_empty() || outside || target.contains(' ') {
                continue;
            }
            if !folder.join(target).exists() {
                broken.push(format!("{}: {target}", page.display()));
            }
        }
    }
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

/// What `--help` says of a command.
fn help(words: &[&str]) -> String {
    let done = Desk::new().run(&[words, &["--help"]].concat());
    assert_eq!(done.status, 0, "{words:?}: {}", done.told);
    done.out
}

#[test]
fn every_command_inside_a_sentence_is_one_the_program_knows() {
    let mut checked = 0;
    let mut wrong = Vec::new();
    for page in pages() {
        // What was changed since is told there, also of commands that went.
        if page.ends_with("CHANGELOG.md") {
            continue;
        }
        let text = std::fs::read_to_string(&page).expect("a page");
        for line in inline(&text) {
            let words: Vec<&str> = line.split([' ', '[', ']']).skip(1).collect();
            let words: Vec<&str> = words.into_iter().filter(|w| !w.is_empty()).collect();
            let mut known = help(&[]);
            let mut depth = 0;
            while let Some(word) = words.get(depth) {
                let commands = known.split("Commands:").nth(1).unwrap_or_default();
                let is_command = commands
                    .lines()
                    .any(|l| l.split_whitespace().next() == Some(word));
                if !is_command {
                    break;
                }
                depth += 1;
                known = help(&words[..depth]);
            }
            let options = words[depth..].iter().filter(|w| w.starts_with("--"));
            let strange: Vec<_> = options.filter(|o| !known.contains(**o)).collect();
            // A first word that is no command must not be taken for an argument of the program.
            if !strange.is_empty() || (depth == 0 && !words[0].starts_with("--")) {
                wrong.push(format!("{}: {line} {strange:?}", page.display()));
            }
            checked += 1;
        }
    }
    assert!(checked > 40, "{checked} commands were found");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_ruling_the_page_on_reviewing_shows_can_be_given() {
    let page = std::fs::read_to_string(top().join("docs/review.md")).expect("a page");
    let mut given = 0;
    for line in inline(&page) {
        let words = line.split_whitespace().count();
        if words < 4 || line.contains('[') {
            continue;
        }
        let desk = Desk::with_incidents();
        desk.file("again.txt", crate::house::TANF_AGAIN);
        assert_eq!(desk.run(&["add", "again.txt"]).status, 0);
        let all = desk.run(&["export"]).json();
        let mut rows: Vec<_> = all["features"].as_array().expect("features").clone();
        // First the one that two reports tell: it can be split.
        rows.sort_by_key(|f| std::cmp::Reverse(f["properties"]["source_count"].as_u64()));
        let id = |n: usize| rows[n]["id"].as_str().expect("an id").to_owned();
        let ruled = desk.run(&["rule", "note", &id(0), "--why", "seen"]);
        assert_eq!(ruled.status, 0, "{}", ruled.told);
        let line = line
            .replace("ID ID", &format!("{} {}", id(0), id(1)))
            .replace("ID…", &id(0))
            .replace(" ID", &format!(" {}", id(0)))
            .replace("--accounts 1,2", "--accounts 1")
            .replace("RULING", "1")
            .replace("REPORT", "tanf.txt")
            .replace("NAME", "example.org")
            .replace("FILE", "copy.backup");
        if line.starts_with("placetime restore") {
            assert_eq!(desk.run(&["backup", "copy.backup"]).status, 0);
        }
        let line = line.replace("placetime ", "placetime --data data ");
        if let Err(why) = typed(&desk, &line) {
            panic!("{line}\n    {why}");
        }
        given += 1;
    }
    assert!(given > 12, "{given} commands were given");
}

/// Every name of code in the page on security, a test's above all, is one that there is.
#[test]
fn the_page_on_security_names_tests_that_there_are() {
    fn sources(folder: &Path, all: &mut String) {
        for entry in std::fs::read_dir(folder).expect("a folder").flatten() {
            let path = entry.path();
            if path.is_dir() {
                sources(&path, all);
            } else if path.extension().is_some_and(|ending| ending == "rs") {
                all.push_str(&std::fs::read_to_string(&path).expect("a source file"));
            }
        }
    }
    let top = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut code = String::new();
    for folder in ["src", "tests/it", "gazetteer/src", "gazetteer/tests"] {
        sources(&top.join(folder), &mut code);
    }
    let page = std::fs::read_to_string(top.join("docs/security.md")).expect("the page");
    let mut seen = 0;
    for name in page
        .split('`')
        .skip(1)
        .step_by(2)
        .filter(|it| it.contains("::") && !it.ends_with("::"))
    {
        let last = name.rsplit("::").next().unwrap_or_default();
        let is_there = match last.strip_suffix('…') {
            Some(begin) => code.contains(&format!("fn {begin}")),
            None => {
                code.contains(&format!("fn {last}("))
                    || top.join(format!("tests/it/{last}.rs")).is_file()
            }
        };
        assert!(is_there, "docs/security.md names {name}, and there is none");
        seen += 1;
    }
    assert!(seen > 50, "{seen} names");
}
