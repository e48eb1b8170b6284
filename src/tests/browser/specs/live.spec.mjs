// Two open windows of the back office while orders come in: on time, in place, once, also after the line was cut.
import { cable } from '../helpers/cable.mjs';
import { ADMIN, PASSWORD, ordersOf } from '../helpers/office.mjs';
import { mailTo, submit } from '../helpers/shop.mjs';
import { expect, test } from '../helpers/flows.mjs';

test.skip(({ isMobile }) => isMobile, 'at a desk');
test.setTimeout(90_000);

const row = (window, number) => window.locator('[data-live-rows] tr').filter({ has: window.getByRole('link', { name: number, exact: true }) });
const banner = (window) => window.locator('[data-live-banner] a');

/** The list of this address' orders, following: other tests' orders do not appear in it. */
async function open(window, email, at = '') {
  const stream = window.waitForResponse((r) => r.url().includes('/admin/commandes/flux'));
  await window.goto(`${at}/admin/commandes?q=${encodeURIComponent(email)}`);
  await stream;
}

test('staff sign in at their own door, others do not', async ({ page }) => {
  await page.goto('/admin/commandes');
  await expect(page).toHaveURL(/\/admin\/connexion/);
  await page.getByLabel('Adresse e-mail').fill('personne@boite.example');
  await page.getByLabel('Mot de passe').fill('ce-n-est-pas-le-bon');
  const button = page.getByRole('button', { name: 'Se connecter' });
  expect((await submit(page, button)).status()).toBe(422);
  await expect(page.locator('.errsum')).toBeFocused();
  await expect(page.getByLabel('Adresse e-mail')).toHaveValue('personne@boite.example');
  await page.getByLabel('Adresse e-mail').fill(ADMIN);
  await page.getByLabel('Mot de passe').fill(PASSWORD);
  await button.click();
  await expect(page).toHaveURL(/\/admin\/commandes$/);
  await page.getByRole('button', { name: 'Se déconnecter' }).click();
  await page.goto('/admin/commandes');
  await expect(page).toHaveURL(/\/admin\/connexion/);
});

test('an order shows in both windows within two seconds and moves nothing', async ({ visitor, staffState, buyer }) => {
  const first = await buyer.order();
  const one = await visitor({ storageState: staffState });
  const two = await visitor({ storageState: staffState });
  await Promise.all([open(one, buyer.email), open(two, buyer.email)]);
  const press = await buyer.ready();

  await row(one, first.number).hover();
  const before = await row(one, first.number).boundingBox();
  const second = await press();
  await Promise.all([one, two].map((window) => expect(banner(window)).toBeVisible({ timeout: 2_000 })));
  for (const window of [one, two]) {
    await expect(banner(window)).toHaveText('1 nouvelle commande, l’afficher');
    await expect(row(window, second.number)).toHaveCount(0);
  }
  expect(await row(one, first.number).boundingBox(), 'the row under the pointer stays where it is').toEqual(before);

  await banner(two).click();
  await expect(row(two, second.number)).toHaveCount(1);
  await expect(two.locator('[data-live-rows] tr')).toHaveCount(2);
  await expect(two.locator('[data-live-rows] tr').first()).toContainText(second.number);
  await expect(two.getByRole('link', { name: second.number, exact: true }).first()).toBeFocused();
  await expect(banner(two)).toBeHidden();
});

test('from the order page the order is paid, prepared and sent, and its customer sees it', async ({ page, visitor, staffState, buyer, office }) => {
  const { number, token } = await buyer.order();
  const [{ id }] = await ordersOf(office, buyer.email);
  const staff = await visitor({ storageState: staffState });
  const colleague = await visitor({ storageState: staffState });
  const list = await visitor({ storageState: staffState });
  await open(list, buyer.email);
  await colleague.goto(`/admin/commandes/${id}`);
  const stream = page.waitForResponse((r) => r.url().includes('/flux'));
  await page.goto(`/suivi/${token}`);
  await stream;
  await page.evaluate(() => { window.sameDocument = true; });
  const state = page.locator('#etat');
  await expect(state).toContainText('En attente de paiement');

  await test.step('paid, after the page has asked', async () => {
    await staff.goto(`/admin/commandes/${id}`);
    await expect(staff.getByRole('heading', { level: 1 })).toContainText(number);
    await staff.getByLabel('Référence du paiement').fill('VIR 2026-11');
    await staff.getByRole('button', { name: 'Marquer payée' }).click();
    const dialog = staff.getByRole('dialog');
    await expect(dialog).toContainText('Confirmer la réception de');
    await dialog.getByRole('button', { name: 'Marquer payée' }).click();
    await expect(staff.getByRole('main')).toContainText('VIR 2026-11');
    await expect(state).toContainText('Paiement reçu');
    await expect(row(list, number).locator('.dt__st')).toHaveText('À préparer');
  });

  await test.step('a colleague whose page is older changes nothing', async () => {
    await colleague.getByRole('button', { name: 'Marquer payée' }).click();
    const answer = await submit(colleague, colleague.getByRole('dialog').getByRole('button', { name: 'Marquer payée' }));
    expect(answer.status()).toBe(409);
    await expect(colleague.getByRole('alert').first()).toContainText('Cette commande a changé');
  });

  await test.step('prepared', async () => {
    await row(list, number).hover();
    const seen = await row(list, number).getAttribute('data-seq');
    await staff.getByRole('button', { name: 'Commencer la préparation' }).click();
    await expect(staff.getByRole('heading', { level: 1 })).toContainText('En préparation');
    await expect(state.getByRole('status')).toHaveText('En préparation');
    // It leaves this list, but not from under the pointer.
    await expect(row(list, number)).toHaveClass(/is-gone/);
    await expect(row(list, number)).toHaveAttribute('data-seq', seen);
    await list.mouse.move(0, 0);
    await expect(row(list, number)).toHaveCount(0);
  });

  await test.step('sent', async () => {
    await staff.getByLabel('Transporteur').fill('Colissimo');
    await staff.getByLabel('Numéro de suivi').fill('6A12345678901');
    await staff.getByRole('button', { name: 'Expédier' }).click();
    await expect(staff.getByRole('heading', { level: 1 })).toContainText('Expédiée');
    await expect(state.getByRole('status')).toHaveText('Expédiée');
    await expect(state).toContainText('Colissimo · 6A12345678901');
  });

  expect(await page.evaluate(() => window.sameDocument), 'the customer never had to reload').toBe(true);
  await mailTo(page.request, buyer.email, /Paiement reçu/);
  const sent = await mailTo(page.request, buyer.email, /en route/);
  expect(sent.text).toContain('6A12345678901');
});

test('an order placed while the line is cut is there afterwards, once', async ({ baseURL, visitor, staffState, buyer, watch }) => {
  const line = await cable(baseURL);
  watch.allow(new RegExp(`${line.url}|htmx:sse:error: network error`));
  const first = await buyer.order();
  const press = await buyer.ready();
  const window = await visitor({ storageState: staffState });
  await open(window, buyer.email, line.url);
  const pill = window.locator('[data-live]');
  await expect(pill).toHaveAttribute('data-state', 'up');

  line.pull();
  const second = await press();
  await expect(pill, 'the page says that it is cut off').toHaveAttribute('data-state', 'down', { timeout: 20_000 });
  await expect(banner(window)).toBeHidden();
  line.mend();
  await expect(pill).toHaveAttribute('data-state', 'up', { timeout: 20_000 });

  await expect(banner(window)).toHaveText('1 nouvelle commande, l’afficher');
  await banner(window).click();
  for (const { number } of [first, second]) await expect(row(window, number)).toHaveCount(1);
  await expect(window.locator('[data-live-rows] tr')).toHaveCount(2);
  const third = await buyer.order();
  await expect(banner(window)).toHaveText('1 nouvelle commande, l’afficher');
  await window.reload();
  for (const { number } of [first, second, third]) await expect(row(window, number)).toHaveCount(1);
  line.close();
});
