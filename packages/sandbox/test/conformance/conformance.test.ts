import { describe, expect, test } from 'vitest';
import { Conformance } from './conformance.js';

const conformance = Conformance.ofInstalledSdk();

describe('the schemas of the installed SDK', () => {
  test('know its routes', () => {
    expect(conformance.request('GET', '/v1/plants', '')).toEqual([
      { path: '/', message: 'no such route: GET /v1/plants' },
    ]);
    expect(conformance.request('POST', '/v1/subscriptions', 'customer=cus_1&items[0][price]=price_1')).toEqual([]);
  });

  test('refuse an unknown parameter and a value of the wrong type', () => {
    expect(conformance.request('GET', '/v1/subscriptions', 'limit=many&colour=red')).toEqual([
      { path: '/', message: 'must NOT have additional properties colour' },
      { path: '/limit', message: 'must match pattern "^-?\\d+(\\.\\d+)?$"' },
    ]);
  });

  test('refuse an unknown, a missing and a mistyped property of an answer', () => {
    const feature = {
      id: 'feat_1',
      object: 'entitlements.feature',
      active: 'yes',
      livemode: false,
      lookup_key: 'sso',
      metadata: {},
      colour: 'red',
    };
    expect(conformance.response('GET', '/v1/entitlements/features/feat_1', feature)).toEqual([
      { path: '/', message: "must have required property 'name'" },
      { path: '/', message: 'must NOT have additional properties colour' },
      { path: '/active', message: 'must be boolean' },
    ]);
  });

  test("read Stripe's error shape", () => {
    expect(
      conformance.error({ error: { type: 'card_error', message: 'Declined', decline_code: 'do_not_honor' } }),
    ).toEqual([]);
    expect(conformance.error({ error: { type: 'oops', message: 'x', hint: 'y' } })).toHaveLength(2);
    expect(conformance.error({})).toHaveLength(1);
  });

  test('check an event by its type, previous_attributes included', () => {
    const product = {
      id: 'prod_1',
      object: 'product',
      active: true,
      created: 1,
      description: null,
      images: [],
      livemode: false,
      marketing_features: [],
      metadata: {},
      name: 'Team',
      package_dimensions: null,
      shippable: null,
      tax_code: null,
      tax_details: null,
      type: 'service',
      updated: 1,
      url: null,
    };
    const event = {
      id: 'evt_1',
      object: 'event',
      api_version: '2026-10-28.endive',
      created: 1,
      livemode: false,
      pending_webhooks: 0,
      request: { id: null, idempotency_key: null },
      type: 'product.updated',
      data: { object: product, previous_attributes: { name: 'Crew' } },
    };
    expect(conformance.event(event)).toEqual([]);
    const added = { ...event, data: { object: product, previous_attributes: { metadata: { plan: null } } } };
    const list = { object: 'list', data: [added], has_more: false, url: '/v1/events' };
    expect(conformance.response('GET', '/v1/events/evt_1', added)).toEqual([]);
    expect(conformance.response('GET', '/v1/events', list)).toEqual([]);
    const wrong = { ...event, data: { object: product, previous_attributes: { colour: 'red' } } };
    expect(conformance.event(wrong)).toEqual([
      { path: '/data/previous_attributes/colour', message: 'no such field in the object' },
    ]);
    expect(conformance.response('GET', '/v1/events', { ...list, data: [added, wrong] })).toEqual([
      { path: '/data/1/data/previous_attributes/colour', message: 'no such field in the object' },
    ]);
    expect(conformance.event({ ...event, type: 'product.painted' })[0]?.message).toBe(
      "unknown event type 'product.painted'",
    );
  });
});
