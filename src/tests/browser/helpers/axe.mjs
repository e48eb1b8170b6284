// axe-core over the page as it stands: WCAG 2.0 to 2.2, A and AA, and its best practices, with no exception.
import AxeBuilder from '@axe-core/playwright';
import { expect } from '@playwright/test';

const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22a', 'wcag22aa', 'best-practice'];

export async function expectAccessible(page, name = page.url()) {
  // axe waits for timers, which never run out in a page without JavaScript; the same page is looked at with it.
  if (await page.evaluate(() => matchMedia('(scripting: none)').matches)) return;
  const { violations } = await new AxeBuilder({ page }).withTags(RULES).analyze();
  const findings = violations.flatMap(({ id, help, nodes }) =>
    nodes.map((node) => `${id}: ${help} at ${node.target.join(' ')}`));
  expect.soft(findings, `axe finds nothing on ${name}`).toEqual([]);
}
