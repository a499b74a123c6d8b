import { execFileSync } from 'node:child_process';
import { appendFileSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const builder = fileURLToPath(new URL('../../api/browser/build.mjs', import.meta.url));

describe('bundling the scripts of the pages', () => {
  let folder: string;
  const file = (name: string): string => path.join(folder, name);
  const build = () => execFileSync(process.execPath, [builder, folder]);

  beforeAll(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'scripts-'));
    build();
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it('makes the same bytes again, and only when something has changed', () => {
    const made = statSync(file('make-key.js')).mtimeMs;
    const before = readFileSync(file('make-key.js'));
    build();
    expect(statSync(file('make-key.js')).mtimeMs).toBe(made);
    appendFileSync(file('make-key.js'), '// altered');
    build();
    expect(readFileSync(file('make-key.js'))).toEqual(before);
    const record = JSON.parse(readFileSync(file('made-from.json'), 'utf8'));
    for (const source of ['crypto/message.ts', 'crypto/wrapped-secret.ts', 'api/browser/key-form.ts'])
      expect(record.inputs).toHaveProperty([source]);
  });

  it('takes in nothing of Node, nothing that is evaluated from text, and no address of others', () => {
    for (const name of ['make-key.js', 'open-message.js']) {
      const script = readFileSync(file(name), 'utf8');
      expect(script).not.toMatch(/node:|\beval\(|new Function\(|localStorage|sessionStorage|indexedDB|XMLHttpRequest\(\)\.|fetch\("http/);
      const addresses = [...script.matchAll(/https?:\/\/[\w.-]+/g)].map(([address]) => address);
      expect(addresses).toEqual([]);
    }
  });
});
