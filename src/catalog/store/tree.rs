//! SQL of [`crate::tree`].

use sqlx::PgExecutor;

use super::cards::picture;
use crate::tree::{Node, Text};

/// Active categories in the order of siblings, each with the number of products on sale directly in it.
pub async fn list_nodes(db: impl PgExecutor<'_>) -> sqlx::Result<Vec<Node>> {
    let rows = sqlx::query!(
        r#"select c.id as "id!", c.code as "code!", c.parent_id as "parent_id?", c.icon as "icon!", coalesce(n.products, 0) as "products!",
               fr.slug as "fr_slug?", fr.name as "fr_name?", fr.description as "fr_description?",
               en.slug as "en_slug?", en.name as "en_name?", en.description as "en_description?",
               m.key as "key?", m.kind as "kind?", m.width as "width?", m.height as "height?"
           from categories c
           left join category_texts fr on fr.category_id = c.id and fr.lang = 'fr'
           left join category_texts en on en.category_id = c.id and en.lang = 'en'
           left join media m on m.id = c.image_id
           left join (select category_id, count(*) as products from products where status = 'active' group by 1) n
               on n.category_id = c.id
           where c.active and (fr.category_id is not null or en.category_id is not null)
           order by c.position, c.id"#
    )
    .fetch_all(db)
    .await?;
    let node = rows.into_iter().map(|r| {
        let text = |slug: Option<String>, name: Option<String>, description: Option<String>| {
            Some(Text { slug: slug?, name: name?, description: description? })
        };
        let fr = text(r.fr_slug, r.fr_name, r.fr_description);
        let en = text(r.en_slug, r.en_name, r.en_description);
        let french = fr.clone().or_else(|| en.clone()).unwrap_or_default();
        let english = en.or(fr).unwrap_or_default();
        Node {
            id: r.id,
            code: r.code,
            parent: r.parent_id,
            icon: r.icon,
            picture: picture(r.key, r.kind, r.width, r.height),
            products: r.products,
            children: Vec::new(),
            texts: [french, english],
        }
    });
    Ok(node.collect())
}
