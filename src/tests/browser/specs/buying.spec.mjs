// A shopper buys as a guest: on a desktop, on a telephone, and on a telephone without JavaScript.
import { expect, expectSound, test } from '../helpers/test.mjs';
import { addToCart, buy, fillAddress, openSomeProduct, proceed, someone } from '../helpers/shopper.mjs';

test('a guest buys something, and every page of the way is sound', async ({ page }) => {
  test.setTimeout(180_000);
  const email = someone();
  const number = await buy(page, { email, name: 'Camille Essai', look: (name) => expectSound(page, name) });

  await test.step('the order can be found again by number and e-mail', async () => {
    await page.goto('/suivi');
    await page.getByLabel(/Numéro de commande/).fill(number);
    await page.getByLabel(/e-mail/).fill(email);
    await page.getByRole('main').locator('form[method=post] button[type=submit]').first().click();
    await expect(page.getByRole('main')).toContainText(number);
    await expectSound(page, 'tracking');
  });

  await test.step('the confirmation is sent by the worker', async () => {
    await expect(async () => {
      await page.goto('/dev/mails');
      await expect(page.getByRole('main')).toContainText(number, { timeout: 500 });
    }).toPass({ timeout: 20_000 });
  });

  await test.step('the cart is empty again', async () => {
    await page.goto('/panier');
    await expect(page.getByRole('main')).toContainText('Votre panier est vide');
  });
});

test('Back and a second press after ordering lead to the same order', async ({ page }) => {
  const number = await buy(page, { email: someone(), name: 'Camille Retour' });
  await page.goBack();
  const again = page.getByRole('button', { name: 'Commande avec obligation de paiement' });
  if (await again.count()) {
    await page.getByRole('checkbox', { name: /conditions générales/ }).check();
    await again.click();
    await expect(page.getByRole('main')).toContainText(number);
  } else {
    await expect(page.getByRole('main')).not.toContainText('Commande avec obligation de paiement');
  }
});

test('a faulty address is explained at the field and in a summary, and nothing typed is lost', async ({ page }) => {
  await openSomeProduct(page);
  await addToCart(page);
  await page.goto('/commande');
  await fillAddress(page, { email: 'pas-une-adresse@', name: 'Camille Faute' });
  await page.locator('main form[method=post]').evaluate((form) => { form.noValidate = true; });
  await page.locator('[name=postal_code]').fill('1');
  await proceed(page, 'Continuer vers la livraison');

  await expect(page.locator('[name=email]')).toHaveAttribute('aria-invalid', 'true');
  await expect(page.locator('[name=name]')).toHaveValue('Camille Faute');
  await expect(page).toHaveTitle(/^Erreur/);
  await expect(page.getByRole('main').getByRole('link', { name: /e-mail/ }).first()).toBeVisible();
});
