//! Hashing passwords by Argon2id. It is slow on purpose and must not happen while the one writer
//! of the database is held: use cases that need it take the [`crate::Center`], hash first, and
//! write then.

use std::sync::{Condvar, LazyLock, Mutex, PoisonError};

use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher as _, PasswordVerifier as _};

use crate::{Error, Outcome};

/// The hash of a password, as it is kept: salt and parameters included.
#[derive(Clone, PartialEq, Eq)]
pub struct Hashed(String);

impl std::fmt::Debug for Hashed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Hashed(…)")
    }
}

impl Hashed {
    /// The text that is kept.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Each hash takes 19 MiB. So many are made at once; the others wait for their turn, so that a
/// storm of sign-ins takes time and not the machine's memory.
const AT_ONCE: usize = 2;

static RUNNING: (Mutex<usize>, Condvar) = (Mutex::new(0), Condvar::new());

fn in_turn<T>(work: impl FnOnce() -> T) -> T {
    struct Turn;
    impl Drop for Turn {
        fn drop(&mut self) {
            *RUNNING.0.lock().unwrap_or_else(PoisonError::into_inner) -= 1;
            RUNNING.1.notify_one();
        }
    }
    let mut running = RUNNING
        .1
        .wait_while(RUNNING.0.lock().unwrap_or_else(PoisonError::into_inner), |running| *running >= AT_ONCE)
        .unwrap_or_else(PoisonError::into_inner);
    *running += 1;
    drop(running);
    let _turn = Turn;
    work()
}

/// Hashes a password.
///
/// # Errors
/// [`Error::Internal`] if the machine has no randomness or memory.
pub fn hash(password: &str) -> Outcome<Hashed> {
    in_turn(|| Argon2::default().hash_password(password.as_bytes()))
        .map(|hash| Hashed(hash.to_string()))
        .map_err(Error::internal)
}

/// Whether a password is the one of this hash. Without a hash it takes as long and answers no, so
/// that nobody learns from the time which addresses have an account.
#[must_use]
pub fn is_right(hash: Option<&str>, password: &str) -> bool {
    static NOBODY: LazyLock<String> = LazyLock::new(|| hash_of_nobody().unwrap_or_default());
    let parsed = PasswordHash::new(hash.unwrap_or(&NOBODY));
    let right =
        parsed.is_ok_and(|parsed| in_turn(|| Argon2::default().verify_password(password.as_bytes(), &parsed)).is_ok());
    right && hash.is_some()
}

fn hash_of_nobody() -> Outcome<String> {
    let chance: [u8; 32] = crate::cx::random()?;
    Ok(hash(&domain::ledger::hex(&chance))?.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hash_knows_its_password_and_no_other() {
        let hashed = hash("correct horse").expect("hashed");
        assert!(hashed.as_str().starts_with("$argon2id$"));
        assert!(is_right(Some(hashed.as_str()), "correct horse"));
        assert!(!is_right(Some(hashed.as_str()), "correct horsf"));
        assert!(!is_right(None, "correct horse"));
        assert!(!is_right(Some("no hash"), "correct horse"));
        assert_eq!(format!("{hashed:?}"), "Hashed(…)");
    }
}
