// A guest buys by the way the shop leads: home, department, filter, article, version, cart, four steps, confirmation, tracking.
import { ordersOf } from '../helpers/office.mjs';
import { ADDRESS, articleWithVersions, mailTo, mailsTo, submit } from '../helpers/shop.mjs';
import { expect, expectAccessible, test } from '../helpers/flows.mjs';
import { expectValidSource } from '../helpers/html.mjs';

test.skip(({ isMobile, javaScriptEnabled }) => isMobile && javaScriptEnabled !== false, 'at a desk, and by telephone without JavaScript');

const button = (page, name) => page.getByRole('main').getByRole('button', { name, exact: true });

test('a guest finds, chooses, orders once and follows the order', async ({ page, buyer, office, noJavaScript }) => {
  test.setTimeout(120_000);
  const { department, url } = await articleWithVersions(page.request);
  const { email } = buyer;

  await test.step('home, department', async () => {
    await page.goto('/');
    const menu = page.locator('details.burger > summary');
    if (await menu.isVisible()) await menu.click();
    await page.getByRole('navigation', { name: noJavaScript ? 'Menu' : 'Univers', exact: true })
      .getByRole('link', { name: department.name, exact: true }).click();
    await expect(page.getByRole('heading', { level: 1 })).toHaveText(department.name);
  });

  await test.step('filter and order of the list', async () => {
    const available = page.locator('#filtres').getByRole('checkbox', { name: /^En stock/ });
    if (noJavaScript) {
      await page.getByRole('link', { name: /^Filtrer/ }).click();
      await available.check();
      await page.locator('#filtres').getByRole('button', { name: /^Voir \d+ produit/ }).click();
    } else {
      await available.check();
    }
    await expect(page).toHaveURL(/[?&]dispo=1/);
    await expect(page.getByRole('group', { name: 'Filtres actifs' }).getByRole('link', { name: /^En stock/ })).toBeVisible();
    await page.getByLabel('Trier par').selectOption('prix');
    if (noJavaScript) await page.getByRole('button', { name: 'OK' }).click();
    await expect(page).toHaveURL(/[?&]tri=prix/);
    await expect(page).toHaveURL(/[?&]dispo=1/);
    await expect(page.locator('.card__stock--out')).toHaveCount(0);
  });

  const title = await test.step('article, other version, cart', async () => {
    await page.locator(`.card__title a[href="${url}"]`).click();
    const name = await page.getByRole('heading', { level: 1 }).innerText();
    const other = page.locator('.opt:not(.off):not([aria-current])').first();
    const href = await other.getAttribute('href');
    await other.click();
    await expect(page).toHaveURL(new RegExp(`${href.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}$`));
    await expect(page.locator(`.opt[href="${href}"]`)).toHaveAttribute('aria-current', 'true');
    await button(page, 'Ajouter au panier').click();
    if (!noJavaScript) {
      await expect(page.getByRole('status').filter({ hasText: `Ajouté au panier : ${name}` })).toBeVisible();
      await page.getByRole('link', { name: 'Voir le panier' }).click();
    }
    await expect(page).toHaveURL(/\/panier$/);
    await expect(page.locator('.line').getByRole('link', { name })).toBeVisible();
    return name;
  });

  await test.step('quantity', async () => {
    if (noJavaScript) {
      await page.getByLabel(`Quantité de ${title}`).fill('2');
      await button(page, 'Mettre à jour').click();
    } else {
      await page.getByRole('button', { name: 'Un de plus' }).click();
    }
    await expect(page.locator('.line__price')).toContainText('2 ×');
    await expect(page.getByLabel(`Quantité de ${title}`)).toHaveValue('2');
    await expect(page.locator('#cart-count')).toContainText('2');
    await page.getByRole('link', { name: 'Commander', exact: true }).click();
  });

  await test.step('address, first with faults', async () => {
    await page.getByLabel('Adresse e-mail').fill('pas une adresse');
    await page.getByLabel('Nom complet').first().fill(ADDRESS.name);
    await page.getByLabel('Adresse', { exact: true }).first().fill(ADDRESS.line1);
    await page.getByLabel('Code postal').first().fill('690');
    await page.getByLabel('Ville').first().fill(ADDRESS.city);
    const answer = await submit(page, button(page, 'Continuer vers la livraison'));
    expect(answer.status()).toBe(422);
    await expectValidSource(await answer.text(), 'the address with faults');
    const summary = page.locator('.errsum');
    await expect(summary).toBeFocused();
    await expect(summary.getByRole('link')).toHaveCount(2);
    await expect(page).toHaveTitle(/^Erreur/);
    await expect(page.getByLabel('Adresse e-mail')).toHaveValue('pas une adresse');
    await expect(page.getByLabel('Adresse e-mail')).toHaveAttribute('aria-invalid', 'true');
    await expect(page.getByLabel('Nom complet').first()).toHaveValue(ADDRESS.name);
    await expect(page.getByLabel('Code postal').first()).toHaveValue('690');
    await expectAccessible(page, 'the address with faults');
    await summary.getByRole('link').first().click();
    await expect(page.getByLabel('Adresse e-mail')).toBeFocused();
    await page.getByLabel('Adresse e-mail').fill(email);
    await page.getByLabel('Code postal').first().fill(ADDRESS.postal_code);
    await button(page, 'Continuer vers la livraison').click();
  });

  await test.step('delivery, payment', async () => {
    await expect(page).toHaveURL(/\/commande\/livraison$/);
    await expect(page.getByRole('radio').first()).toBeChecked();
    await button(page, 'Continuer vers le paiement').click();
    await expect(page).toHaveURL(/\/commande\/paiement$/);
    await page.getByRole('radio', { name: /^Virement bancaire/ }).check();
    await button(page, 'Vérifier la commande').click();
  });

  const order = button(page, 'Commande avec obligation de paiement');
  const total = await test.step('review, first without the terms', async () => {
    const main = page.getByRole('main');
    for (const text of [title, email, ADDRESS.line1, `${ADDRESS.postal_code} ${ADDRESS.city}`, 'Virement bancaire']) {
      await expect(main).toContainText(text);
    }
    const answer = await submit(page, order);
    expect(answer.status()).toBe(422);
    await expect(page.locator('.errsum')).toBeFocused();
    await page.getByRole('checkbox', { name: /conditions générales de vente/ }).check();
    return page.locator('form.pay .sum__total dd').innerText();
  });

  const other = await page.context().newPage();
  await other.goto('/commande/recapitulatif');
  await other.getByRole('checkbox', { name: /conditions générales de vente/ }).check();

  const number = await test.step('two presses, one order', async () => {
    await order.dblclick();
    await expect(page).toHaveURL(/\/merci\//);
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Merci Nadia, c’est noté');
    await expect(page.locator('.sum__total dd')).toHaveText(total);
    const orders = await ordersOf(office, email);
    expect(orders, 'orders of this address').toHaveLength(1);
    await expect(page.locator('.thanks')).toContainText(orders[0].number);
    await expect(page.locator('#cart-count')).toBeEmpty();
    return orders[0].number;
  });

  await test.step('the same review in another tab leads to the same order', async () => {
    await button(other, 'Commande avec obligation de paiement').click();
    await expect(other).toHaveURL(page.url());
    await other.close();
    expect(await ordersOf(office, email)).toHaveLength(1);
  });

  await test.step('one mail confirms it', async () => {
    const mail = await mailTo(page.request, email, new RegExp(number));
    expect(mail.text).toContain(title);
    expect(mail.text).toContain('/suivi/');
    expect(await mailsTo(page.request, email)).toHaveLength(1);
  });

  await test.step('tracking by number and e-mail, not without', async () => {
    await page.goto('/suivi');
    await page.getByLabel('Numéro de commande').fill(number);
    await page.getByLabel('Adresse e-mail').fill(`autre.${email}`);
    expect((await submit(page, button(page, 'Afficher le suivi'))).status()).toBe(422);
    await expect(page.locator('.errsum')).toContainText('Aucune commande ne correspond');
    await page.getByLabel('Adresse e-mail').fill(email.toUpperCase());
    await button(page, 'Afficher le suivi').click();
    await expect(page).toHaveURL(/\/suivi\/[0-9a-f-]{36}$/);
    await expect(page.getByRole('heading', { level: 1 })).toContainText(number);
    await expect(page.locator('#etat')).toContainText('En attente de paiement');
  });
});
