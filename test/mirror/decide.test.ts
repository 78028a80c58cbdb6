import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { boundsOf, decide, decideAnswer, type EventFacts, type StateFacts, spanning } from '../../src/mirror/decide.js';

const event = (facts: Partial<EventFacts> = {}): EventFacts => ({
  tick: 10,
  created: 100,
  usable: true,
  dated: true,
  ...facts,
});
const state = (facts: Partial<StateFacts> = {}): StateFacts => ({ cleanSeq: 0, stateFrom: 90, stateTo: 95, ...facts });
const different = () => false;

describe('decide', () => {
  test.each([
    ['newer than the state: applied', event(), state(), 'apply'],
    ['nothing known of the object: applied', event({ created: 1 }), state({ stateFrom: 0, stateTo: 0 }), 'apply'],
    ['older than the state: stale', event({ created: 89 }), state(), 'stale'],
    ['in the second where the state ends: read', event({ created: 95 }), state(), 'read'],
    ['in the second where it begins: read', event({ created: 90 }), state(), 'read'],
    ['in the very second of an event applied: read', event(), state({ stateFrom: 100, stateTo: 100 }), 'read'],
    ['newer, but incomplete or of another version: read', event({ usable: false }), state(), 'read'],
    ['older, and incomplete: stale', event({ usable: false, created: 1 }), state(), 'stale'],
    ['a read asked for after it arrived was applied: done', event(), state({ cleanSeq: 11 }), 'done'],
    ['a read asked for before it arrived: read', event({ created: 95 }), state({ cleanSeq: 9 }), 'read'],
    ['on a test clock seconds tell nothing, newer: read', event({ dated: false }), state(), 'read'],
    ['on a test clock seconds tell nothing, older: read', event({ dated: false, created: 1 }), state(), 'read'],
  ] as const)('%s', (_, facts, stored, verdict) => {
    expect(decide(facts, stored, different)).toBe(verdict);
  });

  test('a payload that is what is stored needs no read, unless it lacks parts', () => {
    expect(decide(event({ created: 95 }), state(), () => true)).toBe('done');
    expect(decide(event({ created: 95, usable: false }), state(), () => true)).toBe('read');
  });

  test('an event applied without a read is always wholly newer than the stored state', () => {
    const facts = fc.record({ tick: fc.nat(20), created: fc.nat(20), usable: fc.boolean(), dated: fc.boolean() });
    const stored = fc.record({ cleanSeq: fc.nat(20), stateFrom: fc.nat(20), width: fc.nat(5) });
    fc.assert(
      fc.property(facts, stored, fc.boolean(), (e, { cleanSeq, stateFrom, width }, equal) => {
        const stateTo = stateFrom + width;
        const verdict = decide(e, { cleanSeq, stateFrom, stateTo }, () => equal);
        if (verdict === 'apply') expect(e.usable && e.dated && e.created > stateTo && cleanSeq < e.tick).toBe(true);
        if (verdict === 'stale') expect(e.dated && e.created < stateFrom).toBe(true);
        if (verdict === 'done') expect(cleanSeq >= e.tick || (e.usable && equal)).toBe(true);
      }),
    );
  });
});

describe('decideAnswer', () => {
  test.each([
    ['nothing written since it was asked for', { asked: 5, complete: true }, { writeSeq: 5 }, 'apply'],
    ['the row was written since', { asked: 5, complete: true }, { writeSeq: 6 }, 'outdated'],
    ['parts are missing', { asked: 5, complete: false }, { writeSeq: 0 }, 'incomplete'],
  ] as const)('%s', (_, answer, row, verdict) => {
    expect(decideAnswer(answer, row)).toBe(verdict);
  });
});

test('an answer dates its state by its Date header, its duration and the header being whole seconds', () => {
  expect(boundsOf({ date: 1000, durationMs: 0 })).toEqual({ from: 998, to: 1001 });
  expect(boundsOf({ date: 1000, durationMs: 2500 })).toEqual({ from: 995, to: 1001 });
  expect(spanning({ from: 5, to: 8 }, { from: 3, to: 7 })).toEqual({ from: 3, to: 8 });
});
