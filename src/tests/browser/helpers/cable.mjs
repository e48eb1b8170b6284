// A cable between a browser and the shop that can be pulled out: what is sent then is lost, and nobody is told.
import { createServer, connect } from 'node:net';

/** Gives { url, pull(), mend(), close() }. */
export async function cable(baseURL) {
  const shop = new URL(baseURL);
  const ends = new Set();
  let pulled = false;
  const server = createServer((near) => {
    const far = connect(Number(shop.port || 80), shop.hostname);
    for (const [from, to] of [[near, far], [far, near]]) {
      ends.add(from);
      from.on('data', (bytes) => pulled || to.write(bytes));
      from.on('error', () => to.destroy());
      from.on('close', () => {
        ends.delete(from);
        to.destroy();
      });
    }
  });
  await new Promise((listening) => server.listen(0, '127.0.0.1', listening));
  const cut = () => ends.forEach((end) => end.destroy());
  return {
    url: `http://${shop.hostname}:${server.address().port}`,
    pull() {
      pulled = true;
    },
    /** What was under way is gone, as after a new start of the line. */
    mend() {
      pulled = false;
      cut();
    },
    close() {
      cut();
      server.close();
    },
  };
}
