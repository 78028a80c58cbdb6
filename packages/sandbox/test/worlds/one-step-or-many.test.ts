import fc from 'fast-check';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { startTestSandbox } from '../support/sandbox.js';
import { canonical } from './canonical.js';
import { type Step, steps, World } from './world.js';

const START = Date.UTC(2027, 0, 31, 12) / 1000;
const DAY = 86_400;

// Whatever does not live on the test clock was made at the same real time in every run.
beforeAll(() => {
  vi.useFakeTimers({ toFake: ['Date'], now: Date.UTC(2026, 10, 2) });
});
afterAll(() => {
  vi.useRealTimers();
});

/** The steps, then time that passes leg by leg: what the sandbox knows in the end. */
async function arriving(before: readonly Step[], legs: readonly number[]): Promise<string[]> {
  const box = await startTestSandbox();
  try {
    const world = await World.begin(box, START);
    await world.takeAll(before);
    for (const leg of legs) await world.advance(leg);
    return canonical(box);
  } finally {
    await box.close();
  }
}

/** Cuts `total` seconds at the given shares of it. */
function legsOf(total: number, cuts: readonly number[]): number[] {
  const places = [...new Set(cuts.map((cut) => Math.round((cut / 1000) * total)))].sort((a, b) => a - b);
  const ends = [...places.filter((place) => place > 0 && place < total), total];
  return ends.map((end, at) => end - (ends[at - 1] ?? 0));
}

test('a clock that advances in one step arrives where the same advance in many steps does', async () => {
  const total = fc.integer({ min: DAY, max: 27 * DAY });
  const cuts = fc.array(fc.integer({ min: 1, max: 999 }), { minLength: 1, maxLength: 8 });
  await fc.assert(
    fc.asyncProperty(steps({ advances: true }), total, cuts, async (before, seconds, at) => {
      const inOne = await arriving(before, [seconds]);
      const inMany = await arriving(before, legsOf(seconds, at));
      const differs = inOne.findIndex((record, place) => record !== inMany[place]);
      expect([inMany[differs], inMany.length]).toEqual([inOne[differs], inOne.length]);
    }),
    { numRuns: 25 },
  );
});
