// An account: register, prove the address, sign in with a cart, see the orders, forget the password.
import { addToCart, checkOut, linkIn, mailTo, newEmail, plainArticles, pressOrder, submit } from '../helpers/shop.mjs';
import { expect, test } from '../helpers/flows.mjs';

test.skip(({ isMobile, javaScriptEnabled }) => isMobile && javaScriptEnabled !== false, 'at a desk, and by telephone without JavaScript');
test.setTimeout(90_000);

const PASSWORD = 'quatre mots faciles à retenir';
const main = (page) => page.getByRole('main');
const pathOf = (link) => link.replace(/^https?:\/\/[^/]+/, '');

async function signIn(page, email, password) {
  await main(page).getByLabel('Adresse e-mail').fill(email);
  await main(page).getByLabel('Mot de passe').fill(password);
  return submit(page, main(page).getByRole('button', { name: 'Se connecter' }));
}

async function register(page, email) {
  await page.goto('/inscription');
  await main(page).getByLabel('Nom et prénom').fill('Nadia Benali');
  await main(page).getByLabel('Adresse e-mail').fill(email);
  await main(page).getByLabel('Nouveau mot de passe').fill(PASSWORD);
  await main(page).getByRole('button', { name: 'Créer mon compte' }).click();
  await expect(page).toHaveURL(/\/connexion/);
  await expect(main(page).getByRole('status')).toContainText('Votre compte est créé');
}

test('a new customer proves the address, keeps the cart and finds earlier orders', async ({ page, buyer }) => {
  const { email } = buyer;
  const asGuest = await buyer.order();
  const [one, two] = await plainArticles(page.request);
  await addToCart(page.request, one);

  await test.step('register: a short password is refused, the rest is kept', async () => {
    await page.goto('/inscription');
    await main(page).getByLabel('Nom et prénom').fill('Nadia Benali');
    await main(page).getByLabel('Adresse e-mail').fill(email);
    await main(page).getByLabel('Nouveau mot de passe').fill('court');
    expect((await submit(page, main(page).getByRole('button', { name: 'Créer mon compte' }))).status()).toBe(422);
    await expect(page.locator('.errsum')).toBeFocused();
    await expect(main(page).getByLabel('Adresse e-mail')).toHaveValue(email);
    await expect(main(page).getByLabel('Nouveau mot de passe')).toHaveValue('');
    await register(page, email);
  });

  await test.step('sign in: the cart comes along', async () => {
    expect((await signIn(page, email, 'ce n’est pas le bon')).status()).toBe(422);
    await signIn(page, email, PASSWORD);
    await expect(page).toHaveURL(/\/compte$/);
    await expect(page.locator('#cart-count')).toContainText('1');
    await expect(main(page)).toContainText('n’est pas encore confirmée');
    await page.goto('/compte/commandes');
    await expect(main(page), 'orders of an address that is not proven').toContainText('Pas encore de commande');
  });

  await test.step('prove the address', async () => {
    const mail = await mailTo(page.request, email, /Confirmez votre adresse/);
    await page.goto(pathOf(linkIn(mail, 'jeton=')));
    await main(page).getByRole('button', { name: 'Confirmer mon adresse' }).click();
    await expect(main(page).getByRole('status')).toContainText('Votre adresse e-mail est confirmée');
    await page.goto('/compte/commandes');
    await expect(main(page).getByRole('link', { name: asGuest.number, exact: true })).toBeVisible();
  });

  await test.step('sign out, fill another cart, sign in: both carts are one', async () => {
    await main(page).getByRole('button', { name: 'Se déconnecter' }).click();
    await expect(page).toHaveURL(/\/$/);
    await addToCart(page.request, two ?? one);
    await page.goto('/connexion?next=/panier');
    await signIn(page, email, PASSWORD);
    await expect(page).toHaveURL(/\/panier$/);
    await expect(page.locator('#cart-count')).toContainText('2');
  });

  await test.step('order as a customer', async () => {
    const { number } = await pressOrder(page.request, await checkOut(page.request, email));
    await page.goto('/compte/commandes');
    await expect(page.locator('.order')).toHaveCount(2);
    await main(page).getByRole('link', { name: number, exact: true }).click();
    await expect(page.getByRole('heading', { level: 1 })).toContainText(number);
    await expect(main(page)).toContainText('Commande passée');
  });
});

test('a forgotten password is replaced by the link of a mail, once', async ({ page }) => {
  const email = newEmail('oubli');
  const next = 'une autre phrase bien plus longue';
  await register(page, email);
  await main(page).getByRole('link', { name: 'Mot de passe oublié ?' }).click();
  await main(page).getByLabel('Adresse e-mail').fill(email);
  await main(page).getByRole('button', { name: 'Recevoir le lien' }).click();
  await expect(main(page).getByRole('status')).toContainText('Si un compte existe à cette adresse');

  const link = pathOf(linkIn(await mailTo(page.request, email, /nouveau mot de passe/), 'jeton='));
  await page.goto(link);
  await main(page).getByLabel('Nouveau mot de passe').fill(next);
  await main(page).getByRole('button', { name: 'Enregistrer ce mot de passe' }).click();
  await expect(main(page).getByRole('status')).toContainText('Votre mot de passe est changé');
  expect((await signIn(page, email, PASSWORD)).status(), 'the old password').toBe(422);
  await signIn(page, email, next);
  await expect(page).toHaveURL(/\/compte$/);
  expect((await page.goto(link)).status(), 'the link a second time').toBe(410);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Ce lien n’est plus valable');
});
