// A visitor without a browser: forms are sent as a browser without JavaScript sends them, with the token of the page they stand on.
import { expect } from '@playwright/test';

const ENTITIES = { '&amp;': '&', '&lt;': '<', '&gt;': '>', '&quot;': '"', '&#39;': "'" };
export const unescape = (html) => html.replace(/&(?:amp|lt|gt|quot|#39);/g, (entity) => ENTITIES[entity]);

/** The page's HTML; anything but 200 is a failure that names the address. */
export async function read(request, path) {
  const answer = await request.get(path);
  expect(answer.status(), `GET ${path}`).toBe(200);
  return answer.text();
}

/** The value of a form's field, by its name. */
export const valueOf = (html, name) => unescape(html.match(new RegExp(`name="${name}"[^>]* value="([^"]*)"`))?.[1] ?? '');

/** Sends a form to `path` with the token found in `html`; gives the answer after redirects. */
export async function send(request, path, html, fields) {
  const answer = await request.post(path, { form: { _csrf: valueOf(html, '_csrf'), ...fields } });
  expect(answer.status(), `POST ${path}`).toBe(200);
  return answer;
}
