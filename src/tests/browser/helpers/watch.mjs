// Watches a page for what nobody sees but everybody suffers from: console errors, uncaught exceptions, violations of
// the content security policy, 5xx answers, requests that fail, and requests to any host but the shop's own.

export class Watch {
  #problems = [];
  #allowed = [];
  #origin;

  /** @param {string} baseURL the shop's address: every other origin is a problem */
  constructor(baseURL) {
    this.#origin = new URL(baseURL).origin;
  }

  /** Watches one more page (a second window, another person's context). */
  add(page) {
    const where = () => new URL(page.url() === 'about:blank' ? this.#origin : page.url()).pathname;
    page.on('console', (message) => {
      if (message.type() !== 'error') return;
      // Said again by the status of the answer, with more detail: see below.
      if (message.text().startsWith('Failed to load resource')) return;
      this.#note(`console error on ${where()}: ${message.text()}`);
    });
    page.on('pageerror', (error) => this.#note(`uncaught exception on ${where()}: ${error.message}`));
    page.on('response', (response) => {
      const status = response.status();
      // A page may answer 404 or 422; what a page asks for by itself may not.
      const isPage = response.request().isNavigationRequest();
      if (status >= 500 || (status >= 400 && !isPage)) this.#note(`${status} from ${response.request().method()} ${response.url()}`);
    });
    page.on('requestfailed', (request) => {
      const reason = request.failure()?.errorText ?? '';
      // Left pages and closed streams are aborted by the browser itself.
      if (reason !== 'net::ERR_ABORTED') this.#note(`${request.method()} ${request.url()} failed: ${reason}`);
    });
    page.on('request', (request) => {
      const url = new URL(request.url());
      if (['http:', 'https:', 'ws:', 'wss:'].includes(url.protocol) && url.host !== new URL(this.#origin).host) {
        this.#note(`request to a foreign host: ${request.url()}`);
      }
    });
    return page;
  }

  /** Problems that match are expected in this test, and only there. */
  allow(pattern) {
    this.#allowed.push(pattern);
  }

  get problems() {
    return this.#problems.filter((text) => !this.#allowed.some((pattern) => pattern.test(text)));
  }

  #note(text) {
    this.#problems.push(text);
  }
}
