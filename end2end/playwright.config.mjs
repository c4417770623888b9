import { defineConfig } from '@playwright/test';

// One worker: the machine is small, and the tests of a journey share a network of people.
export default defineConfig({
  testDir: 'tests',
  outputDir: 'report',
  workers: 1,
  timeout: 300_000,
  expect: { timeout: 10_000 },
  forbidOnly: true,
  reporter: [['list']],
  use: {
    baseURL: process.env.BASE_URL,
    launchOptions: {
      executablePath: process.env.CHROMIUM,
      args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update',
        '--disable-sync', '--no-first-run', '--disable-quic'],
    },
  },
  projects: [
    { name: 'hydrated', use: { javaScriptEnabled: true } },
    // Without scripts nothing moves by itself.
    { name: 'without-javascript', use: { javaScriptEnabled: false }, grepInvert: /@hydrated/ },
  ],
});
