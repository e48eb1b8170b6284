// The first page opens, in both languages, and is sound: if this fails, nothing else is worth reading.
import { expect, expectSound, test } from '../helpers/test.mjs';

for (const [path, lang] of [['/', 'fr'], ['/en/', 'en']]) {
  test(`the home page opens at ${path}`, async ({ page }) => {
    const answer = await page.goto(path);
    expect(answer.status()).toBe(200);
    await expect(page.locator('html')).toHaveAttribute('lang', new RegExp(`^${lang}`));
    await expect(page.getByRole('heading', { level: 1 })).toHaveCount(1);
    await expect(page.getByRole('main')).toBeVisible();
    await expectSound(page, path);
  });
}

test('the security policy forbids what is unsafe', async ({ page }) => {
  const answer = await page.goto('/');
  const policy = answer.headers()['content-security-policy'] ?? '';
  expect(policy).toContain('default-src');
  expect(policy).not.toContain('unsafe-');
});
