import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { useBrowser } from './browser.js';

const browser = useBrowser();
const server = createServer((_request, response) => {
  response.setHeader('content-type', 'text/html; charset=utf-8');
  response.end(
    '<!doctype html><title>Hello</title><button>Press</button><output></output>' +
      '<script>document.querySelector("button").addEventListener("click", () => { document.querySelector("output").textContent = "Pressed"; });</script>',
  );
});
let address = '';

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
});
afterAll(() => {
  server.close();
});

test('a page from loopback opens, runs its script and answers a click', async () => {
  const page = await browser.newPage();
  await page.goto(address);
  expect(await page.title()).toBe('Hello');
  await page.getByRole('button', { name: 'Press' }).click();
  expect(await page.getByRole('status').textContent()).toBe('Pressed');
});

test('an address outside the machine cannot be reached', async () => {
  const page = await browser.newPage();
  await page.goto(address);
  await expect(page.goto('http://example.invalid/')).rejects.toThrow(/ERR_NAME_NOT_RESOLVED/);
  expect(browser.outside.splice(0)).toEqual(['http://example.invalid/']);
});
