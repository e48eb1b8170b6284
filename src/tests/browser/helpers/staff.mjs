// A member of staff of the demo shop: signs in at /admin/ with the login that seed-demo prints.
import { expect } from '@playwright/test';

export const PASSWORD = process.env.DEMO_PASSWORD ?? 'marche-demo-2026';

export async function signInAsStaff(page, email = 'admin@smartmarket.example') {
  await page.goto('/admin/');
  await page.getByLabel('Adresse e-mail').fill(email);
  await page.locator('[name=password]').fill(PASSWORD);
  await page.getByRole('button', { name: 'Se connecter' }).click();
  await expect(page).toHaveURL(/\/admin\/$/);
}
