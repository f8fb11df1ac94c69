//! Rulings and incidents made by hand, by the command and over HTTP.

use serde_json::{Value, json};

use crate::house::{Answer, Desk, Server, TANF_AGAIN};

const JSON: &str = "application/json";

fn post(server: &Server, path: &str, body: &Value) -> Answer {
    server.post(path, JSON, &body.to_string())
}

fn ruled(server: &Server, id: &str, body: &Value) -> Value {
    let answer = post(server, &format!("/incidents/{id}/rulings"), body);
    assert_eq!(answer.status, 200, "{body}: {}", answer.text());
    answer.json()
}

fn ids(server: &Server) -> Vec<String> {
    let all = server.get("/incidents.geojson").json();
    let features = all["features"].as_array().expect("features");
    features
        .iter()
        .map(|f| f["id"].as_str().expect("an id").to_owned())
        .collect()
}

/// The id of the strike on al-Tanf.
fn strike(server: &Server) -> String {
    let one = server.get("/collections/incidents/items").json();
    one["features"][0]["id"].as_str().expect("an id").to_owned()
}

#[test]
fn every_verdict_shows_and_every_ruling_can_be_undone() {
    let desk = Desk::with_incidents();
    let server = desk.serve();
    let id = strike(&server);
    let before = server.get(&format!("/incidents/{id}")).json();
    let tries: [(Value, &str, Value); 9] = [
        (
            json!({"verdict": "move", "place": {"phrase": "Homs"}}),
            "place_basis",
            json!("ruling"),
        ),
        (
            json!({"verdict": "move", "place": {"lat": 33.5, "lon": 38.5, "name": "a hill"}, "radius_m": 300}),
            "radius_m",
            json!(300.0),
        ),
        (
            json!({"verdict": "move", "place": null}),
            "place_precision",
            json!("unknown"),
        ),
        (
            json!({"verdict": "date", "start": "2022-06-14", "end": "2022-06-16", "precision": "days"}),
            "date_edtf",
            json!("2022-06-14/2022-06-16"),
        ),
        (
            json!({"verdict": "type", "type": "drone_strike"}),
            "type",
            json!("drone_strike"),
        ),
        (
            json!({"verdict": "toll", "killed_min": 4, "killed_max": 7}),
            "killed_max",
            json!(7),
        ),
        (
            json!({"verdict": "toll", "killed_min": null}),
            "killed_min",
            json!(null),
        ),
        (
            json!({"verdict": "actors", "actors": ["A force", "Another"]}),
            "actors",
            json!("A force; Another"),
        ),
        (json!({"verdict": "publish"}), "status", json!("published")),
    ];
    for (body, column, wanted) in tries {
        let done = ruled(&server, &id, &body);
        assert_eq!(done["incident"]["properties"][column], wanted, "{body}");
        assert_eq!(done["ruling"]["verdict"], body["verdict"]);
        let undo = format!("/rulings/{}/undo", done["ruling"]["id"]);
        let undone = post(&server, &undo, &json!({"why": "a try"}));
        assert_eq!(undone.status, 200, "{}", undone.text());
        assert_eq!(undone.json()["ruling"]["undoes"], done["ruling"]["id"]);
        let after = server.get(&format!("/incidents/{id}")).json();
        assert_eq!(after["geometry"], before["geometry"], "{body}");
        let (now, then) = (&after["properties"], &before["properties"]);
        for (name, value) in then.as_object().expect("columns") {
            if !["rulings", "updated", "version"].contains(&name.as_str()) {
                assert_eq!(&now[name], value, "{body}: {name}");
            }
        }
    }
    let list = server.get(&format!("/incidents/{id}/rulings")).json();
    assert_eq!(list["rulings"].as_array().expect("rulings").len(), 18);
    assert_eq!(list["rulings"][0]["undone_by"], list["rulings"][1]["id"]);
    assert_eq!(list["rulings"][3]["detail"], json!({}));
    assert_eq!(list["version"], 19);
}

#[test]
fn what_makes_no_sense_is_refused_in_words() {
    let desk = Desk::with_incidents();
    let server = desk.serve();
    let id = strike(&server);
    let path = format!("/incidents/{id}/rulings");
    for (body, status, words) in [
        (json!({"verdict": "move"}), 400, "needs place"),
        (
            json!({"verdict": "move", "place": {"phrase": "Qwertzuiopu"}}),
            400,
            "knows no place",
        ),
        (
            json!({"verdict": "move", "place": {"lat": 33.5}}),
            400,
            "a place is",
        ),
        (
            json!({"verdict": "move", "place": {"phrase": "Homs"}, "radius_m": -1}),
            400,
            "radius",
        ),
        (
            json!({"verdict": "date", "start": "2022-06-16", "end": "2022-06-14"}),
            400,
            "before it begins",
        ),
        (
            json!({"verdict": "type", "type": "a strike"}),
            400,
            "airstrike",
        ),
        (json!({"verdict": "toll"}), 400, "needs a figure"),
        (
            json!({"verdict": "toll", "killed_min": 5, "killed_max": 4}),
            400,
            "cannot both be",
        ),
        (json!({"verdict": "toll", "killed_min": -5}), 400, "JSON"),
        (
            json!({"verdict": "merge", "with": "inc-0"}),
            409,
            "no incident inc-0",
        ),
        (
            json!({"verdict": "split", "accounts": [0]}),
            409,
            "at least one",
        ),
        (
            json!({"verdict": "split", "accounts": [9]}),
            400,
            "counted from 0",
        ),
        (json!({"verdict": "sensitive", "level": "2km"}), 400, "10km"),
        (json!({"verdict": "note"}), 409, "words"),
        (json!({"verdict": "undo"}), 400, "publish"),
        (json!({"verdict": "publish", "colour": 1}), 400, "colour"),
    ] {
        let answer = post(&server, &path, &body);
        assert_eq!(answer.status, status, "{body}: {}", answer.text());
        let detail = answer.json()["detail"].to_string();
        assert!(detail.contains(words), "{body}: {detail}");
    }
    let list = server.get(&path).json();
    assert_eq!(list["rulings"], json!([]), "nothing was kept");
    let none = post(&server, "/rulings/77/undo", &json!({}));
    assert_eq!(none.status, 404);
}

#[test]
fn two_reviewers_and_a_repeated_write() {
    let desk = Desk::with_incidents();
    let server = desk.serve();
    let id = strike(&server);
    let path = format!("/incidents/{id}/rulings");
    ruled(&server, &id, &json!({"verdict": "publish", "who": "A"}));
    let late = server.ask(
        "POST",
        &path,
        &[("content-type", JSON), ("if-match", "\"1\"")],
        Some(br#"{"verdict":"reject","who":"B"}"#),
    );
    assert_eq!(late.status, 409);
    assert_eq!(late.header("content-type"), "application/problem+json");
    let problem = late.json();
    assert_eq!(problem["current_version"], 2);
    assert_eq!(problem["changed"][0]["who"], "A");
    assert_eq!(problem["changed"][0]["verdict"], "publish");
    let keyed = |body: &str| {
        let headers = [("content-type", JSON), ("idempotency-key", "k-1")];
        server.ask("POST", &path, &headers, Some(body.as_bytes()))
    };
    let once = keyed(r#"{"verdict":"confirm"}"#);
    let twice = keyed(r#"{"verdict":"confirm"}"#);
    assert_eq!((once.status, twice.status), (200, 200));
    assert_eq!(once.json()["ruling"]["id"], twice.json()["ruling"]["id"]);
    assert_eq!(keyed(r#"{"verdict":"reject"}"#).status, 422);
    let list = server.get(&path).json();
    assert_eq!(list["rulings"].as_array().expect("rulings").len(), 2);
}

#[test]
fn a_merged_incident_answers_with_the_older_one() {
    let desk = Desk::with_incidents();
    let server = desk.serve();
    let all = ids(&server);
    assert_eq!(all.len(), 3);
    let done = ruled(
        &server,
        &all[0],
        &json!({"verdict": "merge", "with": all[1]}),
    );
    let stays = done["incident"]["id"].as_str().expect("an id");
    let gone = if stays == all[0] { &all[1] } else { &all[0] };
    let moved = server.get(&format!("/incidents/{gone}"));
    assert_eq!(moved.status, 308);
    assert_eq!(moved.header("location"), format!("/incidents/{stays}"));
    assert_eq!(ids(&server).len(), 2);
    let split = ruled(
        &server,
        stays,
        &json!({"verdict": "split", "accounts": [1]}),
    );
    let new = &split["ruling"]["detail"]["new_incident_id"];
    assert!(ids(&server).iter().any(|id| id == new));
    assert_eq!(ids(&server).len(), 3);
    let undo = format!("/rulings/{}/undo", split["ruling"]["id"]);
    assert_eq!(post(&server, &undo, &json!({})).status, 200);
    assert_eq!(ids(&server).len(), 2);
}

#[test]
fn an_incident_is_made_from_words_or_from_a_click() {
    let desk = Desk::with_incidents();
    let server = desk.serve();
    let report = server.get("/reports/tanf.txt").json();
    let text = report["text"].as_str().expect("the text");
    let start = text.find("Three people").expect("the words");
    let from_words = json!({
        "report": "tanf.txt", "start": start, "end": start + 12, "type": "attack_civilians",
        "place": {"phrase": "Homs"}, "date": {"start": "2022-06-15", "end": "2022-06-15"},
    });
    let made = post(&server, "/incidents", &from_words);
    assert_eq!(made.status, 201, "{}", made.text());
    let one = made.json();
    assert_eq!(
        made.header("location"),
        format!("/incidents/{}", one["id"].as_str().expect("an id"))
    );
    assert_eq!(
        one["properties"]["accounts"][0]["quotes"][0]["text"],
        "Three people"
    );
    assert_eq!(one["properties"]["review"], "confirmed");
    assert_eq!(one["properties"]["status"], "draft");
    let click = json!({
        "type": "protest", "place": {"lat": 34.7, "lon": 36.7}, "title": "A march",
        "why": "seen by a colleague",
    });
    let headers = [("content-type", JSON), ("idempotency-key", "click-1")];
    let body = click.to_string();
    let make = || server.ask("POST", "/incidents", &headers, Some(body.as_bytes()));
    let (once, twice) = (make(), make());
    assert_eq!(once.json()["id"], twice.json()["id"]);
    assert_eq!(ids(&server).len(), 5);
    assert_eq!(once.json()["properties"]["date_precision"], "unknown");
    // Reading the report again leaves what a person made of it alone.
    desk.file("tanf.txt", crate::house::TANF.replace("Three", "Four"));
    assert_eq!(desk.run(&["add", "tanf.txt"]).status, 0);
    let still = server.get(&format!(
        "/incidents/{}",
        one["id"].as_str().expect("an id")
    ));
    assert_eq!(still.status, 200);
    let wrong = json!({"report": "tanf.txt", "start": 5, "end": 9000, "type": "protest"});
    assert_eq!(post(&server, "/incidents", &wrong).status, 400);
}

#[test]
fn the_command_decides_like_the_page() {
    let desk = Desk::with_incidents();
    desk.file("again.txt", TANF_AGAIN);
    assert_eq!(desk.run(&["add", "again.txt"]).status, 0);
    let all = desk.run(&["export"]).json();
    let ids: Vec<&str> = all["features"]
        .as_array()
        .expect("features")
        .iter()
        .map(|f| f["id"].as_str().expect("an id"))
        .collect();
    let well = |arguments: &[&str]| {
        let done = desk.run(arguments);
        assert_eq!(done.status, 0, "{arguments:?}: {}", done.told);
        done
    };
    well(&["rule", "move", ids[2], "Homs", "--who", "desk"]);
    well(&["rule", "move", ids[2], "33.5,38.6", "--radius-m", "500"]);
    well(&["rule", "date", ids[2], "2019-07"]);
    well(&["rule", "type", ids[2], "raid"]);
    well(&["rule", "toll", ids[2], "--killed", "3-5", "--injured", "2+"]);
    well(&["rule", "actors", ids[2], "--actor", "Gunmen"]);
    well(&["rule", "split", ids[0], "--accounts", "1"]);
    let shown = well(&["rule", "show", ids[2]]);
    assert_eq!(shown.out.matches("ruling ").count(), 6, "{}", shown.out);
    let undone = shown
        .out
        .lines()
        .rfind(|l| l.starts_with("ruling "))
        .and_then(|l| l["ruling ".len()..].split('\t').next())
        .expect("a number");
    well(&["rule", "undo", undone]);
    well(&[
        "rule", "make", "--type", "flood", "--place", "Homs", "--date", "2020",
    ]);
    let now = desk.run(&["export"]).json();
    let one = now["features"]
        .as_array()
        .expect("features")
        .iter()
        .find(|f| f["id"] == ids[2])
        .expect("it is there");
    let cell = |name: &str| one["properties"][name].clone();
    assert_eq!(cell("radius_m"), 500.0);
    assert_eq!(
        (cell("killed_min"), cell("killed_max")),
        (json!(3), json!(5))
    );
    assert_eq!(cell("injured_max"), json!(null));
    assert_eq!(cell("date_precision"), "month");
    assert_eq!(cell("review"), "corrected");
    assert_eq!(now["features"].as_array().expect("features").len(), 5);
    let stale = desk.run(&["rule", "publish", ids[2], "--version", "1"]);
    assert_eq!(stale.status, 1);
    assert!(stale.told.contains("look again"), "{}", stale.told);
}
