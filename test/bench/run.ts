/**
 * `npm run bench`: what the desk costs, as ratios against a floor that is measured by turns with it in the same run. Never a test: a time says
 * as much about the machine as about the desk, a ratio less so. `--quick` takes fewer rounds; `--write` puts the table into docs/assurance.md.
 */
import { openDesk } from '../support/play.ts';
import { writeSection } from './docs.ts';
import { envelopeMeasures } from './envelope.ts';
import { linksOfOneLetter } from './letter.ts';
import { startDriver, startFloor } from './load.ts';
import { memoryMeasures, resident } from './memory.ts';
import { keep, type Measure, machineKind, table } from './ratios.ts';
import { commandMeasures, openingMeasures, type Scene, signOnMeasures } from './requests.ts';
import { openLedger } from './rest.ts';

const quick = process.argv.includes('--quick');
const write = process.argv.includes('--write');
const counts = quick ? { rounds: 2, changes: 1, cases: 6, sources: 16 } : { rounds: 5, changes: 5, cases: 24, sources: 80 };
const turnsOfOneKiB = quick ? 2_000 : 20_000;

const say = (line: string): void => console.log(line);

/** What is to be undone, the last first. */
const undo: (() => Promise<void>)[] = [];

const measureDesk = async (): Promise<readonly Measure[]> => {
  say('Opening a desk on ports of its own ...');
  const desk = await openDesk();
  undo.push(() => desk.stop());
  const ledger = await openLedger(desk.stack.config.databaseUrl);
  undo.push(ledger.close);
  await ledger.rest();
  const idle = await resident(desk);
  const floor = await startFloor(desk.stack.config.databaseUrl);
  undo.push(floor.stop);
  const driver = startDriver();
  undo.push(driver.stop);

  say('Bringing a letter to its sign-on ...');
  const links = await linksOfOneLetter(desk);
  await ledger.rest();
  const scene: Scene = { desk, floorUrl: floor.url, driver, ledger, counts };
  say(`Answers of ${links.length} members ...`);
  const answers = await signOnMeasures(scene, links);
  say('New cases ...');
  const openings = await openingMeasures(scene);
  say('Commands ...');
  const commands = await commandMeasures(scene);
  const after = await resident(desk);
  if (idle === null || after === null) say('Memory is read from /proc, which this system does not have: left out.');
  return [...answers, ...openings, ...commands, ...(idle === null || after === null ? [] : memoryMeasures(idle, after))];
};

const end = async (code: number): Promise<never> => {
  for (const back of undo.splice(0).reverse()) await back().catch((error: unknown) => console.error(String(error)));
  process.exit(code);
};
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => void end(130));

try {
  // before there is a desk, whose processes would take turns with it
  say('Envelopes ...');
  const envelopes = envelopeMeasures(counts.rounds, turnsOfOneKiB);
  const measures = [...(await measureDesk()), ...envelopes];
  keep(measures, quick);
  const kind = `${machineKind()}${quick ? ', `--quick`' : ''}`;
  say(`\nMeasured on ${kind}:\n\n${table(measures)}`);
  if (write) await writeSection(table(measures), kind);
  await end(0);
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  await end(1);
}
