// People in the shop: some look around, some order. Who gets no answer, or "come back later", sends the same again,
// as a person would: the same form with the same key.
import http from 'node:http';
import { sleep } from './processes.mjs';

const PATIENCE = 90_000;

// A browser without JavaScript: cookies, forms, redirects that it does not follow.
export class Visitor {
  constructor(shop, agent, note = () => {}) {
    Object.assign(this, { shop, agent, note, cookies: new Map() });
  }

  // { status, to, text, headers }; status 0 when there was no answer.
  ask(method, path, fields, { port = this.shop.httpPort, headers: extra = {}, source } = {}) {
    const body = fields && new URLSearchParams(fields).toString();
    const headers = { host: `boutique.test:${this.shop.httpPort}`, cookie: [...this.cookies].map(([k, v]) => `${k}=${v}`).join('; '), ...extra };
    if (body !== undefined) Object.assign(headers, { 'content-type': 'application/x-www-form-urlencoded', 'content-length': Buffer.byteLength(body) });
    const started = performance.now();
    return new Promise((done) => {
      const end = (answer) => {
        this.note({ method, path, status: answer.status, error: answer.error, ms: performance.now() - started, at: Date.now() });
        done(answer);
      };
      const req = http.request({ host: '127.0.0.1', port, method, path, headers, agent: this.agent, localAddress: source }, (res) => {
        const parts = [];
        res.on('data', (part) => parts.push(part));
        res.on('end', () => {
          for (const line of res.headers['set-cookie'] ?? []) {
            const [name, value] = line.split(';')[0].split(/=(.*)/s);
            if (/max-age=0/i.test(line)) this.cookies.delete(name);
            else this.cookies.set(name, value);
          }
          end({ status: res.statusCode, to: res.headers.location, text: Buffer.concat(parts).toString('utf8'), headers: res.headers });
        });
        res.on('error', (e) => end({ status: 0, error: e.code ?? e.message, text: '', headers: {} }));
      });
      req.setTimeout(40_000, () => req.destroy(new Error('no answer in 40 s')));
      req.on('error', (e) => end({ status: 0, error: e.code ?? e.message, text: '', headers: {} }));
      req.end(body);
    });
  }

  // Until somebody answers; null when nobody does for a minute and a half.
  async insist(method, path, fields) {
    const end = Date.now() + PATIENCE;
    while (Date.now() < end) {
      const answer = await this.ask(method, path, fields);
      if (answer.status && answer.status < 500 && answer.status !== 429) return answer;
      await sleep(250 + Math.random() * 250);
    }
    return null;
  }
}

// What a form of a page holds, as it would be sent.
export function fieldsOf(page, action) {
  const form = page.split('<form').find((f) => f.includes(`action="${action}"`))?.split('</form>')[0] ?? '';
  const fields = {};
  for (const [tag] of form.matchAll(/<input[^>]*>/g)) {
    const get = (name) => new RegExp(` ${name}="([^"]*)"`).exec(tag)?.[1];
    if (/^(radio|checkbox)$/.test(get('type') ?? '') && !/ checked/.test(tag)) continue;
    if (get('name')) fields[get('name')] = get('value') ?? '';
  }
  return fields;
}

const ADDRESS = { name: 'Nadia Benali', line1: '12 rue des Essais', postal_code: '69007', city: 'Lyon', country: 'FR', phone: '0600000000' };

export class Load {
  constructor(shop, name) {
    Object.assign(this, { shop, name, requests: [], orders: [], abandoned: [], running: false, people: 0 });
    this.agent = new http.Agent({ keepAlive: true, maxSockets: 200 });
  }

  start({ browsers = 4, shoppers = 3 } = {}) {
    this.running = true;
    this.work = [
      ...Array.from({ length: browsers }, (_, i) => this.browse(i)),
      ...Array.from({ length: shoppers }, () => this.keepShopping()),
    ];
    return this;
  }

  // No new visits; who is in the middle of an order finishes it.
  async stop() {
    this.running = false;
    await Promise.all(this.work ?? []);
    this.agent.destroy();
  }

  visitor() {
    return new Visitor(this.shop, this.agent, (r) => this.requests.push(r));
  }

  async browse(n) {
    const paths = ['/', '/univers', '/nouveautes', '/bons-plans', '/recherche?q=lampe', ...this.shop.goods.map((g) => `/p/${g.slug}`)];
    for (let i = n; this.running; i++) {
      const visitor = this.visitor();
      // Every second one has a cart: nothing of theirs comes from a cache.
      if (i % 2) visitor.cookies.set('cart', '00000000-0000-4000-8000-000000000000');
      await visitor.ask('GET', paths[(i * 7) % paths.length]);
      await sleep(40 + Math.random() * 60);
    }
  }

  async keepShopping() {
    while (this.running) {
      await this.order();
      await sleep(20 + Math.random() * 60);
    }
  }

  // A whole journey; remembers what was promised.
  async order(email = `${this.name}-${++this.people}@essai.example`) {
    const v = this.visitor();
    const goods = this.shop.goods[Math.floor(Math.random() * this.shop.goods.length)];
    const give = (why) => (this.abandoned.push(`${email}: ${why}`), null);
    for (let again = 0; again < 6; again++) {
      const page = await v.insist('GET', `/p/${goods.slug}`);
      if (!page) return give('product');
      const csrf = /name="_csrf" value="([^"]+)"/.exec(page.text)?.[1] ?? '';
      if (!(await v.insist('POST', '/panier/lignes', { _csrf: csrf, variant: goods.variant, quantity: 1 }))) return give('cart');
      const steps = [['/commande/coordonnees', { email, ...ADDRESS }], ['/commande/livraison', {}], ['/commande/paiement', {}]];
      let fine = true;
      for (const [path, own] of steps) {
        const form = await v.insist('GET', path);
        if (!form) return give(path);
        const sent = form.status === 200 && (await v.insist('POST', path, { ...fieldsOf(form.text, path), _csrf: csrf, ...own }));
        if (sent === null) return give(path);
        fine = sent?.status === 303;
        if (!fine) break;
      }
      if (!fine) continue;
      const review = await v.insist('GET', '/commande/recapitulatif');
      if (!review) return give('review');
      const fields = { ...fieldsOf(review.text, '/commande/recapitulatif'), _csrf: csrf, terms: '1' };
      if (review.status !== 200 || !fields.key) continue;
      const done = await v.insist('POST', '/commande/recapitulatif', fields);
      if (!done) return give('order');
      const token = /\/merci\/([0-9a-f-]+)/.exec(done.to ?? '')?.[1];
      if (!token) continue;
      const order = { email, key: fields.key, token, at: Date.now() };
      this.orders.push(order);
      return order;
    }
    return give('six times sent back');
  }

  failures() {
    return this.requests.filter((r) => !r.status || r.status >= 500);
  }

  // Of a percentile, in ms, over the requests that began after a moment.
  percentile(p, from = 0, to = Infinity) {
    const times = this.requests.filter((r) => r.at - r.ms >= from && r.at - r.ms <= to).map((r) => r.ms).sort((a, b) => a - b);
    return times.length ? times[Math.min(times.length - 1, Math.floor(times.length * p))] : 0;
  }
}
