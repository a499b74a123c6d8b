import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** The program that SOS_GPG names, else `gpg`. */
const program = process.env['SOS_GPG'] ?? 'gpg';
const configurer = 'gpgconf';

const home = (): string => mkdtempSync(path.join(tmpdir(), 'sos-gpg-'));

/** Whether the tests with GnuPG are left out: never where a program was named, nor where CI=true. */
export const withoutGnupg =
  spawnSync(program, ['--version']).status !== 0 && process.env['SOS_GPG'] === undefined && process.env['CI'] !== 'true';

export type Opened = {
  readonly opened: boolean;
  /** a signature that GnuPG holds to be good, by a key that it was given */
  readonly goodSignature: boolean;
  readonly content: Buffer;
};

/** A reader of mail with GnuPG, in a home of its own. */
export type GnupgReader = {
  /** the certificate of a new key, armoured */
  newKey(address: string): string;
  trust(certificate: string): void;
  read(armour: string): Opened;
  leave(): void;
};

export function gnupgReader(): GnupgReader {
  const directory = home();
  const gpg = (args: readonly string[], input = '') =>
    spawnSync(program, ['--homedir', directory, '--batch', '--quiet', '--pinentry-mode', 'loopback', '--passphrase', '', ...args], {
      input,
      maxBuffer: 64 * 1024 * 1024,
    });
  const must = (args: readonly string[], input = ''): Buffer => {
    const run = gpg(args, input);
    if (run.status !== 0) throw new Error(`gpg ${args[0]}: ${run.error?.message ?? run.stderr.toString()}`);
    return run.stdout;
  };
  return {
    newKey(address) {
      must(['--quick-generate-key', address, 'future-default', 'default', 'never']);
      return must(['--armor', '--export', address]).toString();
    },
    trust(certificate) {
      must(['--import'], certificate);
    },
    read(armour) {
      const run = gpg(['--status-fd', '2', '--decrypt'], armour);
      const status = run.stderr.toString();
      return {
        opened: status.includes('DECRYPTION_OKAY') && run.stdout.length > 0,
        goodSignature: status.includes('[GNUPG:] GOODSIG ') && run.status === 0,
        content: run.stdout,
      };
    },
    leave() {
      spawnSync(configurer, ['--homedir', directory, '--kill', 'all']);
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
