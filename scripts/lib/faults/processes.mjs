// One process of ours: started with its lines in a file, restarted when it dies (as compose and systemd do), stopped by its number.
import { spawn } from 'node:child_process';
import { openSync, closeSync, readFileSync } from 'node:fs';

export const sleep = (ms) => new Promise((done) => setTimeout(done, ms));

// Tries until it is true or the time is over; says which.
export async function until(seconds, test, every = 100) {
  const end = Date.now() + seconds * 1000;
  for (;;) {
    if (await test()) return true;
    if (Date.now() >= end) return false;
    await sleep(every);
  }
}

const all = new Set();

export class Process {
  // command: [program, ...arguments]; account: { uid, gid, name } of the one who runs it, where that is not us.
  constructor(name, command, { env = {}, dir, account, keep = false, lastWish = 'TERM' } = {}) {
    Object.assign(this, { name, command, env, dir, account, keep, lastWish, starts: 0, exits: [] });
  }

  start() {
    this.wanted = true;
    this.starts += 1;
    const log = openSync(`${this.dir}/${this.name}.log`, 'a');
    const as = this.account ? [`--reuid=${this.account.name}`, `--regid=${this.account.gid}`, '--init-groups'] : [];
    // Should the supervisor itself be killed, the kernel ends its children.
    const argv = ['--pdeathsig', this.lastWish, ...as, '--', ...this.command];
    const child = spawn('setpriv', argv, { env: { ...process.env, ...this.env }, stdio: ['ignore', this.stdout ?? log, log], cwd: '/' });
    closeSync(log);
    this.child = child;
    all.add(this);
    this.ended = new Promise((done) => {
      child.once('exit', (code, signal) => {
        this.exits.push({ at: Date.now(), code, signal });
        if (this.child === child) this.child = null;
        done({ code, signal });
        if (this.keep && this.wanted) setTimeout(() => this.wanted && !this.child && this.start(), 500);
      });
    });
    return this;
  }

  get pid() {
    return this.child?.pid;
  }

  signal(name) {
    if (this.child) process.kill(this.child.pid, name);
  }

  // Ends it and keeps it ended.
  async stop(signal = 'SIGTERM', seconds = 40) {
    this.wanted = false;
    if (!this.child) return undefined;
    const { ended } = this;
    this.signal(signal);
    const slow = setTimeout(() => this.signal('SIGKILL'), seconds * 1000);
    const how = await ended;
    clearTimeout(slow);
    return how;
  }

  // kill -9; whoever is kept comes back by itself.
  kill() {
    this.signal('SIGKILL');
    return this.ended;
  }

  // Resident memory in MB and open files.
  size() {
    try {
      const status = readFileSync(`/proc/${this.pid}/status`, 'utf8');
      return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024;
    } catch {
      return 0;
    }
  }

  log() {
    try {
      return readFileSync(`${this.dir}/${this.name}.log`, 'utf8');
    } catch {
      return '';
    }
  }
}

export async function stopAll() {
  await Promise.all([...all].reverse().map((p) => (p.signal('SIGCONT'), p.stop(p.stopBy ?? 'SIGTERM', 8))));
}
