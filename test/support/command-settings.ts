import type { Viewer } from '../../src/auth/viewer.js';
import type { CommandsOptions } from '../../src/commands/commands.js';

export const commandConfig: CommandsOptions['config'] = {
  stripe: {
    secretKey: 'sk_test_world',
    publishableKey: 'pk_test_world',
    webhookSecrets: [],
    livemode: false,
    apiBase: null,
    jsUrl: null,
  },
  http: {
    port: 0,
    host: '127.0.0.1',
    publicUrl: 'http://localhost:4000',
    allowedOrigins: { loopback: true, list: [] },
    returnUrlOrigins: { loopback: true, list: ['https://app.example.com'] },
    tls: null,
    introspection: true,
    persistedOperationsFile: null,
  },
  policy: { gracePeriod: 7 * 86_400, disputes: 'block', duplicateSubscriptions: 'report', tax: false },
};

/** Somebody with a token that may command: a user, or with `org` one who acts for an organization. */
export function viewer(userId: string, more: Partial<Viewer> & { org?: string } = {}): Viewer {
  const { org = null, ...rest } = more;
  return {
    userId,
    organizationId: org,
    scopes: new Set(org === null ? [] : ['billing:write']),
    email: `${userId}@example.com`,
    emailVerified: true,
    expiresAt: null,
    issuedAt: null,
    owner: org === null ? { kind: 'user', id: userId } : { kind: 'organization', id: org },
    role: 'user',
    ...rest,
  };
}
