// `test` and `expect` for every flow: the page is watched, and whatever Watch noted fails the test at its end.
import { test as base, expect } from '@playwright/test';
import { expectAccessible } from './axe.mjs';
import { expectValidHtml, expectValidSource } from './html.mjs';
import { Watch } from './watch.mjs';

export const test = base.extend({
  watch: async ({ baseURL }, use) => {
    const watch = new Watch(baseURL);
    await use(watch);
    expect(watch.problems, 'console, network and security policy are quiet').toEqual([]);
  },

  page: async ({ page, watch }, use) => {
    await use(watch.add(page));
  },

  /** A second, separate visitor: `const staff = await visitor()`; options as for browser.newContext. */
  visitor: async ({ browser, baseURL, watch }, use) => {
    const contexts = [];
    await use(async (options = {}) => {
      const context = await browser.newContext({ baseURL, locale: 'fr-FR', timezoneId: 'Europe/Paris', ...options });
      contexts.push(context);
      return watch.add(await context.newPage());
    });
    for (const context of contexts) await context.close();
  },

  /** True in the project that runs without JavaScript. */
  noJavaScript: async ({ javaScriptEnabled }, use) => {
    await use(javaScriptEnabled === false);
  },
});

/** What every page must pass, whatever it is about; all findings are told before the test fails. */
export async function expectSound(page, name) {
  await expectValidHtml(page, name);
  await expectAccessible(page, name);
  await expectNoSidewaysScroll(page, name);
}

export async function expectNoSidewaysScroll(page, name = page.url()) {
  const { content, screen } = await page.evaluate(() => ({
    content: document.documentElement.scrollWidth,
    screen: document.documentElement.clientWidth,
  }));
  expect.soft(content, `${name} is not wider than the screen`).toBeLessThanOrEqual(screen);
}

export { expect, expectAccessible, expectValidHtml, expectValidSource };
