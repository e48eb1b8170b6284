// Crowds: of buyers, of readers, of sockets, of jobs; and all of it for longer.
import { readFileSync, readdirSync } from 'node:fs';
import http from 'node:http';
import { fieldsOf, Visitor } from './load.mjs';
import { sleep, until } from './processes.mjs';
import { Sockets } from './sockets.mjs';

const percentile = (list, p) => list.sort((a, b) => a - b)[Math.min(list.length - 1, Math.floor(list.length * p))] ?? 0;
// F38 draws from these: short, and each puts everything back.
const DRAWN = ['F01', 'F02', 'F03', 'F08', 'F12', 'F13', 'F15', 'F19'];

export const cases = {
  F31: {
    title: '1 000 acheteurs des 10 dernières unités',
    async run(t) {
      const { shop } = t;
      const BUYERS = 1000;
      const UNITS = 10;
      const agent = new http.Agent({ keepAlive: true, maxSockets: BUYERS });
      const base = shop.goods[0];
      // What such a cart costs, seen once on a review.
      const scout = new Visitor(shop, agent);
      const page = await scout.ask('GET', `/p/${base.slug}`);
      const csrf = /name="_csrf" value="([^"]+)"/.exec(page.text)[1];
      const times = [];
      const bad = {};
      let orders = 0;
      let over = 0;
      let cut = 0;
      let slowest = 0;
      for (let round = 0; round < t.options.runs; round++) {
        const kills = round % 3 === 2;
        // An article of its own with ten units, and a thousand carts ready to be ordered.
        const variant = Number(await shop.ask(`with p as (insert into products (category_id, status, price_cents, available, tax_class) select category_id, 'active', 2000, ${UNITS}, 'standard' from products order by id limit 1 returning id),
          x as (insert into product_texts (product_id, lang, slug, title) select p.id, l, 'derniers-${Date.now()}-' || l, 'Les dix derniers ${round}' from p, unnest(array['fr', 'en']) l),
          v as (insert into variants (product_id, sku, price_cents, weight_g) select id, 'RUEE-${Date.now()}', 2000, 900 from p returning id),
          s as (insert into stock_levels (variant_id, on_hand) select id, ${UNITS} from v),
          m as (insert into stock_movements (variant_id, delta, reason) select id, ${UNITS}, 'initial' from v) select id from v`));
        const name = `f31-${round}-${Date.now().toString(36)}`;
        const rows = await shop.ask(`with c as (insert into carts (token, email, shipping_address, shipping_method, payment_method)
            select gen_random_uuid(), '${name}-' || i || '@essai.example', '{"name": "Nadia Benali", "line1": "3 rue des Lilas", "postal_code": "69007", "city": "Lyon", "country": "FR"}', 'home', 'transfer'
              from generate_series(1, ${BUYERS + 1}) i returning id, token, idempotency_key, version),
          l as (insert into cart_lines (cart_id, variant_id, quantity, seen_price_cents) select id, ${variant}, 1, 2000 from c)
          select token || ' ' || idempotency_key || ' ' || version from c`);
        const carts = rows.split('\n').map((r) => r.split(' '));
        const [look] = carts.splice(0, 1);
        const total = await totalOf(shop, agent, look[0], variant);
        const started = Date.now();
        const buy = async ([token, key, version]) => {
          const v = new Visitor(shop, agent);
          v.cookies.set('cart', token);
          for (let i = 0; i < 300; i++) {
            const begun = performance.now();
            const a = await v.ask('POST', '/commande/recapitulatif', { _csrf: csrf, key, version, total, terms: '1' });
            if (a.status === 303 && /\/merci\//.test(a.to)) return times.push(performance.now() - begun), 'order';
            if (a.status === 409) return times.push(performance.now() - begun), 'sold out';
            if (a.status !== 0 && a.status !== 503) return (bad[a.status] = (bad[a.status] ?? 0) + 1), 'bad';
            cut += 1;
            if (!kills) bad[`${a.status} sans que personne soit tué`] = (bad[`${a.status} sans que personne soit tué`] ?? 0) + 1;
            await sleep(100 + Math.random() * 200);
          }
          return 'unanswered';
        };
        const crowd = Promise.all(carts.map(buy));
        if (kills) {
          await sleep(250);
          await shop.webs[round % 2].kill();
        }
        const ends = await crowd;
        slowest = Math.max(slowest, (Date.now() - started) / 1000);
        const sold = ends.filter((e) => e === 'order').length;
        orders += sold;
        const [made, reserved] = (await shop.ask(`select (select count(*) from orders where email like '${name}-%') || ' ' || (select reserved from stock_levels where variant_id = ${variant})`)).split(' ').map(Number);
        over += Math.max(0, reserved - UNITS);
        t.expect(`ruée ${round + 1} : ${sold} vendues, ${made} commandes, ${reserved} réservées, ${ends.filter((e) => e === 'sold out').length} refus`, sold === UNITS && made === UNITS && reserved === UNITS && ends.filter((e) => e === 'sold out').length === BUYERS - UNITS);
        t.doubled = (t.doubled ?? 0) + Math.max(0, made - sold);
        t.lost = (t.lost ?? 0) + Math.max(0, sold - made);
      }
      agent.destroy();
      await shop.heal();
      await shop.settle(90);
      t.requests = times.length + cut;
      t.failed = cut;
      t.ordersMade = orders;
      t.expect(`réponses ni commande ni refus : ${JSON.stringify(bad)}`, Object.keys(bad).length === 0);
      t.note(`${t.options.runs} ruées, dont ${Math.floor(t.options.runs / 3)} avec un web tué ; ${orders} vendues, ${over} survendues ; p99 ${Math.round(percentile(times, 0.99))} ms, la plus longue ${slowest.toFixed(1)} s`);
    },
  },
  F32: {
    title: 'ruée de lecteurs sur une page au cache périmé, PostgreSQL gelé',
    async run(t) {
      const { shop } = t;
      const path = `/p/${shop.goods[1].slug}`;
      const uris = () => readFileSync(shop.accessLog, 'utf8').split('\n').filter((l) => l.includes(`"path":"${path}"`));
      await shop.get(shop.httpPort, path);
      await sleep(6000); // the kept page is older than its five seconds
      const before = uris().length;
      const agent = new http.Agent({ keepAlive: true, maxSockets: 200 });
      const times = [];
      let failed = 0;
      let total = 0;
      const end = Date.now() + 10_000;
      // Every half second PostgreSQL does nothing for a quarter of a second.
      const slow = (async () => {
        while (Date.now() < end) {
          const pids = readdirSync('/proc').filter((p) => /^\d+$/.test(p) && parentOf(p) === shop.pg.pid);
          pids.forEach((p) => signal(p, 'SIGSTOP'));
          await sleep(500);
          pids.forEach((p) => signal(p, 'SIGCONT'));
          await sleep(500);
        }
      })();
      await Promise.all(Array.from({ length: 200 }, async () => {
        const v = new Visitor(shop, agent);
        while (Date.now() < end) {
          const begun = performance.now();
          const a = await v.ask('GET', path);
          total += 1;
          times.push(performance.now() - begun);
          if (a.status !== 200) failed += 1;
        }
      }));
      await slow;
      agent.destroy();
      await sleep(500);
      const lines = uris().slice(before);
      const upstream = lines.filter((l) => !/"upstream":"(-|)"/.test(l) && !l.includes('"cache":"HIT"')).length;
      t.requests = total;
      t.failed = failed;
      t.expect(`${failed} réponse(s) autre(s) que 200`, failed === 0);
      t.expect(`${upstream} demandes arrivent à la boutique en 10 s`, upstream <= 6);
      t.note(`${Math.round(total / 10)} pages par seconde, ${upstream} demandes à la boutique (une par péremption de 5 s), p99 ${Math.round(percentile(times, 0.99))} ms`);
    },
  },
  F33: {
    title: 'foule de WebSockets, puis un web tué',
    async run(t) {
      await crowd(t, { deaf: 0, kill: true });
    },
  },
  F34: {
    title: 'WebSockets qui ne lisent jamais (une sur dix), parmi les autres',
    async run(t) {
      await crowd(t, { deaf: 0.1, kill: false });
    },
  },
  F36: {
    title: 'tâche qui épuise la mémoire (le noyau tue son worker)',
    async run(t) {
      const { shop } = t;
      await t.underLoad({ before: 2, after: 2, shoppers: 1 }, async () => {
        // What the kernel does to a process that takes too much, each time this one job runs.
        await until(20, () => t.load.orders.length > 0);
        const { token } = t.load.orders[0];
        shop.mail.set('accept', 1500);
        const id = await shop.ask(`insert into jobs (queue, topic, payload, max_attempts) select 'emails', 'email.order_paid', jsonb_build_object('v', 1, 'order_id', id), 2 from orders where token = '${token}' returning id`);
        let kills = 0;
        await until(75, async () => {
          const pid = await shop.number(`select coalesce(max(w.pid), 0) from jobs j join job_workers w on w.id = j.lease_by where j.id = ${id} and j.state = 'running' and lease_until > now()`);
          const worker = shop.workers.find((w) => w.pid === pid);
          if (worker) {
            kills += 1;
            await worker.kill();
          }
          return (await shop.ask(`select state from jobs where id = ${id}`)) === 'dead';
        }, 100);
        shop.mail.set('accept');
        const [state, attempts] = (await shop.ask(`select state || ' ' || attempts from jobs where id = ${id}`)).split(' ');
        t.expect(`la tâche est « ${state} » après ${attempts} essais et ${kills} morts`, state === 'dead' && attempts === '2' && kills === 2);
        await shop.ask(`delete from jobs where id = ${id}`);
        t.note(`${kills} essais, puis abandonnée au lieu de tuer sans fin ; les workers reviennent, le reste est fait`);
      });
      t.copiesAllowed = 16;
    },
  },
  F37: {
    title: 'cent mille tâches d’un coup, et des commandes',
    async run(t) {
      const { shop } = t;
      const size = () => shop.ask("select pg_total_relation_size('jobs')").then(Number);
      const before = await size();
      await t.underLoad({ before: 2, after: 15, shoppers: 3, settle: 1 }, async () => {
        // Eighty thousand in a queue of their own, twenty thousand in the queue of the order's mails.
        await shop.ask("insert into jobs (queue, topic, payload) select 'maintenance', 'jobs.debug', '{\"v\": 1}' from generate_series(1, 80000)");
        await shop.ask("insert into jobs (queue, topic, payload, max_attempts) select 'emails', 'email.order_paid', jsonb_build_object('v', 1, 'order_id', -i), 1 from generate_series(1, 20000) i");
        t.after = await size();
      }).catch(() => {});
      t.wrong = t.wrong.filter((w) => !w.includes('la file ne se vide pas'));
      const mails = new Map(shop.mail.taken.map((m) => [m.to, m.at]));
      const ages = t.load.orders.map((o) => (mails.get(o.email) ?? Date.now() + 1e6) - o.at);
      const worst = Math.max(...ages) / 1000;
      t.expect(`une confirmation a attendu ${worst.toFixed(1)} s`, worst < 10);
      const done = await shop.number("select count(*) from jobs where topic in ('jobs.debug', 'email.order_paid') and state in ('done', 'dead')");
      const left = await shop.number("select count(*) from jobs where topic in ('jobs.debug', 'email.order_paid') and state = 'ready'");
      t.note(`${t.load.orders.length} confirmations, la plus lente en ${worst.toFixed(1)} s, pendant que ${done} tâches en bloc finissent (${left} attendent)`);
      // What is left is not waited for.
      await shop.ask("delete from jobs where topic in ('jobs.debug', 'email.order_paid') and state in ('ready', 'done', 'dead')");
      await until(20, async () => (await shop.number("select count(*) from jobs where topic in ('jobs.debug', 'email.order_paid')")) === 0);
      await shop.ask("delete from jobs where topic in ('jobs.debug', 'email.order_paid')");
      await shop.settle(30);
      t.note(`table des tâches : ${mega(before)} avant, ${mega(t.after)} pleine, ${mega(await size())} après (réutilisée)`);
      t.recovered = 0;
    },
  },
  F38: {
    title: 'endurance : une panne au hasard après l’autre',
    async run(t) {
      const { shop } = t;
      const { cases: processes } = await import('./cases-processes.mjs');
      const { cases: data } = await import('./cases-data.mjs');
      const { cases: limits } = await import('./cases-limits.mjs');
      const { Trial } = await import('./trial.mjs');
      const all = { ...processes, ...data, ...limits };
      const size = () => shop.workers.concat(shop.webs).map((p) => ({ name: p.name, mb: p.size(), files: filesOf(p.pid) }));
      const struck = [];
      const end = Date.now() + t.options.soak * 1000;
      const first = size();
      let requests = 0;
      let failed = 0;
      do {
        const id = DRAWN[Math.floor(Math.random() * DRAWN.length)];
        const one = new Trial(shop, id, { ...t.options, kills: 6 });
        await all[id].run(one);
        await shop.heal();
        const row = await one.row(all[id].title);
        struck.push(id);
        requests += row.requests;
        failed += row.failed;
        t.lost = (t.lost ?? 0) + row.lost;
        t.doubled = (t.doubled ?? 0) + row.doubled;
        for (const w of row.wrong) t.expect(`${id} : ${w}`, false);
      } while (Date.now() < end);
      t.requests = requests;
      t.failed = failed;
      const last = size();
      t.note(`${struck.join(' ')} ; mémoire ${first.map((p, i) => `${p.name} ${Math.round(p.mb)} → ${Math.round(last[i].mb)} Mo`).join(', ')} ; descripteurs ${first.map((p, i) => `${p.files} → ${last[i].files}`).join(', ')}`);
    },
  },
};

const mega = (bytes) => `${Math.round(bytes / 1e6)} Mo`;
const filesOf = (pid) => {
  try {
    return readdirSync(`/proc/${pid}/fd`).length;
  } catch {
    return 0;
  }
};
function parentOf(pid) {
  try {
    return Number(readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ')[1]);
  } catch {
    return 0;
  }
}
function signal(pid, name) {
  try {
    process.kill(Number(pid), name);
  } catch {
    // It has ended meanwhile.
  }
}

async function totalOf(shop, agent, token, variant) {
  const v = new Visitor(shop, agent);
  v.cookies.set('cart', token);
  const review = await v.ask('GET', '/commande/recapitulatif');
  const { total } = fieldsOf(review.text, '/commande/recapitulatif');
  // Looking at it has set one unit aside: it is given back.
  await shop.ask(`update stock_levels set reserved = reserved - r.n from (select coalesce(sum(quantity), 0) n from reservations where variant_id = ${variant}) r where variant_id = ${variant}; delete from reservations where variant_id = ${variant}`);
  if (!total) throw new Error(`le récapitulatif ne montre pas de total (${review.status} ${review.to ?? ''})`);
  return total;
}

async function crowd(t, { deaf, kill }) {
  const { shop } = t;
  // The client has a descriptor per socket, each web process too; and the browser-side addresses are ours.
  const most = Math.min(t.options.sockets, t.options.files - 1500);
  if (most < t.options.sockets) t.note(`${most} au lieu de ${t.options.sockets} : la limite de descripteurs est ${t.options.files}`);
  const cookies = await shop.staffCookies(Math.ceil(most / 10) + 1);
  const before = shop.webs.map((w) => w.size());
  const quiet = Math.floor(most * deaf);
  const started = Date.now();
  const crowds = shop.webPorts.map(() => new Sockets(shop, cookies));
  const half = Math.floor((most - quiet) / 2);
  await Promise.all(crowds.map((c, i) => c.open(half, shop.webPorts[i], { reconnect: true, ports: kill ? shop.webPorts : undefined })));
  const mute = new Sockets(shop, cookies.slice(-Math.ceil(quiet / 10) - 1));
  if (quiet) await mute.open(quiet, shop.webPorts[0], { deaf: true });
  const open = () => crowds.reduce((n, c) => n + c.connected(), 0);
  const opened = open();
  const tookOpening = (Date.now() - started) / 1000;
  await sleep(2000);
  const after = shop.webs.map((w) => w.size());
  const perSocket = ((after[0] + after[1] - before[0] - before[1]) * 1024) / Math.max(1, opened + mute.connected());
  t.note(`${opened} ouvertes en ${tookOpening.toFixed(0)} s, ${perSocket.toFixed(0)} Kio chacune`);
  t.expect(`${opened} ouvertes sur ${half * 2}, refus : ${[...new Set(crowds.flatMap((c) => c.refused))]}`, opened >= half * 2 * 0.99);
  // Orders while they look: how late does the last one hear of it?
  const { Load } = await import('./load.mjs');
  t.load = new Load(shop, `${t.name}-${Date.now().toString(36)}`);
  const late = [];
  let heard = 0;
  for (let i = 0; i < 3; i++) {
    crowds.forEach((c) => (c.heard = []));
    const order = await t.load.order();
    if (!order) break;
    await until(30, () => crowds.reduce((n, c) => n + c.heard.length, 0) >= open() * 0.999, 50);
    const all = crowds.flatMap((c) => c.heard);
    heard = all.length;
    for (const at of all) late.push(Math.max(0, at - order.at));
    await sleep(500);
  }
  const p99 = percentile(late, 0.99);
  t.note(`une commande arrive sur ${heard} écrans, p50 ${Math.round(percentile(late, 0.5))} ms, p99 ${Math.round(p99)} ms`);
  t.expect(`seulement ${heard} écrans sur ${open()} l’apprennent`, heard >= opened * 0.99);
  t.expect(`p99 de ${Math.round(p99)} ms`, p99 < 5000);
  if (kill) {
    const closed = crowds[0].closes.length;
    t.t0 = Date.now();
    await shop.webs[0].kill();
    await until(60, () => open() >= half * 2 * 0.99, 200);
    t.recovered = (Date.now() - t.t0) / 1000;
    t.note(`web tué : ${crowds[0].closes.length - closed} coupées, ${open()} ouvertes après ${t.recovered.toFixed(1)} s`);
    t.expect(`${open()} revenues sur ${half * 2}`, open() >= half * 2 * 0.99);
  }
  if (quiet) t.note(`${quiet} qui ne lisent pas : les autres à l’heure`);
  [...crowds, mute].forEach((c) => c.close());
  await sleep(1000);
  await t.load.stop();
  await shop.heal();
  await shop.settle(30);
}
