//! Hashing passwords by Argon2id. It is slow on purpose and must not happen while the one writer
//! of the database is held: use cases that need it take the [`crate::Center`], hash first, and
//! write then.

use std::sync::{Arc, LazyLock, Mutex, PoisonError, mpsc};

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

type Work = Box<dyn FnOnce() + Send>;

/// Threads of their own, which are all that ever hash: memory that a thread has used once stays its
/// own, and the server has hundreds of threads.
static HASHERS: LazyLock<mpsc::SyncSender<Work>> = LazyLock::new(|| {
    let (sender, queue) = mpsc::sync_channel::<Work>(0);
    let queue = Arc::new(Mutex::new(queue));
    for n in 0..AT_ONCE {
        let queue = Arc::clone(&queue);
        let hasher = move || loop {
            let work = queue.lock().unwrap_or_else(PoisonError::into_inner).recv();
            match work {
                Ok(work) => work(),
                Err(_) => break,
            }
        };
        // Without any thread nothing can be sent, which is told as a fault of the machine.
        let _ = std::thread::Builder::new().name(format!("password {n}")).spawn(hasher);
    }
    sender
});

fn in_turn<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Outcome<T> {
    let (answer, wait) = mpsc::sync_channel(1);
    let work = move || drop(answer.send(work()));
    HASHERS.send(Box::new(work)).map_err(Error::internal)?;
    wait.recv().map_err(Error::internal)
}

/// Hashes a password.
///
/// # Errors
/// [`Error::Internal`] if the machine has no randomness or memory.
pub fn hash(password: &str) -> Outcome<Hashed> {
    let password = password.to_owned();
    let hash = in_turn(move || Argon2::default().hash_password(password.as_bytes()).map(|hash| hash.to_string()))?;
    hash.map(Hashed).map_err(Error::internal)
}

/// Whether a password is the one of this hash. Without a hash it takes as long and answers no, so
/// that nobody learns from the time which addresses have an account.
#[must_use]
pub fn is_right(hash: Option<&str>, password: &str) -> bool {
    static NOBODY: LazyLock<String> = LazyLock::new(|| hash_of_nobody().unwrap_or_default());
    let (kept, password) = (hash.unwrap_or(&NOBODY).to_owned(), password.to_owned());
    let right = in_turn(move || {
        PasswordHash::new(&kept)
            .is_ok_and(|parsed| Argon2::default().verify_password(password.as_bytes(), &parsed).is_ok())
    });
    right.unwrap_or(false) && hash.is_some()
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
