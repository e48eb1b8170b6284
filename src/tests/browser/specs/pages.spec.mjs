// Every kind of page a visitor can reach by an address: it opens with the right status and is sound.
import { expect, expectSound, expectValidSource, test } from '../helpers/test.mjs';

const PAGES = [
  ['/univers', 200], ['/bons-plans', 200], ['/nouveautes', 200], ['/en/deals', 200],
  ['/recherche?q=cafe', 200], ['/recherche?q=xyzzyqwv', 200], ['/en/search?q=lamp', 200],
  ['/panier', 200], ['/en/cart', 200], ['/suivi', 200],
  ['/connexion', 200], ['/inscription', 200], ['/mot-de-passe-oublie', 200], ['/en/register', 200],
  ['/credits', 200], ['/cette-page-n-existe-pas', 404], ['/en/no-such-page', 404],
];

for (const [path, status] of PAGES) {
  test(`${path} answers ${status} and is sound`, async ({ page }) => {
    const answer = await page.goto(path);
    expect(answer.status()).toBe(status);
    // An error page is judged by what was sent, not by asking again.
    await expectValidSource(await answer.text(), path);
    await expect(page.getByRole('heading', { level: 1 })).toHaveCount(1);
    await expectSound(page, path);
  });
}

test('a category, a product and a help page are sound', async ({ page }) => {
  test.setTimeout(120_000);
  const map = await (await page.request.get('/sitemap.xml')).text();
  const paths = [...map.matchAll(/<loc>([^<]+)<\/loc>/g)].map(([, url]) => new URL(url).pathname);
  for (const kind of [/^\/c\//, /^\/p\//, /^\/infos\//, /^\/en\/c\//, /^\/en\/p\//]) {
    const path = paths.find((candidate) => kind.test(candidate));
    expect(path, `the sitemap lists ${kind}`).toBeTruthy();
    await page.goto(path);
    await expectSound(page, path);
  }
});

test('the other language is one press away, on the same page', async ({ page, isMobile }) => {
  await page.goto('/bons-plans');
  // On a telephone the switch is in the menu.
  if (isMobile) await page.locator('details.burger > summary').click();
  await page.locator('a[hreflang=en]:visible').first().click();
  await expect(page).toHaveURL(/\/en\/deals$/);
  await expect(page.locator('html')).toHaveAttribute('lang', 'en');
});
