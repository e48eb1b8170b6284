//! How full the disk under a folder is.

use std::path::{Path, PathBuf};

use serde::Serialize;

/// Space of one file system.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Space {
    /// Which of our folders lies on it: `media`, `backups`.
    pub folder: &'static str,
    pub used_percent: f64,
    pub free_bytes: u64,
}

/// The folders whose disks matter to the shop; one that does not exist yet counts by its next existing parent.
pub fn spaces(config: &platform::infra::config::Config) -> Vec<Space> {
    [("media", &config.media_dir), ("backups", &config.backup_dir)]
        .into_iter()
        .filter_map(|(name, path)| space(name, path))
        .collect()
}

fn space(folder: &'static str, path: &Path) -> Option<Space> {
    let absolute = std::path::absolute(path).ok()?;
    let existing: PathBuf = absolute.ancestors().find(|p| p.exists())?.into();
    let fs = rustix::fs::statvfs(&existing).ok()?;
    if fs.f_blocks == 0 {
        return None;
    }
    // As df counts: what is kept back for root is neither used nor free.
    let used = fs.f_blocks - fs.f_bfree;
    let used_percent = 100.0 * used as f64 / (used + fs.f_bavail).max(1) as f64;
    Some(Space { folder, used_percent, free_bytes: fs.f_bavail * fs.f_frsize })
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_folder_that_is_not_there_yet_is_counted_by_its_parent() {
        let here = super::space("here", std::path::Path::new("."));
        let there = super::space("here", std::path::Path::new("./not/there/yet"));
        let (here, there) = (here.unwrap(), there.unwrap());
        assert!(here.free_bytes > 0 && (0.0..=100.0).contains(&here.used_percent));
        assert!((here.used_percent - there.used_percent).abs() < 1.0);
    }
}
