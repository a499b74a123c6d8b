import { DefaultFailureConverter } from '@temporalio/common';

/**
 * Moves the message and stack of every failure into a payload, which the codec seals. Loaded by its path into client, worker and workflow bundle; it must
 * not import anything the workflow sandbox lacks, and it has no type annotations, so that the SDK can load it without a compiler.
 */
export const failureConverter = new DefaultFailureConverter({ encodeCommonAttributes: true });
