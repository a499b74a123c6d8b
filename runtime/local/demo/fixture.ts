import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type * as content from '../../../domain/content.ts';
import type { ActionMode, LetterKind } from '../../../domain/vocabulary.ts';
import { root } from '../root.ts';

type Said = Omit<content.ConsentText, 'personId' | 'recipientId'>;

/** A case as a coordinator would type it, step by step; people, partners and targets by their keys in the fictional network. */
export type CaseFixture = {
  readonly intake: content.Intake;
  readonly consents: readonly (Partial<Said> & { readonly person: string; readonly recipient?: string })[];
  readonly sources: readonly content.SourceNote[];
  readonly conclusion: content.Conclusion;
  readonly risk: content.RiskText;
  readonly plan: { readonly actionMode: ActionMode; readonly kinds: readonly LetterKind[]; readonly text: string };
  readonly brief: content.Brief;
  readonly letter: Pick<content.LetterText, 'kind' | 'addressees' | 'texts'>;
  readonly referral: {
    readonly language: content.ReferralText['language'];
    readonly needIndex: number;
    readonly partnerKeys: readonly string[];
    readonly brief: string;
  };
  readonly closing: content.ClosingText;
};

export const readFixture = async (name: string): Promise<CaseFixture> =>
  JSON.parse(await readFile(path.join(root, 'test/data/cases', `${name}.json`), 'utf8')) as CaseFixture;
