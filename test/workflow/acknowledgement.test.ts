import { describe, expect, test } from 'vitest';
import { CaseStory } from '../support/workflow-story.ts';
import { useWorld } from '../support/workflow-world.ts';

const HOUR = 3_600_000;
const world = useWorld();

describe('a request that nobody acknowledges', () => {
  test('rings at half of its twelve hours, at 85 %, at the end, for the backup, then for the administrator: each once, at its hour', async () => {
    const { desk } = world;
    const aCase = await CaseStory.open(world, 'HIGH');
    await world.settle();
    const { openedAt } = await aCase.file();
    const rung = () => desk.bellsOf(aCase.id).map(({ moment, at }) => ({ moment, hours: Math.round(((at - openedAt) / HOUR) * 10) / 10 }));

    await world.passUntil(openedAt + 5.9 * HOUR);
    expect(rung()).toEqual([]);
    await world.passUntil(openedAt + 6.1 * HOUR);
    expect(rung()).toEqual([{ moment: 'REMIND', hours: 6 }]);
    await world.passUntil(openedAt + 11.9 * HOUR);
    expect(rung()).toHaveLength(2);

    await world.passUntil(openedAt + 60 * HOUR);
    expect(rung()).toEqual([
      { moment: 'REMIND', hours: 6 },
      { moment: 'REMIND', hours: 10.2 },
      { moment: 'DUE', hours: 12 },
      { moment: 'ESCALATE_BACKUP', hours: 12 },
      { moment: 'ESCALATE_ADMINISTRATOR', hours: 15 },
    ]);
    expect(desk.calls.get('ring')).toBe(5);
  });

  test('rings no more once it is acknowledged, and the next clock begins', async () => {
    const { desk } = world;
    const aCase = await CaseStory.open(world, 'CRITICAL');
    await world.pass('PT65M');
    expect(desk.bellsOf(aCase.id, 'ACKNOWLEDGE')).toHaveLength(1);
    await aCase.order('acknowledge', {});
    await world.pass('PT4H');
    expect(desk.bellsOf(aCase.id, 'ACKNOWLEDGE')).toHaveLength(1);
    expect(desk.bellsOf(aCase.id, 'VERIFY').map(({ moment }) => moment)).toEqual(['REMIND']);
  });
});
