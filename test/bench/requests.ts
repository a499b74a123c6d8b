import { randomUUID } from 'node:crypto';
import { readFixture } from '../../runtime/local/demo/fixture.ts';
import { as, type Desk } from '../support/play.ts';
import type { Driver, Shot } from './load.ts';
import { type Measure, quantile } from './ratios.ts';
import type { Ledger } from './rest.ts';

type Counts = { readonly rounds: number; readonly changes: number; readonly cases: number; readonly sources: number };
export type Scene = {
  readonly desk: Desk;
  readonly floorUrl: string;
  readonly driver: Driver;
  readonly ledger: Ledger;
  readonly counts: Counts;
};

/** One kind of request to the desk. */
type Kind = {
  readonly name: string;
  readonly concurrency: number;
  readonly expected: number;
  /** fresh requests for a round; none of them may repeat an earlier one */
  readonly shots: () => readonly Shot[];
  /** SQL for the bytes of sealed content that one request leaves */
  readonly bytes: string;
  /** SQL for how many of these acts the database knows: a repeat would be answered alike, and would cost less */
  readonly recorded: string;
};

const FLOOR = 'Express 5 and one pg transaction';
const FORM = { 'content-type': 'application/x-www-form-urlencoded' };

/** The desk, then the floor with the same bodies, by turns; each begins when the desk is at rest. */
const measured = async ({ driver, ledger, floorUrl, counts }: Scene, kind: Kind): Promise<readonly Measure[]> => {
  const { concurrency } = kind;
  const times: { readonly desk: readonly number[]; readonly base: readonly number[] }[] = [];
  // the first round warms both up and does not count
  for (let round = 0; round <= counts.rounds; round += 1) {
    const shots = kind.shots();
    const before = await ledger.number(kind.recorded);
    const desk = await driver.run({ shots, concurrency, expected: kind.expected });
    const recorded = (await ledger.number(kind.recorded)) - before;
    if (recorded !== shots.length) throw new Error(`${kind.name}: ${shots.length} were asked for, ${recorded} are on record`);
    await ledger.rest();
    const url = `${floorUrl}/${await ledger.number(kind.bytes)}`;
    const base = await driver.run({ shots: shots.map((shot) => ({ ...shot, url })), concurrency, expected: 201 });
    if (round > 0) times.push({ desk, base });
  }
  return [0.5, 0.95].map((share) => ({
    name: `${kind.name}, p${share * 100}`,
    floor: FLOOR,
    unit: 'ms',
    desk: times.map(({ desk }) => quantile(desk, share)),
    base: times.map(({ base }) => quantile(base, share)),
    n: times.reduce((sum, { desk }) => sum + desk.length, 0),
  }));
};

/** Every member changes its answer several times: a name in another spelling is a new version of it. */
export const signOnMeasures = (scene: Scene, links: readonly string[]): Promise<readonly Measure[]> => {
  let version = 0;
  return measured(scene, {
    name: 'answer to a sign-on',
    concurrency: 8,
    expected: 200,
    // all members in turn before anyone again, so that nobody waits for an earlier answer of their own
    shots: () =>
      Array.from({ length: scene.counts.changes }).flatMap(() => {
        version += 1;
        return links.map((url, member) => {
          const name = `Member organisation ${member}, version ${version}`;
          return { url, headers: FORM, body: new URLSearchParams({ step: 'answer', choice: 'SIGN_PUBLIC', name }).toString() };
        });
      }),
    bytes: 'SELECT round(avg(octet_length(sealed))) n FROM "Answer"',
    recorded: 'SELECT count(*) n FROM "Answer"',
  });
};

const asCoordinator = ({ desk }: Scene) => ({
  authorization: `Bearer ${desk.stack.tokens.coordinator}`,
  'content-type': 'application/json',
});

export const openingMeasures = async (scene: Scene): Promise<readonly Measure[]> => {
  const { intake } = await readFixture('eviction-land-defender');
  const body = JSON.stringify(intake);
  const headers = asCoordinator(scene);
  return measured(scene, {
    name: 'opening a case',
    concurrency: 2,
    expected: 201,
    shots: () =>
      Array.from({ length: scene.counts.cases }, () => ({
        url: `${scene.desk.api}/v1/cases`,
        headers: { ...headers, 'idempotency-key': randomUUID() },
        body,
      })),
    bytes: `SELECT round(sum(octet_length(sealed)) / count(DISTINCT "caseId")) n FROM "Document" WHERE kind = 'INTAKE'`,
    recorded: 'SELECT count(*) n FROM "Case"',
  });
};

/** A command to a case that is under way, spread over a few cases. */
export const commandMeasures = async (scene: Scene): Promise<readonly Measure[]> => {
  const { intake, sources } = await readFixture('eviction-land-defender');
  const coordinator = as(scene.desk, 'coordinator');
  const cases: string[] = [];
  for (const key of ['a', 'b', 'c', 'd']) {
    const { caseId } = await coordinator.post<{ caseId: string }>(`open-${key}`, '/cases', intake);
    await coordinator.post(`acknowledge-${key}`, `/cases/${caseId}/acknowledgement`);
    cases.push(caseId);
  }
  await scene.ledger.rest();
  const body = JSON.stringify(sources[0]);
  const headers = asCoordinator(scene);
  return measured(scene, {
    name: 'adding a source to a case',
    concurrency: 2,
    expected: 201,
    shots: () =>
      Array.from({ length: scene.counts.sources }, (_, turn) => ({
        url: `${scene.desk.api}/v1/cases/${cases[turn % cases.length]}/sources`,
        headers: { ...headers, 'idempotency-key': randomUUID() },
        body,
      })),
    bytes: `SELECT round(avg(octet_length(sealed))) n FROM "Document" WHERE kind = 'SOURCE'`,
    recorded: `SELECT count(*) n FROM "Document" WHERE kind = 'SOURCE' AND state <> 'PENDING'`,
  });
};
