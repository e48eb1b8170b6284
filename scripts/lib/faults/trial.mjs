// One case: people in the shop, a fault in the middle, then patience, then the counts.
import { check } from './check.mjs';
import { Load } from './load.mjs';
import { sleep } from './processes.mjs';

// How far the jobs are behind, twice a second: seconds of the oldest that should have run.
class Watch {
  constructor(shop) {
    this.shop = shop;
    this.samples = [];
    this.on = true;
    this.done = this.run();
  }

  async run() {
    const age = "select coalesce(max(extract(epoch from now() - case state when 'ready' then run_at else started_at end)), 0) from jobs where topic like 'email.%' and ((state = 'ready' and run_at <= now()) or state = 'running')";
    while (this.on) {
      const seconds = await this.shop.ask(age, 'shop', 4000).then(Number, () => null);
      this.samples.push({ at: Date.now(), seconds });
      await sleep(500);
    }
  }

  async stop() {
    this.on = false;
    await this.done;
  }
}

export class Trial {
  constructor(shop, id, options) {
    Object.assign(this, { shop, id, options, notes: [], wrong: [], name: id.toLowerCase() });
  }

  note(text) {
    this.notes.push(text);
  }

  // What must be seen besides the counts.
  expect(text, fine) {
    if (!fine) this.wrong.push(text);
    return fine;
  }

  // `inject` is called with people in the shop; they stay for `after` seconds more.
  async underLoad({ before = 3, after = 6, browsers = 4, shoppers = 3, settle = 60 } = {}, inject) {
    const { shop } = this;
    this.load = new Load(shop, `${this.name}-${Date.now().toString(36)}`);
    this.load.start({ browsers, shoppers });
    const watch = new Watch(shop);
    await sleep(before * 1000);
    this.t0 = Date.now();
    await inject(this.load);
    this.t1 = Date.now();
    await sleep(after * 1000 * this.options.stretch);
    await this.load.stop();
    await shop.heal();
    const settled = await shop.settle(settle);
    await watch.stop();
    this.expect('la file ne se vide pas', settled !== null);
    const failures = this.load.failures().filter((f) => f.at >= this.t0).map((f) => f.at);
    const late = watch.samples.filter((s) => s.at > this.t0 && (s.seconds === null || s.seconds > 5)).map((s) => s.at);
    this.recovered = Math.max(0, Math.max(0, ...failures, ...late) - this.t0) / 1000;
  }

  async row(title) {
    const load = this.load ?? new Load(this.shop, `${this.name}-nobody`);
    const found = await check(this.shop, load);
    for (const v of found.violations) this.wrong.push(`invariant : ${v}`);
    const copiesAllowed = this.copiesAllowed ?? 0;
    if (found.copies) this.note(`${found.copies} copie(s) de courriel sous le même Message-ID`);
    this.expect(`${found.copies} copies de courriels`, found.copies <= copiesAllowed);
    const failures = load.failures();
    const kinds = {};
    for (const f of failures) kinds[f.status || f.error] = (kinds[f.status || f.error] ?? 0) + 1;
    if (failures.length) this.note(`échecs : ${Object.entries(kinds).map(([k, n]) => `${n} × ${k}`).join(', ')}`);
    const lost = found.lost.length + (this.lost ?? 0);
    const doubled = found.doubled.length + (this.doubled ?? 0);
    return {
      id: this.id, title, requests: this.requests ?? load.requests.length, failed: this.failed ?? failures.length, orders: this.ordersMade ?? load.orders.length,
      recovered: this.recovered ?? null, lost, doubled, details: [...found.lost, ...found.doubled].slice(0, 6), wrong: this.wrong, notes: this.notes,
      p99: Math.round(load.percentile(0.99)), verdict: lost === 0 && doubled === 0 && this.wrong.length === 0 ? 'tenu' : 'PERDU',
    };
  }
}
