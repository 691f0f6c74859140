import { defineConfig } from '@playwright/test';

const url = process.env.PERPETUA_URL;
if (!url) throw new Error('PERPETUA_URL is not set: give the address of a running shop');

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
    screenshot: 'only-on-failure',
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
});
