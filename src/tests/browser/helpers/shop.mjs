// What a shopper does, whatever the shop sells: articles are looked for in the shop itself, never named here.
import { expect } from '@playwright/test';
import { read, send, unescape, valueOf } from './http.mjs';

export const ADDRESS = {
  name: 'Nadia Benali', line1: '3 rue des Lilas', postal_code: '69007', city: 'Lyon', country: 'FR',
};

/** An address that nobody has had before, in a domain that nobody can own. */
export const newEmail = (who = 'essai') => `${who}.${Date.now().toString(36)}${Math.random().toString(36).slice(2, 8)}@boite.example`;

const cards = (html) => html.split('<article').slice(1).map((card) => ({
  html: card,
  url: card.match(/href="([^"]*\/p\/[^"]*)"/)?.[1] ?? '',
  plenty: !/card__stock--(low|out)/.test(card),
}));

/** Departments as the navigation names them: [{ name, url }]. */
export async function departments(request, home = '/') {
  const html = await read(request, home);
  const nav = html.match(/<nav class="univ"[\s\S]*?<\/nav>/)?.[0] ?? '';
  return [...nav.matchAll(/<a href="([^"]*\/c\/[^"]*)"[^>]*>([^<]+)</g)].map(([, url, name]) => ({ url, name: unescape(name) }));
}

/** Cheap articles in stock that need no choice: their variants' numbers. */
export async function plainArticles(request) {
  const found = [];
  for (const { url } of await departments(request)) {
    const html = await read(request, `${url}?dispo=1&tri=prix`);
    found.push(...cards(html).filter((c) => c.plenty).map((c) => valueOf(c.html, 'variant')).filter(Boolean));
    if (found.length >= 12) break;
  }
  expect(found.length, 'the shop has articles to buy').toBeGreaterThan(0);
  return found;
}

/** A department and an article in it that comes in at least two versions, the one that is not shown first well in stock. */
export async function articleWithVersions(request) {
  for (const department of await departments(request)) {
    const list = await read(request, `${department.url}?dispo=1&tri=prix`);
    for (const { url } of cards(list).filter((c) => c.plenty && !valueOf(c.html, 'variant'))) {
      const other = (await read(request, url)).match(/<a class="opt" href="([^"]*)"(?![^>]*aria-current)/)?.[1];
      if (!other) continue;
      const most = (await read(request, unescape(other))).match(/id="qte"[^>]* max="(\d+)"/)?.[1];
      if (Number(most) >= 6) return { department, url };
    }
  }
  throw new Error('no department has an article with two versions in stock');
}

/** The address of an article that is sold out, whatever its version; null if there is none. */
export async function soldOutArticle(request) {
  for (const { url } of await departments(request)) {
    for (const card of cards(await read(request, `${url}?tri=prix`))) if (/card__stock--out/.test(card.html)) return card.url;
  }
  return null;
}

export async function addToCart(request, variant, quantity = 1) {
  await send(request, '/panier/lignes', await read(request, '/panier?'), { variant, quantity });
}

/** One article into the cart, another one if somebody was quicker. */
export async function fillCart(request) {
  const articles = await plainArticles(request);
  await addToCart(request, articles[Math.floor(Math.random() * articles.length)]);
}

/** The four steps of the checkout up to the review, with the cart as it is. Gives the review's HTML. */
export async function checkOut(request, email, payment = 'transfer') {
  await send(request, '/commande/coordonnees', await read(request, '/commande/coordonnees'), { email, ...ADDRESS });
  const delivery = await read(request, '/commande/livraison');
  await send(request, '/commande/livraison', delivery, { method: valueOf(delivery, 'method') });
  await send(request, '/commande/paiement', await read(request, '/commande/paiement'), { method: payment });
  return read(request, '/commande/recapitulatif');
}

/** Orders what is in the cart: { number, token }. */
export async function pressOrder(request, review) {
  const fields = Object.fromEntries(['key', 'version', 'total'].map((name) => [name, valueOf(review, name)]));
  const answer = await send(request, '/commande/recapitulatif', review, { ...fields, terms: '1' });
  expect(answer.url(), 'the order was placed').toContain('/merci/');
  return { token: answer.url().split('/').pop(), number: (await answer.text()).match(/SM-\d+/)[0] };
}

/** The mails to an address whose subject matches: [{ id, subject, text }], newest first. */
export async function mailsTo(request, email, subject = /./) {
  const html = await read(request, '/dev/mails');
  return html.split('<li class="mail"').slice(1)
    .map((part) => ({
      id: part.match(/id="mail-(\d+)"/)[1],
      subject: unescape(part.match(/<strong>([^<]*)</)[1]),
      text: unescape(part.match(/<pre[^>]*>([\s\S]*?)<\/pre>/)[1]),
      mine: part.includes(email),
    }))
    .filter((mail) => mail.mine && subject.test(mail.subject));
}

/** Waits until the worker has sent the mail. */
export async function mailTo(request, email, subject) {
  let found = [];
  await expect(async () => {
    found = await mailsTo(request, email, subject);
    expect(found.length, `a mail ${subject} to ${email}`).toBeGreaterThan(0);
  }).toPass({ timeout: 20_000, intervals: [250, 500, 1_000] });
  return found[0];
}

/** The first link to the shop in a mail's text. */
export const linkIn = ({ text }, part) => text.match(/https?:\/\/\S+/g).find((link) => link.includes(part));

/** Presses a button that sends a form by POST, in whatever way, and gives the answer to that POST. */
export async function submit(page, button, press = 'click') {
  const [answer] = await Promise.all([
    page.waitForResponse((r) => r.request().method() === 'POST'),
    button[press](),
  ]);
  return answer;
}
