// Full disks, taken connections, locks, wrong clocks, migrations that fail, backups.
import { execFile, spawn, spawnSync } from 'node:child_process';
import { mkdirSync, openSync, readFileSync, readdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { Process, sleep, until } from './processes.mjs';

const run = promisify(execFile);
const isRoot = process.getuid() === 0;

// A small disk of its own; null where that is not allowed.
async function smallDisk(shop, name, megabytes) {
  const path = `${shop.dir}/${name}`;
  mkdirSync(path, { recursive: true });
  if (!isRoot || spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', path]).status !== 0) return null;
  const away = async () => void spawnSync('umount', [path]);
  shop.cleanups.push(away);
  return { path, away };
}
const needsRoot = () => (isRoot ? null : 'il faut root pour monter un petit disque (tmpfs)');

// psql in the background, idle, holding what it took until it is ended.
function hold(shop, statement) {
  const child = spawn('psql', ['-X', '-q', shop.databaseUrl], { stdio: ['pipe', 'ignore', 'ignore'] });
  child.stdin.write(`${statement};\n`);
  child.stdin.on('error', () => {}); // one that found no place has ended already
  const ended = new Promise((done) => child.once('exit', done));
  return { release: () => (child.kill('SIGTERM'), ended) };
}

// Not the program faketime: it starts a child that it does not take with it. For a process of many threads there is a
// library of its own.
const fakeClock = spawnSync('sh', ['-c', 'ls /usr/lib/*/faketime/libfaketimeMT.so.1'], { encoding: 'utf8' }).stdout.trim().split('\n')[0];
const wrong = (shift) => ({ LD_PRELOAD: fakeClock, FAKETIME: shift, DONT_FAKE_MONOTONIC: '1' });

export const cases = {
  F16: {
    title: 'disque plein sous PostgreSQL',
    needs: needsRoot,
    async run(t) {
      const { shop } = t;
      const disk = await smallDisk(shop, 'small-pg', 700);
      if (!disk) throw new Error('le petit disque n’a pas pu être monté');
      await Promise.all([...shop.webs, ...shop.workers, shop.beat].map((p) => p.stop()));
      await shop.pg.stop('SIGINT');
      await run('cp', ['-a', `${shop.pgDir}/data`, `${disk.path}/data`]);
      await run('chown', [`${shop.pgAccount.name}:`, disk.path]);
      const whole = shop.pg;
      shop.pg = shop.postgres(`${disk.path}/data`).start();
      shop.pg.name = 'postgres';
      [...shop.webs, ...shop.workers, shop.beat].forEach((p) => p.start());
      await shop.heal();
      const filler = `${disk.path}/filler`;
      let refused = 0;
      await t.underLoad({ after: 6, settle: 120 }, async () => {
        spawnSync('sh', ['-c', `dd if=/dev/zero of=${filler} bs=64k 2>/dev/null`]);
        // Bulky writes use up what PostgreSQL still has in its own files.
        for (let i = 0; i < 12; i++) {
          await shop.ask("insert into jobs (queue, topic, payload, state, done_at) select 'emails', 'bulk', jsonb_build_object('x', repeat(md5(i::text), 200)), 'done', now() from generate_series(1, 4000) i", 'shop', 8000).catch(() => (refused += 1));
          await sleep(300);
        }
        await sleep(3000);
        const free = statfsSync(disk.path);
        t.note(`${Math.round((free.bavail * free.bsize) / 1e6)} Mo libres au plus bas, ${refused} écritures en bloc refusées`);
        rmSync(filler);
        if (!shop.pg.child) {
          t.note('PostgreSQL s’est arrêté faute de place (PANIC) ; relancé après');
          shop.pg.start();
        }
      });
      t.expect('le disque n’a pas été plein pour PostgreSQL', refused > 0);
      t.copiesAllowed = 8;
      await shop.ask("delete from jobs where topic = 'bulk'");
      await shop.ask('vacuum full jobs');
      t.expect('une somme de contrôle est fausse', !/checksum/i.test(shop.pg.log().split('\n').filter((l) => /ERROR|PANIC|FATAL/.test(l)).join('\n')));
      // Back to the real disk, with what happened meanwhile.
      await Promise.all([...shop.webs, ...shop.workers, shop.beat].map((p) => p.stop()));
      await shop.pg.stop('SIGINT');
      await run('rm', ['-rf', `${shop.pgDir}/data`]);
      await run('cp', ['-a', `${disk.path}/data`, `${shop.pgDir}/data`]);
      shop.pg = whole.start();
      [...shop.webs, ...shop.workers, shop.beat].forEach((p) => p.start());
      await shop.heal();
      await disk.away();
    },
  },
  F17: {
    title: 'disque plein : images, journaux, sauvegardes',
    needs: needsRoot,
    async run(t) {
      const { shop } = t;
      // Logs that cannot be written do not stop the shop.
      const [web] = shop.webs;
      await web.stop();
      web.stdout = openSync('/dev/full', 'w');
      web.env.LOG_LEVEL = 'info';
      web.start();
      await shop.heal();
      await t.underLoad({ after: 2 }, async () => {
        t.expect('sans place pour son journal, web ne répond plus', (await shop.get(shop.webPorts[0], '/univers')).status === 200);
      });
      t.expect('sans place pour son journal, web s’est arrêté', web.exits.every((e) => e.at < t.t0));
      t.expect('une requête a échoué', t.load.failures().length === 0);
      await web.stop();
      web.stdout = undefined;
      web.env.LOG_LEVEL = 'warn';
      web.start();
      // A backup that does not fit is refused, leaves nothing, keeps the good one.
      const env = { ...process.env, ...shop.env, SMARTMARKET: shop.program('smartmarket') };
      const disk = await smallDisk(shop, 'small-backups', 1);
      const backup = await run(`${shop.root}/scripts/backup.sh`, ['trop'], { env: { ...env, BACKUP_DIR: disk.path } }).then(() => ({ code: 0 }), (e) => ({ code: e.code, text: `${e.stdout}${e.stderr}` }));
      t.expect('une sauvegarde sans place finit par 0', backup.code !== 0);
      t.expect(`le message ne dit pas la place : ${backup.text?.slice(0, 120)}`, /place/.test(backup.text ?? ''));
      t.expect('une moitié de sauvegarde reste', readdirSync(disk.path, { withFileTypes: true }).filter((f) => f.isDirectory()).length === 0);
      await disk.away();
      // A picture that does not fit: no half file.
      const media = await smallDisk(shop, 'small-media', 1);
      writeFileSync(`${media.path}/filler`, Buffer.alloc(1_040_000));
      await shop.ask('create database no_room', 'postgres');
      const own = { DATABASE_URL: shop.urlOf('no_room'), MEDIA_DIR: media.path };
      await shop.manage(['migrate'], 60_000, own);
      const pictures = await shop.tryManage(['seed-demo'], own, 120_000);
      t.expect('des images sans place finissent par 0', pictures.code !== 0);
      t.expect(`le message ne dit pas la place : ${pictures.text.slice(-160)}`, /space|place/.test(pictures.text));
      const halves = spawnSync('find', [media.path, '-name', '*.partial'], { encoding: 'utf8' }).stdout.trim();
      t.expect(`des moitiés d’images restent : ${halves}`, halves === '');
      await media.away();
      await shop.ask('drop database no_room with (force)', 'postgres');
      t.note('journal sur un disque plein : la boutique continue ; sauvegarde refusée, rien ne reste ; image refusée, aucune moitié');
    },
  },
  F18: {
    title: 'connexions épuisées (pool de 5, puis max_connections)',
    async run(t) {
      const { shop } = t;
      await Promise.all(shop.webs.map((w) => w.stop()));
      shop.webs.forEach((w) => (w.env.DB_POOL_SIZE = '5'));
      shop.webs.forEach((w) => w.start());
      await shop.heal();
      await t.underLoad({ after: 4 }, async () => {
        const lock = hold(shop, 'begin; lock table carts in access exclusive mode;select 1');
        await sleep(500);
        const slow = Promise.all(Array.from({ length: 200 }, (_, i) => shop.get(shop.webPorts[i % 2], '/panier', { cookie: `cart=00000000-0000-4000-8000-0000000${String(10000 + i)}` }, 30_000)));
        await sleep(1500);
        const ready = await Promise.all(shop.webPorts.map((p) => shop.get(p, '/health/ready/')));
        t.expect(`ready répond ${ready.map((r) => r.status)} pendant que le pool est plein`, ready.every((r) => r.status === 200));
        const answers = await slow;
        const times = answers.map((a) => a.ms).sort((a, b) => a - b);
        t.expect('une réponse autre que 503', answers.every((a) => a.status === 503 && a.headers['retry-after']));
        t.note(`200 pages bloquées : 503 avec Retry-After, p99 ${Math.round(times[197])} ms ; ready répond`);
        await lock.release();
        // Then every connection that the server gives.
        const hogs = [];
        for (let i = 0; i < 110; i++) hogs.push(hold(shop, 'select 1'));
        await sleep(5000);
        const full = await Promise.all(shop.webPorts.map((p) => shop.get(p, '/health/ready/')));
        t.expect(`max_connections atteint : ready répond ${full.map((r) => r.status)}`, full.every((r) => r.status === 200));
        await Promise.all(hogs.map((h) => h.release()));
      });
      await Promise.all(shop.webs.map((w) => w.stop()));
      shop.webs.forEach((w) => delete w.env.DB_POOL_SIZE);
      shop.webs.forEach((w) => w.start());
    },
  },
  F19: {
    title: 'table verrouillée 12 s',
    async run(t) {
      const { shop } = t;
      await t.underLoad({ after: 6 }, async () => {
        const lock = hold(shop, 'begin; lock table products in access exclusive mode;select 1');
        await sleep(500);
        const page = await shop.get(shop.webPorts[0], `/p/${shop.goods[0].slug}?x=${Date.now()}`, { cookie: 'cart=00000000-0000-4000-8000-000000000000' }, 20_000);
        t.expect(`une page bloquée met ${Math.round(page.ms)} ms`, page.ms < 7000);
        t.expect(`une page bloquée répond ${page.status}`, page.status === 503);
        const other = await shop.get(shop.webPorts[0], '/suivi', {}, 8000);
        t.expect(`une page sans produit répond ${other.status}`, other.status === 200);
        await sleep(Math.max(0, 11_000 - (page.ms + other.ms)));
        await lock.release();
        t.note(`page bloquée : 503 en ${(page.ms / 1000).toFixed(1)} s ; page sans produit : ${Math.round(other.ms)} ms`);
      });
    },
  },
  F21: {
    title: 'horloge d’un web en avance, puis en retard d’une heure',
    needs: () => (fakeClock ? null : 'la bibliothèque faketime manque (apt-get install faketime)'),
    async run(t) {
      const { shop } = t;
      const [one] = shop.webs;
      const beats = [];
      await t.underLoad({ after: 2 }, async () => {
        for (const shift of ['+1h', '-1h']) {
          await one.stop();
          Object.assign(one.env, wrong(shift));
          one.start();
          beats.push(new Process(`beat${shift}`, [shop.program('smartmarket-worker'), 'beat'], { dir: shop.dir, env: { ...shop.env, ...wrong(shift) } }).start());
          await until(20, async () => (await shop.get(shop.webPorts[0], '/health/ready/')).status === 200);
          await sleep(6000);
        }
      });
      await Promise.all(beats.map((b) => b.stop()));
      await one.stop();
      for (const name of Object.keys(wrong(''))) delete one.env[name];
      one.start();
      const twice = await shop.number("select count(*) from (select 1 from jobs where dedupe_key like 'cron:%' group by topic, date_trunc('minute', run_at), dedupe_key having count(*) > 1) d");
      const early = await shop.number("select count(*) from jobs where dedupe_key like 'cron:%' and run_at > now() + interval '2 minutes'");
      t.expect(`${twice} passage(s) en double, ${early} en avance`, twice === 0 && early === 0);
      t.expect('une requête a échoué', t.load.failures().length === 0);
      t.note('web et un beat de plus à +1 h et −1 h ; fuseaux et changement d’heure : tests de jobs (beat)');
    },
  },
  F22: {
    title: 'serveur de courriel : absent, 4xx, 5xx, muet, coupe, TLS',
    async run(t) {
      const { shop } = t;
      await t.underLoad({ before: 1, after: 2, shoppers: 2, settle: 120 }, async () => {
        for (const mode of ['away', '4xx', '5xx', 'hang', 'drop']) {
          shop.mail.set(mode);
          await sleep(3500);
          t.expect(`${mode} : une commande a échoué`, t.load.failures().length === 0);
        }
        await sleep(9000); // one that hangs is cut after 10 s
        // A server that cannot speak TLS.
        await Promise.all(shop.workers.map((w) => w.stop()));
        const tls = shop.worker('worker-tls', { env: { SMTP_URL: `smtps://127.0.0.1:${shop.mail.port}` } });
        tls.keep = false;
        shop.mail.set('accept');
        await shop.ask("update jobs set run_at = now() where state = 'ready' and topic like 'email.%'");
        tls.start();
        const taken = shop.mail.taken.length;
        await sleep(4000);
        await tls.stop();
        t.expect('un courriel est parti sans TLS', shop.mail.taken.length === taken);
        shop.workers.forEach((w) => w.start());
        const dead = await shop.number("select count(*) from jobs where state = 'dead'");
        const errors = await shop.ask("select distinct left(last_error, 60) from jobs where last_error is not null and topic like 'email.%' limit 8");
        t.expect('un refus définitif (5xx) n’est pas abandonné', dead > 0);
        t.note(`${dead} abandonnée(s) (5xx), relancées par « jobs retry --dead » ; le reste réessayé avec délai`);
        t.errors = errors;
        // What the operator does once the server is back; the pauses are not waited for.
        await shop.manage(['jobs', 'retry', '--dead']);
        await shop.ask("update jobs set run_at = now() where state = 'ready' and topic like 'email.%'");
      });
      t.expect('une commande a attendu le courriel', t.load.percentile(0.99) < 5000);
    },
  },
  F25: {
    title: 'migration qui échoue, attend un verrou, est tuée ; index INVALID',
    async run(t) {
      const { shop } = t;
      await shop.ask('create database half', 'postgres');
      const env = { DATABASE_URL: shop.urlOf('half') };
      const ask = (sql) => shop.ask(sql, 'half');
      // In the way of a migration that makes several tables: its last one is there already.
      const file = readdirSync(`${shop.root}/migrations`).sort().findLast((f) => (readFileSync(`${shop.root}/migrations/${f}`, 'utf8').match(/^create table/gim) ?? []).length > 1);
      const version = file.split('_')[0];
      const tables = [...readFileSync(`${shop.root}/migrations/${file}`, 'utf8').matchAll(/^create table (?:if not exists )?(\w+)/gim)].map((m) => m[1]);
      const there = () => ask(`select count(*) from information_schema.tables where table_schema = 'public' and table_name in ('${tables.join("','")}')`);
      await ask(`create table ${tables.at(-1)} (wrong int)`);
      const blocked = await shop.tryManage(['migrate'], env);
      t.expect('une migration impossible finit par 0', blocked.code !== 0);
      t.expect('elle compte comme appliquée', (await ask(`select count(*) from _sqlx_migrations where version = ${version}`)) === '0');
      t.expect('une partie en est restée', (await there()) === '1');
      await ask(`drop table ${tables.at(-1)}`);
      // Killed while it waits for a lock.
      const lock = spawn('psql', ['-X', '-q', shop.urlOf('half')], { stdio: ['pipe', 'ignore', 'ignore'] });
      lock.stdin.write('begin; lock table _sqlx_migrations in access exclusive mode; select 1;\n');
      await sleep(500);
      const migrate = spawn(shop.program('smartmarket'), ['migrate'], { env: { ...process.env, ...shop.env, ...env }, stdio: 'ignore' });
      await sleep(1500);
      migrate.kill('SIGKILL');
      lock.kill('SIGTERM');
      await sleep(300);
      const again = await shop.tryManage(['migrate'], env);
      t.expect(`la reprise finit par ${again.code} : ${again.text.slice(0, 200)}`, again.code === 0);
      t.expect('le schéma n’est pas entier', (await there()) === String(tables.length));
      // An index that could not be built is found by name.
      await ask("insert into jobs (queue, topic, payload) values ('emails', 'x', '{}'), ('emails', 'x', '{}')");
      await ask('create unique index concurrently half_built on jobs (topic)').catch(() => {});
      const doctor = await shop.tryManage(['doctor'], env);
      t.expect('doctor ne nomme pas l’index INVALID', doctor.text.includes('half_built'));
      t.note('refusée entière, tuée sans trace, reprise entière ; index INVALID nommé par doctor ; la boutique a servi sur sa base');
      await t.underLoad({ before: 1, after: 2 }, async () => {});
      await shop.ask('drop database half with (force)', 'postgres');
    },
  },
  F26: {
    title: 'une version sur le schéma de la suivante',
    async run(t) {
      const { shop } = t;
      // A migration that this release does not know: it only adds.
      await t.underLoad({ after: 8 }, async () => {
        await shop.ask(`begin; alter table orders add column note_of_the_next_release text; create table of_the_next_release (id int);
          insert into _sqlx_migrations (version, description, installed_on, success, checksum, execution_time) values (29990101000000, 'next release', now(), true, '\\x00', 1); commit`);
        // A new process of this release, as after a rollback.
        await shop.webs[0].stop();
        await shop.workers[0].stop();
        shop.webs[0].start();
        shop.workers[0].start();
      });
      // A job of the next release, one with a newer payload, and one written by the last release.
      await shop.ask("insert into jobs (queue, topic, payload) values ('emails', 'email.next_release', '{\"v\": 1}'), ('maintenance', 'jobs.debug', '{\"v\": 9}'), ('maintenance', 'jobs.debug', '{\"v\": 1, \"gone\": true}')");
      await until(10, async () => (await shop.ask("select state from jobs where payload ? 'gone'")) === 'done');
      await sleep(1500);
      const migrate = await shop.tryManage(['migrate']);
      t.expect(`migrate finit par ${migrate.code}`, migrate.code === 0);
      const left = await shop.ask("select string_agg(state, ',' order by id) from jobs where topic = 'email.next_release' or payload ? 'gone' or payload ->> 'v' = '9'");
      t.expect(`tâches de la version suivante, d’une charge plus neuve, d’une charge ancienne : ${left}`, left === 'ready,ready,done');
      t.expect('une requête a échoué', t.load.failures().length === 0);
      await shop.ask("delete from jobs where topic = 'email.next_release' or payload ->> 'v' = '9'; delete from _sqlx_migrations where version = 29990101000000; alter table orders drop column note_of_the_next_release; drop table of_the_next_release");
      t.note('web et worker redémarrés sur le schéma plus neuf ; migrate le laisse ; tâches inconnues laissées en file, anciennes exécutées');
    },
  },
  F29: {
    title: 'sauvegarde abîmée de neuf façons',
    async run(t) {
      await drill(t, /: refusé/);
    },
  },
  F30: {
    title: 'tout est perdu : restauration',
    async run(t) {
      await drill(t, /./);
    },
  },
};

// scripts/test-backup is the drill; it runs once for both cases.
let drilled;
async function drill(t, pattern) {
  const { shop } = t;
  const env = { ...process.env, BIN_DIR: shop.bin };
  for (const name of ['DATABASE_URL', 'REDIS_URL', 'FAULTS_OPTIONS']) delete env[name];
  drilled ??= run(`${shop.root}/scripts/test-backup`, [], { env, maxBuffer: 16e6, timeout: 280_000 }).then((r) => r.stdout, (e) => `${e.stdout}\n${e.stderr}`);
  const lines = (await drilled).replaceAll(/\x1b\[[0-9;]*m/g, '').split('\n');
  const fine = lines.filter((l) => /^\s*✓/.test(l) && pattern.test(l)).length;
  const bad = lines.filter((l) => /^\s*✗/.test(l));
  for (const line of bad) t.expect(line.trim(), !pattern.test(line));
  t.expect(`l’exercice n’est pas allé au bout : ${lines.slice(-4).join(' / ')}`, lines.some((l) => /\d+ réussis/.test(l)));
  const times = lines.filter((l) => /RPO|RTO/.test(l)).map((l) => l.trim().replaceAll(/\s+/g, ' ')).slice(0, 3);
  t.note(pattern.source === '.' ? `scripts/test-backup : ${fine} points ; ${times.join(' ; ')}` : `scripts/test-backup : ${fine} refus, rien n’est touché`);
  t.requests = 0;
  t.failed = 0;
}
