//! Tokens: who may do what over HTTP.
//!
//! A token is 256 random bits, shown once when it is made. Kept is its SHA-256: whoever reads the
//! database cannot use it. No salt is needed, since nobody can guess 256 bits.

use std::fmt;

use rusqlite::{OptionalExtension, params};
use sha2::{Digest, Sha256};

use super::{Store, StoreError, now};

/// What every token begins with, so that one that was published by mistake is known for what it is.
const PREFIX: &str = "ptk_";

/// What a token allows.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Scope {
    /// Seeing drafts and full texts.
    Read,
    /// Rulings, and incidents made by hand; holds `Read`.
    Review,
    /// Adding reports.
    Ingest,
    /// Everything, and the figures for operators.
    Admin,
}

impl Scope {
    /// Every scope with its name.
    pub const ALL: &'static [(Self, &'static str)] = &[
        (Self::Read, "read"),
        (Self::Review, "review"),
        (Self::Ingest, "ingest"),
        (Self::Admin, "admin"),
    ];

    /// The scope of a name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().find(|(_, n)| *n == name).map(|(s, _)| *s)
    }
}

/// What somebody may do.
#[derive(Clone, Copy, PartialEq, Eq, Default)]
pub struct Scopes(u8);

impl Scopes {
    /// Everything.
    pub const ALL: Self = Self(0b1111);
    /// Nothing but what everybody may.
    pub const NONE: Self = Self(0);

    /// These scopes and what they hold: reviewing needs seeing, and an administrator may all.
    #[must_use]
    pub fn of(scopes: &[Scope]) -> Self {
        let bits = scopes.iter().fold(0, |all, scope| {
            all | match scope {
                Scope::Read => 0b0001,
                Scope::Review => 0b0011,
                Scope::Ingest => 0b0100,
                Scope::Admin => 0b1111,
            }
        });
        Self(bits)
    }

    /// True when the scope is one of them.
    #[must_use]
    pub fn has(self, scope: Scope) -> bool {
        let bit = match scope {
            Scope::Read => 0b0001,
            Scope::Review => 0b0010,
            Scope::Ingest => 0b0100,
            Scope::Admin => 0b1000,
        };
        self.0 & bit != 0
    }

    /// Reads `review,ingest`; the first name that is none is the error.
    pub fn parse(text: &str) -> Result<Self, String> {
        let scopes: Result<Vec<Scope>, String> = text
            .split(',')
            .map(str::trim)
            .filter(|name| !name.is_empty())
            .map(|name| Scope::from_name(name).ok_or_else(|| name.to_owned()))
            .collect();
        scopes.map(|scopes| Self::of(&scopes))
    }
}

impl fmt::Display for Scopes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<&str> = Scope::ALL
            .iter()
            .filter(|(scope, _)| self.has(*scope))
            .map(|(_, name)| *name)
            .collect();
        f.write_str(&names.join(","))
    }
}

impl fmt::Debug for Scopes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Scopes({self})")
    }
}

/// A new token in the clear. Prints as `****`.
#[derive(Clone)]
pub struct Secret(String);

impl Secret {
    /// The token itself, for the one moment it is shown.
    #[must_use]
    pub fn in_the_clear(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("****")
    }
}

/// The SHA-256 of a token, as it is kept.
pub type TokenHash = [u8; 32];

/// What is kept of a token somebody sent.
#[must_use]
pub fn hash_of_token(token: &str) -> TokenHash {
    Sha256::digest(token.as_bytes()).into()
}

/// A token as it is kept.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Token {
    /// The store's number of it.
    pub id: i64,
    /// Whose it is.
    pub name: String,
    /// What it allows.
    pub scopes: Scopes,
    /// When it was made, RFC 3339.
    pub created: String,
    /// When it was revoked, RFC 3339.
    pub revoked: Option<String>,
    /// Its SHA-256.
    pub hash: TokenHash,
}

impl Store {
    /// Makes a token; the secret is given once and kept nowhere.
    pub fn add_token(&mut self, name: &str, scopes: Scopes) -> Result<(i64, Secret), StoreError> {
        let mut random = [0_u8; 32];
        getrandom::fill(&mut random).map_err(|error| StoreError::Database {
            file: self.file.clone(),
            said: format!("the system gives no random numbers: {error}"),
        })?;
        let hex: String = random.iter().map(|b| format!("{b:02x}")).collect();
        let secret = Secret(format!("{PREFIX}{hex}"));
        let hash = hash_of_token(&secret.0);
        let id = self.write(|tx, entry| {
            entry.what = "token added".to_owned();
            name.clone_into(&mut entry.about);
            tx.execute(
                "INSERT INTO tokens (name, sha256, scopes, created) VALUES (?, ?, ?, ?)",
                params![name, hash.as_slice(), scopes.to_string(), now()],
            )?;
            Ok(tx.last_insert_rowid())
        })?;
        Ok((id, secret))
    }

    /// Every token ever made, oldest first. A database older than tokens has none.
    pub fn tokens(&self) -> Result<Vec<Token>, StoreError> {
        let ask = || -> rusqlite::Result<Vec<Token>> {
            let there = self
                .db
                .query_row(
                    "SELECT 1 FROM sqlite_schema WHERE name = 'tokens'",
                    [],
                    |_| Ok(()),
                )
                .optional()?;
            if there.is_none() {
                return Ok(Vec::new());
            }
            let mut statement = self.db.prepare_cached(
                "SELECT number, name, scopes, created, revoked, sha256 FROM tokens ORDER BY number",
            )?;
            let rows = statement.query_map([], |row| {
                let scopes: String = row.get(2)?;
                Ok(Token {
                    id: row.get(0)?,
                    name: row.get(1)?,
                    // A scope of a later version allows nothing here.
                    scopes: Scopes::parse(&scopes).unwrap_or_default(),
                    created: row.get(3)?,
                    revoked: row.get(4)?,
                    hash: row.get(5)?,
                })
            })?;
            rows.collect()
        };
        ask().map_err(|e| self.error(e))
    }

    /// Revokes a token; false when there is none of that number, or it was revoked before.
    pub fn revoke_token(&mut self, id: i64) -> Result<bool, StoreError> {
        self.write(|tx, entry| {
            entry.what = "token revoked".to_owned();
            entry.about = id.to_string();
            let changed = tx.execute(
                "UPDATE tokens SET revoked = ? WHERE number = ? AND revoked IS NULL",
                params![now(), id],
            )?;
            Ok(changed > 0)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_shown_once_and_kept_as_a_hash() {
        let folder = tempfile::tempdir().expect("a folder");
        let mut store = Store::open(folder.path()).expect("a store");
        let scopes = Scopes::parse("review, ingest").expect("scopes");
        let (id, secret) = store.add_token("desk", scopes).expect("a token");
        assert_eq!(secret.in_the_clear().len(), PREFIX.len() + 64);
        assert_eq!(format!("{secret:?}"), "****");
        let kept = store.tokens().expect("tokens").remove(0);
        assert_eq!(kept.hash, hash_of_token(secret.in_the_clear()));
        assert_eq!(kept.scopes.to_string(), "read,review,ingest");
        assert!(store.revoke_token(id).expect("revoked"));
        assert!(!store.revoke_token(id).expect("revoked before"));
        assert!(store.tokens().expect("tokens")[0].revoked.is_some());
        drop(store);
        let file = std::fs::read(folder.path().join("placetime.sqlite")).expect("the database");
        let wanted = secret.in_the_clear().as_bytes();
        assert!(!file.windows(wanted.len()).any(|w| w == wanted));
    }

    #[test]
    fn scopes_hold_what_they_need() {
        let scopes = |text: &str| Scopes::parse(text).expect("scopes");
        assert!(scopes("review").has(Scope::Read));
        assert!(!scopes("ingest").has(Scope::Read));
        assert!(scopes("admin").has(Scope::Ingest));
        assert_eq!(Scopes::parse("read,write"), Err("write".to_owned()));
    }
}
