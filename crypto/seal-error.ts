/**
 * The one error of this folder. Its codes are a closed list; its messages are fixed sentences, so that neither content, nor a name, nor a key
 * can reach a log through an error. No `cause` is ever attached: the message of a JSON or text decoder quotes what it could not read.
 */
const SENTENCES = {
  malformed: 'The bytes are not of any form that this system writes, or not all of them are there.',
  unsupported: 'The value has a format version that this program does not know.',
  'key-unknown': 'The value is sealed under a key that is not at hand. It may have been erased, or the wrong keyring file is in use.',
  'key-invalid': 'A key must have 32 bytes and a well-formed key id, and be one that only its holder can open with.',
  refused: 'The value was altered, moved from its place, or sealed under another key or passphrase.',
  place: 'The place or context of a sealed value is not well formed.',
  'too-large': 'The value is larger than one envelope may hold. Large content is sealed as a file.',
  json: 'The value cannot be written as, or read from, JSON.',
  canonical: 'The value has no canonical form: use plain objects, arrays, well-formed text, safe integers, booleans and null.',
  input: 'The value is empty, out of its range, or not of the expected kind.',
  plaintext: 'A payload arrived unsealed. Every payload of this system is sealed.',
  context: 'A payload came without the workflow that owns it.',
  'decode-only': 'This codec only opens payloads.',
} as const;

/** Why a value could not be sealed, opened, or digested. Callers branch on this, never on the sentence. */
export type SealCode = keyof typeof SENTENCES;

/** All codes, for tests and for the table in the format specification. */
export const SEAL_CODES = Object.keys(SENTENCES) as readonly SealCode[];

export class SealError extends Error {
  readonly code: SealCode;

  constructor(code: SealCode) {
    super(SENTENCES[code]);
    this.name = 'SealError';
    this.code = code;
  }
}
