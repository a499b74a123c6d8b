import { ActivityFailure } from '@temporalio/workflow';
import type { Recorded } from '../activities/contract.ts';
import { desk } from './proxies.ts';

/**
 * Carries a command's recording to a certain end. When the promise to the person runs out, the fact may have been committed all the same, or an attempt
 * may still be under way: then the records are asked, as long as it takes, and what they say holds. A command that was not recorded can be no more.
 */
export const settled = async (commandId: string, record: () => Promise<Recorded>): Promise<Recorded> => {
  try {
    return await record();
  } catch (error) {
    if (!(error instanceof ActivityFailure)) throw error;
    const deed = await desk.settleDeed({ commandId, at: Date.now() });
    if (deed.effects === null) throw error;
    return { refused: null, effects: deed.effects };
  }
};
