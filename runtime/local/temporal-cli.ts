/** Finds the `temporal` command line, which holds the development server, or builds it: the project needs no other server locally. */
import { stat } from 'node:fs/promises';
import path from 'node:path';
import { environment } from '../config.ts';
import { type Found, fetchedBySdk, type Log, onlyOneBuilds, onPath } from './found.ts';
import { output, runLong } from './process.ts';
import { toolsDir } from './root.ts';

/** The newest release that `go install` can build; its server is 1.29.1. */
const MODULE = 'github.com/temporalio/cli/cmd/temporal@v1.5.1';

/** In this order: TEMPORAL_CLI_PATH, PATH, an earlier build, the SDK's own download, `go install` (minutes the first time). */
export async function findTemporalCli(log: Log): Promise<Found> {
  const named = environment['TEMPORAL_CLI_PATH'];
  if (named) {
    return (await works(named))
      ? { found: true, path: named, how: 'TEMPORAL_CLI_PATH' }
      : { found: false, why: `TEMPORAL_CLI_PATH names ${named}, which does not answer to --version: mend or unset it.` };
  }
  const installed = await onPath('temporal');
  if (installed && (await works(installed))) return { found: true, path: installed, how: 'PATH' };
  const built = path.join(toolsDir, 'bin', 'temporal');
  if (await works(built)) return { found: true, path: built, how: 'built earlier' };
  return onlyOneBuilds('temporal-cli', async () => {
    if (await works(built)) return { found: true, path: built, how: 'built by another run' };
    const fetched = await fetchedBySdk('dev-server', log);
    if (fetched && (await works(fetched))) return { found: true, path: fetched, how: "the SDK's download" };
    const failed = await buildWithGo(log);
    if (!failed && (await works(built))) return { found: true, path: built, how: 'built with Go' };
    return {
      found: false,
      why: `The Temporal command line is missing. Install it (docs.temporal.io/cli) so that \`temporal --version\` works, or name it in TEMPORAL_CLI_PATH, or set TEMPORAL_ADDRESS to a server of your own. Building it did not work: ${failed ?? 'the result does not run'}.`,
    };
  });
}

async function works(file: string): Promise<boolean> {
  return Boolean(await stat(file).catch(() => null)) && /temporal version/i.test((await output(file, ['--version'])) ?? '');
}

async function buildWithGo(log: Log): Promise<string | null> {
  const go = (await onPath('go')) ?? ((await stat('/usr/local/go/bin/go').catch(() => null)) ? '/usr/local/go/bin/go' : null);
  if (!go) return 'Go is not installed either';
  return runLong(go, ['install', MODULE], {
    says: 'Building the Temporal command line with Go (about five minutes, only this once)',
    log,
    ms: 1_800_000,
    env: { GOBIN: path.join(toolsDir, 'bin'), GOFLAGS: '-mod=mod' },
  });
}
