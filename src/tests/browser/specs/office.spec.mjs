// The back office on a desktop: staff see an order arrive, and every page of theirs is sound.
import { expect, expectSound, test } from '../helpers/test.mjs';
import { buy, someone } from '../helpers/shopper.mjs';
import { signInAsStaff } from '../helpers/staff.mjs';

test('without a session every page of the office leads to its own sign-in', async ({ page }) => {
  for (const path of ['/admin/', '/admin/commandes', '/admin/produits', '/admin/stocks', '/admin/clients', '/admin/taches']) {
    await page.goto(path);
    await expect(page).toHaveURL(/\/admin\/connexion/);
  }
  await expectSound(page, '/admin/connexion');
});

test('an order appears in two open windows before a person could look away', async ({ page, visitor }) => {
  test.setTimeout(120_000);
  const windows = [page, await page.context().newPage()];
  await signInAsStaff(page);
  for (const window of windows) {
    await window.goto('/admin/commandes');
    await expect(window.locator('[data-live]')).toHaveAttribute('data-state', 'up');
  }
  const shopper = await visitor({ viewport: { width: 390, height: 844 }, javaScriptEnabled: false });
  const number = await buy(shopper, { email: someone(), name: 'Dominique Direct' });

  for (const window of windows) {
    const fresh = window.locator('[data-live-banner] a');
    await expect(fresh).toBeVisible({ timeout: 2_000 });
    await fresh.click();
    await expect(window.getByRole('table').getByRole('link', { name: number, exact: true })).toHaveCount(1);
  }

  await page.getByRole('table').getByRole('link', { name: number, exact: true }).click();
  await expect(page.getByRole('main')).toContainText('Dominique Direct');
  await expectSound(page, 'an order in the office');
});

test('every page of the office is sound', async ({ page }) => {
  test.setTimeout(180_000);
  await signInAsStaff(page);
  for (const path of ['/admin/', '/admin/commandes', '/admin/produits', '/admin/stocks', '/admin/clients', '/admin/taches']) {
    const answer = await page.goto(path);
    expect(answer.status(), path).toBe(200);
    await expectSound(page, path);
  }
});
