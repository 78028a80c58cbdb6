#!/usr/bin/env node
import { existsSync } from 'node:fs';

// In a checkout the source is run, so that what was built earlier is never mistaken for it; elsewhere there is only
// what was built.
const source = new URL('../src/cli/main.ts', import.meta.url);
const tsx = existsSync(source) ? await import('tsx/esm/api').catch(() => null) : null;
if (tsx) {
  tsx.register();
  await import(source.href);
} else await import(new URL('../dist/cli/main.js', import.meta.url).href);
