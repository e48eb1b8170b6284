// The back office at a desk: closed to strangers. rounds.spec.mjs looks at its pages.
import { expect, expectSound, test } from '../helpers/flows.mjs';

const PAGES = ['/admin/', '/admin/commandes', '/admin/produits', '/admin/stocks', '/admin/clients', '/admin/taches'];

test('without a session every page of the office leads to its own sign-in', async ({ page }) => {
  for (const path of PAGES) {
    await page.goto(path);
    await expect(page).toHaveURL(/\/admin\/connexion/);
  }
  await expectSound(page, '/admin/connexion');
});
