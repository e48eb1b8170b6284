// WebSockets by hand: ten thousand of them must fit into one process.
import { randomBytes } from 'node:crypto';
import net from 'node:net';
import { sleep } from './processes.mjs';

export class Sockets {
  constructor(shop, cookies) {
    Object.assign(this, { shop, cookies, all: new Set(), closes: [], refused: [], back: [], heard: [], reconnecting: 0 });
  }

  connected() {
    let n = 0;
    for (const s of this.all) n += s.upgraded ? 1 : 0;
    return n;
  }

  // Opens `n`, a few at a time; each person (cookie) at most ten.
  async open(n, port, options = {}) {
    for (let i = 0; i < n; i += 50) {
      await Promise.all(Array.from({ length: Math.min(50, n - i) }, (_, k) => this.one(port, this.cookies[Math.floor((i + k) / 10) % this.cookies.length], { ...options, n: i + k })));
    }
  }

  one(port, cookie, { reconnect = false, deaf = false, n = 0, since = 0, ports, tries = 0 } = {}) {
    return new Promise((done) => {
      // Many source addresses: one address has only some 28,000 ports towards one server.
      const socket = net.connect({ port, host: '127.0.0.1', localAddress: `127.0.${1 + Math.floor(n / 2000)}.${1 + (n % 200)}` });
      const me = { socket, upgraded: false };
      this.all.add(me);
      socket.on('connect', () => socket.write(`GET /ws/admin/orders/ HTTP/1.1\r\nHost: boutique.test:${this.shop.httpPort}\r\nCookie: sid=${cookie}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${randomBytes(16).toString('base64')}\r\n\r\n`));
      let buffer = Buffer.alloc(0);
      socket.on('data', (bytes) => {
        buffer = buffer.length ? Buffer.concat([buffer, bytes]) : bytes;
        if (!me.upgraded) {
          const end = buffer.indexOf('\r\n\r\n');
          if (end < 0) return;
          const status = Number(buffer.subarray(9, 12).toString());
          if (status !== 101) {
            this.refused.push(status);
            socket.destroy();
            return;
          }
          me.upgraded = true;
          if (since) this.back.push(Date.now() - since);
          buffer = buffer.subarray(end + 4);
          done(true);
          if (deaf) {
            socket.pause();
            return;
          }
        }
        buffer = this.frames(me, buffer);
      });
      socket.on('error', () => {});
      socket.on('close', () => {
        this.all.delete(me);
        done(false);
        if (me.upgraded) this.closes.push({ at: Date.now(), code: me.code ?? 1006 });
        if (!reconnect || this.closing) return;
        // As a page does: at once, but not all at once; later each time when refused.
        const from = since && !me.upgraded ? since : Date.now();
        const to = ports ? ports[Math.floor(Math.random() * ports.length)] : port;
        const again = me.upgraded ? 0 : tries + 1;
        sleep(Math.random() * Math.min(10_000, 1000 * 2 ** again)).then(() => this.closing || this.one(to, cookie, { reconnect, deaf, n, since: from, ports, tries: again }));
      });
    });
  }

  // Takes whole frames out of the buffer; servers do not mask.
  frames(me, buffer) {
    for (;;) {
      if (buffer.length < 2) return buffer;
      let length = buffer[1] & 127;
      let at = 2;
      if (length === 126) {
        if (buffer.length < 4) return buffer;
        length = buffer.readUInt16BE(2);
        at = 4;
      } else if (length === 127) {
        if (buffer.length < 10) return buffer;
        length = Number(buffer.readBigUInt64BE(2));
        at = 10;
      }
      if (buffer.length < at + length) return buffer;
      const opcode = buffer[0] & 15;
      if (opcode === 8) {
        me.code = length >= 2 ? buffer.readUInt16BE(at) : 1005;
        me.socket.end(Buffer.from([0x88, 0x80, 0, 0, 0, 0]));
      } else if (opcode === 9) {
        me.socket.write(Buffer.from([0x8a, 0x80, 0, 0, 0, 0]));
      } else if (opcode === 1) {
        const type = /"type":"(\w+)"/.exec(buffer.subarray(at, Math.min(at + length, at + 40000)).toString('latin1'))?.[1];
        if (type === 'order_created' || type === 'order_updated') this.heard.push(Date.now());
      }
      buffer = buffer.subarray(at + length);
    }
  }

  backAfter(p) {
    const times = [...this.back].sort((a, b) => a - b);
    return times.length ? times[Math.min(times.length - 1, Math.floor(times.length * p))] : 0;
  }

  close() {
    this.closing = true;
    for (const s of this.all) s.socket.destroy();
    this.all.clear();
  }
}
