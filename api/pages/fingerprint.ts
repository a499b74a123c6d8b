/** The fingerprint of a key as people compare it: without the name of its kind, in groups of four. */
export function inGroups(keyId: string): string {
  return keyId.replace(/^[a-z0-9]+:/, '').replaceAll(/.{4}(?=.)/g, '$& ');
}
