import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { DEFAULT_POLICY } from '../../domain/policies/default.ts';
import { readFixture } from '../../runtime/local/demo/fixture.ts';
import { Letterbox } from '../../runtime/local/demo/letterbox.ts';
import { People } from '../../runtime/local/demo/people.ts';
import { ProgressFile } from '../../runtime/local/demo/progress.ts';
import { Story } from '../../runtime/local/demo/story.ts';
import { tempers } from '../../runtime/local/demo/tempers.ts';
import { type Desk, secretariat } from '../support/play.ts';

const PATIENCE_MS = 120_000;

type Asked = { readonly tally: { readonly invited: number } | null };

/**
 * Brings a letter to its sign-on as the demonstration does, but under the network's own policy, whose window does not end meanwhile.
 * The members read their mail and do not answer. @returns their links, one per member
 */
export const linksOfOneLetter = async (desk: Desk): Promise<readonly string[]> => {
  const { progress } = await ProgressFile.open(desk.dir, () => `bench-${randomUUID()}`);
  const staff = secretariat(desk, progress.now.run);
  const links = new Set<string>();
  const others = tempers();
  const people = new People(desk.inbox, await Letterbox.open(null), (offered, to, link) => {
    if (!offered.has('SIGN_PUBLIC')) return others(offered, to, link);
    links.add(link);
    return null;
  });
  const living = people.live(await people.lastMail());
  try {
    const fixture = await readFixture('eviction-land-defender');
    const story = new Story(staff, progress, fixture, () => undefined);
    const letter = await story.askMembers(await story.decide(DEFAULT_POLICY));
    const until = Date.now() + PATIENCE_MS;
    for (;;) {
      const { tally } = await staff.coordinator.get<Asked>(letter);
      if (tally !== null && tally.invited > 0 && links.size === tally.invited) return [...links];
      if (Date.now() > until) throw new Error(`${links.size} of ${tally?.invited ?? 0} members had their link in time`);
      await pause(500);
    }
  } finally {
    people.stop();
    await living;
  }
};
