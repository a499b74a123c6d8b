import { z } from 'zod';

/**
 * The closed list of what can go wrong at the door. A refusal by the domain is the one open entry: it brings its own code and sentence.
 * `detail` is the default; a caller may replace it by a more exact one, which must say what to do and must hold no personal data.
 */
export const PROBLEMS = {
  'malformed-request': { status: 400, title: 'The request cannot be read', detail: 'Correct the syntax of the request and send it again.' },
  'idempotency-key-needed': {
    status: 400,
    title: 'An Idempotency-Key is needed',
    detail: 'Send an Idempotency-Key header of 16 to 64 letters, digits, hyphens or underscores, a new one for each intention.',
  },
  'not-authenticated': { status: 401, title: 'Not authenticated', detail: 'Send a valid personal token: Authorization: Bearer sos_...' },
  forbidden: { status: 403, title: 'Not allowed', detail: 'Ask an administrator for the role this needs, or ask somebody who has it.' },
  'not-a-member': {
    status: 403,
    title: 'Not one of your cases',
    detail:
      'Ask a member of this case, or an administrator, to add you. If nobody answers and you are one of those who stand in, take it up with a reason: POST /v1/cases/{caseId}/standing-in.',
  },
  'not-found': { status: 404, title: 'Nothing here', detail: 'Check the address: nothing that you may see answers to it.' },
  'method-not-allowed': { status: 405, title: 'Method not allowed', detail: 'Use one of the methods named in the Allow header.' },
  'not-acceptable': { status: 406, title: 'Not acceptable', detail: 'Accept one of the media types that this operation declares.' },
  conflict: { status: 409, title: 'Conflict', detail: 'Read the present state again, then decide anew.' },
  'still-running': {
    status: 409,
    title: 'The first request is still running',
    detail: 'Wait a few seconds, then repeat the request with the same Idempotency-Key.',
  },
  'precondition-failed': {
    status: 412,
    title: 'It has changed since you read it',
    detail: 'Read it again, then decide anew with the ETag that you get.',
  },
  'body-too-large': { status: 413, title: 'Too large', detail: 'Send less in one request.' },
  'unsupported-media-type': {
    status: 415,
    title: 'Unsupported media type',
    detail: 'Send the body as declared for this operation, in UTF-8 and not compressed.',
  },
  'invalid-input': {
    status: 422,
    title: 'The input does not fit',
    detail: 'Correct the fields listed under errors and send the request again.',
  },
  'idempotency-key-reused': {
    status: 422,
    title: 'This Idempotency-Key was used for another request',
    detail: 'Use a new Idempotency-Key for a new intention; repeat a request unchanged.',
  },
  'precondition-needed': {
    status: 428,
    title: 'Say which version you read',
    detail: 'Send If-Match with the ETag of the version that you read.',
  },
  'too-many-requests': { status: 429, title: 'Too many requests', detail: 'Wait for the time named in the Retry-After header.' },
  'internal-error': {
    status: 500,
    title: 'Something failed here',
    detail: 'Try again later, with the same Idempotency-Key. If it goes on, tell an administrator the time and the operation.',
  },
  unavailable: { status: 503, title: 'Not available now', detail: 'Try again in a minute, with the same Idempotency-Key.' },
} as const satisfies Record<string, { status: number; title: string; detail: string }>;

export type ProblemCode = keyof typeof PROBLEMS;

/** One fault of the input: where (RFC 6901 pointer, prefixed by the part of the request) and what to do. Never holds the value itself. */
export interface InputFault {
  readonly pointer: string;
  readonly say: string;
}

export interface ProblemOptions {
  readonly detail?: string;
  readonly errors?: readonly InputFault[];
  readonly headers?: Readonly<Record<string, string>>;
}

/** The body of every error answer. Source: RFC 9457. */
export const problemSchema = z
  .strictObject({
    type: z.string().meta({ description: 'Identifies the kind of problem: /problems/<code>', example: '/problems/not-found' }),
    title: z.string(),
    status: z.int().min(400).max(599),
    detail: z.string().meta({ description: 'What to do about it' }),
    errors: z
      .array(z.strictObject({ pointer: z.string(), say: z.string() }))
      .optional()
      .meta({ description: 'The faults of the input, one by one' }),
  })
  .meta({ id: 'Problem', description: 'A problem document (RFC 9457). It never names a person or a case.' });

export type ProblemDocument = z.infer<typeof problemSchema>;

/** An answer that is a problem. Throw it from any handler; the error handler writes it. */
export class Problem extends Error {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly document: ProblemDocument;

  private constructor(code: string, status: number, title: string, detail: string, options: ProblemOptions) {
    super(code);
    this.name = 'Problem';
    this.status = status;
    this.headers = options.headers ?? {};
    this.document = {
      type: `/problems/${code}`,
      title,
      status,
      detail,
      ...(options.errors && { errors: options.errors.map((fault) => ({ ...fault })) }),
    };
  }

  static of(code: ProblemCode, options: ProblemOptions = {}): Problem {
    const { status, title, detail } = PROBLEMS[code];
    return new Problem(code, status, title, options.detail ?? detail, options);
  }

  /**
   * A refusal of the domain, told as it stands: the state of things, not the form of the request, is in the way, hence 409.
   * The domain's code is kept (`QUORUM_MISSING` becomes `/problems/quorum-missing`).
   */
  static refused(refusal: { readonly code: string; readonly say: string }): Problem {
    return new Problem(refusal.code.toLowerCase().replaceAll('_', '-'), 409, 'Refused by a rule', refusal.say, {});
  }
}
