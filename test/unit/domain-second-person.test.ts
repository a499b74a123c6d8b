import { describe, expect, it } from 'vitest';
import { mayReach, mayTickOff, removalRefusal, type Standing, standInRefusal } from '../../domain/access.ts';
import { ROLES, type Role } from '../../domain/roles.ts';
import {
  type Asked,
  decisionRefusal,
  isSecondAct,
  mayDecide,
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
    expect(state({ decision: 'REFUSE' }, asked.expiresAt)).toBe('REFUSED');
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

  it('ticks off what is theirs; that somebody stood in is for administrators too', () => {
    const task = { caseId: 'case', kind: 'WORSE' };
    expect(mayTickOff(task, ['coordinator'], 'MEMBER')).toBe(true);
    expect(mayTickOff(task, ['administrator'], 'OUTSIDE')).toBe(false);
    expect(mayTickOff({ ...task, kind: 'STOOD_IN' }, ['administrator'], 'OUTSIDE')).toBe(true);
    expect(mayTickOff({ ...task, kind: 'STOOD_IN' }, ['coordinator'], 'STAND_IN')).toBe(false);
    expect(mayTickOff({ ...task, caseId: null }, ['coordinator'], null)).toBe(true);
  });
});
