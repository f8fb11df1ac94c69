//! `serve` and `token`.

use std::io::{self, Write as _};

use super::{Failed, Outcome, gazetteer, say};
use crate::config::{self, House, ServeFile, TokenCommand};
use crate::server::{self, Setting};
use crate::store::{Scope, Scopes, Store};

/// Where the server listens when nobody says otherwise: this machine only.
const LISTEN_USUAL: &str = "127.0.0.1:8080";

/// Serves until it is told to stop.
pub(super) fn serve(it: &config::Serve, house: &House) -> Outcome {
    let file = match &it.config {
        None => ServeFile::default(),
        Some(path) => {
            let failed = |why: &dyn std::fmt::Display| {
                Failed::Usage(format!("the file {} cannot be used: {why}", path.display()))
            };
            let text = std::fs::read_to_string(path).map_err(|e| failed(&e))?;
            toml::from_str(&text).map_err(|e| failed(&e.to_string().trim()))?
        }
    };
    let listed = |flags: &Vec<String>, file: Vec<String>| {
        if flags.is_empty() {
            file
        } else {
            flags.clone()
        }
    };
    let setting = Setting {
        listen: it
            .listen
            .clone()
            .or(file.listen)
            .unwrap_or_else(|| LISTEN_USUAL.to_owned()),
        public_url: it.public_url.clone().or(file.public_url),
        data: house.data.clone(),
        private: it.private || file.private,
        hosts: listed(&it.host, file.hosts),
        trusted_proxies: if it.trusted_proxy.is_empty() {
            file.trusted_proxies
        } else {
            it.trusted_proxy.clone()
        },
        basemap: it.basemap.clone().or(file.basemap),
        borders: it
            .borders
            .as_deref()
            .or(file.borders.as_deref())
            .map_or_else(Default::default, server::Borders::parse),
    };
    server::run(&setting, gazetteer(house)?, say).map_err(Failed::Work)?;
    Ok(true)
}

/// Makes, lists and revokes tokens.
pub(super) fn token(it: &TokenCommand, house: &House) -> Outcome {
    match it {
        TokenCommand::Add { scope, name } => {
            let scopes = Scopes::parse(scope).map_err(|wrong| {
                let known: Vec<&str> = Scope::ALL.iter().map(|(_, name)| *name).collect();
                Failed::Usage(format!(
                    "“{wrong}” is no scope; known are {}",
                    known.join(", ")
                ))
            })?;
            let name = name.trim();
            if name.is_empty() || scopes == Scopes::NONE {
                return Err(Failed::Usage(
                    "a token has a name and at least one scope".to_owned(),
                ));
            }
            let (id, secret) = Store::open(&house.data)?.add_token(name, scopes)?;
            say(&format!(
                "token {id} for {name} allows {scopes}; it is shown this once, send it as Authorization: Bearer …"
            ));
            writeln!(io::stdout().lock(), "{}", secret.in_the_clear())?;
            Ok(true)
        }
        TokenCommand::List => {
            let mut out = io::stdout().lock();
            for token in Store::open_to_read(&house.data)?.tokens()? {
                let state = match &token.revoked {
                    None => "holds".to_owned(),
                    Some(at) => format!("revoked {at}"),
                };
                writeln!(
                    out,
                    "{}\t{}\t{}\t{state}\t{}",
                    token.id, token.scopes, token.created, token.name
                )?;
            }
            Ok(true)
        }
        TokenCommand::Revoke { ids } => {
            let mut store = Store::open(&house.data)?;
            let mut all_known = true;
            for id in ids {
                if store.revoke_token(*id)? {
                    say(&format!("token {id} is revoked"));
                } else {
                    say(&format!("there is no token {id} that holds"));
                    all_known = false;
                }
            }
            Ok(all_known)
        }
    }
}
