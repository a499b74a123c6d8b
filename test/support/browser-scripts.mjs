import { buildScripts } from '../../api/browser/build.mjs';

/** vitest's `globalSetup`: a test never sees yesterday's scripts. */
export async function setup() {
  await buildScripts();
}
