import { describe, expect, it } from 'vitest';
import {
  lettingInRefusal,
  mayReach,
  mayTickOff,
  removalRefusal,
  type Standing,
  seniorityRefusal,
  standInRefusal,
} from '../../domain/access.ts';
import { ROLES, type Role } from '../../domain/roles.ts';
import {
  type Asked,
  carryOutRefusal,
  decisionRefusal,
  isSecondAct,
  mayDecide,
  meeting,
  SECOND_ACTS,
  SECOND_PERSON,
  STANDS_MS,
  secondMissing,
  secondStateOf,
} from '../../domain/second-person.ts';

const AT = Date.UTC(2031, 4, 1);
const asked: Asked = {
  act: 'PUBLISH',
  askedBy: 'anna',
  askerActive: true,
  expiresAt: AT + STANDS_MS,
  decision: null,
  decidedBy: null,
  usedAt: null,
};
const bela = { personId: 'bela', roles: ['coordinator'] as const };
const code = (
  change: Partial<Asked>,
  decider: Parameters<typeof decisionRefusal>[1] = bela,
  at = AT,
  decision: 'APPROVE' | 'REFUSE' = 'APPROVE',
) => decisionRefusal({ ...asked, ...change }, decider, decision, at)?.code ?? null;

describe('an act that needs two', () => {
  it('is decided by somebody else, whatever token they hold', () => {
    expect(code({})).toBeNull();
    for (const role of ROLES) expect(code({}, { personId: 'anna', roles: [role] })).toBe('SAME_PERSON');
  });

  it('is taken back by whoever asked, until it is carried out', () => {
    const takeBack = (change: Partial<Asked>, at = AT) => code(change, { ...bela, personId: 'anna' }, at, 'REFUSE');
    const approved = { decision: 'APPROVE', decidedBy: 'bela' } as const;
    expect([takeBack({}), takeBack(approved), takeBack({ decision: 'REFUSE', decidedBy: 'anna' })]).toEqual([null, null, null]);
    expect(takeBack({ ...approved, usedAt: AT })).toBe('DONE_ALREADY');
    expect(takeBack({ decision: 'REFUSE', decidedBy: 'bela' })).toBe('DECIDED_ALREADY');
    expect(takeBack({}, asked.expiresAt)).toBe('REQUEST_LAPSED');
    expect(code({ decision: 'REFUSE', decidedBy: 'anna' })).toBe('DECIDED_ALREADY');
  });

  it('is met by a colleague who asks beside it, and ended by none of them', () => {
    const meets = (change: Partial<Parameters<typeof meeting>[0]>, by = 'bela') => {
      const met = meeting({ act: 'ERASE', askedBy: 'anna', decision: null, isSame: true, isOrphaned: false, ...change }, by);
      return typeof met === 'string' ? met : met.code;
    };
    expect([meets({}), meets({ isSame: false }), meets({ decision: 'APPROVE' })]).toEqual([
      'ASKED_ALREADY',
      'ASKED_ALREADY',
      'APPROVED_ALREADY',
    ]);
    expect([meets({}, 'anna'), meets({ decision: 'APPROVE' }, 'anna'), meets({ isSame: false }, 'anna')]).toEqual([
      'FOUND',
      'FOUND',
      'ENDED',
    ]);
    expect(meets({ decision: 'APPROVE', isSame: false }, 'anna')).toBe('APPROVED_ALREADY');
    expect(meets({ act: 'EXPORT', decision: 'APPROVE', isSame: false }, 'anna')).toBe('ENDED');
    // what can never be published any more, or has lost one of its two
    for (const by of ['anna', 'bela']) {
      expect(meets({ act: 'PUBLISH', decision: 'APPROVE', isSame: false }, by)).toBe('ENDED');
      expect(meets({ isOrphaned: true }, by)).toBe('ENDED');
    }
  });

  it('once approved is carried out by whoever could have decided, or asked', () => {
    const carry = (change: Partial<Asked>, by: Parameters<typeof decisionRefusal>[1] = bela, at = AT) =>
      carryOutRefusal({ ...asked, ...change }, by, at)?.code ?? null;
    const approved = { decision: 'APPROVE', decidedBy: 'cem' } as const;
    expect([carry(approved), carry(approved, { ...bela, personId: 'anna' }), carry({ ...approved, usedAt: AT })]).toEqual([
      null,
      null,
      null,
    ]);
    expect([carry({}), carry({ decision: 'REFUSE', decidedBy: 'cem' }), carry(approved, bela, asked.expiresAt)]).toEqual(
      Array(3).fill('SECOND_PERSON_NEEDED'),
    );
    expect(carry(approved, { ...bela, roles: ['administrator'] })).toBe('NOT_YOURS_TO_DECIDE');
    expect(carry({ ...approved, act: 'EXPORT' })).toBe('WAITS_FOR_ASKER');
  });

  it.each(SECOND_ACTS)('%s is decided by those whom its table names, and by nobody else', (act) => {
    for (const role of ROLES) {
      const named = (SECOND_PERSON[act].decides as readonly Role[]).includes(role);
      expect(mayDecide(act, [role])).toBe(named);
      expect(code({ act }, { personId: 'bela', roles: [role] })).toBe(named ? null : 'NOT_YOURS_TO_DECIDE');
    }
    expect(mayDecide(act, ['auditor'])).toBe(false);
    expect(isSecondAct(act)).toBe(true);
  });

  it('is published by nobody who does not work on the case', () => {
    expect(mayDecide('PUBLISH', ['administrator'])).toBe(false);
    expect(isSecondAct('RETRACT')).toBe(false);
    expect(isSecondAct('toString')).toBe(false);
  });

  it('stands for a day, to the millisecond', () => {
    expect(code({}, bela, asked.expiresAt - 1)).toBeNull();
    expect(code({}, bela, asked.expiresAt)).toBe('REQUEST_LAPSED');
  });

  it('is decided once; the same word again is a repeat', () => {
    const approved = { decision: 'APPROVE', decidedBy: 'bela' } as const;
    expect(code(approved)).toBeNull();
    expect(code({ ...approved, usedAt: AT }, bela, asked.expiresAt + 1)).toBeNull();
    expect(code(approved, bela, AT, 'REFUSE')).toBe('DECIDED_ALREADY');
    expect(code(approved, { ...bela, personId: 'cem' })).toBe('DECIDED_ALREADY');
  });

  it('ends with whoever asked for it', () => {
    expect(code({ askerActive: false })).toBe('ASKER_GONE');
  });

  it('tells where it stands', () => {
    const state = (change: Partial<Asked>, at = AT) => secondStateOf({ ...asked, ...change }, at);
    expect(state({})).toBe('AWAITING_SECOND_PERSON');
    expect(state({ decision: 'APPROVE' })).toBe('APPROVED');
    expect(state({ decision: 'APPROVE' }, asked.expiresAt)).toBe('LAPSED');
    expect(state({ decision: 'REFUSE', decidedBy: 'bela' }, asked.expiresAt)).toBe('REFUSED');
    expect(state({ decision: 'REFUSE', decidedBy: 'anna' })).toBe('WITHDRAWN');
    expect(state({ decision: 'APPROVE', usedAt: AT }, asked.expiresAt)).toBe('DONE');
    expect(secondMissing().code).toBe('SECOND_PERSON_NEEDED');
  });
});

describe('who gets through to a case', () => {
  const reach = (role: Role, standing: Standing, forStandIns = false) => mayReach(ROLES, [role], standing, forStandIns);

  it('is a coordinator as a member, and the others where their role is named', () => {
    expect([reach('coordinator', 'MEMBER'), reach('coordinator', 'STAND_IN'), reach('coordinator', 'OUTSIDE')]).toEqual([
      true,
      false,
      false,
    ]);
    expect([reach('coordinator', 'STAND_IN', true), reach('coordinator', 'OUTSIDE', true)]).toEqual([true, false]);
    expect(reach('auditor', 'OUTSIDE')).toBe(true);
    expect(mayReach(['coordinator'], ['auditor', 'administrator'], 'MEMBER', true)).toBe(false);
    expect(mayReach(['coordinator'], ['coordinator', 'administrator'], 'OUTSIDE', false)).toBe(false);
  });

  it('stands in when marked for it, and is never the last to be taken out', () => {
    expect([standInRefusal('STAND_IN'), standInRefusal('MEMBER')?.code, standInRefusal('OUTSIDE')?.code]).toEqual([
      null,
      'ALREADY_MEMBER',
      'NOT_A_STAND_IN',
    ]);
    expect([removalRefusal(1), removalRefusal(0)?.code]).toEqual([null, 'LAST_MEMBER']);
  });

  it('lets others in and never themselves; whoever stood in puts nobody out who was there before', () => {
    expect([lettingInRefusal('anna', 'bela'), lettingInRefusal('anna', 'anna')?.code]).toEqual([null, 'NOT_YOURSELF']);
    const opened = { personId: 'anna', how: 'OPENED', since: 1 } as const;
    const stoodIn = { personId: 'cem', how: 'STOOD_IN', since: 2 } as const;
    const after = { personId: 'dana', how: 'ADDED', since: 3 } as const;
    expect([seniorityRefusal(stoodIn, opened)?.code, seniorityRefusal(stoodIn, { ...after, since: 2 })?.code]).toEqual([
      'THERE_BEFORE_YOU',
      'THERE_BEFORE_YOU',
    ]);
    for (const [by, of] of [
      [stoodIn, after],
      [stoodIn, stoodIn],
      [opened, stoodIn],
      [after, opened],
    ] as const)
      expect(seniorityRefusal(by, of)).toBeNull();
  });

  const anna = { personId: 'anna', roles: ['coordinator'] } as const;
  const task = { caseId: 'case', kind: 'WORSE', subjectId: 'a letter' };

  it('ticks off what is theirs', () => {
    expect(mayTickOff(task, anna, 'MEMBER')).toBe(true);
    expect(mayTickOff(task, { ...anna, roles: ['administrator'] }, 'OUTSIDE')).toBe(false);
    expect(mayTickOff({ ...task, caseId: null }, anna, null)).toBe(true);
  });

  it.each(['STOOD_IN', 'MEMBERS_CHANGED'])('%s is ticked off by a member or an administrator, and by nobody whose act it was', (kind) => {
    const changed = { ...task, kind, subjectId: 'bela' };
    expect(mayTickOff(changed, anna, 'MEMBER')).toBe(true);
    expect(mayTickOff(changed, anna, 'STAND_IN')).toBe(false);
    expect(mayTickOff(changed, { ...anna, roles: ['administrator'] }, 'OUTSIDE')).toBe(true);
    for (const role of ROLES) expect(mayTickOff(changed, { personId: 'bela', roles: [role] }, 'MEMBER')).toBe(false);
  });
});
