//! Published files: a folder per version with a manifest, made aside and renamed into place, refused when damaged.
//!
//! `ROOT/NAME/VERSION/` holds `manifest.json` and the files it lists with their checksums; `ROOT/NAME/current` names the
//! version in use. Older versions stay for a rollback: writing one of them into `current` is enough.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

use chrono::{DateTime, NaiveDateTime, Utc};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::bundle::{Bundle, Damaged};

/// Versions kept beside the current one.
const KEPT: usize = 2;
const MANIFEST: &str = "manifest.json";
const CURRENT: &str = "current";
const HISTORY: &str = "history.jsonl";
/// Builds whose figures are remembered.
const REMEMBERED: usize = 200;
const STAMP: &str = "%Y%m%dT%H%M%S%3f";

/// What a version is and how it was made.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Manifest {
    pub algorithm: String,
    pub parameters: BTreeMap<String, String>,
    /// Of what it was made; the same fingerprint needs no new build.
    pub fingerprint: String,
    pub built_at: String,
    pub seconds: f64,
    pub counts: BTreeMap<String, u64>,
    pub quality: BTreeMap<String, f64>,
    pub files: BTreeMap<String, Sum>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sum {
    pub bytes: u64,
    pub sha256: String,
}

impl Manifest {
    /// When the version was made; the beginning of time for one whose name does not say so.
    pub fn made_at(&self) -> DateTime<Utc> {
        let parsed = NaiveDateTime::parse_from_str(&self.built_at, STAMP);
        parsed.map_or(DateTime::UNIX_EPOCH, |at| at.and_utc())
    }
}

/// What a build did.
#[derive(Debug, Clone)]
pub struct Outcome {
    /// `false`: nothing changed since, and the version stays in use.
    pub built: bool,
    pub version: String,
    pub manifest: Manifest,
}

impl Outcome {
    pub fn bytes(&self) -> u64 {
        self.manifest.files.values().map(|f| f.bytes).sum()
    }

    pub fn count(&self, name: &str) -> u64 {
        self.manifest.counts.get(name).copied().unwrap_or(0)
    }
}

/// Why a version is not used.
#[derive(Debug, thiserror::Error)]
pub enum Unusable {
    #[error("cannot read or write: {0}")]
    Io(#[from] io::Error),
    #[error("the manifest is not readable: {0}")]
    Manifest(#[from] serde_json::Error),
    #[error("{0} is not what the manifest says")]
    Checksum(String),
    #[error(transparent)]
    Damaged(#[from] Damaged),
}

/// The name of a version made at this moment; names sort by time.
pub fn version_at(now: DateTime<Utc>) -> String {
    now.format(STAMP).to_string()
}

fn sum(bytes: &[u8]) -> Sum {
    Sum { bytes: bytes.len() as u64, sha256: hex::encode(Sha256::digest(bytes)) }
}

/// Writes a version and makes it the current one. Readers see the old one or the new one, never a part.
pub fn publish(
    root: &Path,
    name: &str,
    version: &str,
    mut manifest: Manifest,
    files: &[(&str, &[u8])],
) -> Result<Manifest, Unusable> {
    let home = root.join(name);
    let aside = home.join(format!(".{version}"));
    if aside.exists() {
        std::fs::remove_dir_all(&aside)?;
    }
    std::fs::create_dir_all(&aside)?;
    for (file, bytes) in files {
        write(&aside.join(file), bytes)?;
        manifest.files.insert((*file).to_string(), sum(bytes));
    }
    write(&aside.join(MANIFEST), &serde_json::to_vec_pretty(&manifest)?)?;
    let place = home.join(version);
    if place.exists() {
        std::fs::remove_dir_all(&place)?;
    }
    std::fs::rename(&aside, &place)?;
    select(root, name, version)?;
    note(&home, &manifest)?;
    clean(&home, version)?;
    Ok(manifest)
}

/// Makes a version that is there the current one.
pub fn select(root: &Path, name: &str, version: &str) -> Result<(), Unusable> {
    let home = root.join(name);
    let pointer = home.join(format!(".{CURRENT}.{version}"));
    write(&pointer, version.as_bytes())?;
    std::fs::rename(pointer, home.join(CURRENT))?;
    Ok(())
}

/// Adds a manifest to the story of an artefact, of which the last lines are kept.
fn note(home: &Path, manifest: &Manifest) -> Result<(), Unusable> {
    let path = home.join(HISTORY);
    let mut lines: Vec<String> =
        std::fs::read_to_string(&path).unwrap_or_default().lines().map(str::to_string).collect();
    lines.push(serde_json::to_string(&Manifest { files: BTreeMap::new(), ..manifest.clone() })?);
    let kept = &lines[lines.len().saturating_sub(REMEMBERED)..];
    let aside = home.join(format!(".{HISTORY}"));
    write(&aside, (kept.join("\n") + "\n").as_bytes())?;
    std::fs::rename(aside, path)?;
    Ok(())
}

/// Manifests of versions built, oldest first, those whose files are gone too.
pub fn history(root: &Path, name: &str) -> Vec<Manifest> {
    let text = std::fs::read_to_string(root.join(name).join(HISTORY)).unwrap_or_default();
    text.lines().filter_map(|line| serde_json::from_str(line).ok()).collect()
}

fn write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = std::fs::File::create(path)?;
    io::Write::write_all(&mut file, bytes)?;
    file.sync_all()
}

/// Removes all but the newest versions. A process that still maps a removed file keeps it until it lets go.
fn clean(home: &Path, current: &str) -> io::Result<()> {
    let mut old = versions(home)?;
    old.retain(|v| v != current);
    for version in old.iter().rev().skip(KEPT) {
        std::fs::remove_dir_all(home.join(version))?;
    }
    Ok(())
}

/// Versions of an artefact, oldest first.
pub fn versions(home: &Path) -> io::Result<Vec<String>> {
    let mut out = Vec::new();
    for entry in std::fs::read_dir(home)? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if entry.file_type()?.is_dir() && !name.starts_with('.') {
            out.push(name);
        }
    }
    out.sort();
    Ok(out)
}

/// The version in use; `None` when nothing was published.
pub fn current(root: &Path, name: &str) -> Option<String> {
    let version = std::fs::read_to_string(root.join(name).join(CURRENT)).ok()?;
    let version = version.trim().to_string();
    let plain = !version.is_empty() && version.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    plain.then_some(version)
}

/// The version in use with its manifest, if each of these files can be opened: what cannot be is built anew, whatever its
/// manifest says.
pub fn usable(root: &Path, name: &str, files: &[&str]) -> Option<(String, Manifest)> {
    let version = current(root, name)?;
    for file in files {
        open(root, name, &version, file).ok()?;
    }
    let manifest = manifest(root, name, &version).ok()?;
    Some((version, manifest))
}

/// The manifest of a version.
pub fn manifest(root: &Path, name: &str, version: &str) -> Result<Manifest, Unusable> {
    Ok(serde_json::from_slice(&std::fs::read(folder(root, name, version).join(MANIFEST))?)?)
}

/// Opens a file of a version after checking that it is the one that was written.
pub fn open(root: &Path, name: &str, version: &str, file: &str) -> Result<(Manifest, Bundle), Unusable> {
    let manifest = manifest(root, name, version)?;
    let path = folder(root, name, version).join(file);
    let wrong = || Unusable::Checksum(file.to_string());
    let expected = manifest.files.get(file).ok_or_else(wrong)?;
    let bundle = Bundle::open(&path)?;
    if sum(bundle.as_bytes()) != *expected {
        return Err(wrong());
    }
    Ok((manifest, bundle))
}

fn folder(root: &Path, name: &str, version: &str) -> PathBuf {
    root.join(name).join(version)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bundle::Writer;

    fn file(value: u32) -> Vec<u8> {
        let mut w = Writer::default();
        w.put("value", &[value]);
        w.finish()
    }

    fn read(root: &Path) -> Result<u32, Unusable> {
        let version = current(root, "search-fr").unwrap();
        Ok(open(root, "search-fr", &version, "x.bundle")?.1.column::<u32>("value")?[0])
    }

    #[test]
    fn the_newest_version_is_read_and_few_are_kept() {
        let root = tempfile::tempdir().unwrap();
        assert_eq!(current(root.path(), "search-fr"), None);
        for n in 1..=5u32 {
            let bytes = file(n);
            publish(root.path(), "search-fr", &format!("v{n}"), Manifest::default(), &[("x.bundle", &bytes)])
                .unwrap();
            assert_eq!(read(root.path()).unwrap(), n);
        }
        assert_eq!(versions(&root.path().join("search-fr")).unwrap(), ["v3", "v4", "v5"]);
        assert_eq!(history(root.path(), "search-fr").len(), 5, "their figures are remembered");
        select(root.path(), "search-fr", "v4").unwrap();
        assert_eq!(read(root.path()).unwrap(), 4, "rolled back");
    }

    #[test]
    fn changed_cut_or_missing_files_are_refused() {
        let root = tempfile::tempdir().unwrap();
        let bytes = file(7);
        publish(root.path(), "search-fr", "v1", Manifest::default(), &[("x.bundle", &bytes)]).unwrap();
        let path = root.path().join("search-fr/v1/x.bundle");
        let mut changed = bytes.clone();
        *changed.last_mut().unwrap() ^= 1;
        for bad in [changed.as_slice(), &bytes[..10], &[]] {
            std::fs::write(&path, bad).unwrap();
            assert!(read(root.path()).is_err());
        }
        std::fs::remove_file(&path).unwrap();
        assert!(read(root.path()).is_err());
        std::fs::write(&path, &bytes).unwrap();
        assert_eq!(read(root.path()).unwrap(), 7);
    }
}
