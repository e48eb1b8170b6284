// The pages of the back office at a desk: closed to strangers, and sound for staff.
import { expect, expectSound, test } from '../helpers/flows.mjs';

const PAGES = ['/admin/', '/admin/commandes', '/admin/produits', '/admin/stocks', '/admin/clients', '/admin/taches'];

test('without a session every page of the office leads to its own sign-in', async ({ page }) => {
  for (const path of PAGES) {
    await page.goto(path);
    await expect(page).toHaveURL(/\/admin\/connexion/);
  }
  await expectSound(page, '/admin/connexion');
});

test('every page of the office is sound', async ({ visitor, staffState }) => {
  test.setTimeout(180_000);
  const page = await visitor({ storageState: staffState, viewport: { width: 1440, height: 900 } });
  for (const path of PAGES) {
    const answer = await page.goto(path);
    expect.soft(answer.status(), path).toBe(200);
    await expectSound(page, path);
  }
  await page.goto('/admin/commandes');
  await page.getByRole('table').getByRole('link', { name: /^SM-/ }).first().click();
  await expectSound(page, 'an order');
});
