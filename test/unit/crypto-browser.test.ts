import { isBuiltin } from 'node:module';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { describe, expect, test } from 'vitest';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** What a browser would have to have for it, other than itself. */
async function missingInABrowser(module: string): Promise<string[]> {
  const options = { bundle: true, format: 'esm', platform: 'browser', write: false, metafile: true, logLevel: 'silent' } as const;
  const outcome = await build({ ...options, absWorkingDir: ROOT, entryPoints: [module] }).catch((error) => error);
  if (outcome instanceof Error) return (outcome as Error & { errors: { text: string }[] }).errors.map(({ text }) => text);
  const imports = Object.values<{ imports: { path: string }[] }>(outcome.metafile.inputs).flatMap((input) => input.imports);
  return imports.map(({ path }) => path).filter(isBuiltin);
}

describe('what the pages for recipients are made of', () => {
  test.each(['crypto/message.ts', 'crypto/wrapped-secret.ts'])('%s runs in a browser as it is', async (module) => {
    expect(await missingInABrowser(module)).toEqual([]);
  });

  test('this check can fail: the keyring file belongs to a server', async () => {
    expect(await missingInABrowser('crypto/keyring-file.ts')).not.toEqual([]);
  });
});
