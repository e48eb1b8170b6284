//! The tree of categories, kept in the process: small, read by every page, changed by staff now and then.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, Instant};

use kit::{Lang, urls};
use platform::App;
use platform::infra::config::Env;
use platform::ui::layout::Link;
use sqlx::PgExecutor;

use crate::model::Picture;
use crate::store;

/// How old a tree may be; product events clear it at once.
const TTL: Duration = Duration::from_secs(60);
/// Departments that fit into the bar under the header.
const BAR: usize = 9;

/// A category with its place in the tree.
#[derive(Debug, Clone)]
pub struct Node {
    pub id: i32,
    pub code: String,
    pub parent: Option<i32>,
    pub icon: String,
    pub picture: Option<Picture>,
    /// Products on sale here and below.
    pub products: i64,
    pub children: Vec<i32>,
    /// French and English; French for both when there is no English text.
    pub texts: [Text; 2],
}

#[derive(Debug, Clone, Default)]
pub struct Text {
    pub slug: String,
    pub name: String,
    pub description: String,
}

impl Node {
    pub fn text(&self, lang: Lang) -> &Text {
        lang.pick(&self.texts[0], &self.texts[1])
    }

    pub fn name(&self, lang: Lang) -> &str {
        &self.text(lang).name
    }

    pub fn url(&self, lang: Lang) -> String {
        urls::category(lang, &self.text(lang).slug)
    }
}

/// All active categories.
#[derive(Debug, Default)]
pub struct Tree {
    nodes: HashMap<i32, Node>,
    roots: Vec<i32>,
    slugs: [HashMap<String, i32>; 2],
}

impl Tree {
    /// From all categories in the order of siblings, with the number of products directly in each. Categories below an
    /// inactive one do not appear.
    pub fn new(rows: Vec<Node>) -> Tree {
        let mut tree = Tree::default();
        for node in &rows {
            for lang in Lang::ALL {
                tree.slugs[lang.pick(0, 1)].insert(node.text(lang).slug.clone(), node.id);
            }
        }
        let order: Vec<(i32, Option<i32>)> = rows.iter().map(|n| (n.id, n.parent)).collect();
        tree.nodes = rows.into_iter().map(|n| (n.id, n)).collect();
        for (id, parent) in order {
            match parent.and_then(|p| tree.nodes.get_mut(&p)) {
                Some(parent) => parent.children.push(id),
                None if parent.is_none() => tree.roots.push(id),
                None => {}
            }
        }
        for root in tree.roots.clone() {
            tree.add_up(root, 0);
        }
        tree
    }

    /// Turns "directly here" into "here and below".
    fn add_up(&mut self, id: i32, depth: u32) -> i64 {
        let children = self.nodes.get(&id).map(|n| n.children.clone()).unwrap_or_default();
        // Staff could tie a knot; no real shop is this deep.
        let below: i64 =
            if depth > 16 { 0 } else { children.iter().map(|c| self.add_up(*c, depth + 1)).sum() };
        self.nodes.get_mut(&id).map_or(0, |n| {
            n.products += below;
            n.products
        })
    }

    pub fn get(&self, id: i32) -> Option<&Node> {
        self.nodes.get(&id)
    }

    /// By the slug of the language, else of the other one (an old link, or a category without English text).
    pub fn find(&self, lang: Lang, slug: &str) -> Option<&Node> {
        let [fr, en] = &self.slugs;
        let (mine, other) = lang.pick((fr, en), (en, fr));
        self.get(*mine.get(slug).or_else(|| other.get(slug))?)
    }

    /// The departments, empty ones left out.
    pub fn roots(&self) -> impl Iterator<Item = &Node> {
        self.roots.iter().filter_map(|id| self.get(*id)).filter(|n| n.products > 0)
    }

    /// The shelves of a category, empty ones left out.
    pub fn children(&self, node: &Node) -> impl Iterator<Item = &Node> {
        node.children.iter().filter_map(|id| self.get(*id)).filter(|n| n.products > 0)
    }

    /// From the department down to the category itself.
    pub fn path(&self, id: i32) -> Vec<&Node> {
        let mut path = Vec::new();
        let mut at = self.get(id);
        while let Some(node) = at {
            path.push(node);
            at = if path.len() > 16 { None } else { node.parent.and_then(|p| self.get(p)) };
        }
        path.reverse();
        path
    }

    /// The category and all below it.
    pub fn below(&self, id: i32) -> Vec<i32> {
        let mut all = vec![id];
        let mut next = 0;
        while next < all.len() && all.len() < 10_000 {
            if let Some(node) = self.get(all[next]) {
                all.extend(node.children.iter().filter(|c| !all.contains(c)).copied().collect::<Vec<_>>());
            }
            next += 1;
        }
        all
    }

    pub fn iter(&self) -> impl Iterator<Item = &Node> {
        self.nodes.values()
    }
}

#[derive(Default)]
struct Cached(RwLock<Option<(Instant, Arc<Tree>)>>);

/// The tree as of at most a minute ago.
pub async fn tree(app: &App) -> sqlx::Result<Arc<Tree>> {
    let cached = app.slots.of::<Cached>();
    let known = cached.0.read().unwrap_or_else(PoisonError::into_inner).clone();
    match known {
        Some((at, tree)) if at.elapsed() < TTL => Ok(tree),
        _ => reload(app).await,
    }
}

/// The tree as of now.
pub async fn reload(app: &App) -> sqlx::Result<Arc<Tree>> {
    let tree = Arc::new(Tree::new(store::tree::list_nodes(&app.db).await?));
    let cached = app.slots.of::<Cached>();
    *cached.0.write().unwrap_or_else(PoisonError::into_inner) = Some((Instant::now(), tree.clone()));
    Ok(tree)
}

/// The tree as of at most a second ago: for an address that the kept one does not know.
pub async fn reload_if_old(app: &App) -> sqlx::Result<Arc<Tree>> {
    let cached = app.slots.of::<Cached>();
    let known = cached.0.read().unwrap_or_else(PoisonError::into_inner).clone();
    let patience = if app.config.env == Env::Test { Duration::ZERO } else { Duration::from_secs(1) };
    match known {
        Some((at, tree)) if at.elapsed() < patience => Ok(tree),
        _ => reload(app).await,
    }
}

/// Forgets the tree: a product or a category was changed.
pub fn clear(app: &App) {
    *app.slots.of::<Cached>().0.write().unwrap_or_else(PoisonError::into_inner) = None;
}

/// The links under the header: the first departments that have something to sell.
pub async fn departments(db: impl PgExecutor<'_>, lang: Lang) -> sqlx::Result<Vec<Link>> {
    let tree = Tree::new(store::tree::list_nodes(db).await?);
    let link = |n: &Node| Link { name: n.name(lang).to_string(), url: n.url(lang) };
    Ok(tree.roots().take(BAR).map(link).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn node(id: i32, parent: Option<i32>, products: i64) -> Node {
        let text = |slug: &str| Text { slug: slug.into(), name: slug.into(), description: String::new() };
        let texts = [text(&format!("c{id}")), text(&format!("e{id}"))];
        let (code, icon) = (format!("c{id}"), "tag".to_string());
        Node { id, code, parent, icon, picture: None, products, children: Vec::new(), texts }
    }

    #[test]
    fn products_are_counted_up_the_tree_and_paths_go_down() {
        let tree =
            Tree::new(vec![node(1, None, 1), node(2, Some(1), 2), node(3, Some(2), 4), node(4, None, 0)]);
        assert_eq!(tree.get(1).unwrap().products, 7);
        assert_eq!(tree.path(3).iter().map(|n| n.id).collect::<Vec<_>>(), [1, 2, 3]);
        assert_eq!(tree.below(2), [2, 3]);
        assert_eq!(tree.roots().map(|n| n.id).collect::<Vec<_>>(), [1], "empty departments are left out");
        assert_eq!(tree.find(Lang::En, "c3").map(|n| n.id), Some(3), "a French slug still leads there");
    }

    #[test]
    fn a_knot_in_the_tree_ends() {
        let tree = Tree::new(vec![node(1, Some(2), 1), node(2, Some(1), 1)]);
        assert!(tree.path(1).len() <= 17);
        assert_eq!(tree.below(1).len(), 2);
    }
}
