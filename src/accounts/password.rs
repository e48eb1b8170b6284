//! Passwords: argon2id, away from the async threads, and only a few at a time.

use std::sync::LazyLock;
use std::time::Duration;

use argon2::password_hash::phc::PasswordHash;
use argon2::{Algorithm, Argon2, Block, Params, Version};
use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use platform::web::Error;
use subtle::ConstantTimeEq;
use tokio::sync::Semaphore;

/// Memory in KiB, passes, lanes: the minimum that OWASP names for argon2id.
const MEMORY_KIB: u32 = 19_456;
const PASSES: u32 = 2;
const LANES: u32 = 1;
/// Beginning of every hash made with these parameters; others are made anew at the next sign-in.
const PREFIX: &str = "$argon2id$v=19$m=19456,t=2,p=1$";
/// Hashes computed at once by this process: bounds their memory (19 MiB each) and leaves a core to the shop.
static PERMITS: Semaphore = Semaphore::const_new(2);
/// Longest wait for a permit; beyond it people are asked to come back.
const PATIENCE: Duration = Duration::from_secs(10);

/// What unknown addresses are compared with, so that they take as long as known ones.
static DUMMY: LazyLock<Option<String>> =
    LazyLock::new(|| make(&hex::encode(rand::random::<[u8; 16]>())).ok());

/// The allocator maps memory of its own for more than 32 MiB and gives it back at once; below, each thread that ever hashed
/// would keep its 19 MiB (seen: 465 MB after 200 sign-ins). Only what is used of it is ever touched.
const OWN_MAPPING: usize = 33 * 1024 * 1024;
const OUTPUT: usize = 32;

fn memory(params: &Params) -> Vec<Block> {
    let blocks = params.block_count();
    let mut memory = Vec::with_capacity(blocks.max(OWN_MAPPING / Block::SIZE));
    memory.resize(blocks, Block::new());
    memory
}

fn derive(params: Params, password: &str, salt: &[u8], out: &mut [u8]) -> anyhow::Result<()> {
    let mut memory = memory(&params);
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
        .hash_password_into_with_memory(password.as_bytes(), salt, out, &mut memory[..])
        .map_err(|e| anyhow::anyhow!("argon2: {e}"))
}

fn make(password: &str) -> anyhow::Result<String> {
    let params =
        Params::new(MEMORY_KIB, PASSES, LANES, Some(OUTPUT)).map_err(|e| anyhow::anyhow!("argon2: {e}"))?;
    let salt: [u8; 16] = rand::random();
    let mut out = [0; OUTPUT];
    derive(params, password, &salt, &mut out)?;
    Ok(format!("{PREFIX}{}${}", STANDARD_NO_PAD.encode(salt), STANDARD_NO_PAD.encode(out)))
}

/// Under the parameters that the hash names; whatever is not argon2id of version 19 fits nothing.
fn matches(password: &str, hash: &str) -> bool {
    if !hash.starts_with("$argon2id$v=19$") {
        return false;
    }
    let Ok(parsed) = PasswordHash::new(hash) else { return false };
    let (Ok(params), Some(salt), Some(wanted)) = (Params::try_from(&parsed), parsed.salt, parsed.hash) else {
        return false;
    };
    let mut out = vec![0; wanted.as_bytes().len()];
    derive(params, password, &salt, &mut out).is_ok() && bool::from(out.ct_eq(wanted.as_bytes()))
}

async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, Error> {
    let permit = tokio::time::timeout(PATIENCE, PERMITS.acquire())
        .await
        .map_err(|_| Error::Unavailable("too many passwords at once".into()))?
        .map_err(Error::internal)?;
    let done = tokio::task::spawn_blocking(work).await.map_err(Error::internal);
    drop(permit);
    done
}

/// The hash of a new password, in PHC form with its own salt.
pub async fn hash(password: &str) -> Result<String, Error> {
    let password = password.to_string();
    blocking(move || make(&password)).await?.map_err(Error::Internal)
}

/// Whether the password belongs to the hash; without a hash it takes the same time and is wrong.
pub async fn verify(password: &str, hash: Option<&str>) -> Result<bool, Error> {
    let password = password.to_string();
    let hash = hash.map(str::to_string);
    blocking(move || match &hash {
        Some(hash) => matches(&password, hash),
        None => {
            let _ = DUMMY.as_deref().is_some_and(|dummy| matches(&password, dummy));
            false
        }
    })
    .await
}

/// Whether a hash was made with other parameters than today's.
pub fn is_outdated(hash: &str) -> bool {
    !hash.starts_with(PREFIX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_hash_names_its_parameters_and_fits_only_its_password() {
        let one = hash("une phrase de passe à moi").await.unwrap();
        assert!(one.starts_with(PREFIX), "{one}");
        assert!(!is_outdated(&one));
        assert_ne!(one, hash("une phrase de passe à moi").await.unwrap());
        assert!(verify("une phrase de passe à moi", Some(&one)).await.unwrap());
        assert!(!verify("une phrase de passe a moi", Some(&one)).await.unwrap());
        assert!(!verify("une phrase de passe à moi", None).await.unwrap());
        assert!(!verify("x", Some("not a hash")).await.unwrap());
    }

    #[test]
    fn weaker_hashes_are_made_anew() {
        assert!(is_outdated("$argon2id$v=19$m=4096,t=2,p=1$abc$def"));
    }

    #[test]
    fn a_hash_made_by_the_library_itself_is_understood() {
        use argon2::password_hash::PasswordHasher;
        let params = Params::new(MEMORY_KIB, PASSES, LANES, None).unwrap();
        let theirs: PasswordHash = Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
            .hash_password(b"une phrase de passe")
            .unwrap();
        assert!(matches("une phrase de passe", &theirs.to_string()));
        assert!(!matches("une autre phrase", &theirs.to_string()));
        assert!(!matches("x", "$argon2i$v=19$m=19456,t=2,p=1$c2FsdHNhbHRzYWx0$aGFzaA"));
    }
}
