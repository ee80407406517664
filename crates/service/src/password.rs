//! Hashing passwords by Argon2id. It is slow on purpose and must not happen while the one writer
//! of the database is held: use cases that need it take the [`crate::Center`], hash first, and
//! write then.

use std::sync::{Arc, LazyLock, Mutex, PoisonError, mpsc};

use argon2::password_hash::phc::{Output, ParamsString, PasswordHash, Salt};
use argon2::{Algorithm, Argon2, Block, Params, Version};

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

/// So many hashes are made at once; the others wait for their turn, so that a storm of sign-ins takes
/// time and not the machine's memory.
const AT_ONCE: usize = 2;

/// The 19 MiB that a hash fills. Each hashing thread has its own and keeps it: given back and asked
/// for again each time, small allocations of other threads settle in between, and every hash takes
/// new memory.
#[derive(Default)]
struct Memory(Vec<Block>);

impl Memory {
    fn fill(&mut self, argon2: &Argon2<'_>, password: &str, salt: &[u8]) -> Result<Output, Wrong> {
        let blocks = argon2.params().block_count();
        if self.0.len() < blocks {
            self.0.resize(blocks, Block::default());
        }
        let mut out = [0; Params::DEFAULT_OUTPUT_LEN];
        argon2.hash_password_into_with_memory(password.as_bytes(), salt, &mut out, &mut self.0)?;
        Ok(Output::new(&out)?)
    }
}

type Wrong = Box<dyn std::error::Error + Send + Sync>;

type Work = Box<dyn FnOnce(&mut Memory) + Send>;

/// Threads of their own, which are all that ever hash.
static HASHERS: LazyLock<mpsc::SyncSender<Work>> = LazyLock::new(|| {
    let (sender, queue) = mpsc::sync_channel::<Work>(0);
    let queue = Arc::new(Mutex::new(queue));
    for n in 0..AT_ONCE {
        let queue = Arc::clone(&queue);
        let hasher = move || {
            let mut memory = Memory::default();
            loop {
                let work = queue.lock().unwrap_or_else(PoisonError::into_inner).recv();
                match work {
                    Ok(work) => work(&mut memory),
                    Err(_) => break,
                }
            }
        };
        // Without any thread nothing can be sent, which is told as a fault of the machine.
        let _ = std::thread::Builder::new().name(format!("password {n}")).spawn(hasher);
    }
    sender
});

fn in_turn<T: Send + 'static>(work: impl FnOnce(&mut Memory) -> T + Send + 'static) -> Outcome<T> {
    let (answer, wait) = mpsc::sync_channel(1);
    let work = move |memory: &mut Memory| drop(answer.send(work(memory)));
    HASHERS.send(Box::new(work)).map_err(Error::internal)?;
    wait.recv().map_err(Error::internal)
}

/// Hashes a password.
///
/// # Errors
/// [`Error::Internal`] if the machine has no randomness or memory.
pub fn hash(password: &str) -> Outcome<Hashed> {
    let password = password.to_owned();
    let salt: [u8; 16] = crate::cx::random()?;
    in_turn(move |memory| new_hash(memory, &password, &salt))?.map(Hashed).map_err(Error::internal)
}

fn new_hash(memory: &mut Memory, password: &str, salt: &[u8]) -> Result<String, Wrong> {
    let argon2 = Argon2::default();
    let hash = PasswordHash {
        algorithm: Algorithm::default().ident(),
        version: Some(Version::default().into()),
        params: ParamsString::try_from(argon2.params())?,
        salt: Some(Salt::new(salt)?),
        hash: Some(memory.fill(&argon2, password, salt)?),
    };
    Ok(hash.to_string())
}

/// Whether a password is the one of this hash. Without a hash it takes as long and answers no, so
/// that nobody learns from the time which addresses have an account.
#[must_use]
pub fn is_right(hash: Option<&str>, password: &str) -> bool {
    static NOBODY: LazyLock<String> = LazyLock::new(|| hash_of_nobody().unwrap_or_default());
    let (kept, password) = (hash.unwrap_or(&NOBODY).to_owned(), password.to_owned());
    let right = in_turn(move |memory| fits(memory, &kept, &password).unwrap_or(false));
    right.unwrap_or(false) && hash.is_some()
}

/// Outputs compare in constant time.
fn fits(memory: &mut Memory, kept: &str, password: &str) -> Result<bool, Wrong> {
    let kept = PasswordHash::new(kept)?;
    let version = kept.version.map(Version::try_from).transpose()?.unwrap_or_default();
    let argon2 = Argon2::new(Algorithm::try_from(kept.algorithm.as_str())?, version, Params::try_from(&kept)?);
    let (Some(salt), Some(hash)) = (&kept.salt, &kept.hash) else { return Ok(false) };
    Ok(memory.fill(&argon2, password, salt)? == *hash)
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

    #[test]
    fn hashes_of_other_costs_are_known_whatever_was_hashed_before() {
        // Of the reference implementation: `argon2 somesalt -id -t 2 -k 256 -p 1` of "password".
        let other = "$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4";
        let ours = hash("password").expect("hashed");
        for _ in 0..3 {
            assert!(is_right(Some(other), "password"));
            assert!(is_right(Some(ours.as_str()), "password"));
            assert!(!is_right(Some(other), "Password"));
        }
    }
}
