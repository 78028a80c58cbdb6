import { createHash } from 'node:crypto';
import type { NewInboxEvent } from '../db/inbox-events.js';
import { objectTypeOf } from '../mirror/projectors/index.js';
import { storable } from '../mirror/stored-form.js';

export interface Surroundings {
  /** The mode of our key. */
  livemode: boolean;
}

type Parsed = { event: NewInboxEvent } | { problem: string };

/**
 * A correctly signed body as an inbox event: what is not ours or is not projected is kept as `IGNORED` with its reason.
 * Only a body that is not JSON is a problem.
 */
export function parseEvent(body: Uint8Array, { livemode }: Surroundings): Parsed {
  let message: Record<string, unknown>;
  try {
    message = record(JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body)));
  } catch {
    return { problem: 'The body is not JSON.' };
  }
  const object = record(record(message.data).object);
  const type = text(message.type) ?? 'unknown';
  const id = text(message.id) ?? `sha256:${createHash('sha256').update(body).digest('hex')}`;
  const objectId = text(object.id);
  const reason = reasonToIgnore(message, objectId, livemode);
  return {
    event: {
      id,
      type,
      apiVersion: text(message.api_version),
      created: Number.isSafeInteger(message.created) ? (message.created as number) : 0,
      objectType: text(object.object),
      objectId,
      lane: customerIn(message, object) ?? objectId ?? id,
      body,
      state: reason === null ? 'RECEIVED' : 'IGNORED',
      lastError: reason,
    },
  };
}

function reasonToIgnore(message: Record<string, unknown>, objectId: string | null, livemode: boolean): string | null {
  if (message.object !== 'event') return `Not an event of the v1 API: its object is ${JSON.stringify(message.object)}.`;
  if (typeof message.account === 'string') return `Of the connected account ${message.account}, which is not mirrored.`;
  if (message.livemode !== livemode) {
    return livemode ? 'Of test mode; live mode is mirrored here.' : 'Of live mode; test mode is mirrored here.';
  }
  if (objectTypeOf(String(message.type)) === null) return 'Events of this type are not projected.';
  return objectId === null ? 'Its object has no id.' : null;
}

// Of a detached payment method only the former customer is told.
function customerIn(message: Record<string, unknown>, object: Record<string, unknown>): string | null {
  if (object.object === 'customer') return text(object.id);
  const former = record(record(message.data).previous_attributes).customer;
  return idIn(object.customer) ?? idIn(former);
}

const idIn = (reference: unknown) => text(typeof reference === 'object' ? record(reference).id : reference);
const text = (value: unknown) => (typeof value === 'string' && value !== '' ? storable(value) : null);
const record = (value: unknown) =>
  (typeof value === 'object' && value !== null && !Array.isArray(value) ? value : {}) as Record<string, unknown>;
