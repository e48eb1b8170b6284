// The assistant: a form without JavaScript, a panel and a streamed answer with it, by keyboard, and sound for readers.
import { expect, expectSound, test } from '../helpers/test.mjs';

const QUESTION = 'Livrez-vous en Belgique ?';

test('the page is a plain question form, and the answer names its sources', async ({ page, noJavaScript }) => {
  await page.goto('/assistant');
  await expectSound(page, '/assistant');
  await page.getByLabel('Votre question').fill(QUESTION);
  await page.getByRole('main').getByRole('button', { name: 'Demander' }).click();
  if (noJavaScript) await expect(page).toHaveURL(/\/assistant\?question=/);
  const answer = page.locator('.assist__answer').last();
  await expect(answer.getByRole('heading', { name: 'Sources' })).toBeVisible();
  await expect(answer.getByRole('link', { name: /Livraison/ }).first()).toHaveAttribute('href', /^\/infos\//);
  if (noJavaScript) await expectSound(page, 'an answer');
});

test('a comparison is a table that does not push the page sideways', async ({ page }) => {
  await page.goto(`/assistant?question=${encodeURIComponent('Compare la cafetière Matin et la machine Barista')}`);
  await expect(page.getByRole('table').getByRole('rowheader', { name: 'Prix' })).toBeVisible();
  await expectSound(page, 'a comparison');
});

test('the button in the header opens the panel; Escape gives the focus back', async ({ page, noJavaScript }) => {
  await page.goto('/bons-plans');
  // On a telephone it stands in the menu.
  const menu = page.locator('details.burger > summary');
  const inMenu = await menu.isVisible();
  if (inMenu) await menu.click();
  const opener = page.locator('header a[href="/assistant"]:visible');
  if (noJavaScript) {
    await opener.click();
    await expect(page).toHaveURL(/\/assistant$/);
    return;
  }
  await opener.focus();
  await page.keyboard.press('Enter');
  const panel = page.getByRole('dialog', { name: 'Poser une question' });
  await expect(panel).toBeVisible();
  await expect(panel.getByLabel('Votre question')).toBeFocused();
  await page.keyboard.type(QUESTION);
  await page.keyboard.press('Enter');
  await expect(panel.locator('.assist__answer').getByRole('heading', { name: 'Sources' })).toBeVisible();
  await expect(panel.getByLabel('Votre question')).toBeFocused();
  await expectSound(page, 'the panel with an answer');
  await page.keyboard.press('Escape');
  await expect(panel).toBeHidden();
  if (!inMenu) await expect(opener).toBeFocused();
});

test('the next question keeps the subject', async ({ page }) => {
  await page.goto(`/assistant?question=${encodeURIComponent('Quel est le poids de la machine expresso Barista ?')}`);
  await expect(page.locator('.assist__answer').last()).toContainText('9,0 kg');
  await page.getByLabel('Votre question').fill('et la pression ?');
  await page.getByRole('main').getByRole('button', { name: 'Demander' }).click();
  await expect(page.locator('.assist__answer').last()).toContainText('15 bar');
});
