/** What the records can refuse. The words go to logs and to Temporal, so they never hold data. */
export type RecordCode = 'NOT_FOUND' | 'KEY_DESTROYED' | 'BAD_SHAPE' | 'DUPLICATE' | 'TOO_LATE';

export class RecordError extends Error {
  readonly code: RecordCode;

  constructor(code: RecordCode) {
    super(code);
    this.name = 'RecordError';
    this.code = code;
  }
}

/** The row, or NOT_FOUND. */
export const found = <T>(row: T | null | undefined): T => {
  if (row === null || row === undefined) throw new RecordError('NOT_FOUND');
  return row;
};
