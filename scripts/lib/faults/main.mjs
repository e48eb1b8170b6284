// The supervisor of scripts/faults: starts the shop, lets each fault strike, counts, prints the table, writes docs/faults.md.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { Shop } from './shop.mjs';
import { stopAll } from './processes.mjs';
import { Trial } from './trial.mjs';
import { printTable, writeDocument } from './report.mjs';
import { plan } from './plan.mjs';

const options = JSON.parse(process.env.FAULTS_OPTIONS);
const say = (text) => options.json || console.log(text);
const started = Date.now();
const dir = options.dir;
mkdirSync(dir, { recursive: true });

let stopping = false;
async function leave(code) {
  if (stopping) return;
  stopping = true;
  await stopAll();
  for (const wish of shop.cleanups ?? []) await wish().catch(() => {});
  if (code === 0 && !options.keep) rmSync(dir, { recursive: true, force: true });
  else say(`Journaux et données : ${dir}`);
  process.exit(code);
}
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => leave(130));
process.on('uncaughtException', (e) => (console.error(e), leave(1)));
process.on('unhandledRejection', (e) => (console.error(e), leave(1)));

const shop = new Shop({ root: options.root, dir, bin: options.bin, pgBin: options.pgBin });
shop.cleanups = [];
const wanted = plan(options.cases);
say(`Une boutique à elle dans ${dir}`);
await shop.start((what) => say(`  · ${what}`));

const rows = [];
// After each case: a long run that is cut short has said what it knew.
const save = () => options.write && writeDocument(`${options.root}/docs/faults.md`, rows, options, (Date.now() - started) / 1000, readFileSync, writeFileSync);
for (const { id, title, left, run, needs } of wanted) {
  const reason = left ?? (await needs?.(shop, options));
  if (reason) {
    rows.push({ id, title, left: reason });
    say(`${id}  ${title} : non fait (${reason})`);
    continue;
  }
  const trial = new Trial(shop, id, options);
  const begun = Date.now();
  let row;
  try {
    await run(trial);
    await shop.heal();
    row = await trial.row(title);
  } catch (e) {
    row = { id, title, requests: 0, failed: 0, recovered: null, lost: 0, doubled: 0, details: [], notes: trial.notes, wrong: [...trial.wrong, `l’essai lui-même a échoué : ${e.message}`], verdict: 'ÉCHEC' };
    if (options.verbose) console.error(e);
    await shop.heal().catch((worse) => row.wrong.push(worse.message));
  }
  row.took = (Date.now() - begun) / 1000;
  rows.push(row);
  say(`${id}  ${title} : ${row.verdict} (${row.took.toFixed(0)} s)${row.wrong.length ? ` – ${row.wrong.join(' ; ')}` : ''}`);
  for (const line of row.details) say(`      ${line}`);
  save();
}

if (options.json) console.log(JSON.stringify({ rows, seconds: (Date.now() - started) / 1000 }, null, 2));
else printTable(rows, (Date.now() - started) / 1000);
await leave(rows.every((r) => r.left || r.verdict === 'tenu') ? 0 : 1);
