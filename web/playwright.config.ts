import { defineConfig } from '@playwright/test';

const url = process.env.PERPETUA_URL;
if (!url) throw new Error('PERPETUA_URL is not set: give the address of a running shop');

/** What every page must stand on both of; the rest is about what happens, not about how it looks. */
const BOTH = /(walk|pages|sizes|language)\.spec\.ts$/;

export default defineConfig({
  testDir: 'e2e',
  timeout: 180_000,
  expect: { timeout: 20_000 },
  retries: 0,
  forbidOnly: true,
  workers: 1,
  reporter: 'list',
  outputDir: process.env.PERPETUA_ARTIFACTS ?? 'test-results',
  use: {
    baseURL: url,
    actionTimeout: 20_000,
    screenshot: 'only-on-failure',
    locale: 'en-GB',
    launchOptions: {
      executablePath: process.env.PERPETUA_CHROMIUM ?? '/usr/bin/chromium',
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
      ],
    },
  },
  projects: [
    { name: 'wide', use: { viewport: { width: 1280, height: 900 } } },
    {
      name: 'phone',
      testMatch: BOTH,
      use: { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true },
    },
  ],
});
