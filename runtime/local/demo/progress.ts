import { readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';

/** What the demonstration remembers of a run, so that one that was killed is taken up where it stopped. */
export type Progress = {
  /** names the run; every command's idempotency key begins with it */
  readonly run: string;
  readonly startedAt: number;
  readonly caseId?: string;
  readonly ended?: boolean;
  /** ids that were made on the way, by the name of the step that made them */
  readonly made: Readonly<Record<string, string>>;
};

/** Keeps the progress in one file that is replaced whole. */
export class ProgressFile {
  private readonly file: string;
  private current: Progress;

  private constructor(file: string, current: Progress) {
    this.file = file;
    this.current = current;
  }

  /** The unfinished run of this folder, or a new one. */
  static async open(dir: string, newRun: () => string): Promise<{ progress: ProgressFile; resumed: boolean }> {
    const file = path.join(dir, 'demo.json');
    const text = await readFile(file, 'utf8').catch(() => null);
    const earlier = text === null ? null : (JSON.parse(text) as Progress);
    const resumed = earlier !== null && earlier.ended !== true;
    const progress = new ProgressFile(file, resumed ? earlier : { run: newRun(), startedAt: Date.now(), made: {} });
    await progress.save({});
    return { progress, resumed };
  }

  get now(): Progress {
    return this.current;
  }

  async save(change: Partial<Progress>): Promise<void> {
    this.current = { ...this.current, ...change };
    await writeFile(`${this.file}.new`, JSON.stringify(this.current, null, 2), { mode: 0o600 });
    await rename(`${this.file}.new`, this.file);
  }
}
