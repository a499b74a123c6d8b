/** Where the repository lies: the local stack works from there, whatever directory it was called from. */
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../..', import.meta.url));
/** Downloaded or built tools, shared by all runs; safe to delete. */
export const toolsDir = path.join(root, '.tools');
