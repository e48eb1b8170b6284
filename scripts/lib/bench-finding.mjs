// The measuring half of `scripts/bench finding`: builds the index, changes a hundred products, builds again, then asks a
// web process for suggestions and recommendations, one after the other. Called by scripts/bench with DATABASE_URL set.
import { execFileSync, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const [bin] = process.argv.slice(2);
const shop = join(bin, 'smartmarket');
const tick = 1000 / Number(execFileSync('getconf', ['CLK_TCK']));
const sql = (q) => execFileSync('psql', ['-XqAt', '-v', 'ON_ERROR_STOP=1', process.env.DATABASE_URL, '-c', q]).toString().trim();
const list = (q) => sql(q).split('\n').filter(Boolean);
const sleep = (ms) => new Promise((r) => setTimeout(r, ms));
const line = (name, value, reach) => console.log(`${name.padEnd(66)} ${value.padStart(12)}${reach ? `   (but : ${reach})` : ''}`);
const seconds = (since) => `${((performance.now() - since) / 1000).toFixed(2)} s`;
const at = (values, part) => [...values].sort((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * part))];
const times = (values) => [0.5, 0.95, 0.99].map((p) => at(values, p).toFixed(1)).join(' / ');
const cpu = (pid) => {
  const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const rest = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return (Number(rest[11]) + Number(rest[12])) * tick;
};

function build(name, reach, force = []) {
  const start = performance.now();
  const said = execFileSync(shop, ['build-ml-indexes', ...force], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
  line(name, seconds(start), reach);
  for (const told of said.split('\n').filter((l) => /^Recherche/.test(l))) console.log(`    ${told}`);
}

console.log(`\n${sql("select count(*) from products where status = 'active'")} produits en vente ; load average ${readFileSync('/proc/loadavg', 'utf8').split(' ').slice(0, 2).join(' ')}\n`);
build('construire les deux index et les recommandations', '60 s par langue', ['--force']);
const CHANGED = `select id from products where status = 'active' order by md5(id::text) limit 100`;
sql(`update product_texts set title = title || ' ' || to_char(clock_timestamp(), '"essai"HH24MISS') where product_id in (${CHANGED});
     update products set updated_at = clock_timestamp() where id in (${CHANGED})`);
build('les mêmes quand 100 produits ont changé', '5 s');

const port = 18500;
const base = `http://127.0.0.1:${port}`;
const web = spawn(shop, ['serve'], { env: { ...process.env, LISTEN_ADDR: `127.0.0.1:${port}`, PUBLIC_URL: base }, stdio: ['ignore', 'ignore', 'inherit'] });
process.on('exit', () => web.kill());
const ask = async (path) => { const r = await fetch(base + path); return { status: r.status, text: await r.text() }; };
for (let i = 0; ; i++) {
  const up = await ask('/health/ready/').catch(() => ({ status: 0 }));
  if (up.status === 200) break;
  if (i > 300) throw new Error(`the shop does not answer at ${base}`);
  await sleep(100);
}
await sleep(5000);

const [edited] = list(`select id from products where status = 'active' order by md5(id::text) desc limit 1`);
const word = `zorgl${Date.now().toString(36).replace(/[0-9]/g, (d) => 'abcdefghij'[d])}`;
sql(`update product_texts set title = title || ' ${word}' where product_id = ${edited}; update products set updated_at = clock_timestamp() where id = ${edited}`);
const start = performance.now();
for (let i = 0; i < 600; i++) {
  if ((await ask(`/recherche?q=${word}&essai=${i}`)).text.includes('card__title')) break;
  await sleep(50);
}
line('un produit modifié, trouvé par son nouveau mot après', seconds(start), '5 s');

async function measure(name, paths, reach, read) {
  for (const path of paths.slice(0, 20)) await ask(path);
  const clock = [];
  const told = [];
  const before = cpu(web.pid);
  for (const path of paths.slice(20)) {
    const start = performance.now();
    const got = await ask(path);
    clock.push(performance.now() - start);
    if (got.status !== 200) throw new Error(`${path}: ${got.status}`);
    if (read) told.push(read(got.text));
  }
  line(`${name} (${clock.length}), ms à l’horloge p50 / p95 / p99`, times(clock), reach);
  line('    ms de processeur du web, en moyenne', ((cpu(web.pid) - before) / clock.length).toFixed(2));
  if (read) line('    dont choisir les produits, ms p50 / p95 / p99', [0.5, 0.95, 0.99].map((p) => at(told, p).toFixed(2)).join(' / '), '2 ms');
}
// What people have typed after three letters or more of one word or two of a title.
const titles = list(`select lower(title) from product_texts where lang = 'fr' and title ~ '^[[:alpha:]]{4,} [[:alpha:]]{4,}' order by md5(title) limit 520`);
const typed = titles.map((t, i) => {
  const [a, b] = t.split(' ');
  return i % 2 ? a.slice(0, 3 + (i % 4)) : `${a} ${b.slice(0, 2 + (i % 4))}`;
});
await measure('suggestions', typed.map((q) => `/recherche/suggestions?q=${encodeURIComponent(q)}`), '30 ms');
const ids = list(`select id from products where status = 'active' order by md5(id::text || 'x') limit 520`);
await measure('recommandations d’un produit (API)', ids.map((id) => `/api/v1/products/${id}/recommendations`), '', (text) => JSON.parse(text).lookup_us / 1000);
process.exit(0);
