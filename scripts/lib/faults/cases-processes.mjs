// Web processes and workers that die, stop, freeze.
import { readdirSync } from 'node:fs';
import { sleep, until } from './processes.mjs';
import { Sockets } from './sockets.mjs';

export const cases = {
  F01: {
    title: 'web tué (kill -9) sous charge',
    async run(t) {
      await t.underLoad({}, async () => {
        for (const web of [0, 1, 0, 1, 0, 1]) {
          await t.shop.webs[web].kill();
          await until(10, async () => (await t.shop.get(t.shop.webPorts[web], '/health/ready/')).status === 200);
        }
      });
      t.note('six fois tué, l’un puis l’autre');
    },
  },
  F02: {
    title: 'web arrêté (SIGTERM) sous charge',
    async run(t) {
      const { shop } = t;
      const sockets = new Sockets(shop, await shop.staffCookies(1));
      await sockets.open(8, shop.httpPort, { reconnect: true });
      await t.underLoad({}, async () => {
        shop.webs[0].signal('SIGTERM');
        await shop.webs[0].ended;
      });
      t.note(`arrêté en ${((shop.webs[0].exits.at(-1).at - t.t0) / 1000).toFixed(1)} s`);
      const { code, signal } = shop.webs[0].exits.at(-1);
      t.expect(`le processus finit par ${code ?? signal} au lieu de 0`, code === 0);
      await until(10, () => sockets.connected() === 8);
      const codes = sockets.closes.map((c) => c.code);
      t.expect(`WebSockets fermées par ${codes.join(', ') || 'rien'} au lieu de 1001`, codes.length > 0 && codes.every((c) => c === 1001));
      t.expect(`${sockets.connected()} WebSockets sur 8 revenues`, sockets.connected() === 8);
      t.expect(`${t.load.failures().length} requête(s) en échec au lieu de 0`, t.load.failures().length === 0);
      t.note(`${codes.length} WebSockets fermées en 1001, toutes revenues, p95 ${Math.round(sockets.backAfter(0.95))} ms`);
      sockets.close();
    },
  },
  F03: {
    title: 'worker tué au milieu d’une tâche, en boucle',
    async run(t) {
      const { shop } = t;
      shop.mail.set('accept', 300);
      const kills = t.options.kills;
      await t.underLoad({ shoppers: 5, after: 3, settle: 120 }, async () => {
        for (let i = 0; i < kills; i++) {
          const worker = shop.workers[i % 2];
          await until(5, () => worker.child);
          // In the middle of something, not between two things.
          await until(4, async () => (await shop.number(`select count(*) from jobs j join job_workers w on w.id = j.lease_by where j.state = 'running' and w.pid = ${worker.pid ?? 0}`).catch(() => 0)) > 0, 30);
          await worker.kill();
          await sleep(150);
        }
      });
      t.copiesAllowed = kills * 8;
      const most = await shop.number(`select coalesce(max(attempts), 0) from jobs where created_at > now() - interval '10 minutes'`);
      t.note(`${kills} fois tué, au plus ${most} essais pour une tâche`);
    },
  },
  F04: {
    title: 'worker tué entre le « 250 » du serveur de courriel et la fin de la tâche',
    async run(t) {
      const { shop } = t;
      const [one, two] = shop.workers;
      await two.stop();
      let kills = 0;
      let last = 0;
      const wanted = 4;
      await t.underLoad({ shoppers: 2, after: 14, settle: 90 }, async () => {
        shop.mail.after = () => {
          if (kills >= wanted || Date.now() - last < 2500 || !one.child) return;
          kills += 1;
          last = Date.now();
          one.signal('SIGKILL');
        };
      });
      // Up to eight mails are on their way at once: one copy of each.
      t.copiesAllowed = kills * 8;
      t.expect('personne n’a été tué à l’instant voulu', kills > 0);
      t.note(`${kills} fois tué à cet instant`);
    },
  },
  F05: {
    title: 'worker arrêté (SIGTERM) avec de longues tâches',
    async run(t) {
      const { shop } = t;
      // Longer than the grace of 3 s that this worker gives, shorter than the 10 s that it gives a mail server.
      shop.mail.set('accept', 8000);
      await Promise.all(shop.workers.map((w) => w.stop()));
      const slow = shop.worker('worker3', { env: { SHUTDOWN_GRACE_SECONDS: '3' } });
      slow.keep = false;
      await t.underLoad({ shoppers: 6, before: 6, after: 2, settle: 120 }, async () => {
        slow.start();
        await until(20, async () => (await shop.number("select count(*) from jobs where state = 'running' and topic like 'email.%'")) >= 8);
        const started = Date.now();
        slow.signal('SIGTERM');
        await slow.ended;
        const took = (Date.now() - started) / 1000;
        const left = await shop.number("select count(*) from jobs where state = 'running'");
        const used = await shop.number("select coalesce(max(attempts), 0) from jobs where state = 'ready' and topic like 'email.%'");
        t.expect(`le worker met ${took.toFixed(1)} s à s’arrêter`, took < 6);
        t.expect(`${left} tâche(s) restent prises`, left === 0);
        t.expect(`les tâches rendues ont déjà ${used} essai(s)`, used === 0);
        t.note(`arrêté en ${took.toFixed(1)} s, tâches rendues sans compter d’essai`);
        shop.mail.set('accept');
        shop.workers.forEach((w) => w.start());
      });
      t.copiesAllowed = 8;
    },
  },
  F06: {
    title: 'worker gelé au-delà de son bail, puis réveillé',
    async run(t) {
      const { shop } = t;
      const [one, two] = shop.workers;
      await two.stop();
      shop.mail.set('accept', 1500);
      await t.underLoad({ shoppers: 1, after: 2, settle: 60 }, async () => {
        await until(10, async () => (await shop.number("select count(*) from jobs where state = 'running' and topic like 'email.%'")) > 0, 30);
        one.signal('SIGSTOP');
        const frozen = (await shop.ask("select id from jobs where state = 'running' and topic like 'email.%'")).split('\n');
        two.start();
        await until(40, async () => (await shop.number(`select count(*) from jobs where id in (${frozen.join(',')}) and state <> 'done'`)) === 0, 300);
        const before = await shop.ask(`select sum(fence) from jobs where id in (${frozen.join(',')})`);
        one.signal('SIGCONT');
        await sleep(4000);
        const after = await shop.ask(`select sum(fence) from jobs where id in (${frozen.join(',')}) and state = 'done'`);
        t.expect('le revenant a changé une tâche finie par un autre', before === after);
        t.expect('le revenant n’a pas été refusé', /belongs to another worker|lease was lost|lost/.test(one.log()));
        t.note(`${frozen.length} tâche(s) reprise(s) par l’autre, le revenant refusé`);
        t.copiesAllowed = frozen.length;
      });
    },
  },
};

// The processes that PostgreSQL runs for connections of the shop.
export function children(pid) {
  const task = `/proc/${pid}/task`;
  try {
    return readdirSync(task);
  } catch {
    return [];
  }
}
