// A shopper's steps, as a person takes them: by labels and buttons, with and without JavaScript.
import { expect } from '@playwright/test';

/** Opens the newest goods and goes to the first that can be bought; returns its name. */
export async function openSomeProduct(page) {
  const listing = await page.request.get('/nouveautes');
  const paths = [...(await listing.text()).matchAll(/href="(\/p\/[^"?#]+)"/g)].map(([, path]) => path);
  for (const path of new Set(paths)) {
    await page.goto(path);
    const add = page.getByRole('button', { name: 'Ajouter au panier', exact: true }).first();
    if (await add.isVisible() && await add.isEnabled()) return (await page.getByRole('heading', { level: 1 }).innerText()).trim();
  }
  throw new Error('no product on /nouveautes can be bought');
}

/** From a product page to the cart page. */
export async function addToCart(page) {
  await page.getByRole('button', { name: 'Ajouter au panier', exact: true }).first().click();
  await expect(page.locator('#cart-count')).toContainText('1');
  await page.goto('/panier');
}

export async function fillAddress(page, { email, name }) {
  await page.getByLabel('Adresse e-mail').fill(email);
  await page.getByLabel('Nom complet').first().fill(name);
  await page.locator('[name=line1]').fill('12 rue des Lilas');
  await page.locator('[name=postal_code]').fill('75011');
  await page.locator('[name=city]').fill('Paris');
}

export const proceed = (page, name) => page.getByRole('button', { name }).click();

/**
 * The whole way from the shelf to the thanks; `look(name)` is called on every page of it.
 * Returns the number of the order.
 */
export async function buy(page, { email, name, look = async () => {} }) {
  const title = await openSomeProduct(page);
  await look('product');
  await addToCart(page);
  await expect(page.getByRole('main')).toContainText(title);
  await look('cart');

  await page.goto('/commande');
  await look('address');
  await fillAddress(page, { email, name });
  await proceed(page, 'Continuer vers la livraison');

  await expect(page).toHaveURL(/\/commande\/livraison$/);
  await look('delivery');
  await proceed(page, 'Continuer vers le paiement');

  await expect(page).toHaveURL(/\/commande\/paiement$/);
  await look('payment');
  await page.getByRole('radio', { name: /^Virement bancaire/ }).check();
  await proceed(page, 'Vérifier la commande');

  await expect(page).toHaveURL(/\/commande\/recapitulatif$/);
  await expect(page.getByRole('main')).toContainText(title);
  await look('review');
  await page.getByRole('checkbox', { name: /conditions générales/ }).check();
  // The words the law asks for.
  await proceed(page, 'Commande avec obligation de paiement');

  await expect(page).toHaveURL(/\/merci\//);
  await look('thanks');
  const [number] = (await page.getByRole('main').innerText()).match(/SM-\d+/);
  return number;
}

/** An address that no other run of this test has used. */
export const someone = () => `essai-${Date.now()}-${Math.floor(Math.random() * 1e6)}@exemple.fr`;
