import { describe, expect, test } from 'vitest';
import type { Cadence } from '../../src/billing/pricing/periods.js';
import { afterDuration, type PhaseTimes, timedPhases } from '../../src/billing/schedules/phase-times.js';

const at = (iso: string) => Date.parse(`${iso}Z`) / 1000;
const iso = (seconds: number) => new Date(seconds * 1000).toISOString().slice(0, 19).replace('T00:00:00', '');
const every = (interval: Cadence['interval'], interval_count = 1): Cadence => ({ interval, interval_count });
const monthly = { billing_cycle_anchor: null, cadence: every('month') };

/** Start, end and trial end of each phase, by hand. */
function dates(phases: Partial<PhaseTimes>[], start: string, anchor = start, now = start) {
  const given = phases.map((phase) => ({ ...monthly, ...phase }));
  return timedPhases(given, { start: at(start), anchor: at(anchor) }, at(now)).map(({ start, end, trial_end }) =>
    [start, end, ...(trial_end === null ? [] : [trial_end])].map(iso).join(' '),
  );
}

describe('a duration', () => {
  test.each([
    ['2027-01-15', '2027-01-15', every('month', 3), '2027-04-15'],
    ['2027-01-31', '2027-02-28', every('month'), '2027-03-31'],
    ['2027-01-31', '2027-02-28', every('month', 12), '2028-02-29'],
    ['2027-01-31', '2027-02-10', every('month'), '2027-03-10'],
    ['2028-02-29', '2028-02-29', every('year'), '2029-02-28'],
    ['2027-01-01', '2027-01-15', every('week', 2), '2027-01-29'],
    ['2027-03-31', '2027-02-28', every('month'), '2027-03-31'],
  ])('of a cycle anchored at %s, from %s: %j ends on %s', (anchor, start, duration, end) => {
    expect(iso(afterDuration(at(anchor), at(start), duration))).toBe(end);
  });
});

describe('phases', () => {
  test('follow each other, and the last one without an end lasts a billing period', () => {
    expect(dates([{ duration: every('month', 2) }, {}], '2027-01-31')).toEqual([
      '2027-01-31 2027-03-31',
      '2027-03-31 2027-04-30',
    ]);
  });

  test('without an end last until the next one starts, or to the end of the running period', () => {
    expect(dates([{}, { start_date: at('2027-02-10') }], '2027-01-15')).toEqual([
      '2027-01-15 2027-02-10',
      '2027-02-10 2027-02-15',
    ]);
  });

  test('that begin a cycle count from their own start', () => {
    const second = { billing_cycle_anchor: 'phase_start', cadence: every('year') };
    expect(dates([{ end_date: at('2027-02-01') }, second], '2027-01-15')).toEqual([
      '2027-01-15 2027-02-01',
      '2027-02-01 2028-02-01',
    ]);
  });

  test('are a trial as a whole or in part; a part moves the cycle', () => {
    expect(dates([{ trial: true, duration: every('week', 2) }, {}], '2027-01-01')).toEqual([
      '2027-01-01 2027-01-15 2027-01-15',
      '2027-01-15 2027-02-15',
    ]);
    expect(dates([{ trial_end: at('2027-01-08') }, {}], '2027-01-01')).toEqual([
      '2027-01-01 2027-02-08 2027-01-08',
      '2027-02-08 2027-03-08',
    ]);
  });

  test.each([
    ['a gap', [{ end_date: at('2027-02-01') }, { start_date: at('2027-02-02') }], 'phases[1][start_date]'],
    ['an end before the start', [{ end_date: at('2026-12-31') }], 'phases[0][end_date]'],
    ['a trial after the end', [{ end_date: at('2027-02-01'), trial_end: at('2027-02-02') }], 'phases[0][trial_end]'],
    [
      'a whole trial with another end',
      [{ end_date: at('2027-02-01'), trial: true, trial_end: at('2027-01-02') }],
      'phases[0][trial_end]',
    ],
  ])('with %s are refused', (_, phases, param) => {
    expect(() => dates(phases, '2027-01-01')).toThrow(
      expect.objectContaining({ body: expect.objectContaining({ param }) }),
    );
  });
});
