// PostgreSQL and Redis that die, freeze, fill up, lock.
import { sleep, until } from './processes.mjs';

const ready = (shop) => Promise.all(shop.webPorts.map((p) => shop.get(p, '/health/ready/')));

export const cases = {
  F08: {
    title: 'un processus de PostgreSQL tué (kill -9)',
    async run(t) {
      const { shop } = t;
      await t.underLoad({ after: 10 }, async () => {
        const pid = await shop.ask("select pid from pg_stat_activity where application_name = 'smartmarket' and pid <> pg_backend_pid() limit 1");
        process.kill(Number(pid), 'SIGKILL');
      });
      t.copiesAllowed = 8;
    },
  },
  F09: {
    title: 'PostgreSQL arrêté net 10 s (-m immediate)',
    async run(t) {
      const { shop } = t;
      await t.underLoad({ after: 12 }, async () => {
        await shop.pg.stop('SIGQUIT');
        await sleep(2000);
        const page = await shop.get(shop.webPorts[0], '/panier', { cookie: 'cart=00000000-0000-4000-8000-000000000000' });
        const live = await shop.get(shop.webPorts[0], '/health/live/');
        t.expect(`une page répond ${page.status} au lieu de 503`, page.status === 503);
        t.expect('la page ne dit pas quand revenir (Retry-After)', Boolean(page.headers['retry-after']));
        t.expect(`/health/live/ répond ${live.status}`, live.status === 200);
        await sleep(8000);
        shop.pg.start();
      });
      t.copiesAllowed = 8; // each worker may be between the mail server and its commit
      t.expect('un worker a été redémarré : il ne reprend pas seul', shop.workers.every((w) => w.exits.every((e) => e.at < t.t0)));
    },
  },
  F10: {
    title: 'PostgreSQL absent au démarrage (15 s)',
    async run(t) {
      const { shop } = t;
      const starters = [...shop.webs, ...shop.workers, shop.beat];
      await Promise.all(starters.map((p) => p.stop()));
      await shop.pg.stop('SIGINT');
      const from = Date.now();
      starters.forEach((p) => p.start());
      await until(10, async () => (await shop.get(shop.webPorts[0], '/health/live/')).status === 200);
      await sleep(5000);
      const live = await shop.get(shop.webPorts[0], '/health/live/');
      const [down] = await ready(shop);
      t.expect(`/health/live/ répond ${live.status} au lieu de 200`, live.status === 200);
      t.expect(`/health/ready/ répond ${down.status} au lieu de 503`, down.status === 503);
      await sleep(Math.max(0, 15_000 - (Date.now() - from)));
      t.expect('un processus est mort en attendant', starters.every((p) => p.exits.every((e) => e.at < from)));
      const back = Date.now();
      shop.pg.start();
      await until(30, () => shop.isWell(), 200);
      const took = (Date.now() - back) / 1000;
      await t.underLoad({ before: 1, after: 3 }, async () => {});
      t.recovered = took;
    },
  },
  F12: {
    title: 'Redis tué (kill -9), revenu 5 s après',
    async run(t) {
      const { shop } = t;
      const cookies = await shop.staffCookies(50);
      await sleep(1500); // the append-only file is written each second
      await t.underLoad({ after: 8 }, async () => {
        await shop.redis.kill();
        await sleep(1500);
        const browse = await shop.get(shop.webPorts[0], '/recherche?q=lampe', { cookie: 'cart=00000000-0000-4000-8000-000000000000' });
        t.expect(`une recherche répond ${browse.status} sans Redis`, browse.status === 200);
        const v = t.load.visitor();
        v.note = () => {};
        const form = await v.ask('GET', '/connexion');
        const csrf = /name="_csrf" value="([^"]+)"/.exec(form.text)?.[1] ?? '';
        const sign = await v.ask('POST', '/connexion', { _csrf: csrf, email: 'x@essai.example', password: 'une phrase assez longue' });
        t.expect(`une connexion répond ${sign.status} sans Redis au lieu d’être refusée`, [429, 503].includes(sign.status));
        await sleep(3500);
        shop.redis.start();
      });
      const kept = await Promise.all(cookies.map(async (c) => (await shop.get(shop.webPorts[1], '/admin/', { cookie: `sid=${c}` })).status === 200));
      const share = (100 * kept.filter(Boolean).length) / cookies.length;
      t.expect(`${share} % des sessions gardées`, share === 100);
      t.note(`${share} % des sessions gardées (AOF), pages servies et connexions refusées pendant la panne`);
    },
  },
  F13: {
    title: 'Redis vidé (FLUSHALL)',
    async run(t) {
      const { shop } = t;
      const cookies = await shop.staffCookies(20);
      const seen = async () => (await Promise.all(cookies.map((c) => shop.get(shop.webPorts[0], '/admin/', { cookie: `sid=${c}` })))).filter((a) => a.status === 200).length;
      const before = await seen();
      await t.underLoad({}, () => shop.redisCli(['flushall']));
      const after = await seen();
      t.expect(`${before} sessions avant, ${after} après`, before === cookies.length && after === 0);
      t.note(`${before} personnes connectées, toutes déconnectées ; paniers et commandes en cours intacts`);
      t.expect('une requête a échoué', t.load.failures().length === 0);
    },
  },
  F15: {
    title: 'Redis gelé 5 s',
    async run(t) {
      const { shop } = t;
      const [cookie] = await shop.staffCookies(1);
      const times = [];
      await t.underLoad({}, async () => {
        shop.redis.signal('SIGSTOP');
        const end = Date.now() + 5000;
        while (Date.now() < end) {
          times.push((await shop.get(shop.webPorts[0], '/recherche?q=lampe', { cookie: `sid=${cookie}; cart=00000000-0000-4000-8000-000000000000` })).ms);
          await sleep(100);
        }
        shop.redis.signal('SIGCONT');
      });
      const worst = Math.max(...times);
      t.expect(`une page a pris ${Math.round(worst)} ms`, worst < 1000);
      t.expect('une requête a échoué', t.load.failures().length === 0);
      t.note(`page la plus lente pendant le gel : ${Math.round(worst)} ms (${times.length} pages)`);
    },
  },
};
