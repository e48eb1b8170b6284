// The measuring half of `scripts/bench web`: starts web and control on processor 0, loads them from processor 1,
// reads CPU time from /proc, prints one table. Called by scripts/bench with DATABASE_URL and REDIS_URL set.
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const [bin, secondsArg] = process.argv.slice(2);
const seconds = Number(secondsArg ?? 5);
const dir = mkdtempSync(join(tmpdir(), 'smbench-'));
const tick = 1000 / Number(execFileSync('getconf', ['CLK_TCK']));
const db = new URL(process.env.DATABASE_URL);
const sql = (q) => execFileSync('psql', ['-XqAt', '-v', 'ON_ERROR_STOP=1', process.env.DATABASE_URL, '-c', q]).toString().trim();
const sleep = (ms) => new Promise((r) => setTimeout(r, ms));

// --- processes and their CPU time -----------------------------------------------------------------------------------
const stat = (pid) => {
  const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const rest = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return { parent: Number(rest[1]), own: (Number(rest[11]) + Number(rest[12])) * tick, waited: (Number(rest[13]) + Number(rest[14])) * tick };
};
const pids = () => readdirSync('/proc').filter((d) => /^\d+$/.test(d)).map(Number);
// A server and its children, ended ones included (what the parent has waited for).
const treeMs = (root) => pids().reduce((sum, pid) => {
  try {
    const s = stat(pid);
    return sum + (pid === root ? s.own + s.waited : s.parent === root ? s.own : 0);
  } catch { return sum; }
}, 0);
const listener = (port) => {
  const text = execFileSync('ss', ['-Hltnp', `sport = :${port}`]).toString();
  return Number(/pid=(\d+)/.exec(text)?.[1]);
};
const postmaster = (() => {
  const data = sql('show data_directory');
  return Number(readFileSync(join(data, 'postmaster.pid'), 'utf8').split('\n')[0]);
})();
const redisPid = listener(new URL(process.env.REDIS_URL).port);
const rssMb = (pid) => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]) / 1024;

async function start(name, cmd, args, env, url) {
  const child = spawn('taskset', ['-c', '0', cmd, ...args], { env: { ...process.env, ...env }, stdio: ['ignore', 'ignore', 'inherit'] });
  for (let i = 0; i < 100; i++) {
    try { if ((await fetch(url)).ok) return child.pid; } catch { /* not yet */ }
    await sleep(100);
  }
  throw new Error(`${name} does not answer at ${url}`);
}

// --- load -----------------------------------------------------------------------------------------------------------
// wrk sends the paths in turn; `delay` paces it for the latency at half rate.
function wrk(base, paths, headers, { connections = 16, delayMs = 0, time = seconds } = {}) {
  const list = join(dir, 'paths.txt');
  writeFileSync(list, paths.join('\n'));
  const script = join(dir, 'load.lua');
  writeFileSync(script, `
local paths = {}
for line in io.lines(${JSON.stringify(list)}) do paths[#paths + 1] = line end
local i = 0
request = function() i = i % #paths + 1; return wrk.format("GET", paths[i]) end
${delayMs ? `delay = function() return ${delayMs} end` : ''}
done = function(s, latency)
  io.write(string.format("\\nRESULT %d %d %d %d %d %d %d\\n", s.requests, s.duration, s.errors.status, s.errors.connect + s.errors.read + s.errors.timeout, s.bytes, latency:percentile(50), latency:percentile(99)))
end`);
  const args = ['-c', '1', 'wrk', '-t1', `-c${connections}`, `-d${time}s`, '-s', script];
  for (const [k, v] of Object.entries(headers)) args.push('-H', `${k}: ${v}`);
  const out = spawnSync('taskset', [...args, base], { encoding: 'utf8' });
  const m = /RESULT (\d+) (\d+) (\d+) (\d+) (\d+) (\d+) (\d+)/.exec(out.stdout);
  if (!m) throw new Error(`wrk: ${out.stdout}${out.stderr}`);
  const [requests, us, bad, broken, bytes, p50, p99] = m.slice(1).map(Number);
  return { requests, rate: requests / (us / 1e6), bad, broken, bytes: bytes / requests, p50: p50 / 1000, p99: p99 / 1000 };
}
const cpu = (pid) => ({ web: treeMs(pid), pg: treeMs(postmaster), redis: redisPid ? treeMs(redisPid) : 0 });
const queries = () => Number(sql(`select coalesce(sum(calls), 0) from pg_stat_statements where query not like '%pg_stat_statements%'`));
function diff(a, b, n) {
  const of = (k) => (b[k] - a[k]) / n;
  return { web: of('web'), pg: of('pg'), redis: of('redis'), all: of('web') + of('pg') + of('redis') };
}
const rows = [];
function row(name, r, c, extra = {}) {
  rows.push({ name, ...r, ...c, ...extra });
  const f = (n, d = 2) => (n === undefined || Number.isNaN(n) ? '-' : n.toFixed(d));
  console.log(`${name.padEnd(34)} ${f(r.rate, 0).padStart(7)} ${f(r.p50).padStart(8)} ${f(r.p99).padStart(8)} ${f(extra.half).padStart(8)} ${f(r.bytes / 1024, 1).padStart(7)} ${f(extra.queries, 1).padStart(5)} ${f(c.web, 3).padStart(7)} ${f(c.pg, 3).padStart(7)} ${f(c.redis, 3).padStart(7)} ${f(c.all, 3).padStart(7)} ${extra.ratio ? `${f(extra.ratio)} x` : ''} ${extra.goal ? `(goal ${extra.goal})` : ''}${r.bad || r.broken ? ` ERRORS ${r.bad + r.broken}` : ''}`);
}

// --- what is asked --------------------------------------------------------------------------------------------------
const slugs = sql(`select t.slug from product_texts t join products p on p.id = t.product_id where t.lang = 'fr' and p.status = 'active' order by md5(t.slug) limit 1000`).split('\n');
const categories = sql(`select t.slug from category_texts t join products p on p.category_id = t.category_id and p.status = 'active' where t.lang = 'fr' group by t.slug having count(*) > 72 order by md5(t.slug) limit 60`).split('\n');
const words = sql(`select distinct w from (select split_part(lower(title), ' ', 1) as w from product_texts where lang = 'fr' order by md5(title) limit 3000) x where length(w) > 3 and w ~ '^[a-zàâçéèêëîïôûù]+$' limit 200`).split('\n');
const variants = sql(`select v.id from variants v join stock_levels s on s.variant_id = v.id join products p on p.id = v.product_id where p.status = 'active' and s.on_hand - s.reserved > 100 limit 50`).split('\n').filter(Boolean);
const stock = variants.length ? variants : sql(`update stock_levels set on_hand = on_hand + 10000 where variant_id in (select v.id from variants v join products p on p.id = v.product_id where p.status = 'active' order by v.id limit 50) returning variant_id`).split('\n');
const pagesOfLists = [1, 2, 3].flatMap((n) => categories.map((c) => `/c/${c}${n > 1 ? `?page=${n}` : ''}`));

// --- the run --------------------------------------------------------------------------------------------------------
const port = 18400;
const base = `http://127.0.0.1:${port}`;
const web = await start('web', join(bin, 'smartmarket'), ['serve'], { LISTEN_ADDR: `127.0.0.1:${port}`, PUBLIC_URL: base, TOKIO_WORKER_THREADS: '1' }, `${base}/health/live/`);
const controlBase = `http://127.0.0.1:${port + 1}`;
const control = await start('control', join(bin, 'examples', 'bench-control'), [`127.0.0.1:${port + 1}`, process.env.DATABASE_URL], { TOKIO_WORKER_THREADS: '1' }, `${controlBase}/?size=1000&id=1`);
process.on('exit', () => { for (const pid of [web, control]) try { process.kill(pid); } catch { /* gone */ } });
sql('create extension if not exists pg_stat_statements');

console.log(`\nweb on processor 0, wrk on processor 1; CPU in ms per request, PostgreSQL and Redis with all their processes`);
console.log(`${'page'.padEnd(34)} ${'req/s'.padStart(7)} ${'p50 ms'.padStart(8)} ${'p99 ms'.padStart(8)} ${'p99 half'.padStart(8)} ${'kB'.padStart(7)} ${'sql'.padStart(5)} ${'web'.padStart(7)} ${'pg'.padStart(7)} ${'redis'.padStart(7)} ${'all'.padStart(7)} against the control`);

function measure(pid, address, paths, headers, time = seconds) {
  wrk(address, paths, headers, { time: 1 });
  const q = queries();
  const before = cpu(pid);
  const r = wrk(address, paths, headers, { time });
  const c = diff(before, cpu(pid), r.requests);
  return { r, c, queries: (queries() - q) / r.requests };
}
function halfRate(address, paths, headers, rate) {
  const connections = 8;
  return wrk(address, paths, headers, { connections, delayMs: Math.max(1, Math.round((connections * 2000) / rate)), time: 3 }).p99;
}
// A visitor with a cart gets no page from the cache: every request is rendered.
const rendered = { Cookie: 'cart=00000000-0000-4000-8000-000000000000' };
async function page(name, paths, goal) {
  const m = measure(web, base, paths, rendered);
  const ctl = measure(control, controlBase, [`/?size=${Math.round(m.r.bytes)}&id=1`], {}, 3);
  row(`${name}: control of its size`, ctl.r, ctl.c, { queries: ctl.queries });
  row(name, m.r, m.c, { queries: m.queries, half: halfRate(base, paths, rendered, m.r.rate), ratio: m.c.all / ctl.c.all, goal: `${goal} x` });
  const kept = measure(web, base, paths.slice(0, 20), {}, 3);
  row(`${name}: kept page`, kept.r, kept.c, { queries: kept.queries, ratio: kept.c.all / ctl.c.all });
  const br = measure(web, base, paths.slice(0, 20), { 'Accept-Encoding': 'br' }, 3);
  row(`${name}: kept page, brotli`, br.r, br.c, { ratio: br.c.all / ctl.c.all });
  return ctl.c.all;
}
const controlMs = await page('product', slugs.map((s) => `/p/${s}`), 1.5);
await page('home', ['/'], 4);
await page('listing with facets', pagesOfLists, 4);
await page('search', words.map((w) => `/recherche?q=${encodeURIComponent(w)}`), 6);

// --- carts and orders: a small browser without JavaScript -----------------------------------------------------------
class Buyer {
  cookies = new Map();
  async ask(method, path, fields) {
    const headers = { cookie: [...this.cookies].map(([k, v]) => `${k}=${v}`).join('; ') };
    const body = fields && new URLSearchParams({ _csrf: this.token ?? '', ...fields }).toString();
    if (body) headers['content-type'] = 'application/x-www-form-urlencoded';
    const send = () => fetch(base + path, { method, headers, body, redirect: 'manual' });
    // A connection that idled while wrk ran may have been closed meanwhile.
    const r = method === 'GET' ? await send().catch(send) : await send();
    for (const line of r.headers.getSetCookie()) {
      const [pair] = line.split(';');
      const at = pair.indexOf('=');
      this.cookies.set(pair.slice(0, at), pair.slice(at + 1));
    }
    const text = await r.text();
    this.token = /name="_csrf" value="([^"]+)"/.exec(text)?.[1] ?? this.token;
    return { status: r.status, to: r.headers.get('location'), text };
  }
  // Sends the form of the page whose action is `path`, with what it holds and what we add.
  fields(text, path) {
    const form = text.split('<form').find((f) => f.includes(`action="${path}"`)) ?? '';
    const out = {};
    for (const [tag] of form.split('</form>')[0].matchAll(/<input[^>]*>/g)) {
      const a = (n) => new RegExp(` ${n}="([^"]*)"`).exec(tag)?.[1];
      if (a('type') === 'radio' && !/ checked/.test(tag)) continue;
      if (a('type') === 'checkbox' && !/ checked/.test(tag)) continue;
      if (a('name')) out[a('name')] = a('value') ?? '';
    }
    return out;
  }
}
async function timed(name, people, act, goal) {
  const q = queries();
  const before = cpu(web);
  const times = [];
  let bad = 0;
  const t0 = performance.now();
  const queue = [...people];
  await Promise.all(Array.from({ length: 4 }, async () => {
    for (let b = queue.pop(); b; b = queue.pop()) {
      const t = performance.now();
      const a = await act(b);
      times.push(performance.now() - t);
      if (a.status !== 303) bad++;
    }
  }));
  const n = people.length;
  const c = diff(before, cpu(web), n);
  times.sort((a, b) => a - b);
  const at = (p) => times[Math.min(times.length - 1, Math.floor(times.length * p))];
  row(name, { rate: n / ((performance.now() - t0) / 1000), p50: at(0.5), p99: at(0.99), bytes: NaN, bad, broken: 0 }, c, { queries: (queries() - q) / n, ratio: c.all / controlMs, goal: `${goal} x` });
}
const people = Array.from({ length: 400 }, () => new Buyer());
for (const b of people) await b.ask('GET', '/panier');
let i = 0;
await timed('add to cart (POST)', people, (b) => b.ask('POST', '/panier/lignes', { variant: stock[i++ % stock.length], quantity: '1' }), 5);
const address = { email: 'bench@exemple.fr', name: 'Nadia Benali', line1: '12 rue des Essais', postal_code: '69007', city: 'Lyon', country: 'FR', phone: '0600000000' };
for (const b of people) {
  for (const [path, own] of [['/commande/coordonnees', address], ['/commande/livraison', {}], ['/commande/paiement', {}]]) {
    const form = await b.ask('GET', path);
    const sent = await b.ask('POST', path, { ...b.fields(form.text, path), _csrf: b.token, ...own });
    if (sent.status !== 303) throw new Error(`${path}: ${sent.status}\n${sent.text.slice(0, 2000)}`);
  }
  const review = await b.ask('GET', '/commande/recapitulatif');
  b.order = b.fields(review.text, '/commande/recapitulatif');
}
await timed('order (last POST)', people, (b) => b.ask('POST', '/commande/recapitulatif', { ...b.order, _csrf: b.token, terms: '1' }), 15);
console.log(`\norders placed: ${sql('select count(*) from orders where email = \'bench@exemple.fr\'')}, oversold: ${sql('select count(*) from stock_levels where reserved > on_hand')}`);
console.log(`memory of the web process after the run: ${rssMb(web).toFixed(1)} MB (goal 80)`);
process.exit(0);
