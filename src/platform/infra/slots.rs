//! What features keep in the process (caches, counters): one value of each type per [`App`](super::app::App), made on first
//! use, gone with the process. Keeping it here and not in statics lets two apps of one test process stand side by side.

use std::any::{Any, TypeId};
use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

#[derive(Default)]
pub struct Slots(RwLock<HashMap<TypeId, Arc<dyn Any + Send + Sync>>>);

impl Slots {
    /// The value of type `T`, the same at every call.
    pub fn of<T: Default + Send + Sync + 'static>(&self) -> Arc<T> {
        let key = TypeId::of::<T>();
        let known = self.0.read().unwrap_or_else(PoisonError::into_inner).get(&key).cloned();
        let value = known.unwrap_or_else(|| {
            let mut slots = self.0.write().unwrap_or_else(PoisonError::into_inner);
            slots.entry(key).or_insert_with(|| Arc::new(T::default())).clone()
        });
        // The key is the type, so this never falls back.
        value.downcast::<T>().unwrap_or_default()
    }
}
