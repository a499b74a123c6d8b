import { casesInProgress, finishNoStory, tellOfNoCase, tellOfNoStory, unknownCases } from '../records/cases/storyless.ts';
import type { Store } from '../records/store.ts';
import type { Round } from './round.ts';
import type { RunningStories } from './running-stories.ts';

type Deps = { readonly store: Store; readonly stories: RunningStories; readonly ringPostroom: () => Promise<void> };

/** Each look is a question to Temporal: a few at a round, and everything once in this time at most. */
const LOOKS = 50;
const PASS_MS = 5 * 60_000;

/** Goes through pages, a page at each call; from the end it goes back to the beginning, not before a pass has taken its time. */
class Pass<P> {
  private at: P | null = null;
  private began = Number.NEGATIVE_INFINITY;

  async turn(look: (from: P | null) => Promise<P | null>): Promise<void> {
    if (this.at === null) {
      if (performance.now() - this.began < PASS_MS) return;
      this.began = performance.now();
    }
    this.at = await look(this.at);
  }
}

/**
 * Compares the cases with the stories that run. After a restore of one database without the other, or when Temporal was lost, cases would stand still with
 * nobody seeing it. Only told, not mended: what a story knew is not in the records, and what a person must decide about is whether to bring it back.
 */
export const storyLook = ({ store, stories, ringPostroom }: Deps): ((round: Round) => Promise<void>) => {
  const cases = new Pass<string>();
  const runs = new Pass<Uint8Array>();

  const lookAtCases = async (round: Round, from: string | null): Promise<string | null> => {
    const page = await casesInProgress(store.prisma, from, LOOKS);
    const running: string[] = [];
    let last = from;
    for (const caseId of page) {
      if (round.over()) break;
      if (await stories.runs(caseId)) running.push(caseId);
      else {
        // one that resists is looked at again in the next pass
        await tellOfNoStory(store, caseId, Date.now()).catch(() => undefined);
        await ringPostroom();
      }
      last = caseId;
    }
    await finishNoStory(store, running, Date.now());
    return page.length < LOOKS && last === (page.at(-1) ?? from) ? null : last;
  };

  const lookAtRuns = async (round: Round, from: Uint8Array | null): Promise<Uint8Array | null> => {
    const { caseIds, next } = await stories.page(from ?? new Uint8Array());
    for (const caseId of await unknownCases(store.prisma, caseIds)) {
      if (round.over()) return from;
      await tellOfNoCase(store, caseId, Date.now()).catch(() => undefined);
      await ringPostroom();
    }
    return next;
  };

  return async (round) => {
    await cases.turn((from) => lookAtCases(round, from));
    if (!round.over()) await runs.turn((from) => lookAtRuns(round, from));
  };
};
