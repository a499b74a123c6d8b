import { z } from 'zod';
import { id, instant } from '../http/schemas.ts';

const word = z.string();
const ended = instant.nullable();
/** A text as it was taken down; its shape is the one by which the operation that brought it takes it. */
const content = z.unknown();

/**
 * Version 1 of the export of a case. A field may be added within a version; whoever reads it leaves out what they do not know. A field that is taken
 * away, or means something else, makes a new version.
 */
export const caseExportSchema = z
  .strictObject({
    format: z.literal('system-of-solidarity/case'),
    version: z.literal(1),
    exportedAt: instant,
    entries: z.int().meta({ description: 'How many there are in all parts together, as the audit counts them' }),
    case: z.strictObject({
      ...{ caseId: id, state: word, band: word.nullable(), mode: word.nullable(), openedBy: id, policyVersion: z.int() },
      ...{ openedAt: instant, closedAt: ended },
    }),
    members: z.array(z.strictObject({ personId: id, how: word, addedBy: id, addedAt: instant, endedAt: ended })),
    persons: z
      .array(z.strictObject({ personId: id, kind: word, language: word, active: z.boolean(), card: z.record(word, content) }))
      .meta({ description: 'The people of the case, with how they are reached' }),
    documents: z
      .array(z.strictObject({ documentId: id, kind: word, subjectId: id.nullable(), version: z.int(), at: instant, content }))
      .meta({ description: 'Every text, oldest first: intake, sources, conclusions, assessments, decisions, briefs, letters, reasons' }),
    consents: z.array(z.strictObject({ consentId: id, personId: id, entry: z.record(word, content) })),
    consultations: z.array(
      z.strictObject({
        ...{ consultationId: id, state: word, result: word.nullable(), openedAt: instant, closesAt: instant, decidedAt: ended },
        outcome: content.meta({ description: 'Conditions and count' }),
      }),
    ),
    letters: z.array(
      z.strictObject({
        ...{ letterId: id, kind: word, state: word, version: z.int(), digest: word.nullable(), createdAt: instant, frozenAt: ended },
        ...{ closesAt: ended, slug: word.nullable(), publishedAt: ended, retractedAt: ended },
      }),
    ),
    needs: z.array(z.strictObject({ needId: id, state: word, need: content })),
    referrals: z.array(z.strictObject({ referralId: id, needId: id, state: word, createdAt: instant, endedAt: ended, course: content })),
    reviews: z.array(z.strictObject({ reviewId: id, number: z.int(), state: word, dueAt: instant, endedAt: ended, outcome: content })),
    questions: z
      .array(
        z.strictObject({
          ...{ questionId: id, kind: word, subjectId: id, openedAt: instant, closesAt: instant, closedAt: ended, invited: z.int() },
          answers: z
            .array(z.strictObject({ contactId: id.nullable(), at: ended, content: z.record(word, content) }))
            .meta({ description: 'Of advisors the words alone: who said what is confidential' }),
        }),
      )
      .meta({ description: 'What people were asked, and the answers that count' }),
    tasks: z.array(z.strictObject({ taskId: id, kind: word, subjectId: id.nullable(), createdAt: instant, doneAt: ended })),
    mails: z.array(z.strictObject({ mailId: id, kind: word, contactId: id.nullable(), state: word, createdAt: instant, endedAt: ended })),
    secondPersons: z.array(
      z.strictObject({
        ...{ secondPersonId: id, act: word, askedBy: id, askedAt: instant, decision: word.nullable(), decidedBy: id.nullable() },
        ...{ decidedAt: ended, usedAt: ended },
      }),
    ),
    timeline: z
      .array(z.strictObject({ seq: z.int(), at: instant, actor: word, action: word, subjectId: word.nullable() }))
      .meta({ description: 'Who did or read what, when' }),
    holds: z.array(z.strictObject({ holdId: id, placedBy: id, placedAt: instant, liftedBy: id.nullable(), liftedAt: ended, content })),
  })
  .meta({ id: 'CaseExport', description: 'A whole case, opened, for a machine to read; nothing in it opens anything' });
