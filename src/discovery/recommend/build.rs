//! A new version of what was learned from orders, when there are new ones.

use std::time::Instant;

use anyhow::Context;
use ml::artefact::{self, Manifest, Outcome};
use ml::bundle::Bundle;
use platform::App;

use super::learned::{History, Learned, learned};
use crate::store::recommend as store;

pub const NAME: &str = "recommend";
pub(super) const FILE: &str = "recommend.bundle";
/// Change it with the algorithm or its parameters: the file is then built anew.
const ALGORITHM: &str = "item-knn-pairs-1";
/// Proposals among which the next order is looked for.
const AMONG: usize = 10;

/// Learns from the orders of two years; `force` does so although nothing changed.
pub async fn build(app: &App, force: bool) -> anyhow::Result<Outcome> {
    let root = app.config.index_dir.clone();
    let state = store::get_state(&app.db).await?;
    let last = state.last.map_or(0, |at| at.timestamp_micros());
    let fingerprint = format!("{ALGORITHM}-{}-{last}", state.orders);
    let usable =
        artefact::usable(&root, NAME, &[FILE]).filter(|(_, m)| !force && m.fingerprint == fingerprint);
    if let Some((version, manifest)) = usable {
        return Ok(Outcome { built: false, version, manifest });
    }
    let start = Instant::now();
    let rows = store::list_bought(&app.db).await?;
    let version = artefact::version_at(app.clock.now());
    let aim = version.clone();
    let manifest = tokio::task::spawn_blocking(move || -> anyhow::Result<Manifest> {
        let histories = histories(&rows);
        let (bytes, pairs) = learned(&histories);
        let read = Learned::open(&Bundle::from_bytes(&bytes)?)?;
        let mut manifest = Manifest {
            algorithm: ALGORITHM.into(),
            fingerprint,
            built_at: aim.clone(),
            ..Manifest::default()
        };
        manifest.parameters.insert("support".into(), super::learned::SUPPORT.to_string());
        manifest.counts.insert("orders".into(), histories.iter().map(Vec::len).sum::<usize>() as u64);
        manifest.counts.insert("products".into(), read.len() as u64);
        manifest.counts.insert("pairs".into(), pairs as u64);
        if let Some(foreseen) = next_order_foreseen(&histories)? {
            manifest.quality.insert("next_order_foreseen_in_ten".into(), foreseen);
        }
        manifest.seconds = start.elapsed().as_secs_f64();
        Ok(artefact::publish(&root, NAME, &aim, manifest, &[(FILE, &bytes)])?)
    })
    .await
    .context("the build was interrupted")??;
    Ok(Outcome { built: true, version, manifest })
}

/// Rows come by person, order, product.
fn histories(rows: &[store::Bought]) -> Vec<History> {
    let mut out: Vec<History> = Vec::new();
    let (mut person, mut order) = (None, None);
    for row in rows {
        if person != Some(row.person) {
            out.push(Vec::new());
            order = None;
        }
        let Some(history) = out.last_mut() else { continue };
        if order != Some(row.order_id) {
            history.push(Vec::new());
        }
        if let Some(basket) = history.last_mut() {
            basket.push(row.product_id);
        }
        (person, order) = (Some(row.person), Some(row.order_id));
    }
    out
}

/// Of people with several orders: the part whose last order has something of ten proposals learned without it. Nobody is
/// proposed what they have already.
fn next_order_foreseen(histories: &[History]) -> anyhow::Result<Option<f64>> {
    let without: Vec<History> =
        histories.iter().map(|h| if h.len() > 1 { h[..h.len() - 1].to_vec() } else { h.clone() }).collect();
    let (bytes, _) = learned(&without);
    let read = Learned::open(&Bundle::from_bytes(&bytes)?)?;
    let (mut asked, mut found) = (0u32, 0u32);
    for (full, known) in histories.iter().zip(&without).filter(|(h, _)| h.len() > 1) {
        let own: Vec<i64> = known.iter().flatten().copied().collect();
        let new: Vec<i64> =
            full.last().into_iter().flatten().copied().filter(|id| !own.contains(id)).collect();
        if new.is_empty() {
            continue;
        }
        let mut scores: std::collections::HashMap<i64, f32> = std::collections::HashMap::new();
        for (age, basket) in known.iter().rev().enumerate() {
            for (other, near) in basket.iter().flat_map(|id| read.neighbours(*id)) {
                *scores.entry(other).or_default() += near * 0.7f32.powi(age as i32);
            }
        }
        let mut best: Vec<(i64, f32)> = scores.into_iter().filter(|(id, _)| !own.contains(id)).collect();
        best.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        asked += 1;
        found += u32::from(best.iter().take(AMONG).any(|(id, _)| new.contains(id)));
    }
    Ok((asked > 0).then(|| f64::from(found) / f64::from(asked)))
}
