/** Remembers on disk which processes a run has started, so that the next one can end them if this one is killed. */
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { type ProcessMark, stopProcess } from './process.ts';

export interface Registry {
  note(name: string, mark: ProcessMark): Promise<void>;
  clear(): Promise<void>;
}

export function processRegistry(file: string): Registry {
  const marks: Record<string, ProcessMark> = {};
  return {
    async note(name, mark) {
      marks[name] = mark;
      await writeFile(`${file}.new`, JSON.stringify(marks), { mode: 0o600 });
      await rename(`${file}.new`, file);
    },
    clear: () => rm(file, { force: true }),
  };
}

/** Ends what a killed run left behind, in the order of an orderly stop. PostgreSQL is not among them: it can be taken over. */
export async function stopLeftovers(file: string, log: (line: string) => void): Promise<void> {
  const marks = await readFile(file, 'utf8').then(
    (text) => JSON.parse(text) as Record<string, ProcessMark>,
    () => ({}) as Record<string, ProcessMark>,
  );
  for (const name of ['API', 'worker', 'Temporal']) {
    const mark = marks[name];
    if (mark) await stopProcess(mark, 'SIGTERM', 10_000);
  }
  if (Object.keys(marks).length > 0) log('An earlier run was killed; what it left running is stopped.');
  await rm(file, { force: true });
}
