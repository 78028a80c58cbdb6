import { readFileSync } from 'node:fs';
import type { Owner } from '../db/accounts.js';
import { TollgateError } from '../errors.js';
import { linkCustomer } from '../mirror/link.js';
import { withMirror } from './mirror-command.js';
import { explain, print } from './output.js';

export interface LinkOptions {
  user?: string;
  org?: string;
  customer?: string;
  file?: string;
  json?: boolean;
}
interface Pair {
  owner: Owner;
  customer: string;
}

/** Adopts customers that exist already: one by options, or many from a file. */
export async function link(options: LinkOptions): Promise<void> {
  const pairs = pairsOf(options);
  const results = await withMirror(async (mirror) => {
    const done = [];
    for (const { owner, customer } of pairs) {
      const of = { owner: `${owner.kind}:${owner.id}`, customer };
      try {
        done.push({ ...of, ...(await linkCustomer(mirror, owner, customer)) });
      } catch (error) {
        done.push({ ...of, error: explain(error) });
      }
    }
    return done;
  });
  const failed = results.filter((one) => 'error' in one);
  for (const one of results) {
    if (options.json) print(JSON.stringify(one));
    else if ('accountId' in one)
      print(`${one.customer} belongs to ${one.owner} (${one.accountId})${one.changed ? '' : ', as before'}`);
    else if (results.length > 1) print(`${one.customer} was not linked to ${one.owner}: ${one.error}`);
  }
  const [first] = failed;
  if (!first) return;
  if (results.length === 1 && 'error' in first) throw new TollgateError('LINK_FAILED', first.error);
  throw new TollgateError('LINK_FAILED', `${failed.length} of ${results.length} were not linked; see above.`);
}

function pairsOf({ user, org, customer, file }: LinkOptions): Pair[] {
  if (file !== undefined) {
    if (user ?? org ?? customer) throw usage('Give either --file or one owner and customer.');
    return readPairs(file);
  }
  if (!customer || Boolean(user) === Boolean(org)) {
    throw usage(
      'Give --customer cus_… and either --user or --org, or --file map.csv with lines like user:user_alice,cus_….',
    );
  }
  return [{ owner: org ? { kind: 'organization', id: org } : { kind: 'user', id: user ?? '' }, customer }];
}

function readPairs(file: string): Pair[] {
  const lines = readFileSync(file, 'utf8').split(/\r?\n/);
  return lines.flatMap((text, i) => {
    if (text.trim() === '' || text.startsWith('#') || (i === 0 && /^"?owner"?,/i.test(text))) return [];
    const found = /^"?(user|organization):([^",]+)"?,"?(cus_\w+)"?\s*$/.exec(text);
    if (!found) throw usage(`${file}, line ${i + 1}: write user:<id>,cus_… or organization:<id>,cus_….`);
    return [{ owner: { kind: found[1] as Owner['kind'], id: found[2] ?? '' }, customer: found[3] ?? '' }];
  });
}

function usage(message: string): TollgateError {
  return new TollgateError('USAGE', message);
}
