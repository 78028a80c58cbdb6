import { developmentKeys, mintToken } from '../auth/development-keys.js';
import { readSettings } from '../config.js';
import { TollgateError } from '../errors.js';
import { print } from './output.js';

export interface TokenOptions {
  user: string;
  org?: string;
  scope?: string;
  /** Seconds. */
  expires: number;
}

/** Prints a token of the development keys, and nothing else. */
export async function token({ user, org, scope, expires }: TokenOptions): Promise<void> {
  const { auth, dataDir, production } = readSettings(process.env);
  if (auth.keys.kind !== 'development' || production) {
    throw new TollgateError(
      'NO_DEVELOPMENT_KEYS',
      'Tokens are made with development keys only, and AUTH_* replaces them.',
      {
        hint: 'Get a token from whoever signs yours.',
      },
    );
  }
  print(await mintToken(developmentKeys(dataDir), auth, { user, org, scope, expiresIn: expires }));
}
