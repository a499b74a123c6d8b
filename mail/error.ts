export type MailErrorCode =
  | 'LINK_INVALID'
  | 'DEADLINE_INVALID'
  | 'HEADER_INVALID'
  | 'ADDRESS_INVALID'
  | 'MESSAGE_ID_INVALID'
  | 'TRANSPORT_INVALID'
  | 'KIND_INVALID'
  /** the recipient's certificate cannot be encrypted to */
  | 'SEAL_FAILED';

/** A fault of the caller, not of the network. Holds a code only: addresses and links must never reach a log through an error. */
export class MailError extends Error {
  override readonly name = 'MailError';
  readonly code: MailErrorCode;

  constructor(code: MailErrorCode) {
    super(code);
    this.code = code;
  }
}
