import type { Effects, LetterCommandName, Order, Receipt } from './commands.ts';
import { type Refusal, refuse } from './refusal.ts';

type LetterState = 'DRAFT' | 'AWAITING_APPROVAL' | 'APPROVED' | 'FROZEN' | 'OPEN_FOR_SIGN_ON' | 'CLOSED' | 'PUBLISHED' | 'HALTED';

/** What a letter's workflow remembers: plain JSON, versions and ids only; the texts and the digests lie in the records. */
export type LetterFile = {
  readonly v: 1;
  /** counts the changes: a higher number is a later picture */
  readonly seq: number;
  readonly caseId: string;
  readonly letterId: string;
  readonly state: LetterState;
  readonly version: number;
  readonly approval: { readonly questionId: string; readonly version: number; readonly openedAt: number; readonly closesAt: number } | null;
  readonly signOn: { readonly questionId: string; readonly openedAt: number; readonly closesAt: number; readonly minimum: number } | null;
  /** how often the sign-on was prolonged */
  readonly extended: number;
  readonly signatures: number;
  /** a coordinator asked to close the sign-on early */
  readonly closeAsked: boolean;
  readonly recent: readonly Receipt[];
  readonly runs: number;
};

export const openLetterFile = (caseId: string, letterId: string): LetterFile => ({
  v: 1,
  seq: 0,
  caseId,
  letterId,
  state: 'DRAFT',
  version: 1,
  approval: null,
  signOn: null,
  extended: 0,
  signatures: 0,
  closeAsked: false,
  recent: [],
  runs: 0,
});

export const isDone = (letter: LetterFile): boolean => letter.state === 'PUBLISHED' || letter.state === 'HALTED';

const ALLOWED: { readonly [N in LetterCommandName]: { readonly from: readonly LetterState[]; readonly say: string } } = {
  reviseLetter: {
    from: ['DRAFT', 'AWAITING_APPROVAL', 'APPROVED'],
    say: 'A frozen letter is not revised: those who sign must all see the same words. Draft a new letter.',
  },
  askApproval: { from: ['DRAFT'], say: 'Approval can be asked on a draft only.' },
  freezeLetter: {
    from: ['APPROVED'],
    say: 'Freeze needs the defender’s approval of exactly this version: ask for it first and wait for the answer.',
  },
  openSignOn: { from: ['FROZEN'], say: 'Sign-on opens on a frozen letter only, and only once.' },
  closeSignOn: { from: ['OPEN_FOR_SIGN_ON'], say: 'Sign-on is not open.' },
  publishLetter: { from: ['CLOSED'], say: 'Publish when the sign-on is closed.' },
  haltLetter: {
    from: ['DRAFT', 'AWAITING_APPROVAL', 'APPROVED', 'FROZEN', 'OPEN_FOR_SIGN_ON', 'CLOSED'],
    say: 'This letter has ended already.',
  },
};

/** Why the letter refuses this command now, or null. Source: product, stage 7 (approve, freeze, sign on, publish, in this order). */
export const letterRefusal = (letter: LetterFile, order: Order<LetterCommandName>): Refusal | null => {
  const { from, say } = ALLOWED[order.name];
  if (!from.includes(letter.state)) return refuse('WRONG_LETTER_STATE', say);
  if ('expectedVersion' in order.what && order.what.expectedVersion !== letter.version) {
    return refuse('VERSION_CHANGED', 'The letter has changed since you read it: read it again, then decide.');
  }
  if (order.name === 'publishLetter' && letter.signOn !== null && letter.signatures < letter.signOn.minimum) {
    return refuse(
      'TOO_FEW_SIGNATURES',
      'Fewer organisations signed than the policy asks for. Halt this letter and draft it anew, or write to the members who did not answer.',
    );
  }
  return null;
};

export const afterLetterCommand = (letter: LetterFile, order: Order<LetterCommandName>, effects: Effects, at: number): LetterFile => {
  // halted while the command was being recorded: only what has become public stays so
  if (isDone(letter)) return order.name === 'publishLetter' ? { ...letter, state: 'PUBLISHED' } : letter;
  switch (order.name) {
    case 'reviseLetter':
      // any change makes a new version, and an approval given to the earlier one does not cover it
      return { ...letter, state: 'DRAFT', version: letter.version + 1, approval: null };
    case 'askApproval':
      return {
        ...letter,
        state: 'AWAITING_APPROVAL',
        approval: { questionId: effects.questionId ?? '', version: letter.version, openedAt: at, closesAt: effects.closesAt ?? at },
      };
    case 'freezeLetter':
      return { ...letter, state: 'FROZEN' };
    case 'openSignOn':
      return {
        ...letter,
        state: 'OPEN_FOR_SIGN_ON',
        signOn: { questionId: effects.questionId ?? '', openedAt: at, closesAt: effects.closesAt ?? at, minimum: effects.minimum ?? 1 },
      };
    case 'closeSignOn':
      return { ...letter, closeAsked: true };
    case 'publishLetter':
      return { ...letter, state: 'PUBLISHED' };
    case 'haltLetter':
      return afterHalt(letter);
  }
};

/** The defender's answer to the question on exactly this version. */
export const afterApproval = (letter: LetterFile, questionId: string, approved: boolean): LetterFile =>
  letter.state === 'AWAITING_APPROVAL' && letter.approval?.questionId === questionId
    ? { ...letter, state: approved ? 'APPROVED' : 'DRAFT', approval: approved ? letter.approval : null }
    : letter;

export const afterSignOnClosed = (letter: LetterFile, signatures: number): LetterFile =>
  letter.state === 'OPEN_FOR_SIGN_ON' ? { ...letter, state: 'CLOSED', signatures } : letter;

export const afterHalt = (letter: LetterFile): LetterFile => (isDone(letter) ? letter : { ...letter, state: 'HALTED' });
