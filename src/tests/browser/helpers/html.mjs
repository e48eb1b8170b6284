// The HTML as the server sent it, validated: the browser repairs what it reads, so its DOM proves nothing.
import { readFileSync } from 'node:fs';
import { expect } from '@playwright/test';
import { HtmlValidate, StaticConfigLoader } from 'html-validate';

const config = JSON.parse(readFileSync(new URL('../.htmlvalidate.json', import.meta.url), 'utf8'));
const validator = new HtmlValidate(new StaticConfigLoader(config));

/** Asks for the page's address again, with its cookies. For the answer to a POST use expectValidSource. */
export async function expectValidHtml(page, name = page.url()) {
  const answer = await page.request.get(page.url());
  await expectValidSource(await answer.text(), name);
}

export async function expectValidSource(html, name) {
  const report = await validator.validateString(html);
  const faults = report.results.flatMap(({ messages }) =>
    messages.filter(({ severity }) => severity === 2)
      .map(({ line, column, ruleId, message }) => `${line}:${column} ${ruleId}: ${message}`));
  expect.soft(faults, `html-validate finds nothing on ${name}`).toEqual([]);
}
