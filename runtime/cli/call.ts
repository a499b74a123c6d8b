import { readFile } from 'node:fs/promises';
import type { Actor, Store } from '../../records/store.ts';
import type { Config } from '../config.ts';
import { UsageError } from './failure.ts';

export type Options = {
  readonly role?: string | undefined;
  readonly name?: string | undefined;
  readonly email?: string | undefined;
  readonly language?: string | undefined;
  readonly by?: string | undefined;
  readonly out?: string | undefined;
  readonly file?: string | undefined;
  readonly checkpoint?: string | undefined;
  readonly key?: string | undefined;
  readonly contact?: string | undefined;
  readonly since?: string | undefined;
  readonly reason?: string | undefined;
  readonly basis?: string | undefined;
  readonly backups?: string | undefined;
  readonly 'no-backups': boolean;
  readonly 'keys-too': boolean;
  readonly backup: boolean;
  readonly days: string;
  readonly json: boolean;
};

export type Call = {
  readonly store: Store;
  readonly config: Config;
  readonly options: Options;
  readonly words: readonly string[];
  readonly actor: () => Promise<Actor>;
};

/** `words` is how many the command takes after its name; `run` resolves with the exit status. */
export type Command = { readonly words: number; readonly run: (call: Call) => Promise<number> };

/** What one file of commands brings: what each does, and what --help says of it. */
export type CommandGroup = { readonly help: string; readonly commands: Readonly<Record<string, Command>> };

export const tell = (options: Options, result: unknown, ...lines: readonly string[]): void =>
  console.log(options.json ? JSON.stringify(result, null, 2) : lines.join('\n'));

export const word = (words: readonly string[], index: number): string => {
  const given = words[index];
  if (given === undefined) throw new UsageError('This command takes more words: see sos --help.');
  return given;
};

export const fileOf = (path: string): Promise<Buffer> =>
  readFile(path).catch(() => {
    throw new UsageError('The file cannot be read: check its path and who may read it.');
  });
