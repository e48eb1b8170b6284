// The search field as a combobox: everything by keyboard, nothing lost without JavaScript; "Pour vous" and what goes together.
import { expect, expectNoSidewaysScroll, test } from '../helpers/flows.mjs';

const field = (page) => page.locator('#q');
const options = (page) => page.locator('#suggestions [role=option]');

test.describe('suggestions while typing', () => {
  test.skip(({ javaScriptEnabled }) => javaScriptEnabled === false, 'the plain form is tested below');

  test('arrows choose, Enter follows, Escape closes and keeps what was typed', async ({ page }) => {
    await page.goto('/');
    await expect(field(page)).toHaveAttribute('role', 'combobox');
    await expect(field(page)).toHaveAttribute('aria-expanded', 'false');
    await field(page).pressSequentially('caf', { delay: 30 });
    await expect(options(page).first()).toBeVisible();
    await expect(field(page)).toHaveAttribute('aria-expanded', 'true');
    await expect(page.locator('#suggestions-n')).toContainText(/suggestion/);
    const n = await options(page).count();
    await page.keyboard.press('ArrowDown');
    await expect(options(page).nth(0)).toHaveAttribute('aria-selected', 'true');
    await expect(field(page)).toHaveAttribute('aria-activedescendant', await options(page).nth(0).getAttribute('id'));
    await page.keyboard.press('ArrowUp');
    await expect(field(page)).not.toHaveAttribute('aria-activedescendant', /./);
    await page.keyboard.press('ArrowUp');
    await expect(options(page).nth(n - 1)).toHaveAttribute('aria-selected', 'true');
    await expect(field(page)).toBeFocused();
    await page.keyboard.press('Escape');
    await expect(page.locator('#suggestions')).toBeHidden();
    await expect(field(page)).toHaveValue('caf');
    await expect(field(page)).toHaveAttribute('aria-expanded', 'false');
    await page.keyboard.press('ArrowDown');
    await expect(page.locator('#suggestions')).toBeVisible();
    await page.keyboard.press('ArrowUp');
    await page.keyboard.press('ArrowUp');
    const to = await options(page).nth(n - 1).getAttribute('href');
    await page.keyboard.press('Enter');
    await expect(page).toHaveURL(new RegExp(`${to.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}$`));
  });

  test('Enter without a choice searches, Tab leaves, a click follows, and nothing to say says nothing', async ({ page }) => {
    await page.goto('/');
    await field(page).pressSequentially('caf', { delay: 30 });
    await expect(options(page).first()).toBeVisible();
    await expectNoSidewaysScroll(page);
    await page.keyboard.press('Tab');
    await expect(page.locator('#suggestions')).toBeHidden();
    await field(page).focus();
    await page.keyboard.press('ArrowDown');
    await page.locator('[aria-labelledby=sg-p] [role=option]').first().click();
    await expect(page).toHaveURL(/\/p\//);
    await field(page).fill('zzxqyw');
    await page.waitForTimeout(400);
    await expect(page.locator('#suggestions')).toBeHidden();
    await field(page).fill('cafetière');
    await page.keyboard.press('Enter');
    await expect(page).toHaveURL(/\/recherche\?q=caf/);
  });
});

test('without JavaScript the field is a plain search form', async ({ page, javaScriptEnabled }) => {
  test.skip(javaScriptEnabled !== false, 'without JavaScript');
  await page.goto('/');
  await expect(field(page)).not.toHaveAttribute('role', /./);
  await field(page).fill('cafetière');
  await field(page).press('Enter');
  await expect(page).toHaveURL(/\/recherche\?q=/);
  await expect(page.locator('.card__title').first()).toBeVisible();
});

test('what was looked at comes back for who asks for it, is explained, and can be emptied', async ({ page }) => {
  await page.goto('/');
  await page.getByRole('link', { name: /Retrouver ici/ }).click();
  await page.getByRole('button', { name: 'Activer' }).click();
  await page.goto('/recherche?q=cafetière');
  const title = (await page.locator('.card__title a').first().innerText()).trim();
  await page.locator('.card__title a').first().click();
  await expect(page).toHaveURL(/\/p\//);
  await page.goto('/');
  const recent = page.getByRole('region', { name: 'Vus récemment' });
  await expect(recent.locator('.card__title').first()).toHaveText(title);
  await page.getByRole('link', { name: /Pourquoi ces produits/ }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Pour vous');
  await expectNoSidewaysScroll(page);
  await page.getByRole('button', { name: 'Effacer la liste' }).first().click();
  await page.goto('/');
  await expect(recent).toHaveCount(0);
});
