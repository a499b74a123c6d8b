import { afterAll, afterEach, beforeAll, expect, inject } from 'vitest';
import { World } from './workflow-env.ts';
import { refusedReplays, weightOf } from './workflow-history.ts';

/** Temporal warns of payloads from this size on; ours hold ids and decisions only. Bytes. */
const LARGEST_PAYLOAD = 256 * 1024;

/** One world for a file of stories; each story begins with a desk of its own and ends with nothing left running. */
export const useWorld = (clock: 'SKIPPING' | 'REAL' = 'SKIPPING'): World => {
  const world = new World(inject('bundlePath'));
  beforeAll(() => world.open(clock));
  afterEach(async () => {
    await world.clear();
    world.freshDesk();
  });
  afterAll(async () => {
    await world.close();
    // what these stories just lived through, they live through again
    expect(await refusedReplays(world.lived, world.converter, inject('bundlePath'))).toEqual([]);
    expect(Math.max(0, ...world.lived.map(({ history }) => weightOf(history).largestPayload))).toBeLessThan(LARGEST_PAYLOAD);
  });
  return world;
};
