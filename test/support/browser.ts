import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import { findChromium } from './chromium.js';

/**
 * A headless Chromium that reaches loopback addresses only. The caller closes it; should the test process die,
 * the browser ends with the pipe to it.
 */
export async function launchBrowser(): Promise<Browser> {
  const { executablePath, env } = await findChromium();
  const asRoot = process.getuid?.() === 0;
  return chromium.launch({
    executablePath,
    env: { ...process.env, ...env },
    args: [
      ...(asRoot ? ['--no-sandbox'] : []),
      '--disable-gpu',
      '--disable-dev-shm-usage',
      '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE *.localhost, EXCLUDE 127.0.0.1',
    ],
  });
}

export interface TestBrowser {
  /**
   * A page in a fresh context (its own cookies and storage), closed after the test. Uncaught exceptions, missing
   * scripts, styles and images, and requests that leave the machine fail the test.
   */
  newPage(options?: BrowserContextOptions): Promise<Page>;
  /** Exceptions thrown in this test's pages so far; empty it when a test provokes one on purpose. */
  exceptions: string[];
  /** Addresses outside this machine that the pages asked for; they got nothing. */
  outside: string[];
}

/** One browser for the test file that calls this at its top level, closed whatever happens in the tests. */
export function useBrowser(): TestBrowser {
  let browser: Browser | undefined;
  const exceptions: string[] = [];
  const outside: string[] = [];
  const missing: string[] = [];

  beforeAll(async () => {
    browser = await launchBrowser();
  });

  afterEach(async () => {
    await Promise.all(browser?.contexts().map((context) => context.close()) ?? []);
    const problems = {
      exceptions: exceptions.splice(0),
      outside: outside.splice(0),
      missing: missing.splice(0),
    };
    expect(problems).toEqual({ exceptions: [], outside: [], missing: [] });
  });

  afterAll(async () => {
    await browser?.close();
  });

  return {
    exceptions,
    outside,
    async newPage(options) {
      if (!browser) throw new Error('newPage is for tests and beforeEach: the browser starts in beforeAll.');
      const context = await browser.newContext({ locale: 'en-US', timezoneId: 'UTC', ...options });
      const page = await context.newPage();
      page.setDefaultTimeout(45_000);
      context.on('weberror', (error) => exceptions.push(error.error().message));
      context.on('request', (request) => {
        const { protocol, hostname } = new URL(request.url());
        if (/^(https?|wss?):$/.test(protocol) && !isLoopback(hostname)) outside.push(request.url());
      });
      context.on('response', (response) => {
        const part = ['script', 'stylesheet', 'image', 'font'].includes(response.request().resourceType());
        if (part && response.status() >= 400) missing.push(`${response.status()} ${response.url()}`);
      });
      return page;
    },
  };
}

function isLoopback(hostname: string): boolean {
  return (
    hostname === 'localhost' || hostname.endsWith('.localhost') || hostname === '127.0.0.1' || hostname === '[::1]'
  );
}
