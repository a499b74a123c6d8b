import { type Bytes, concat, framed, u64, utf8 } from './bytes.ts';
import { SealError } from './seal-error.ts';

/**
 * Where a sealed value lives. It is the associated data of the envelope, so that a ciphertext copied to another row, column or version does not open.
 * `version` is the version of the content in that row (1 where it has only one); `owner` is whose it is, e.g. the case of a document, so that rows
 * cannot be handed from one case to another.
 */
export interface Place {
  readonly table: string;
  readonly column: string;
  readonly row: string;
  readonly version: number;
  readonly owner?: string;
}

const LABEL = utf8('sos/place/1\n');
const NAME = /^[A-Za-z][A-Za-z0-9_]{0,62}$/;
const ID_MAX_BYTES = 1024;

function id(text: string): Bytes {
  const bytes = utf8(text);
  if (bytes.length === 0 || bytes.length > ID_MAX_BYTES) throw new SealError('place');
  return framed(bytes);
}

function name(text: string): Bytes {
  if (!NAME.test(text)) throw new SealError('place');
  return framed(utf8(text));
}

/** The canonical bytes of a place: two different places never share them. Refuses (`place`) what is not well formed. */
export function placeBytes(place: Place): Bytes {
  if (!Number.isSafeInteger(place.version) || place.version < 0) throw new SealError('place');
  const owner = place.owner === undefined ? Uint8Array.of(0) : concat(Uint8Array.of(1), id(place.owner));
  return concat(LABEL, name(place.table), name(place.column), id(place.row), u64(place.version), owner);
}
