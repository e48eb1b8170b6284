// A whole shop on this machine, for itself alone: PostgreSQL (fsync on), Redis (AOF), two web processes, two workers, beat,
// nginx in front, a mail server that obeys. Everything listens on 127.0.0.1 and lives in one folder.
import { execFile, execFileSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { chownSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import net from 'node:net';
import { promisify } from 'node:util';
import { MailServer } from './smtp.mjs';
import { Process, sleep, until } from './processes.mjs';

const run = promisify(execFile);

export function freePort() {
  return new Promise((done) => {
    const server = net.createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => done(port));
    });
  });
}

// A server that must not run as root gets the account of its package.
function account(name) {
  if (process.getuid() !== 0) return undefined;
  const line = execFileSync('getent', ['passwd', name], { encoding: 'utf8' }).trim().split(':');
  return { name, uid: Number(line[2]), gid: Number(line[3]) };
}

export class Shop {
  constructor({ root, dir, bin, pgBin }) {
    Object.assign(this, { root, dir, bin, pgBin, faketime: null });
    this.password = randomBytes(16).toString('hex');
  }

  async start(say) {
    await this.startPostgres();
    say('PostgreSQL');
    await this.startRedis();
    this.mail = new MailServer();
    await this.mail.start();
    say('Redis, courriels');
    await this.environment();
    await this.manage(['migrate']);
    await this.manage(['seed-demo'], 300_000);
    await this.manage(['collectstatic', '--noinput', '--dir', `${this.dir}/static`]);
    await this.stock();
    say('boutique de démonstration');
    await this.startApp();
    await this.startNginx();
    if (!(await until(40, () => this.isWell()))) throw new Error(`la boutique n’est pas prête : voyez ${this.dir}`);
    say('web ×2, worker ×2, beat, nginx');
  }

  // --- PostgreSQL -------------------------------------------------------------------------------------------------
  async startPostgres() {
    this.pgAccount = account('postgres');
    this.pgDir = `${this.dir}/pg`;
    mkdirSync(this.pgDir);
    writeFileSync(`${this.dir}/pg.password`, this.password);
    for (const path of [this.pgDir, `${this.dir}/pg.password`]) if (this.pgAccount) chownSync(path, this.pgAccount.uid, this.pgAccount.gid);
    const initdb = [`${this.pgBin}/initdb`, '-D', `${this.pgDir}/data`, '--username=smartmarket', `--pwfile=${this.dir}/pg.password`, '--auth=password', '--encoding=UTF8', '--locale=C.UTF-8', '--data-checksums', '--no-instructions'];
    const as = this.pgAccount ? ['setpriv', `--reuid=${this.pgAccount.name}`, `--regid=${this.pgAccount.gid}`, '--init-groups', '--'] : [];
    const [program, ...rest] = [...as, ...initdb];
    await run(program, rest, { cwd: '/' });
    this.pgPort = await freePort();
    this.pg = this.postgres(`${this.pgDir}/data`).start();
    if (!(await until(20, () => this.ask('select 1', 'postgres').then(() => true, () => false)))) throw new Error(`PostgreSQL : ${this.pg.log()}`);
    await this.ask('create database shop', 'postgres');
  }

  postgres(data) {
    const options = { listen_addresses: '127.0.0.1', port: this.pgPort, unix_socket_directories: '', max_connections: 100, shared_buffers: '128MB', fsync: 'on', max_wal_size: '128MB', timezone: 'UTC', log_min_messages: 'warning' };
    const command = [`${this.pgBin}/postgres`, '-D', data, ...Object.entries(options).flatMap(([k, v]) => ['-c', `${k}=${v}`])];
    const server = new Process('postgres', command, { dir: this.dir, account: this.pgAccount, lastWish: 'INT' });
    server.stopBy = 'SIGINT';
    return server;
  }

  get databaseUrl() {
    return this.urlOf('shop');
  }

  urlOf(database) {
    return `postgres://smartmarket:${this.password}@127.0.0.1:${this.pgPort}/${database}`;
  }

  // Bare values, a line each.
  async ask(sql, database = 'shop', timeout = 60_000) {
    const { stdout } = await run('psql', ['-X', '-q', '-A', '-t', '-v', 'ON_ERROR_STOP=1', this.urlOf(database), '-c', sql], { timeout, maxBuffer: 64e6 });
    return stdout.trim();
  }

  async number(sql) {
    return Number(await this.ask(sql));
  }

  // --- Redis ------------------------------------------------------------------------------------------------------
  async startRedis() {
    this.redisPort = await freePort();
    const as = account('redis');
    mkdirSync(`${this.dir}/redis`);
    const conf = `${this.dir}/redis/redis.conf`;
    // As in production: every second into the append-only file.
    writeFileSync(conf, `bind 127.0.0.1\nport ${this.redisPort}\nrequirepass ${this.password}\ndir ${this.dir}/redis\nappendonly yes\nappendfsync everysec\nsave ""\n`);
    if (as) for (const path of [`${this.dir}/redis`, conf]) chownSync(path, as.uid, as.gid);
    this.redis = new Process('redis', ['redis-server', conf], { dir: this.dir, account: as }).start();
    if (!(await until(10, () => this.redisCli(['ping']).then((t) => t === 'PONG', () => false)))) throw new Error('Redis ne répond pas');
  }

  async redisCli(args) {
    const { stdout } = await run('redis-cli', ['--no-auth-warning', '-p', this.redisPort, '-a', this.password, ...args], { timeout: 10_000 });
    return stdout.trim();
  }

  // --- the application --------------------------------------------------------------------------------------------
  async environment() {
    this.httpPort = await freePort();
    this.httpsPort = await freePort();
    for (const folder of ['media', 'indexes', 'backups', 'acme', 'static']) mkdirSync(`${this.dir}/${folder}`, { recursive: true });
    this.env = {
      SMARTMARKET_ENV: 'test',
      DATABASE_URL: this.databaseUrl,
      REDIS_URL: `redis://:${this.password}@127.0.0.1:${this.redisPort}/0`,
      SECRET_KEY: randomBytes(32).toString('hex'),
      PUBLIC_URL: `http://boutique.test:${this.httpPort}`,
      SMTP_URL: `smtp://127.0.0.1:${this.mail.port}`,
      MAIL_FROM: 'SmartMarket <boutique@smartmarket.example>',
      MEDIA_DIR: `${this.dir}/media`,
      INDEX_DIR: `${this.dir}/indexes`,
      BACKUP_DIR: `${this.dir}/backups`,
      LOG_FORMAT: 'json',
      LOG_LEVEL: 'warn',
      NO_COLOR: '1',
      RATE_LIMIT_FACTOR: '100000',
      TRUST_PROXY: 'true',
      SHUTDOWN_GRACE_SECONDS: '10',
    };
  }

  program(name) {
    return `${this.bin}/${name}`;
  }

  // A command of the runbook; its output.
  async manage(args, timeout = 60_000, env = {}) {
    const { stdout } = await run(this.program('smartmarket'), args, { env: { ...process.env, ...this.env, ...env }, timeout, maxBuffer: 64e6 });
    return stdout;
  }

  // The same, when an exit code other than 0 is an answer: { code, text }.
  async tryManage(args, env = {}, timeout = 60_000) {
    try {
      return { code: 0, text: await this.manage(args, timeout, env) };
    } catch (e) {
      return { code: e.code ?? -1, text: `${e.stdout ?? ''}${e.stderr ?? ''}` };
    }
  }

  // Twenty articles that never run out, with their ledger.
  async stock() {
    const picked = `select v.id from variants v join products p on p.id = v.product_id join stock_levels s on s.variant_id = v.id
                     where p.status = 'active' and not exists (select from variants w where w.product_id = p.id and w.id <> v.id) order by v.id limit 20`;
    await this.ask(`with picked as (${picked}), moved as (insert into stock_movements (variant_id, delta, reason) select id, 1000000, 'correction' from picked)
                    update stock_levels set on_hand = on_hand + 1000000 where variant_id in (select id from picked)`);
    await this.ask('update products p set available = (select least(coalesce(sum(s.on_hand - s.reserved), 0), 9999) from variants v join stock_levels s on s.variant_id = v.id where v.product_id = p.id)');
    const rows = await this.ask(`select v.id || ' ' || t.slug from variants v join product_texts t on t.product_id = v.product_id and t.lang = 'fr' where v.id in (${picked})`);
    this.goods = rows.split('\n').map((r) => ({ variant: r.split(' ')[0], slug: r.split(' ')[1] }));
  }

  async startApp() {
    this.webPorts = [await freePort(), await freePort()];
    this.webs = this.webPorts.map((port, i) => this.web(`web${i + 1}`, port).start());
    this.workers = [1, 2].map((i) => this.worker(`worker${i}`).start());
    this.beat = new Process('beat', [this.program('smartmarket-worker'), 'beat'], { dir: this.dir, env: this.env, keep: true }).start();
  }

  web(name, port, { env = {}, before = [] } = {}) {
    return new Process(name, [...before, this.program('smartmarket'), 'serve'], { dir: this.dir, env: { ...this.env, LISTEN_ADDR: `127.0.0.1:${port}`, ...env }, keep: true });
  }

  worker(name, { env = {}, before = [] } = {}) {
    return new Process(name, [...before, this.program('smartmarket-worker'), 'run'], { dir: this.dir, env: { ...this.env, ...env }, keep: true });
  }

  // nginx exactly as in production (deploy/nginx/render.sh), on loopback only and without limits for this machine.
  async startNginx() {
    const run_ = `${this.dir}/nginx`;
    this.accessLog = `${this.dir}/access.log`;
    const env = {
      ...process.env, NGINX_RUN: run_, NGINX_HOSTS: 'boutique.test', NGINX_HTTP_PORT: this.httpPort, NGINX_HTTPS_PORT: this.httpsPort,
      NGINX_STATUS_PORT: await freePort(), NGINX_UPSTREAM: this.webPorts.map((p) => `127.0.0.1:${p}`).join(' '), STATIC_DIR: `${this.dir}/static`,
      MEDIA_DIR: `${this.dir}/media`, ACME_DIR: `${this.dir}/acme`, NGINX_ACCESS_LOG: this.accessLog, NGINX_TRUSTED_PROXIES: '', NGINX_TLS_DIR: '',
      NGINX_UNLIMITED_FROM: '127.0.0.0/8',
    };
    await run(`${this.root}/deploy/nginx/render.sh`, [], { env });
    const servers = `${run_}/generated/servers.conf`;
    const text = readFileSync(servers, 'utf8');
    writeFileSync(servers, text.replaceAll(/listen \[::\]:\d+[^;]*;/g, '').replaceAll(/listen (\d+)(?![.\d])/g, 'listen 127.0.0.1:$1'));
    this.nginx = new Process('nginx', ['nginx', '-c', `${run_}/nginx.conf`, '-g', 'daemon off;'], { dir: this.dir, keep: true }).start();
  }

  // `n` members of staff with a session each, made without signing in (the time of password hashing is not the matter
  // here): as the application keeps them, under the hash of the cookie.
  async staffCookies(n) {
    await this.ask(`insert into users (email, full_name, role) select 'personnel-' || i || '@essai.example', 'Essai ' || i, 'support' from generate_series(1, ${n}) i on conflict (email) do nothing`);
    const ids = (await this.ask(`select id from users where email like 'personnel-%@essai.example' order by id limit ${n}`)).split('\n').map(Number);
    const now = new Date().toISOString();
    const lines = [];
    const cookies = ids.map((id) => {
      const cookie = randomBytes(16).toString('base64url');
      const key = `session:${createHash('sha256').update(cookie).digest('hex')}`;
      const value = JSON.stringify([{ staff: { id, epoch: 0, since: now, seen: now } }, Math.floor(Date.now() / 1000) + 1_209_600]);
      lines.push(`SET ${key} '${value}' EX 1209600`);
      return cookie;
    });
    const answer = execFileSync('redis-cli', ['--no-auth-warning', '-p', this.redisPort, '-a', this.password], { input: lines.join('\n'), encoding: 'utf8' });
    if (answer.split('\n').filter((l) => l === 'OK').length !== n) throw new Error(`sessions : ${answer.slice(0, 200)}`);
    return cookies;
  }

  // --- how it is --------------------------------------------------------------------------------------------------
  get(port, path, headers = {}, timeout = 5000) {
    return new Promise((done) => {
      const started = performance.now();
      const answer = (status, text = '', head = {}) => done({ status, text, headers: head, ms: performance.now() - started });
      const req = http.get({ host: '127.0.0.1', port, path, headers: { host: `boutique.test:${this.httpPort}`, ...headers }, agent: false, timeout }, (res) => {
        const parts = [];
        res.on('data', (p) => parts.push(p)).on('end', () => answer(res.statusCode, Buffer.concat(parts).toString('utf8'), res.headers)).on('error', () => answer(0));
      });
      req.on('timeout', () => req.destroy()).on('error', () => answer(0));
    });
  }

  async isWell() {
    const answers = await Promise.all([...this.webPorts.map((p) => this.get(p, '/health/ready/')), this.get(this.httpPort, '/health/ready/')]);
    if (!answers.every((a) => a.status === 200 && a.text.includes('"status":"ok"'))) return false;
    return (await this.number("select count(*) from job_workers where kind = 'worker' and stopped_at is null and last_seen_at > now() - interval '8 seconds'").catch(() => 0)) >= 2;
  }

  // Everything that may have been left broken by a case is put right.
  async heal() {
    this.mail.set('accept');
    this.mail.after = null;
    for (const p of [this.pg, this.redis, ...this.webs, ...this.workers, this.beat, this.nginx]) {
      p.signal('SIGCONT');
      if (!p.child) p.start();
    }
    if (!(await until(40, () => this.isWell(), 250))) throw new Error(`la boutique ne se remet pas : voyez ${this.dir}`);
  }

  // Until nothing waits and nothing runs; seconds it took, or null.
  async settle(seconds = 60) {
    const started = Date.now();
    const waiting = "select count(*) from jobs where state = 'running' or (state = 'ready' and run_at < now() + interval '3 minutes' and topic like 'email.%') or (state = 'ready' and run_at <= now())";
    const done = await until(seconds, () => this.number(waiting).then((n) => n === 0, () => false), 300);
    return done ? (Date.now() - started) / 1000 : null;
  }
}

export { sleep, until };
