// Finding one's way: language, theme, search with slips of the pen, and what is shown when there is nothing.
import { departments, fillCart, soldOutArticle } from '../helpers/shop.mjs';
import { expect, expectNoSidewaysScroll, test } from '../helpers/flows.mjs';

test.skip(({ isMobile, javaScriptEnabled }) => isMobile && javaScriptEnabled === false, 'with JavaScript, at a desk and by telephone');

const main = (page) => page.getByRole('main');

/** The other language: in the strip on top, on telephones in the menu. */
async function switchTo(page, lang) {
  const menu = page.locator('details.burger > summary');
  const inStrip = page.locator(`.strip a[hreflang="${lang}"]`);
  if (!(await inStrip.isVisible())) await menu.click();
  await page.locator(`a[hreflang="${lang}"]:visible`).first().click();
  await expect(page.locator('html')).toHaveAttribute('lang', lang);
}

test('the other language shows the same page, filters included', async ({ page }) => {
  const [{ url }] = await departments(page.request);
  await page.goto(`${url}?dispo=1&tri=prix`);
  const count = (await page.locator('#compte').innerText()).match(/\d+/)[0];
  await switchTo(page, 'en');
  await expect(page).toHaveURL(/\/en\/c\/[^?]+\?dispo=1&tri=prix$/);
  await expect(page.locator('#compte')).toHaveText(new RegExp(`^${count} `));
  await page.locator('.card__title a').first().click();
  const english = page.url();
  await switchTo(page, 'fr');
  await expect(page).toHaveURL(/:\d+\/p\//);
  await expect(main(page).getByRole('button', { name: /^Ajouter au panier$/ })).toBeVisible();
  await switchTo(page, 'en');
  await expect(page).toHaveURL(english);
  await page.goto('/panier');
  await switchTo(page, 'en');
  await expect(page).toHaveURL(/\/en\/cart$/);
});

test('the chosen theme stays, and so does the page', async ({ page }) => {
  await page.goto('/bons-plans');
  const root = page.locator('html');
  const light = await root.evaluate((e) => getComputedStyle(e.ownerDocument.body).backgroundColor);
  await page.getByRole('button', { name: 'Sombre' }).click();
  await expect(root).toHaveAttribute('data-theme', 'dark');
  await expect(page.getByRole('button', { name: 'Sombre' })).toHaveAttribute('aria-pressed', 'true');
  expect(await root.evaluate((e) => getComputedStyle(e.ownerDocument.body).backgroundColor)).not.toBe(light);
  await expect(page).toHaveURL(/\/bons-plans$/);
  await page.goto('/panier');
  await expect(root).toHaveAttribute('data-theme', 'dark');
});

for (const [typed, meant] of [['cafetiere', /cafetière/i], ['bouiloire', /bouilloire/i], ['CAFETIÈRES', /cafetière/i]]) {
  test(`the search forgives « ${typed} »`, async ({ page }) => {
    await page.goto('/');
    const box = page.getByRole('banner').locator('#q');
    await box.fill(typed);
    await box.press('Enter');
    await expect(page).toHaveURL(/\/recherche\?q=/);
    await expect(page.locator('.card__title').filter({ hasText: meant }).first()).toBeVisible();
    await expect(page.locator('.card__title').first()).toContainText(meant);
  });
}

test('a search without result, and without words, helps on', async ({ page }) => {
  await page.goto('/recherche?q=zzxqyw%20qqpzz');
  await expect(main(page).getByRole('heading', { name: 'Rien trouvé pour ces mots' })).toBeVisible();
  await expect(main(page).getByRole('navigation').getByRole('link').first()).toBeVisible();
  await expect(page.getByRole('heading', { level: 1 })).toContainText('zzxqyw qqpzz');
  await page.goto('/recherche?q=');
  await expect(main(page).getByRole('searchbox')).toBeVisible();
  const answer = await page.goto(`/recherche?q=${encodeURIComponent('<script>alert(1)</script>%_\\\'"')}`);
  expect(answer.status()).toBe(200);
  await expect(page.getByRole('heading', { level: 1 })).toContainText('<script>alert(1)</script>');
});

test('what does not exist is a page of the shop', async ({ page }) => {
  for (const path of ['/nulle-part', '/p/nulle-part', '/c/nulle-part', '/en/nowhere', '/suivi/00000000-0000-4000-8000-000000000000', '/merci/x']) {
    expect((await page.goto(path)).status(), path).toBe(404);
    await expect(page.getByRole('heading', { level: 1 })).toHaveText(/Cette page n’existe pas|This page/);
    await expect(page.getByRole('banner').locator('#q')).toBeVisible();
  }
});

test('an empty cart leads back to the shelves, its checkout to the cart', async ({ page }) => {
  await page.goto('/commande/recapitulatif');
  await expect(page).toHaveURL(/\/panier$/);
  await expect(main(page)).toContainText('Votre panier est vide');
  await main(page).getByRole('link', { name: 'Parcourir la boutique' }).click();
  await expect(page).toHaveURL(/\/$/);
});

test('a sold-out article can be seen but not bought', async ({ page }) => {
  const url = await soldOutArticle(page.request);
  test.skip(url === null, 'nothing is sold out');
  await page.goto(url);
  await expect(main(page).getByText('Épuisé', { exact: true }).first()).toBeVisible();
  await expect(main(page).getByRole('button', { name: 'Ajouter au panier', exact: true })).toHaveCount(0);
  await expectNoSidewaysScroll(page);
});

test('quantities that are none are refused, and the cart says so', async ({ page, watch }) => {
  watch.allow(/^422 from POST .*\/panier$/);
  await fillCart(page.request);
  await page.goto('/panier');
  const quantity = page.getByLabel(/^Quantité de/);
  const count = page.locator('#cart-count');
  // Out of bounds: the browser says so at the field, and nothing is sent.
  for (const bad of ['0', '-1', '1000000000']) {
    await quantity.fill(bad);
    await quantity.press('Tab');
    await expect(quantity).toHaveJSProperty('validity.valid', false);
  }
  // What only the shop can tell.
  for (const bad of ['1e0', '']) {
    await quantity.fill(bad);
    await quantity.press('Tab');
    await expect(main(page).getByRole('alert')).toContainText('La quantité doit être un nombre entier de 1 à 999');
    await expect(quantity).toHaveAttribute('aria-invalid', 'true');
    await page.goto('/panier');
    await expect(quantity).toHaveValue('1');
  }
  await expect(count).toContainText('1');
  await page.getByRole('button', { name: /^Retirer/ }).click();
  await expect(main(page)).toContainText('Votre panier est vide');
  await expect(count).toBeEmpty();
});

test('filters fill a telephone’s screen and give the focus back', async ({ page, isMobile }) => {
  test.skip(!isMobile, 'on small screens');
  const [{ url }] = await departments(page.request);
  await page.goto(url);
  const opener = page.getByRole('link', { name: /^Filtrer/ });
  await opener.click();
  await expect(page.getByRole('link', { name: 'Fermer les filtres' })).toBeFocused();
  await expect(page.getByRole('banner')).toHaveJSProperty('inert', true);
  await page.keyboard.press('Escape');
  await expect(page.locator('#filtres')).toBeHidden();
  await expect(page.getByRole('banner')).toHaveJSProperty('inert', false);
  await expect(opener).toBeFocused();
});
