import type { Hono } from 'hono';
import type { Engine } from '../engine/engine.js';
import { type Access, type ApiKey, createKey, type KeyKind, keyStatus, revokeKey } from '../http/api-keys.js';
import { PERMISSIONS } from '../http/permissions.js';
import { ControlError, isCount, isOneOf, isText, readBody } from './body.js';

interface Given {
  kind?: KeyKind;
  name?: string;
  /** Of a restricted key: access by the dashboard's name of a resource; none to what is not named. */
  permissions?: Record<string, Access>;
  /** Stripe seconds of the sandbox's clock. */
  expiresAt?: number;
}

const isAccess = isOneOf('none', 'read', 'write');
const isPermissions = (value: unknown) =>
  value !== null && typeof value === 'object' && !Array.isArray(value) && Object.values(value).every(isAccess);

/** API keys, which Stripe makes and revokes in its dashboard. */
export function keyRoutes(app: Hono, engine: Engine): void {
  const shown = (key: ApiKey) => ({
    key: key.id,
    kind: key.kind,
    name: key.name,
    permissions: key.permissions,
    created: key.created,
    expiresAt: key.expires_at,
    status: keyStatus(key, engine.clock.now()),
  });
  app.get('/_sandbox/keys', (c) => c.json({ keys: [...engine.store.of('_api_key').newestFirst()].map(shown) }));
  app.post('/_sandbox/keys', async (c) => {
    const { kind, name, permissions, expiresAt } = await readBody<Given>(c, {
      kind: isOneOf('secret', 'restricted', 'publishable'),
      name: isText,
      permissions: isPermissions,
      expiresAt: isCount,
    });
    if (!kind) throw new ControlError('send a kind: secret, restricted or publishable');
    if ((kind === 'restricted') !== (permissions !== undefined)) {
      throw new ControlError('permissions go with a restricted key, and a restricted key needs them');
    }
    const unknown = Object.keys(permissions ?? {}).find((resource) => !PERMISSIONS.includes(resource));
    if (unknown !== undefined) {
      throw new ControlError(`unknown resource ${unknown}; known are ${PERMISSIONS.join(', ')}`);
    }
    const made = engine.transact((tx) =>
      createKey(tx, { kind, name: name ?? null, permissions: permissions ?? null, expires_at: expiresAt ?? null }),
    );
    return c.json(shown(made));
  });
  app.delete('/_sandbox/keys/:key', (c) => {
    const revoked = engine.transact((tx) => revokeKey(tx, c.req.param('key')));
    if (!revoked) throw new ControlError('not a test key: sk_test_…, rk_test_… or pk_test_…');
    return c.json(shown(revoked));
  });
}
