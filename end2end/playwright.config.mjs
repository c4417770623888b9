import { defineConfig } from '@playwright/test';

// One worker: the machine is small, and the tests of a journey share a network of people.
export default defineConfig({
  testDir: 'tests',
  outputDir: 'report',
  workers: 1,
  timeout: 300_000,
  expect: { timeout: 10_000 },
  forbidOnly: true,
  reporter: [['list'], ['json']],
  use: {
    baseURL: process.env.BASE_URL,
    launchOptions: {
      executablePath: process.env.CHROMIUM,
      args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update',
        '--disable-sync', '--no-first-run', '--disable-quic',
        // Names that are not this machine's own to a browser, and lead to it.
        '--host-resolver-rules=MAP *.test 127.0.0.1'],
    },
  },
  projects: [
    { name: 'hydrated', use: { javaScriptEnabled: true } },
    // Without scripts nothing moves by itself.
    { name: 'without-javascript', use: { javaScriptEnabled: false }, grepInvert: /@hydrated/ },
  ],
});
