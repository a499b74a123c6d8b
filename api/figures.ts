import { Gauge, type Registry } from 'prom-client';
import { deskFigures } from '../records/figures.ts';
import type { Store } from '../records/store.ts';

/**
 * The figures of the desk beside those of HTTP, read from the records when they are asked for. Counts only.
 * @returns the text for a scraper; while the database is away it holds what does not need it
 */
export function deskMetrics(registry: Registry, store: Store): () => Promise<string> {
  const registers = [registry];
  const outbox = new Gauge({ name: 'sos_outbox_messages', help: 'Messages of the outbox by state', labelNames: ['state'], registers });
  const tasks = new Gauge({ name: 'sos_tasks_open', help: 'Open tasks by urgency, 1 the most urgent', labelNames: ['urgency'], registers });
  const urgent = new Gauge({
    name: 'sos_outbox_oldest_urgent_seconds',
    help: 'How long the oldest urgent message waits beyond its time',
    registers,
  });
  const erasures = new Gauge({ name: 'sos_erasures_unfinished', help: 'Erasures that were accepted and have not ended', registers });
  const oldestErasure = new Gauge({
    name: 'sos_erasures_oldest_unfinished_seconds',
    help: 'How long ago the oldest erasure that has not ended was accepted',
    registers,
  });
  const up = new Gauge({ name: 'sos_database_up', help: '1 when the figures of the desk could be read, else 0', registers });

  const refresh = async (): Promise<void> => {
    outbox.reset();
    tasks.reset();
    const figures = await deskFigures(store.prisma, Date.now()).catch(() => null);
    up.set(figures === null ? 0 : 1);
    if (figures === null) return;
    for (const [state, count] of Object.entries(figures.outbox)) outbox.set({ state }, count);
    for (const [urgency, count] of Object.entries(figures.tasks)) tasks.set({ urgency }, count);
    urgent.set(figures.oldestUrgentSeconds);
    erasures.set(figures.erasures.unfinished);
    oldestErasure.set(figures.erasures.oldestSeconds);
  };

  return async () => {
    await refresh();
    return registry.metrics();
  };
}
