// A mail server that behaves as it is told: { mode, delay, after } through /control, or directly.
//   accept | 4xx | 5xx | hang | drop (takes the message, then cuts without an answer) | away (refuses connections)
import http from 'node:http';
import net from 'node:net';

export class MailServer {
  constructor() {
    this.mode = 'accept';
    this.delay = 0; // ms between the message and the answer
    this.after = null; // called as soon as "250" was said for a message
    this.taken = []; // { to, id, at } of each message that was answered with 250
    this.seen = 0; // messages that came in, whatever was answered
    this.open = new Set();
  }

  async start() {
    this.server = net.createServer((socket) => this.serve(socket));
    await new Promise((done) => this.server.listen(0, '127.0.0.1', done));
    this.port = this.server.address().port;
    this.control = http.createServer((req, res) => {
      const wish = new URL(req.url, 'http://x').searchParams;
      if (wish.has('mode')) this.set(wish.get('mode'), Number(wish.get('delay') ?? 0));
      res.setHeader('content-type', 'application/json');
      res.end(JSON.stringify({ mode: this.mode, delay: this.delay, taken: this.taken.length, seen: this.seen }));
    });
    await new Promise((done) => this.control.listen(0, '127.0.0.1', done));
    this.controlPort = this.control.address().port;
  }

  set(mode, delay = 0) {
    this.mode = mode;
    this.delay = delay;
    if (mode === 'away') for (const s of this.open) s.destroy();
  }

  serve(socket) {
    if (this.mode === 'away') return socket.resetAndDestroy();
    this.open.add(socket);
    socket.on('close', () => this.open.delete(socket));
    socket.on('error', () => {});
    let buffer = '';
    let data = false;
    let to = '';
    const say = (line) => socket.writable && socket.write(`${line}\r\n`);
    if (this.mode !== 'hang') say('220 faults ESMTP');
    socket.on('data', (bytes) => {
      if (this.mode === 'hang') return;
      buffer += bytes.toString('utf8');
      for (;;) {
        const end = data ? buffer.indexOf('\r\n.\r\n') : buffer.indexOf('\r\n');
        if (end < 0) return;
        const text = buffer.slice(0, end);
        buffer = buffer.slice(end + (data ? 5 : 2));
        if (data) {
          data = false;
          this.take(socket, say, to, text);
          continue;
        }
        const verb = text.slice(0, 4).toUpperCase();
        if (verb === 'RCPT') to = /<([^>]*)>/.exec(text)?.[1] ?? '';
        if (verb === 'EHLO') say('250-faults\r\n250 8BITMIME');
        else if (verb === 'DATA') (data = true), say('354 go on');
        else if (verb === 'QUIT') say('221 bye'), socket.end();
        else if (verb === 'MAIL' && this.mode === '4xx') say('451 try later');
        else if (verb === 'RCPT' && this.mode === '5xx') say('550 nobody of this name');
        else say('250 ok');
      }
    });
  }

  async take(socket, say, to, text) {
    this.seen += 1;
    if (this.mode === 'drop') return socket.destroy();
    if (this.delay) await new Promise((done) => setTimeout(done, this.delay));
    if (socket.destroyed) return;
    const id = /^Message-ID:\s*(\S+)/im.exec(text)?.[1] ?? '';
    const mail = { to: to.toLowerCase(), id, at: Date.now() };
    this.taken.push(mail);
    say('250 taken');
    this.after?.(mail);
  }
}
