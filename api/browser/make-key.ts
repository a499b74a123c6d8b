import { startOrSay } from './page.ts';

await startOrSay(() => import('./key-form.ts'));
