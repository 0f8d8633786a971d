import { defineConfig } from '@playwright/test';

const launchOptions = {
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--disable-background-networking'],
};

/** What `cargo xtask look` runs instead of the tests. */
const looks = {
  pictures: { name: 'pictures', testDir: 'visual' },
  lighthouse: { name: 'lighthouse', testDir: 'performance' },
};
const look = looks[process.env.DOGEAR_LOOK as keyof typeof looks];

export default defineConfig({
  testDir: 'tests',
  globalSetup: './support/site.ts',
  outputDir: 'test-results',
  fullyParallel: true,
  workers: 2,
  retries: 0,
  forbidOnly: true,
  // A hanging step ends by its own limit; a journey of many steps on a slow machine is not a fault.
  timeout: 300_000,
  expect: { timeout: 7_000 },
  reporter: [['list']],
  use: {
    launchOptions,
    locale: 'en-GB',
    timezoneId: 'UTC',
    actionTimeout: 7_000,
    navigationTimeout: 15_000,
    trace: 'retain-on-failure',
    screenshot: 'off',
  },
  projects: look
    ? [look]
    : [
        { name: 'js', use: { viewport: { width: 1280, height: 900 } } },
        {
          name: 'nojs',
          testIgnore: ['interface.spec.ts', 'islands.spec.ts', 'pages.spec.ts', 'widths.spec.ts'],
          // The narrowest screen that must do, so that every journey is also a test of it.
          use: { javaScriptEnabled: false, viewport: { width: 320, height: 800 } },
        },
      ],
});
