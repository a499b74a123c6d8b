import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker';
import type { TestProject } from 'vitest/node';
import { failureConverterPath } from '../../crypto/data-converter.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** the workflows of the house, bundled once for all files of a run */
    bundlePath: string;
  }
}

/** The workflows as a worker would load them. A bundle made ahead of time takes its failure converter from here, not from the worker. */
export const bundledWorkflows = async (): Promise<string> => {
  const workflowsPath = fileURLToPath(new URL('../../workflows/index.ts', import.meta.url));
  return (await bundleWorkflowCode({ workflowsPath, failureConverterPath, logger: new DefaultLogger('ERROR') })).code;
};

/** Global setup of the workflow and replay tests. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'sos-workflows-'));
  const bundlePath = path.join(folder, 'bundle.js');
  await writeFile(bundlePath, await bundledWorkflows());
  project.provide('bundlePath', bundlePath);
  return () => rm(folder, { recursive: true, force: true });
}
