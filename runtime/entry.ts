import { ConfigError } from './config.ts';
import type { Logger } from './logger.ts';

/** Runs a process's start; a wrong setting is told in sentences, anything else by its class only, because a driver's message may quote data. */
export const startedOrSaid = async (name: string, start: () => Promise<void>): Promise<void> => {
  try {
    await start();
  } catch (error) {
    const known = error instanceof ConfigError || (error instanceof Error && error.name === 'KeyringError');
    process.stderr.write(known ? `${(error as Error).message}\n` : `${name} could not go on: ${nameOf(error)}\n`);
    process.exitCode = 1;
    // native threads may be running still
    process.exit();
  }
};

const nameOf = (error: unknown): string => {
  const code = typeof error === 'object' && error !== null && 'code' in error ? ` (${String(error.code)})` : '';
  return `${error instanceof Error ? error.name : 'unknown failure'}${code}`;
};

/** Ends once, on the first signal of either kind. */
export const endOn = (log: Logger, end: () => void): void => {
  let ending = false;
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      if (ending) return;
      ending = true;
      log.info('process.ending', { signal });
      end();
    });
  }
};
