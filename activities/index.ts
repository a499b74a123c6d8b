import { clockActivities } from './clocks.ts';
import { commandActivities } from './commands.ts';
import type { DeskActivities, ErasureActivities, MailActivities, SweepActivities } from './contract.ts';
import { type DeskDeps, guarded } from './deps.ts';
import { type ErasureDeps, erasureActivities } from './erasure.ts';
import { mailActivities } from './mail.ts';
import { questionActivities } from './questions.ts';
import { storyActivities } from './stories.ts';
import { type SweepDeps, sweepActivities } from './sweep.ts';

/** Everything the task queue `desk` can do. */
export const deskActivities = (deps: DeskDeps & SweepDeps & ErasureDeps): DeskActivities & SweepActivities & ErasureActivities =>
  guarded({
    ...commandActivities(deps),
    ...questionActivities(deps),
    ...clockActivities(deps),
    ...storyActivities(deps),
    ...sweepActivities(deps),
    ...erasureActivities(deps),
  });

/** Everything the task queue `mail` can do. */
export const postActivities = (deps: Parameters<typeof mailActivities>[0]): MailActivities => guarded({ ...mailActivities(deps) });
