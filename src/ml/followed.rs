//! The version of an artefact that a process uses: taken over by its name on disk, the last usable one when the newest is not.

use std::ops::Deref;
use std::path::Path;
use std::sync::{Arc, PoisonError, RwLock};

use crate::artefact;

/// A version opened; stands for its value.
pub struct Used<T> {
    pub version: String,
    value: T,
}

impl<T> Deref for Used<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

struct State<T> {
    used: Option<Arc<Used<T>>>,
    /// The last version that could not be opened: it is not tried again, so that its trouble is told once.
    refused: Option<String>,
}

pub struct Followed<T>(RwLock<State<T>>);

impl<T> Default for Followed<T> {
    fn default() -> Self {
        Followed(RwLock::new(State { used: None, refused: None }))
    }
}

impl<T> Followed<T> {
    /// The version in use; `None` while there was no usable one.
    pub fn current(&self) -> Option<Arc<Used<T>>> {
        self.0.read().unwrap_or_else(PoisonError::into_inner).used.clone()
    }

    /// The version that is published and neither in use nor refused.
    pub fn newer(&self, root: &Path, name: &str) -> Option<String> {
        let version = artefact::current(root, name)?;
        let state = self.0.read().unwrap_or_else(PoisonError::into_inner);
        let known = state.used.as_ref().is_some_and(|u| u.version == version)
            || state.refused.as_ref() == Some(&version);
        (!known).then_some(version)
    }

    /// Uses what was opened; what could not be leaves the version before in use.
    pub fn take<E>(&self, version: String, opened: Result<T, E>) -> Result<Arc<Used<T>>, E> {
        let mut state = self.0.write().unwrap_or_else(PoisonError::into_inner);
        match opened {
            Ok(value) => {
                let used = Arc::new(Used { version, value });
                state.used = Some(used.clone());
                Ok(used)
            }
            Err(error) => {
                state.refused = Some(version);
                Err(error)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::artefact::Manifest;

    #[test]
    fn the_last_usable_version_stays_and_a_bad_one_is_tried_once() {
        let root = tempfile::tempdir().unwrap();
        let publish = |version| {
            artefact::publish(root.path(), "x", version, Manifest::default(), &[]).unwrap();
        };
        let followed = Followed::<u8>::default();
        assert_eq!(followed.newer(root.path(), "x"), None, "nothing was published");
        publish("v1");
        assert_eq!(followed.newer(root.path(), "x").as_deref(), Some("v1"));
        assert!(followed.take("v1".into(), Ok::<u8, ()>(1)).is_ok());
        publish("v2");
        assert_eq!(followed.newer(root.path(), "x").as_deref(), Some("v2"));
        assert!(followed.take("v2".into(), Err(())).is_err());
        assert_eq!(followed.newer(root.path(), "x"), None, "not again");
        assert_eq!(followed.current().map(|u| (u.version.clone(), **u)), Some(("v1".into(), 1)));
    }
}
