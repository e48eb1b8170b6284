// `test` for flows that need staff or an order: who is signed in is signed in once a worker, what a test orders is undone after it.
import { request as requests } from '@playwright/test';
import { ADMIN, CUSTOMER, signIn, undo } from './office.mjs';
import { checkOut, fillCart, newEmail, pressOrder } from './shop.mjs';
import { test as base } from './test.mjs';

export const test = base.extend({
  /** Cookies of somebody who is signed in, once a worker: for `visitor({ storageState: staffState })`. */
  staffState: [async ({}, use, { project }) => use(await stateOf(project.use.baseURL, '/admin/connexion', ADMIN)), { scope: 'worker' }],
  customerState: [async ({}, use, { project }) => use(await stateOf(project.use.baseURL, '/connexion', CUSTOMER)), { scope: 'worker' }],

  /** The back office without a browser. */
  office: async ({ baseURL, staffState }, use) => {
    const office = await requests.newContext({ baseURL, storageState: staffState });
    await use(office);
    await office.dispose();
  },

  /** Somebody with an address of their own who orders without a browser; the orders are undone after the test. */
  buyer: async ({ baseURL, office }, use) => {
    const email = newEmail();
    const contexts = [];
    await use({
      email,
      /** Gets ready to order: `const press = await buyer.ready(); … const { number, token } = await press();` */
      async ready() {
        const request = await requests.newContext({ baseURL });
        contexts.push(request);
        await fillCart(request);
        const review = await checkOut(request, email);
        return () => pressOrder(request, review);
      },
      async order() {
        return (await this.ready())();
      },
    });
    for (const context of contexts) await context.dispose();
    await undo(office, email);
  },
});

async function stateOf(baseURL, path, email) {
  const request = await requests.newContext({ baseURL });
  await signIn(request, path, email);
  const state = await request.storageState();
  await request.dispose();
  return state;
}

export { expect, expectAccessible, expectNoSidewaysScroll, expectSound, expectValidHtml } from './test.mjs';
