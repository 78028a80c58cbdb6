import { invalidRequest } from '../../engine/errors.js';
import { newId } from '../../engine/ids.js';
import type { StripeObjects } from '../../engine/objects.js';
import type { Transaction } from '../../engine/transaction.js';
import { map, required, str, time } from '../../http/params.js';
import { type ResourceModule, route } from '../../http/route.js';

type Meter = StripeObjects['billing.meter'];

declare module '../../engine/objects.js' {
  interface InternalRecords {
    _meter_event: MeterEventRecord;
  }
}

interface MeterEventRecord {
  /** Event name and identifier. */
  id: string;
  /** Event name and customer: the index of usage. */
  series: string;
  value: string;
  timestamp: number;
  created: number;
  order: number;
}

/** An event may lie this far back or ahead: https://docs.stripe.com/api/billing/meter-event/create */
const OLDEST = 35 * 24 * 3600;
const AHEAD = 5 * 60;
/** Identifiers are unique within a rolling period of at least a day. */
const IDENTIFIER_LIFETIME = 24 * 3600;

const seriesOf = (eventName: string, customer: string) => `${eventName} ${customer}`;

/** What a meter counts for a customer in `[from, until)` (Stripe seconds), and from how many events. */
export function usageOf(tx: Transaction, meter: Meter, customer: string, from: number, until: number) {
  const inside = tx
    .where('_meter_event', 'series', seriesOf(meter.event_name, customer))
    .filter(({ timestamp }) => timestamp >= from && timestamp < until)
    .sort((a, b) => a.timestamp - b.timestamp || a.order - b.order);
  const values = inside.map(({ value }) => Number(value));
  const { formula } = meter.default_aggregation;
  if (formula === 'count') return { events: values.length, value: values.length };
  if (formula === 'last') return { events: values.length, value: values.at(-1) ?? 0 };
  return { events: values.length, value: values.reduce((sum, value) => sum + value, 0) };
}

export const meterEvents: ResourceModule = {
  recordIndexes: { _meter_event: { series: ({ series }) => series } },
  routes: [
    route(
      'POST /v1/billing/meter_events',
      { event_name: required(str(100)), payload: required(map(str(100))), identifier: str(100), timestamp: time() },
      ({ tx, params }) => {
        const meter = tx
          .where('billing.meter', 'event_name', params.event_name)
          .find(({ status }) => status === 'active');
        if (!meter) {
          throw invalidRequest(`No active meter found for event name: ${params.event_name}`, {
            param: 'event_name',
            code: 'resource_missing',
          });
        }
        const customer = customerIn(tx, meter, params.payload);
        const value = valueIn(meter, params.payload);
        const timestamp = params.timestamp ?? tx.now(customer.test_clock);
        checkWindow(timestamp, tx.now(customer.test_clock));
        const identifier = params.identifier ?? newId('mtrevt');
        const id = `${params.event_name} ${identifier}`;
        const known = tx.get('_meter_event', id);
        if (known && tx.now() - known.created < IDENTIFIER_LIFETIME) {
          throw invalidRequest(`An event already exists with identifier ${identifier}.`, { param: 'identifier' });
        }
        // What an earlier use of the identifier counted stays counted.
        if (known) tx.put('_meter_event', { ...known, id: `${id} ${known.created}` });
        const series = seriesOf(params.event_name, customer.id);
        tx.put('_meter_event', { id, series, value, timestamp, created: tx.now(), order: nextOrder++ });
        return {
          object: 'billing.meter_event',
          created: tx.now(),
          event_name: params.event_name,
          identifier,
          livemode: false,
          payload: params.payload,
          timestamp,
        };
      },
    ),
  ],
};

let nextOrder = Date.now() * 1000;

// Stripe tells some of the refusals below only later, by thin events of its v2 API, which the sandbox does not have: it
// refuses at once instead.
function customerIn(tx: Transaction, meter: Meter, payload: Record<string, string>) {
  const key = meter.customer_mapping.event_payload_key;
  const customer = payload[key];
  if (customer === undefined) {
    throw invalidRequest(`Missing required key in the payload: ${key}.`, { param: `payload[${key}]` });
  }
  return tx.require('customer', customer, `payload[${key}]`);
}

function valueIn(meter: Meter, payload: Record<string, string>): string {
  const key = meter.value_settings.event_payload_key;
  const value = payload[key];
  if (value === undefined) {
    if (meter.default_aggregation.formula === 'count') return '1';
    throw invalidRequest(`Missing required key in the payload: ${key}.`, { param: `payload[${key}]` });
  }
  if (!/^-?\d+(\.\d+)?$/.test(value)) {
    throw invalidRequest(`Invalid value in the payload: ${key} must be a number.`, { param: `payload[${key}]` });
  }
  return value;
}

function checkWindow(timestamp: number, now: number): void {
  if (timestamp < now - OLDEST) {
    throw invalidRequest('The timestamp must be within the past 35 calendar days.', {
      param: 'timestamp',
      code: 'timestamp_too_far_in_past',
    });
  }
  if (timestamp > now + AHEAD) {
    throw invalidRequest('The timestamp must not be more than 5 minutes in the future.', {
      param: 'timestamp',
      code: 'timestamp_in_future',
    });
  }
}
