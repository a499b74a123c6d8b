import { setTimeout as delay } from 'node:timers/promises';
import type { Door } from '../door.ts';
import type { PageAnswer, PageContext } from '../http/page-route.ts';
import { gonePage } from '../pages/gone.ts';
import { pickLanguage } from '../pages/language.ts';
import { reissuedPage } from '../pages/reissued.ts';

/** Longer than anything takes that may happen meanwhile, so that the time of the answer does not tell what happened. */
const SAME_TIME_MS = 300;

/** The language comes from the reader's side only: that of the link would tell that there was one. */
const theirs = ({ askedLanguage, accepted }: PageContext) => pickLanguage(askedLanguage, undefined, accepted);

/** Whatever opens nothing, for whichever reason; and that a fresh link can be asked for, whatever it was. */
export const gone = (context: PageContext): PageAnswer => ({ status: 404, body: gonePage(theirs(context), { renewable: true }) });

/** Says the same, after the same time, whatever the link was and whether a fresh one was sent. */
export const reissued = async (door: Pick<Door, 'ringPostroom'>, context: PageContext, work: Promise<void>): Promise<PageAnswer> => {
  await Promise.all([work, delay(SAME_TIME_MS)]);
  await door.ringPostroom();
  return { status: 200, body: reissuedPage(theirs(context)) };
};
