import { defineConfig } from '@playwright/test';

const launchOptions = {
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--disable-background-networking'],
};

/** Screenshots for people to look at: `SHOTS=1 npx playwright test`. */
const shots = { name: 'shots', testDir: 'looks', use: { javaScriptEnabled: true } };

export default defineConfig({
  testDir: 'tests',
  globalSetup: './support/site.ts',
  outputDir: 'test-results',
  fullyParallel: true,
  workers: 2,
  retries: 0,
  forbidOnly: true,
  timeout: 60_000,
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
  projects: process.env.SHOTS
    ? [shots]
    : [
        { name: 'js', use: { viewport: { width: 1280, height: 900 } } },
        {
          name: 'nojs',
          testIgnore: ['islands.spec.ts', 'pages.spec.ts'],
          // The narrowest screen that must do, so that every journey is also a test of it.
          use: { javaScriptEnabled: false, viewport: { width: 320, height: 800 } },
        },
      ],
});
