import { describe, expect, test } from 'vitest';
import type { Band } from '../../domain/vocabulary.ts';
import { CaseStory, refusal } from '../support/workflow-story.ts';
import { useWorld } from '../support/workflow-world.ts';

const HOUR = 3_600_000;
const world = useWorld();

const assessed = async (band: Band = 'HIGH') => {
  const aCase = await CaseStory.open(world, band);
  await aCase.untilAssessed();
  return aCase;
};

const alarms = (aCase: CaseStory) => world.desk.bellsOf(aCase.id).filter(({ began }) => began === null);

describe('somebody keeps asking', () => {
  test.each([
    ['CRITICAL', 24],
    ['HIGH', 72],
    ['MODERATE', 14 * 24],
    ['LOW', 60 * 24],
  ] as const)('in band %s every %i hours', async (band, hours) => {
    const aCase = await assessed(band);
    const since = (await aCase.file()).at.assessed ?? 0;
    await world.passUntil(since + hours * HOUR - 60_000);
    expect(aCase.questions('REVIEW')).toEqual([]);
    await world.pass('PT2M');
    await aCase.answerReview('SAME');
    const answered = await world.now();
    await world.passUntil(answered + hours * HOUR + 60_000);
    expect(aCase.questions('REVIEW')).toHaveLength(2);
  });

  test('at once when the coordinator wants to know, and sooner when the band rises', async () => {
    const aCase = await assessed('LOW');
    await aCase.order('askReview', {});
    await aCase.answerReview('SAME');
    world.desk.nextBand = 'CRITICAL';
    await aCase.order('assessRisk', { documentId: 'risk-2' });
    await world.pass('PT25H');
    expect(aCase.questions('REVIEW')).toHaveLength(2);
  });

  test('and a "worse" is back to triage at once: rung for, with the clock of a new assessment, and no review until then', async () => {
    const aCase = await assessed();
    await aCase.order('askReview', {});
    await aCase.answerReview('WORSE');
    expect(alarms(aCase).map(({ duty }) => duty)).toEqual(['WORSE']);
    await world.pass('PT8H');
    expect(world.desk.bellsOf(aCase.id, 'REASSESS').map(({ moment }) => moment)).toEqual([
      'REMIND',
      'REMIND',
      'DUE',
      'ESCALATE_BACKUP',
      'ESCALATE_ADMINISTRATOR',
    ]);
    await expect(aCase.order('closeCase', { documentId: 'closing' })).rejects.toMatchObject(refusal('WORSE'));
    await aCase.order('assessRisk', { documentId: 'risk-2' });
    await world.pass('PT73H');
    expect(aCase.questions('REVIEW')).toHaveLength(2);
  });

  test('and a silence is rung for, two in a row louder: each is recorded as CANNOT_REACH after its 36 hours', async () => {
    const aCase = await assessed();
    await world.pass('PT109H');
    expect(world.desk.reviews).toMatchObject([{ number: 1, answer: 'CANNOT_REACH' }]);
    expect(alarms(aCase).map(({ duty }) => duty)).toEqual(['SILENT']);
    await world.pass('PT109H');
    expect(world.desk.reviews).toHaveLength(2);
    expect(alarms(aCase).map(({ duty }) => duty)).toEqual(['SILENT', 'CANNOT_REACH']);
    expect(world.desk.asking.reminders).toHaveLength(4);
  });

  test('and two calm answers in a row propose closing, once for each review', async () => {
    const aCase = await assessed();
    for (const answer of ['BETTER', 'SAME', 'SAME']) {
      await aCase.order('askReview', {});
      await aCase.answerReview(answer);
    }
    expect(alarms(aCase).map(({ duty, key }) => [duty, key])).toEqual([
      ['MAY_CLOSE', 'MAY_CLOSE:2'],
      ['MAY_CLOSE', 'MAY_CLOSE:3'],
    ]);
  });
});
