// The staff's side: signing in once a worker, and putting the shop back as it was after a test.
import { readFileSync } from 'node:fs';
import { expect } from '@playwright/test';
import { read, send, valueOf } from './http.mjs';

export const ADMIN = 'admin@smartmarket.example';
export const CUSTOMER = 'client@smartmarket.example';
export const PASSWORD = demoPassword();

/** The demo's password as it was printed when the shop was filled. */
function demoPassword() {
  try {
    return readFileSync(process.env.SMARTMARKET_LOGINS, 'utf8').match(/mot de passe : (\S+)\)/)[1];
  } catch {
    return 'marche-demo-2026';
  }
}

export async function signIn(request, path, email, password = PASSWORD) {
  const answer = await send(request, path, await read(request, path), { email, password });
  expect(answer.url(), `${email} is signed in`).not.toContain(path);
}

/** Orders made with an address: [{ id, number }], newest first. */
export async function ordersOf(office, email) {
  const html = await read(office, `/admin/commandes?statut=toutes&q=${encodeURIComponent(email)}`);
  return [...html.matchAll(/<tr id="commande-(\d+)"[\s\S]*?href="[^"]*">(SM-\d+)</g)].map(([, id, number]) => ({ id, number }));
}

/** Makes one step with an order, as the button on its page does. */
export async function step(office, id, name, words = {}) {
  const html = await read(office, name === 'cancel' ? `/admin/commandes/${id}/annulation` : `/admin/commandes/${id}`);
  return send(office, `/admin/commandes/${id}/etapes`, html, { step: name, version: valueOf(html, 'version'), ...words });
}

/** Cancels or takes back what a test has ordered, so that the stock is as before. */
export async function undo(office, email) {
  for (const { id } of await ordersOf(office, email)) {
    const html = await read(office, `/admin/commandes/${id}`);
    if (html.includes(`/admin/commandes/${id}/annulation`)) await step(office, id, 'cancel', { reason: 'Essai' });
    else if (html.includes('value="take_back"')) await step(office, id, 'take_back', { reason: 'Essai' });
  }
}

