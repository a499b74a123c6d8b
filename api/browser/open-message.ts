import { startOrSay } from './page.ts';

await startOrSay(() => import('./message-form.ts'));
