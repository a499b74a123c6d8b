import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { PageScript } from '../pages/layout.ts';
import type { PageRoute } from './page-route.ts';

const NAMES = ['make-key', 'open-message'] as const;
type ScriptName = (typeof NAMES)[number];

/** The scripts of the pages, as they were bundled beside their sources or beside what was compiled. */
const FOLDER = new URL('../browser/dist/', import.meta.url);

const read = (name: ScriptName): PageScript & { readonly body: string } => {
  let body: string;
  try {
    body = readFileSync(new URL(`${name}.js`, FOLDER), 'utf8');
  } catch {
    throw new Error(`The script ${name} of the pages has not been built: run node api/browser/build.mjs.`);
  }
  return {
    // The name changes with the content, so that a browser may keep it for good.
    path: `/assets/${name}.${createHash('sha256').update(body).digest('hex').slice(0, 20)}.js`,
    integrity: `sha384-${createHash('sha384').update(body).digest('base64')}`,
    body,
  };
};

/** Reads the scripts once, when the service is put together; a service without them does not start. */
export function browserScripts(): { readonly scripts: Readonly<Record<ScriptName, PageScript>>; readonly routes: PageRoute[] } {
  const all = NAMES.map((name) => ({ name, ...read(name) }));
  return {
    scripts: Object.fromEntries(all.map(({ name, path, integrity }) => [name, { path, integrity }])) as Record<ScriptName, PageScript>,
    routes: all.map(({ name, path, body }) => ({
      method: 'get',
      path: path as `/${string}`,
      operationId: name === 'make-key' ? 'readKeyScript' : 'readMessageScript',
      handler: async () => ({
        status: 200,
        mediaType: 'text/javascript',
        body,
        // The one thing of this service that may be kept: the same for everybody, and public as the source code is.
        headers: { 'Cache-Control': 'public, max-age=31536000, immutable' },
      }),
    })),
  };
}
