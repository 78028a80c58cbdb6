import { execFile } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { BROWSER_SCRIPTS, bundle } from '../../src/pages/browser-bundle.js';

const run = promisify(execFile);
const SOURCE = fileURLToPath(new URL('../..', import.meta.url));
const REPOSITORY = join(SOURCE, '../..');
const TSC = join(REPOSITORY, 'node_modules/typescript/bin/tsc');

interface Manifest {
  dependencies: Record<string, string>;
}

export interface Published {
  /** The package as somebody installed it: what was packed, without the repository around it. */
  folder: string;
  /** Paths in the package. */
  files: string[];
  manifest: Manifest;
  /** A project that has it installed, with its declared dependencies and nothing else. */
  consumer: string;
  /** Makes further packages of the repository available to the consumer. */
  add(...names: string[]): void;
  /** Checks the consumer's `index.ts`; what the compiler says, '' when it is content. */
  typeErrors(source: string, options: Record<string, unknown>): Promise<string>;
  remove(): void;
}

/** Builds and packs the package apart from the repository and installs it in a fresh project, without a network. */
export async function publish(): Promise<Published> {
  const place = mkdtempSync(join(tmpdir(), 'sandbox-package-'));
  const built = join(place, 'built');
  mkdirSync(join(built, 'dist/browser'), { recursive: true });
  await run(process.execPath, [TSC, '-p', join(SOURCE, 'tsconfig.build.json'), '--outDir', join(built, 'dist')]).catch(
    (error: { stdout: string }) => {
      throw new Error(`it does not build:\n${error.stdout}`);
    },
  );
  for (const [name, entry] of Object.entries(BROWSER_SCRIPTS)) {
    writeFileSync(join(built, 'dist/browser', name), await bundle(join(SOURCE, 'src/stripe-js', entry)));
  }
  for (const name of readdirSync(SOURCE)) {
    if (!['dist', 'src', 'test', 'node_modules'].includes(name)) cpSync(join(SOURCE, name), join(built, name));
  }
  const { stdout } = await run('npm', ['pack', '--json', '--pack-destination', place], { cwd: built });
  const [packed] = JSON.parse(stdout) as { filename: string; files: { path: string }[] }[];
  if (!packed) throw new Error('npm packed nothing');

  const consumer = join(place, 'consumer');
  const modules = join(consumer, 'node_modules');
  mkdirSync(join(modules, '.bin'), { recursive: true });
  writeFileSync(join(consumer, 'package.json'), JSON.stringify({ name: 'consumer', private: true, type: 'module' }));
  await run('tar', ['-xzf', join(place, packed.filename), '-C', modules]);
  const folder = join(modules, 'tollgate-sandbox');
  cpSync(join(modules, 'package'), folder, { recursive: true });
  rmSync(join(modules, 'package'), { recursive: true });
  const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest;
  const add = (...names: string[]) => {
    for (const name of names) {
      const link = join(modules, name);
      mkdirSync(dirname(link), { recursive: true });
      if (!existsSync(link)) symlinkSync(join(REPOSITORY, 'node_modules', name), link);
    }
  };
  add(...Object.keys(manifest.dependencies));
  return {
    folder,
    files: packed.files.map(({ path }) => path),
    manifest,
    consumer,
    add,
    typeErrors: async (source, options) => {
      writeFileSync(join(consumer, 'index.ts'), source);
      const compilerOptions = { noEmit: true, strict: true, target: 'ES2022', types: ['node'], ...options };
      writeFileSync(join(consumer, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['index.ts'] }));
      return run(process.execPath, [TSC, '-p', consumer]).then(
        () => '',
        (error: { stdout: string }) => error.stdout,
      );
    },
    remove: () => rmSync(place, { recursive: true, force: true }),
  };
}
