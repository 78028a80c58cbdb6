import { createHash } from 'node:crypto';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { generateSchemas, type SchemaBundle } from './stripe-schemas.js';

/** The schemas of the installed SDK, generated once for each version of it and of the generator. */
export function cachedSchemas(): SchemaBundle {
  const stripeFolder = path.resolve(path.dirname(createRequire(import.meta.url).resolve('stripe')), '..');
  const { version } = JSON.parse(fs.readFileSync(path.join(stripeFolder, 'package.json'), 'utf8'));
  const generator = fs.readFileSync(fileURLToPath(new URL('./stripe-schemas.ts', import.meta.url)));
  const digest = createHash('sha256').update(generator).digest('hex').slice(0, 12);
  const folder = path.resolve(stripeFolder, '..', '.cache', 'tollgate-sandbox');
  const file = path.join(folder, `stripe-${version}-${digest}.json`);
  if (!fs.existsSync(file)) {
    fs.mkdirSync(folder, { recursive: true });
    // Test files run side by side: each may generate, none may read half a file.
    const draft = `${file}.${process.pid}`;
    fs.writeFileSync(draft, JSON.stringify(generateSchemas(stripeFolder)));
    fs.renameSync(draft, file);
  }
  return JSON.parse(fs.readFileSync(file, 'utf8'));
}
