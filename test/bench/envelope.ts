import sodium from 'libsodium-wrappers-sumo';
import { open, seal } from '../../crypto/envelope.ts';
import type { Place } from '../../crypto/place.ts';
import type { Measure } from './ratios.ts';

await sodium.ready;

const SIZES = [
  { label: '1 KiB', bytes: 1024, share: 1 },
  // a sixteenth of the turns: the time grows with the length
  { label: '64 KiB', bytes: 64 * 1024, share: 1 / 16 },
];
const CASE = '00000000-0000-4000-8000-000000000001';
const KEY = { id: `case:${CASE}:1`, key: new Uint8Array(32).fill(7) };
const PLACE: Place = { table: 'Document', column: 'sealed', row: CASE, version: 1, owner: CASE };
const NOTHING = new Uint8Array(0);

const sealedAndOpened = (message: Uint8Array): number => open(KEY, PLACE, seal(KEY, PLACE, message)).length;

/** The cipher alone: no place, no padding, no commitment to the key; a fresh nonce, without which nobody may use it. */
const encryptedAndDecrypted = (message: Uint8Array): number => {
  const nonce = sodium.randombytes_buf(24);
  const ciphertext = sodium.crypto_aead_xchacha20poly1305_ietf_encrypt(message, NOTHING, null, nonce, KEY.key);
  return sodium.crypto_aead_xchacha20poly1305_ietf_decrypt(null, ciphertext, NOTHING, nonce, KEY.key).length;
};

/** Microseconds per turn. */
const timed = (work: (message: Uint8Array) => number, message: Uint8Array, turns: number): number => {
  const began = performance.now();
  for (let turn = 0; turn < turns; turn += 1)
    if (work(message) !== message.length) throw new Error('what was opened is not what was sealed');
  return ((performance.now() - began) * 1000) / turns;
};

/** Sealing and opening once, against encrypting and decrypting once, by turns. */
export const envelopeMeasures = (rounds: number, turnsOfOneKiB: number): readonly Measure[] =>
  SIZES.map(({ label, bytes, share }) => {
    const turns = Math.ceil(turnsOfOneKiB * share);
    const message = sodium.randombytes_buf(bytes);
    const [desk, base]: [number[], number[]] = [[], []];
    // the first round warms both up and does not count
    for (let round = 0; round <= rounds; round += 1) {
      const took = [timed(sealedAndOpened, message, turns), timed(encryptedAndDecrypted, message, turns)] as const;
      if (round === 0) continue;
      desk.push(took[0]);
      base.push(took[1]);
    }
    return { name: `envelope, ${label}`, floor: 'bare XChaCha20-Poly1305', unit: 'us', desk, base, n: turns * rounds };
  });
