// A round of the pages that need somebody: a cart, an order, a customer, staff. French, light and wide at a desk;
// English (where the page speaks it), dark and narrow on a telephone; each also must fit the other width.
import { departments, articleWithVersions, checkOut, fillCart, mailTo } from '../helpers/shop.mjs';
import { ordersOf } from '../helpers/office.mjs';
import { expectValidSource } from '../helpers/html.mjs';
import { expect, expectNoSidewaysScroll, expectSound, test } from '../helpers/flows.mjs';

test.skip(({ javaScriptEnabled }) => javaScriptEnabled === false, 'axe needs JavaScript');
test.setTimeout(240_000);

const WIDE = { width: 1440, height: 900 };
const NARROW = { width: 390, height: 844 };

/** Each [French, English] address in this project's language and look. */
async function round(page, isMobile, paths) {
  const dark = { name: 'theme', value: 'dark', url: test.info().project.use.baseURL };
  if (isMobile) await page.context().addCookies([dark]);
  for (const pair of paths) {
    const path = [pair].flat().at(isMobile ? -1 : 0);
    await test.step(path, async () => {
      const answer = await page.goto(path);
      expect.soft(answer.status(), path).toBe(200);
      expect.soft(new URL(page.url()).pathname + new URL(page.url()).search, 'no redirect').toBe(path);
      await expectSound(page, path);
      if (isMobile) return;
      await page.setViewportSize(NARROW);
      await expectNoSidewaysScroll(page, `${path} at 390`);
      await page.setViewportSize(WIDE);
    });
  }
}

test('shelves and articles', async ({ page, isMobile }) => {
  const [first] = await departments(page.request, isMobile ? '/en/' : '/');
  const { url } = await articleWithVersions(page.request);
  const article = await (await page.request.get(url)).text();
  const english = article.match(/<link rel="alternate" hreflang="en" href="https?:\/\/[^/]+([^"]+)"/)[1];
  await round(page, isMobile, [
    first.url, `${first.url}?dispo=1&tri=prix&note=4`, `${first.url}?prix_min=1&prix_max=2`,
    [url, english], [`${url}/avis`, `${english}/reviews`],
    ['/recherche', '/en/search'], ['/recherche?q=bouiloire', '/en/search?q=ketle'],
  ]);
});

test('texts', async ({ page, isMobile }) => {
  const home = await (await page.request.get(isMobile ? '/en/' : '/')).text();
  const texts = [...new Set([...home.matchAll(/href="((?:\/en)?\/infos?\/[^"#]+)"/g)].map(([, path]) => path))];
  expect(texts.length).toBeGreaterThan(3);
  // They look alike: two are looked at, the HTML of all is read.
  await round(page, isMobile, texts.slice(0, 2));
  for (const path of texts.slice(2)) await expectValidSource(await (await page.request.get(path)).text(), path);
});

test('cart, checkout and order', async ({ page, isMobile, buyer }) => {
  const { token, number } = await buyer.order();
  await fillCart(page.request);
  await checkOut(page.request, buyer.email);
  await mailTo(page.request, buyer.email, new RegExp(number));
  await round(page, isMobile, [
    ['/panier', '/en/cart'],
    ['/commande/coordonnees', '/en/checkout/address'], ['/commande/livraison', '/en/checkout/delivery'],
    ['/commande/paiement', '/en/checkout/payment'], ['/commande/recapitulatif', '/en/checkout/review'],
    [`/merci/${token}`, `/en/thank-you/${token}`], [`/suivi/${token}`, `/en/track/${token}`], '/dev/mails',
  ]);
});

test('account', async ({ visitor, customerState, isMobile }) => {
  const page = await visitor({ storageState: customerState, viewport: isMobile ? NARROW : WIDE, isMobile });
  await page.goto('/compte/commandes');
  const [own] = await page.locator('.order a').evaluateAll((links) => links.map((link) => link.textContent));
  await round(page, isMobile, [
    ['/compte', '/en/account'], ['/compte/commandes', '/en/account/orders'],
    ...(own ? [[`/compte/commandes/${own}`, `/en/account/orders/${own}`]] : []),
    ['/compte/adresses', '/en/account/addresses'], ['/compte/adresses/nouvelle', '/en/account/addresses/new'],
    ['/compte/profil', '/en/account/profile'], ['/compte/mot-de-passe', '/en/account/password'],
  ]);
});

test('orders in the back office', async ({ visitor, staffState, isMobile, buyer, office }) => {
  await buyer.order();
  const [{ id }] = await ordersOf(office, buyer.email);
  const page = await visitor({ storageState: staffState, viewport: isMobile ? NARROW : WIDE, isMobile });
  await round(page, isMobile, [
    '/admin/', '/admin/menu', '/admin/commandes', '/admin/commandes?statut=toutes&tri=total', '/admin/commandes?q=personne.ici',
    `/admin/commandes/${id}`, `/admin/commandes/${id}/annulation`,
  ]);
});

test('goods, customers and jobs in the back office', async ({ visitor, staffState, isMobile }) => {
  const page = await visitor({ storageState: staffState, viewport: isMobile ? NARROW : WIDE, isMobile });
  const first = async (path, pattern) => (await (await page.request.get(path)).text()).match(pattern)[1];
  await round(page, isMobile, [
    '/admin/produits', await first('/admin/produits', /href="(\/admin\/produits\/\d+)"/), '/admin/stocks',
    '/admin/clients', await first('/admin/clients', /href="(\/admin\/clients\/\d+)"/),
    '/admin/taches', '/admin/recherche?q=SM', '/admin/recherche?q=zzxqyw',
  ]);
});
