// A made-up product feed (Google Merchant TSV) for the bench: N products in 40 categories, the same at each run.
const n = Number(process.argv[2] ?? 50000);
const kinds = ['Cafetière', 'Lampe', 'Chaise', 'Casque', 'Vélo', 'Perceuse', 'Bouilloire', 'Tapis', 'Montre', 'Sac'];
const materials = ['inox', 'bois', 'verre', 'coton', 'cuir', 'céramique', 'acier', 'lin'];
const brands = Array.from({ length: 60 }, (_, i) => `Marque ${String.fromCharCode(65 + (i % 26))}${i}`);
const pick = (list, i, step) => list[(i * step) % list.length];
console.log(['id', 'title', 'description', 'link', 'availability', 'quantity', 'price', 'brand', 'condition', 'product_type'].join('\t'));
for (let i = 0; i < n; i++) {
  const kind = pick(kinds, i, 7);
  const material = pick(materials, i, 5);
  const stock = i % 9 === 0 ? 0 : (i * 13) % 80;
  const price = ((i * 7919) % 49000 + 500) / 100;
  const title = `${kind} ${material} modèle ${i}`;
  const text = `${title}, pratique au quotidien, livré monté. Référence ${i}, garantie deux ans.`;
  const category = `Rayon ${(i * 3) % 8} > ${kind} > ${kind} ${material}`;
  console.log([`b${i}`, title, text, '', stock ? 'in_stock' : 'out_of_stock', stock, `${price.toFixed(2)} EUR`, pick(brands, i, 11), 'new', category].join('\t'));
}
