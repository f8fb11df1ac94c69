//! Tables in: what analysts have, read as it is, and no pin where the table knows none.

use crate::house::{Desk, Done};

const UCDP: &str = "id,relid,year,type_of_violence,side_a,side_b,number_of_sources,source_article,source_headline,where_prec,where_coordinates,where_description,adm_1,adm_2,latitude,longitude,country,date_prec,date_start,date_end,deaths_a,deaths_b,deaths_civilians,best,high,low\n\
1,S-1,2022,1,Government of Syria,IS,1,\"Agency, 15 June\",Fighting near Palmyra,1,Palmyra town,,Homs governorate,,34.56,38.28,Syria,1,2022-06-15 00:00:00.000,2022-06-15 00:00:00.000,2,3,0,5,7,4\n\
2,S-2,2022,1,Government of Syria,IS,1,,,4,Homs governorate,,Homs governorate,,34.2,38.5,Syria,4,2022-06-01 00:00:00.000,2022-06-30 00:00:00.000,0,0,0,0,3,0\n\
3,S-3,2022,3,IS,Civilians,1,,,6,Syria,,,,35.0,38.0,Syria,5,2022-01-01 00:00:00.000,2022-12-31 00:00:00.000,0,0,9,9,9,9\n\
4,S-4,2022,1,Government of Syria,IS,1,,,1,Palmyra town,,Homs governorate,,inf,38.28,Syria,1,2022-06-15,2022-06-15,0,0,0,1,1,1\n\
1,S-1,2022,1,Government of Syria,IS,1,,,1,Palmyra town,,Homs governorate,,34.56,38.28,Syria,1,2022-06-16,2022-06-16,0,0,0,1,1,1\n";

const ACLED: &str = "event_id_cnty,event_date,year,time_precision,disorder_type,event_type,sub_event_type,actor1,assoc_actor_1,inter1,actor2,iso,region,country,admin1,admin2,admin3,location,latitude,longitude,geo_precision,source,source_scale,notes,fatalities,tags,timestamp\n\
SYR1,15 June 2022,2022,1,Political violence,Explosions/Remote violence,Air/drone strike,Military Forces of Russia,,8,Rebels,760,Middle East,Syria,Homs,Tadmor,Tadmor,Palmyra,34.56,38.28,1,SOHR; SANA,National,On 15 June 2022 jets hit a base near Palmyra. At least 3 died.,3,,1655900000\n\
SYR2,16 June 2022,2022,3,Political violence,Battles,Armed clash,IS,,2,Rebels,760,Middle East,Syria,Homs,,,Homs,34.73,36.72,3,SOHR,National,Sometime in June fighting in the province.,0,,1655900000\n";

fn features(desk: &Desk) -> Vec<serde_json::Value> {
    let done = desk.run(&["export", "--format", "geojson"]);
    assert_eq!(done.status, 0, "{}", done.told);
    done.json()["features"]
        .as_array()
        .expect("features")
        .clone()
}

fn of<'a>(all: &'a [serde_json::Value], report: &str) -> &'a serde_json::Value {
    all.iter()
        .find(|f| f["properties"]["report_ids"].as_str() == Some(report))
        .unwrap_or_else(|| panic!("{report} is there"))
}

fn import(desk: &Desk, arguments: &[&str]) -> Done {
    let mut all = vec!["import"];
    all.extend_from_slice(arguments);
    let done = desk.run(&all);
    assert_eq!(done.status, 0, "{}{}", done.told, done.out);
    done
}

#[test]
fn ucdp_s_grades_become_areas_and_ranges_and_bad_rows_are_named() {
    let desk = Desk::new();
    desk.file("ged.csv", UCDP);
    let done = import(&desk, &["ged.csv"]);
    assert!(
        done.told.contains("UCDP georeferenced events"),
        "{}",
        done.told
    );
    assert!(
        done.told.contains("where_prec -> place_precision"),
        "{}",
        done.told
    );
    assert!(
        done.told
            .contains("line 5: the latitude “inf” is no number"),
        "{}",
        done.told
    );
    assert!(
        done.told
            .contains("line 6: has the id 1, which line 2 has already"),
        "{}",
        done.told
    );
    assert!(done.out.contains("5 rows, 3 new incidents"), "{}", done.out);
    let all = features(&desk);
    let exact = &of(&all, "ucdp:1")["properties"];
    assert_eq!(of(&all, "ucdp:1")["geometry"]["type"], "Point");
    assert_eq!(exact["killed_min"], 4);
    assert_eq!(exact["killed_max"], 7);
    assert_eq!(exact["type"], "attack_other");
    assert_eq!(exact["date_precision"], "day");
    let province = of(&all, "ucdp:2");
    assert_ne!(province["geometry"]["type"], "Point");
    assert_eq!(province["properties"]["place_precision"], "admin");
    assert_eq!(province["properties"]["date_precision"], "month");
    let country = of(&all, "ucdp:3");
    assert_eq!(country["geometry"]["type"], "MultiPolygon");
    assert_eq!(country["properties"]["type"], "attack_civilians");
    assert_eq!(country["properties"]["civilians_killed_min"], 9);
    assert_eq!(country["properties"]["date_precision"], "span");
    // Again: nothing changes.
    let before = all;
    let done = import(&desk, &["ged.csv"]);
    assert!(
        done.out.contains("0 new incidents") && done.out.contains("3 unchanged"),
        "{}",
        done.out
    );
    assert_eq!(features(&desk), before);
}

#[test]
fn acled_s_rows_merge_with_reports_follow_updates_and_deletions() {
    let desk = Desk::new();
    desk.file(
        "report.txt",
        "date: 2022-06-16\n\nRussian jets carried out airstrikes near Palmyra in Syria on Wednesday, killing three people.\n",
    );
    assert_eq!(desk.run(&["add", "report.txt"]).status, 0);
    desk.file("acled.csv", ACLED);
    let done = import(&desk, &["acled.csv"]);
    assert!(
        done.out.contains("1 new incidents, 1 merged"),
        "{}{}",
        done.out,
        done.told
    );
    let all = features(&desk);
    assert_eq!(all.len(), 2);
    let merged = all
        .iter()
        .find(|f| f["properties"]["source_count"] == 2)
        .expect("merged");
    assert_eq!(merged["properties"]["type"], "airstrike");
    let province = of(&all, "acled:SYR2");
    assert_ne!(province["geometry"]["type"], "Point");
    assert!(
        province["properties"]["killed_min"].is_null(),
        "nothing said is not nought"
    );
    assert_eq!(province["properties"]["date_precision"], "month");
    // An update keeps the incident's id.
    let id = province["id"].clone();
    desk.file(
        "acled.csv",
        ACLED.replace(",Homs,34.73,36.72,3,", ",Homs,34.73,36.72,1,"),
    );
    let done = import(&desk, &["acled.csv"]);
    assert!(done.out.contains("1 changed, 1 unchanged"), "{}", done.out);
    let all = features(&desk);
    assert_eq!(of(&all, "acled:SYR2")["id"], id);
    assert_eq!(of(&all, "acled:SYR2")["geometry"]["type"], "Point");
    // ACLED's list of the deleted.
    desk.file(
        "deleted.csv",
        "event_id_cnty,deleted_timestamp\nSYR2,1655990000\nSYR99,1655990000\n",
    );
    let done = import(&desk, &["deleted.csv"]);
    assert!(done.out.contains("1 taken back"), "{}", done.out);
    assert_eq!(features(&desk).len(), 1);
    // The whole table without the row: --replace follows, and the report's telling stays.
    let header = ACLED.lines().next().expect("a header");
    let other = ACLED.lines().nth(2).expect("a row");
    desk.file("acled.csv", format!("{header}\n{other}\n"));
    let done = import(&desk, &["--replace", "acled.csv"]);
    assert!(done.out.contains("1 taken back"), "{}", done.out);
    let all = features(&desk);
    assert_eq!(all.len(), 2);
    assert!(
        all.iter()
            .any(|f| f["properties"]["report_ids"] == "report.txt")
    );
}

#[test]
fn tables_that_lie_about_precision_are_flagged() {
    let desk = Desk::new();
    let mut table = String::from("Event ID;Date;Type;Town;Country;Latitude;Longitude;Killed\n");
    let rows = [
        ("nought", "shelling", "", "Syria", "0", "0"),
        ("swapped", "shelling", "Palmyra", "Syria", "38,28", "34,56"),
        ("middle", "shelling", "", "Syria", "35,0", "38,0"),
        ("country", "shelling", "Syria", "Syria", "34,9", "37,1"),
        ("far", "shelling", "Palmyra", "Syria", "48,85", "2,35"),
        ("right", "shelling", "Palmyra", "Syria", "34,56", "38,28"),
    ];
    for (id, kind, town, country, lat, lon) in rows {
        table.push_str(&format!(
            "{id};15.06.2022;{kind};{town};{country};{lat};{lon};3\n"
        ));
    }
    for n in 0..25 {
        table.push_str(&format!(
            "crowd{n};{}.07.2022;clash;;Syria;33,5138;36,2765;\n",
            n + 1
        ));
    }
    desk.file("rows.csv", table);
    let done = import(&desk, &["rows.csv"]);
    for words in [
        "CSV parted by semicolons",
        "1 row lie at latitude 0",
        "1 row have latitude and longitude exchanged",
        "1 row have the middle of their country",
        "25 rows share the exact point of a capital",
        "far outside of their country",
        "name a country or division only",
    ] {
        assert!(done.told.contains(words), "{words}: {}", done.told);
    }
    let all = features(&desk);
    let kind = |id: &str| of(&all, &format!("rows:{id}"))["geometry"]["type"].clone();
    assert_eq!(kind("right"), "Point");
    assert_eq!(kind("swapped"), "Point");
    let at = &of(&all, "rows:swapped")["geometry"]["coordinates"];
    assert!(
        (at[1].as_f64().expect("a number") - 34.56).abs() < 1e-9,
        "{at}"
    );
    for id in ["middle", "country", "crowd0", "crowd24"] {
        assert_eq!(kind(id), "MultiPolygon", "{id}");
    }
    assert_ne!(kind("nought"), "Point");
    let far = of(&all, "rows:far");
    let lon = far["geometry"]["coordinates"][0].as_f64();
    assert!(
        lon.is_none_or(|lon| (lon - 38.28).abs() < 0.5),
        "by its name, not its point: {far}"
    );
    let tags = |id: &str| of(&all, &format!("rows:{id}"))["properties"]["tags"].clone();
    assert_eq!(tags("middle"), "place_doubted");
    assert!(tags("right").is_null());
}

#[test]
fn dates_that_may_be_two_days_are_not_guessed() {
    let desk = Desk::new();
    desk.file(
        "a.csv",
        "date,place,country,type\n03/04/2022,Homs,Syria,shelling\n",
    );
    let done = import(&desk, &["a.csv"]);
    assert!(
        done.told
            .contains("line 2: “03/04/2022” may be 2022-04-03 or 2022-03-04; say --dates"),
        "{}",
        done.told
    );
    let done = import(&desk, &["--dates", "day-first", "a.csv"]);
    assert!(done.out.contains("1 new incident"), "{}", done.out);
    assert_eq!(features(&desk)[0]["properties"]["date_start"], "2022-04-03");
    // Another row of the column tells.
    desk.file(
        "b.csv",
        "date,place,country,type\n03/04/2022,Homs,Syria,clash\n25/04/2022,Homs,Syria,clash\n",
    );
    assert!(import(&desk, &["b.csv"]).out.contains("2 new incidents"));
}

#[test]
fn gdelt_s_files_without_header_and_its_statements() {
    let row = |id: u32, code: &str, grade: &str, name: &str, lat: &str, lon: &str| {
        let mut cells = vec![String::new(); 61];
        for (at, value) in [
            (0, id.to_string()),
            (1, "20220615".to_owned()),
            (2, "202206".to_owned()),
            (3, "2022".to_owned()),
            (4, "2022.4521".to_owned()),
            (6, "RUSSIA".to_owned()),
            (16, "REBELS".to_owned()),
            (26, code.to_owned()),
            (51, grade.to_owned()),
            (52, name.to_owned()),
            (53, "SY".to_owned()),
            (56, lat.to_owned()),
            (57, lon.to_owned()),
            (59, "20220616000000".to_owned()),
            (60, "https://example.org/a".to_owned()),
        ] {
            cells[at] = value;
        }
        cells.join("\t")
    };
    let desk = Desk::new();
    let text = [
        row(
            1_000_001,
            "195",
            "4",
            "Palmyra, Hims, Syria",
            "34.56",
            "38.28",
        ),
        row(1_000_002, "195", "1", "Syria", "35", "38"),
        row(1_000_003, "042", "1", "Syria", "35", "38"),
    ];
    desk.file("20220615.export.CSV", text.join("\n"));
    let done = import(&desk, &["20220615.export.CSV"]);
    assert!(
        done.out.contains("2 new incidents") && done.out.contains("1 that tell of no incident"),
        "{}{}",
        done.out,
        done.told
    );
    let all = features(&desk);
    assert_eq!(of(&all, "gdelt:1000001")["geometry"]["type"], "Point");
    assert_eq!(
        of(&all, "gdelt:1000002")["geometry"]["type"],
        "MultiPolygon"
    );
    assert_eq!(of(&all, "gdelt:1000001")["properties"]["type"], "airstrike");
}

#[test]
fn a_table_s_row_is_not_overwritten_by_a_report_of_its_id() {
    let desk = Desk::new();
    desk.file("ged.csv", UCDP);
    import(&desk, &["ged.csv"]);
    desk.file(
        "x.jsonl",
        "{\"id\":\"ucdp:1\",\"published\":\"2022-06-18\",\"text\":\"Three shells fell near Homs on Wednesday.\"}\n",
    );
    let done = desk.run(&["add", "x.jsonl"]);
    assert!(
        done.told.contains("a row of the source ucdp has this id"),
        "{}",
        done.told
    );
    assert_eq!(features(&desk).len(), 3);
}

#[test]
fn what_is_no_table_is_named() {
    let desk = Desk::new();
    desk.file("empty.csv", "");
    desk.file("one.csv", "hello\nworld\n");
    desk.file("x.pdf", "%PDF-1.4 ...");
    desk.file("words.csv", "alpha,beta\n1,2\n");
    for (file, words, status) in [
        ("empty.csv", "is empty", 1),
        ("one.csv", "has one column only", 1),
        ("x.pdf", "is a PDF, no table", 1),
        ("nowhere.csv", "does not exist", 1),
        (
            "words.csv",
            "no column was understood (alpha, beta); say --map",
            2,
        ),
    ] {
        let done = desk.run(&["import", file]);
        assert_eq!(done.status, status, "{file}: {}", done.told);
        assert!(done.told.contains(words), "{file}: {}", done.told);
    }
    let done = desk.run(&["import", "--map", "alpha=when", "words.csv"]);
    assert_eq!(done.status, 2);
    assert!(done.told.contains("COLUMN=FIELD is meant"), "{}", done.told);
}

#[test]
fn every_format_we_write_is_read_again() {
    let desk = Desk::with_incidents();
    let shapes = |desk: &Desk| {
        let mut all: Vec<String> = features(desk)
            .iter()
            .map(|f| {
                let p = &f["properties"];
                format!(
                    "{} {} {} {} {} {} {} {} {} {}",
                    f["id"],
                    p["place"],
                    p["radius_m"],
                    p["country"],
                    f["geometry"]["type"],
                    p["type"],
                    p["date_start"],
                    p["date_precision"],
                    p["killed_min"],
                    p["killed_max"]
                )
            })
            .collect();
        all.sort();
        all
    };
    let before = shapes(&desk);
    for file in [
        "x.geojson",
        "x.geojsonl",
        "x.csv",
        "x.xlsx",
        "x.kml",
        "x.kmz",
        "x.gpkg",
        "x.parquet",
    ] {
        assert_eq!(desk.run(&["export", "-o", file]).status, 0, "{file}");
        let other = Desk::new();
        let path = desk.path(file).to_string_lossy().into_owned();
        let done = import(&other, &[&path]);
        assert!(
            done.out.contains("3 rows, 3 new incidents"),
            "{file}: {}{}",
            done.out,
            done.told
        );
        assert!(
            done.told.contains("an export of placetime"),
            "{file}: {}",
            done.told
        );
        assert_eq!(shapes(&other), before, "{file}: {}", done.told);
    }
}

#[test]
fn ushahidi_s_reports_are_typed_by_their_words() {
    let desk = Desk::new();
    desk.file(
        "u.csv",
        "#,INCIDENT TITLE,INCIDENT DATE,LOCATION,DESCRIPTION,CATEGORY,LATITUDE,LONGITUDE,APPROVED,VERIFIED\n\
         7,Shelling in Homs,2022-06-15 10:30:00,\"Homs, Syria\",Shells hit a market and killed two people,\"Community, \",34.7324,36.7137,YES,NO\n",
    );
    let done = import(&desk, &["u.csv"]);
    assert!(done.told.contains("Ushahidi reports"), "{}", done.told);
    let all = features(&desk);
    assert_eq!(all[0]["properties"]["type"], "shelling", "{}", done.told);
    assert_eq!(all[0]["geometry"]["type"], "Point");
    assert_eq!(all[0]["properties"]["time_start"], "10:30");
}

#[test]
fn full_detail_comes_back_as_the_same_incidents() {
    let desk = Desk::with_incidents();
    desk.file("again.txt", crate::house::TANF_AGAIN);
    assert_eq!(desk.run(&["add", "again.txt"]).status, 0);
    let told = |desk: &Desk| {
        let done = desk.run(&["export", "--format", "geojson", "--detail", "full"]);
        let mut all = done.json()["features"]
            .as_array()
            .expect("features")
            .clone();
        for feature in &mut all {
            let p = feature["properties"].as_object_mut().expect("properties");
            for of_this_store in ["created", "updated", "version"] {
                p.remove(of_this_store);
            }
        }
        all.sort_by_key(|f| f["id"].to_string());
        all
    };
    let before = told(&desk);
    assert_eq!(before.len(), 3);
    for file in ["x.geojson", "x.geojsonl"] {
        let done = desk.run(&["export", "--detail", "full", "-o", file]);
        assert_eq!(done.status, 0, "{}", done.told);
        let other = Desk::new();
        let path = desk.path(file).to_string_lossy().into_owned();
        let done = import(&other, &[&path]);
        assert!(
            done.out.contains("3 new incidents"),
            "{}{}",
            done.out,
            done.told
        );
        assert_eq!(told(&other), before, "{file}");
        let done = import(&other, &[&path]);
        assert!(
            done.out.contains("3 unchanged"),
            "{}{}",
            done.out,
            done.told
        );
        assert_eq!(told(&other), before, "{file}, twice");
    }
}
