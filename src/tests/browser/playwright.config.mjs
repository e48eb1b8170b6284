// Browser tests in the machine's Chromium: a desktop, a telephone, and a telephone without JavaScript.
// scripts/test starts the shop and gives BASE_URL; by hand: BASE_URL=http://127.0.0.1:8000 npx playwright test
import { defineConfig } from '@playwright/test';

const chromium = process.env.CHROMIUM ?? '/usr/bin/chromium';

// Without these Chromium keeps asking for hosts of its maker, which a closed network refuses many times a second.
const flags = [
  '--disable-gpu', '--disable-quic', '--no-first-run',
  '--disable-background-networking', '--disable-component-update', '--disable-sync',
];
// Chromium's sandbox does not start as root (containers, CI); the only pages visited are our own.
if (process.getuid?.() === 0 || process.env.CI) flags.push('--no-sandbox');

const desktop = { viewport: { width: 1440, height: 900 } };
const mobile = { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true, deviceScaleFactor: 2 };

// The pages of the back office are looked at at a desk.
const OFFICE = /office-pages/;
// What a page is without JavaScript differs only where something is done: the flows look at those.
const SWEEP = /pages\.spec/;

export default defineConfig({
  testDir: 'specs',
  outputDir: 'out/results',
  timeout: 120_000,
  expect: { timeout: 10_000 },
  fullyParallel: true,
  workers: 2,
  retries: 0,
  forbidOnly: Boolean(process.env.CI),
  reporter: [['list'], ['json', { outputFile: 'out/report.json' }]],
  use: {
    baseURL: process.env.BASE_URL ?? 'http://127.0.0.1:8000',
    locale: 'fr-FR',
    timezoneId: 'Europe/Paris',
    actionTimeout: 15_000,
    navigationTimeout: 30_000,
    screenshot: 'only-on-failure',
    // Recording doubles the time of a run: TRACE=1 when a failure is not understood.
    trace: process.env.TRACE ? 'retain-on-failure' : 'off',
    launchOptions: { executablePath: chromium, args: flags },
  },
  projects: [
    { name: 'desktop', use: desktop },
    { name: 'mobile', use: mobile, testIgnore: OFFICE },
    { name: 'no-javascript', use: { ...mobile, javaScriptEnabled: false }, testIgnore: [OFFICE, SWEEP] },
  ],
});
