import { fileURLToPath } from 'node:url';
import type { DataConverter, PayloadCodec } from '@temporalio/common';

// The sources run as .ts in development and as .js once built.
const suffix = import.meta.url.endsWith('.ts') ? 'ts' : 'js';

/** Give this path to the bundler as well: a bundle made ahead of time ignores the path the worker is given. */
export const failureConverterPath = fileURLToPath(new URL(`./failure-converter.${suffix}`, import.meta.url));

/** The converter that client and worker must share. */
export function dataConverter(codec: PayloadCodec): DataConverter {
  return { payloadCodecs: [codec], failureConverterPath };
}
