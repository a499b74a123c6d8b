import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** A service as Compose understood it, in the fields that the tests look at. */
export interface ComposeService {
  readonly image: string;
  readonly command?: readonly string[];
  readonly ports?: readonly (string | { readonly host_ip?: string; readonly published?: string | number })[];
  readonly environment?: Readonly<Record<string, string | null>>;
  readonly secrets?: readonly (string | { readonly source: string })[];
  readonly healthcheck?: { readonly test?: readonly string[]; readonly disable?: boolean };
  readonly restart?: string;
  readonly profiles?: readonly string[];
  readonly networks?: Readonly<Record<string, unknown>>;
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
  readonly cap_drop?: readonly string[];
  readonly cap_add?: readonly string[];
  readonly security_opt?: readonly string[];
  readonly read_only?: boolean;
  readonly privileged?: boolean;
  readonly stop_grace_period?: string;
  readonly logging?: { readonly options?: Readonly<Record<string, string>> };
}

export interface ComposeFile {
  readonly services: Readonly<Record<string, ComposeService>>;
  readonly networks: Readonly<Record<string, { readonly internal?: boolean } | null>>;
  readonly secrets: Readonly<Record<string, { readonly file?: string; readonly environment?: string; readonly external?: unknown }>>;
}

const root = fileURLToPath(new URL('../../', import.meta.url));
const FORMS: readonly (readonly [string, ...string[]])[] = [['docker', 'compose'], ['docker-compose']];

/** Without the settings of whoever runs the tests: those of the example are what is examined. */
const env = { PATH: process.env['PATH'] ?? '', HOME: process.env['HOME'] ?? '' };

const call = (program: string, args: readonly string[], input?: string) =>
  spawnSync(program, args, { cwd: root, env, encoding: 'utf8', ...(input === undefined ? {} : { input }) });

/** The Compose of this machine, either generation; null where there is none. Reading a file needs no engine. */
export const compose = FORMS.find(([program, ...args]) => call(program, [...args, 'version']).status === 0) ?? null;

/** Whether the tests of the deployment are left out: never where CI=true. */
export const withoutCompose = compose === null && process.env['CI'] !== 'true';

/** docker-compose.yml as Compose understands it, with all profiles and the settings of the example. @throws Error with Compose's own complaint. */
export function readCompose(): ComposeFile {
  if (compose === null) throw new Error('Docker Compose is missing: install it (no engine is needed).');
  const [program, ...first] = compose;
  const profiles = ['dev', 'ui', 'codec'].flatMap((profile) => ['--profile', profile]);
  const config = [...first, '--env-file', 'deploy/settings.env.example', ...profiles, 'config'];
  const json = call(program, [...config, '--format', 'json']);
  // The first generation knows no such option and prints its help instead, with status 0.
  if (json.status === 0 && json.stdout.startsWith('{')) return JSON.parse(json.stdout);
  const yaml = call(program, config);
  if (yaml.status !== 0) throw new Error(yaml.stderr);
  return fromYaml(program, yaml.stdout);
}

/** The first generation prints YAML only. It is a Python program, so the interpreter in its first line can read that. */
function fromYaml(program: string, text: string): ComposeFile {
  const place = call('sh', ['-c', `command -v ${program}`]).stdout.trim();
  const interpreter = /^#!\s*(\S+python[\d.]*)/.exec(readFileSync(place, 'utf8'))?.[1] ?? 'python3';
  const read = call(interpreter, ['-c', 'import json, sys, yaml; json.dump(yaml.safe_load(sys.stdin), sys.stdout)'], text);
  if (read.status !== 0) throw new Error(read.stderr);
  return JSON.parse(read.stdout);
}
