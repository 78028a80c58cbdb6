// Part of `npm run build`: the browser's scripts beside the compiled server.
import { mkdir, writeFile } from 'node:fs/promises';
import { BROWSER_SCRIPTS, bundle } from './dist/pages/browser-bundle.js';

await mkdir('dist/browser', { recursive: true });
for (const [name, entry] of Object.entries(BROWSER_SCRIPTS)) {
  await writeFile(`dist/browser/${name}`, await bundle(`src/stripe-js/${entry}`));
}
