import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

export interface Chromium {
  executablePath: string;
  /** Variables the browser process needs to find the fonts and libraries that were unpacked with it. */
  env: Record<string, string>;
}

const require = createRequire(import.meta.url);
const cacheFolder = fileURLToPath(new URL('../../node_modules/.cache/chromium/', import.meta.url));

/**
 * The Chromium to test with: `CHROMIUM_PATH` when set, else the one `@sparticuz/chromium` brings along
 * (Linux x64), unpacked once into `node_modules/.cache`.
 */
export async function findChromium(): Promise<Chromium> {
  const own = process.env.CHROMIUM_PATH;
  if (own) return { executablePath: own, env: {} };
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    throw new Error(
      `The bundled Chromium runs on Linux x64 only, this is ${process.platform} ${process.arch}. ` +
        'Set CHROMIUM_PATH to an installed Chrome or Chromium and run the tests again.',
    );
  }
  const folder = await unpacked();
  const libraries = [process.env.LD_LIBRARY_PATH, join(folder, 'al2023', 'lib')].filter(Boolean).join(':');
  return {
    executablePath: join(folder, 'chromium'),
    env: { FONTCONFIG_FILE: join(folder, 'fonts.conf'), LD_LIBRARY_PATH: libraries },
  };
}

async function unpacked(): Promise<string> {
  const packageRoot = dirname(dirname(dirname(require.resolve('@sparticuz/chromium'))));
  const { version } = require(join(packageRoot, 'package.json')) as { version: string };
  const folder = join(cacheFolder, version);
  if (existsSync(folder)) return folder;

  // Test files start in parallel processes: each unpacks apart, and the first rename wins, so that nobody
  // ever executes a half-written binary.
  await mkdir(cacheFolder, { recursive: true });
  const staging = await mkdtemp(join(cacheFolder, 'unpack-'));
  try {
    await unpackInto(staging, packageRoot);
    await writeFile(join(staging, 'fonts.conf'), fontsConfig(join(folder, 'fonts')));
    await rename(staging, folder).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error;
    });
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
  return folder;
}

// The machine's fonts, and Open Sans from the package for a machine that has none.
function fontsConfig(folder: string): string {
  return `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>/usr/share/fonts</dir>
  <dir>/usr/local/share/fonts</dir>
  <dir>${folder}</dir>
  <cachedir prefix="xdg">fontconfig</cachedir>
</fontconfig>
`;
}

// The package unpacks to the temp folder of its process and adds the NSS libraries only when it believes to
// run on AWS Lambda; a process of its own with both set keeps that out of ours.
async function unpackInto(folder: string, packageRoot: string): Promise<void> {
  const entry = pathToFileURL(join(packageRoot, 'build/esm/index.js')).href;
  const script = `const { default: chromium } = await import(${JSON.stringify(entry)}); await chromium.executablePath();`;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', script], {
    env: { ...process.env, NODE_OPTIONS: '', TMPDIR: folder, AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs20.x' },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let complaint = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    complaint += text;
  });
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0)
    throw new Error(`Chromium could not be unpacked into ${folder}: ${complaint.trim() || `exit ${code}`}`);
}
