//! `serve` and `token`.

use std::io::{self, Write as _};
use std::time::Duration;

use super::{Failed, Outcome, gazetteer, say};
use crate::config::{self, House, LogFormat, ServeFile, TokenCommand};
use crate::server::{self, HookSecret, Setting, Webhook, Webhooks};
use crate::store::{Scope, Scopes, Store};

/// Where the server listens when nobody says otherwise: this machine only.
const LISTEN_USUAL: &str = "127.0.0.1:8080";

/// Where the secret of `--webhook` stands: not on the command line, which every user of the machine
/// can list.
const WEBHOOK_SECRET: &str = "PLACETIME_WEBHOOK_SECRET";

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
    let webhooks = webhooks(it, &file)?;
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
        embed_origins: listed(&it.embed_origin, file.embed_origins),
        read_rate: it.read_rate.or(file.read_rate),
        webhooks,
        fetch_private: it.fetch_private || file.fetch_private,
        log_json: it.log_format.or(file.log_format) == Some(LogFormat::Json),
    };
    server::run(&setting, gazetteer(house)?, say).map_err(Failed::Work)?;
    Ok(true)
}

/// The addresses told what is new, with their secrets: those of the file and those of the command.
fn webhooks(it: &config::Serve, file: &ServeFile) -> Result<Webhooks, Failed> {
    let secret_of = |text: &str, url: &str| {
        // The address is named up to its path; behind that it may hold a secret itself.
        let site = url.splitn(4, '/').take(3).collect::<Vec<_>>().join("/");
        HookSecret::read(text).map_err(|why| Failed::Usage(format!("the webhook at {site}: {why}")))
    };
    let mut to = Vec::new();
    for hook in &file.webhooks {
        let secret = match (&hook.secret, &hook.secret_file) {
            (Some(secret), None) => secret.clone(),
            (None, Some(path)) => std::fs::read_to_string(path).map_err(|e| {
                Failed::Usage(format!(
                    "the secret in {} cannot be read: {e}",
                    path.display()
                ))
            })?,
            _ => {
                return Err(Failed::Usage(
                    "a webhook has either secret or secret_file".to_owned(),
                ));
            }
        };
        to.push(Webhook {
            secret: secret_of(&secret, &hook.url)?,
            url: hook.url.clone(),
            drafts: hook.drafts,
        });
    }
    if !it.webhook.is_empty() {
        let secret = std::env::var(WEBHOOK_SECRET).map_err(|_| {
            Failed::Usage(format!(
                "--webhook needs the environment variable {WEBHOOK_SECRET}, the secret that deliveries are signed with"
            ))
        })?;
        for url in &it.webhook {
            to.push(Webhook {
                url: url.clone(),
                secret: secret_of(&secret, url)?,
                drafts: false,
            });
        }
    }
    let usual = Webhooks::default();
    Ok(Webhooks {
        to,
        allow_private: it.webhooks_private || file.webhooks_private,
        patience: file
            .webhook_timeout_s
            .map_or(usual.patience, |s| Duration::from_secs(u64::from(s.max(1)))),
    })
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
