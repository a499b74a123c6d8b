import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { DEFAULT_POLICY } from '../../domain/policies/default.ts';
import { parsePolicy } from '../../domain/policy.ts';
import { loadConfig, loadMigrationConfig } from '../../runtime/config.ts';
import { type ComposeService, readCompose, withoutCompose } from '../support/compose.ts';

const root = path.resolve(import.meta.dirname, '../..');
const read = (file: string) => readFileSync(path.join(root, file), 'utf8');
const OURS = ['api', 'worker', 'migrate', 'codec-server'];

/** `address:port` on the host, in one spelling for both generations of Compose. */
const publishedBy = ({ ports = [] }: ComposeService): string[] =>
  ports.map((port) => (typeof port === 'string' ? port.replace(/:\d+(\/tcp)?$/, '') : `${port.host_ip ?? ''}:${port.published ?? ''}`));

const secretsOf = ({ secrets = [] }: ComposeService): string[] =>
  secrets.map((secret) => (typeof secret === 'string' ? secret : secret.source));

describe.skipIf(withoutCompose)('the deployment', () => {
  const file = withoutCompose ? { services: {}, networks: {}, secrets: {} } : readCompose();
  const services = Object.entries(file.services);
  const lasting = services.filter(([, { restart }]) => restart === 'unless-stopped');
  const service = (name: string): ComposeService => {
    const found = file.services[name];
    if (!found) throw new Error(`There is no service ${name}.`);
    return found;
  };

  test('has the parts of a desk, and starts without its profiles', () => {
    const always = services.filter(([, { profiles = [] }]) => profiles.length === 0).map(([name]) => name);
    expect(always.sort()).toEqual(['api', 'migrate', 'postgres', 'temporal', 'temporal-namespace', 'temporal-schema', 'worker']);
    expect(
      services
        .filter(([, { profiles = [] }]) => profiles.length > 0)
        .map(([name, { profiles }]) => `${name}: ${profiles}`)
        .sort(),
    ).toEqual(['codec-server: codec', 'mailpit: dev', 'temporal-ui: ui']);
  });

  test('publishes the API, and on the host alone; pages for operators never leave its loopback', () => {
    const published = Object.fromEntries(services.map(([name, one]) => [name, publishedBy(one)]).filter(([, ports]) => ports?.length));
    expect(published).toEqual({
      api: ['127.0.0.1:8080'],
      'temporal-ui': ['127.0.0.1:8233'],
      'codec-server': ['127.0.0.1:8088'],
      mailpit: ['127.0.0.1:8025'],
    });
    // what may not be narrowed by a setting may not be widened by one either
    expect(read('docker-compose.yml').match(/ports:.*\$\{/g)).toHaveLength(1);
  });

  test('keeps the stores on a network without a way out', () => {
    expect(file.networks['back']?.internal).toBe(true);
    for (const name of ['postgres', 'temporal', 'temporal-schema', 'temporal-namespace', 'migrate'])
      expect(Object.keys(service(name).networks ?? {})).toEqual(['back']);
  });

  test.each(services)('pins the image of %s to a version', (_, { image }) => {
    const tag = /:([^/:@]+)$/.exec(image)?.[1];
    expect(tag).toMatch(/\d+\.\d+/);
    expect(tag).not.toContain('latest');
  });

  test('pins the base of its own image, and the server to the release that the tests run against', () => {
    expect(/^ARG NODE=(.*)$/m.exec(read('Dockerfile'))?.[1]).toMatch(/^node:\d+\.\d+\.\d+-bookworm-slim$/);
    expect(service('temporal').image.split(':')[1]).toBe('1.29.1');
    expect(service('temporal-schema').image).toMatch(/:1\.29\.1-/);
    expect(service('api').image).toBe(`system-of-solidarity:${JSON.parse(read('package.json')).version}`);
  });

  test.each(lasting)('watches the health of %s', (_, { healthcheck }) => {
    expect(healthcheck?.disable ?? false).toBe(false);
    expect(healthcheck?.test?.length).toBeGreaterThan(1);
  });

  test.each(services)('confines %s', (name, one) => {
    expect(one.cap_drop).toEqual(['ALL']);
    expect(one.security_opt).toEqual(['no-new-privileges:true']);
    expect(one.privileged ?? false).toBe(false);
    expect(one.read_only).toBe(name !== 'temporal-ui');
    expect(one.cap_add ?? []).toEqual(name === 'postgres' ? ['CHOWN', 'DAC_OVERRIDE', 'FOWNER', 'SETGID', 'SETUID'] : []);
    expect(Object.keys(one.logging?.options ?? {}).sort()).toEqual(['max-file', 'max-size']);
  });

  test('keeps every secret in a file of the closed folder', () => {
    for (const secret of Object.values(file.secrets)) {
      expect(path.relative(root, path.resolve(root, secret.file ?? '/'))).toMatch(/^deploy\/secrets\/[\w.]+$/);
      expect(secret.environment ?? secret.external).toBeUndefined();
    }
    const used = new Set(services.flatMap(([, one]) => secretsOf(one)));
    expect([...used].sort()).toEqual(Object.keys(file.secrets).sort());
  });

  test.each(services)('puts no secret into the environment of %s', (_, { environment = {}, command = [] }) => {
    for (const [name, value] of Object.entries(environment)) {
      if (/PASSWORD|TOKEN|SECRET|DATABASE_URL|SMTP_URL|KEYRING/.test(name)) expect(value, name).toMatch(/^\/run\/secrets\/\w+$/);
      // user:password@host
      expect(value ?? '', name).not.toMatch(/\/\/[^/\s]*:[^/\s]*@/);
    }
    expect(command.join(' ')).not.toMatch(/password|token=/i);
  });

  test('gives each part only the secrets it works with', () => {
    const holders = (secret: string) => services.filter(([, one]) => secretsOf(one).includes(secret)).map(([name]) => name);
    expect(holders('keyring').sort()).toEqual(['api', 'codec-server', 'worker']);
    expect(holders('database_owner_url')).toEqual(['migrate']);
    expect(holders('postgres_password')).toEqual(['postgres']);
    expect(holders('postgres_temporal_password').sort()).toEqual(['postgres', 'temporal', 'temporal-schema']);
    expect(holders('codec_server_token')).toEqual(['codec-server']);
  });

  test('starts each part after what it stands on', () => {
    const waits = (name: string) => Object.entries(service(name).depends_on ?? {}).map(([other, { condition }]) => `${other} ${condition}`);
    expect(waits('temporal')).toEqual(['temporal-schema service_completed_successfully']);
    expect(waits('worker').sort()).toEqual(['migrate service_completed_successfully', 'temporal-namespace service_completed_successfully']);
    // the API takes requests while Temporal is away
    expect(waits('api')).toEqual(['migrate service_completed_successfully']);
  });

  test('lets the worker finish before it is killed', () => {
    const force = Number(/shutdownForceTime: '(\d+) seconds'/.exec(read('runtime/worker.ts'))?.[1]);
    expect(Number(/^(\d+)s$/.exec(service('worker').stop_grace_period ?? '')?.[1])).toBeGreaterThan(force);
  });

  /** The settings as the process reads them, with the contents of the files that a deployment makes by hand. */
  const settingsOf = (name: string) => {
    const contents: Readonly<Record<string, string>> = {
      DATABASE_URL: 'postgresql://sos_desk:x@postgres:5432/sos',
      SMTP_URL: 'smtps://desk:x@mail.sos.example:465',
      METRICS_TOKEN: 'm'.repeat(64),
      CODEC_SERVER_TOKEN: 'c'.repeat(64),
    };
    return Object.fromEntries(
      Object.entries(service(name).environment ?? {}).map(([variable, value]) => {
        const secret = variable.replace(/_FILE$/, '');
        return contents[secret] === undefined ? [variable, String(value)] : [secret, contents[secret]];
      }),
    );
  };

  test.each(['api', 'worker', 'codec-server'])('gives %s settings that it accepts for production', (name) => {
    const config = loadConfig(settingsOf(name));
    expect(config).toMatchObject({ production: true, keyringFile: '/run/secrets/keyring', temporal: { address: 'temporal:7233' } });
    expect(config.codecServer !== null).toBe(name === 'codec-server');
    expect(config.api.metricsToken !== null).toBe(name === 'api');
  });

  test('gives the migration job its database and nothing else', () => {
    expect(loadMigrationConfig(settingsOf('migrate'))).toMatchObject({ logLevel: 'info' });
    expect(secretsOf(service('migrate'))).toEqual(['database_owner_url']);
  });

  test.each(OURS)('runs %s from a source that exists', (name) => {
    const entry = service(name).command?.find((word) => word.startsWith('dist/'));
    expect(read(`${entry?.replace(/^dist\//, '').replace(/\.js$/, '.ts')}`)).not.toBe('');
  });

  test('offers the default policy as a file to start from', () => {
    const document = JSON.parse(read('deploy/policy.default.json'));
    expect(document).toEqual(DEFAULT_POLICY);
    expect(parsePolicy(document)).not.toHaveProperty('problems');
  });
});
