import { describe, expect, it } from 'vitest';
import { keyPage, keyReceiptPage } from '../../api/pages/key-page.ts';
import { messagePage } from '../../api/pages/message-page.ts';
import { stylesheet } from '../../api/pages/style.ts';
import { KEY_FAULTS } from '../../domain/recipient-key.ts';
import { LANGUAGES } from '../../domain/vocabulary.ts';

const script = { path: '/assets/x.0123456789abcdef0123.js', integrity: 'sha384-AAAA' };
const message = { context: '</script><img src=x>', sealed: 'U09TTQ', keys: [{ publicKey: 'AA', wrapped: 'AA' }] };

const pages = LANGUAGES.flatMap((language) => [
  ['key', language, keyPage({ language, script })] as const,
  ...KEY_FAULTS.map((fault) => [`key ${fault}`, language, keyPage({ language, script, fault })] as const),
  ['receipt', language, keyReceiptPage({ language, fingerprint: 'x25519:0123456789', state: 'PENDING' })] as const,
  ['message', language, messagePage({ language, script, message })] as const,
]);

describe.each(pages)('page %s in %s', (_name, language, page) => {
  it('speaks its language, and holds no script but ours, tied to its content, and data', () => {
    expect(page).toContain(`<html lang="${language}" dir="${language === 'ar' ? 'rtl' : 'ltr'}">`);
    expect(page).not.toMatch(/undefined|\[object|<style|\sstyle=|\son\w+=|<img|<iframe/);
    const scripts = [...page.matchAll(/<script ([^>]*)>/g)].map(([, attributes]) => attributes);
    for (const attributes of scripts) {
      expect(attributes).toMatch(
        /^type="application\/json" id="[\w-]+"$|^type="module" src="\/assets\/x\.0123456789abcdef0123\.js" integrity="sha384-AAAA"$/,
      );
    }
  });

  it('has one first heading, unique ids, labels and descriptions that lead somewhere, and stays under 30 kB', () => {
    expect(page.match(/<h1>/g)).toHaveLength(1);
    const ids = [...page.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const [, targets = ''] of page.matchAll(/(?: for="| href="#| aria-describedby="| aria-labelledby=")([^"]+)"/g)) {
      for (const target of targets.split(' ')) expect(ids).toContain(target);
    }
    expect(Buffer.byteLength(page) + Buffer.byteLength(stylesheet)).toBeLessThanOrEqual(30 * 1024);
  });

  it('names no field that holds a passphrase or a code, so that no form can send one', () => {
    for (const id of ['passphrase', 'again', 'code', 'show']) expect(page).not.toMatch(new RegExp(`id="${id}"[^>]* name=|name="${id}"`));
  });
});

it('a message cannot end the element that holds it', () => {
  const data = /id="sealed-message">(.*?)<\/script>/s.exec(messagePage({ language: 'en', script, message }))?.[1] ?? '';
  expect(JSON.parse(data)).toEqual(message);
});

it('a fingerprint is shown in groups of four, without the name of its kind', () => {
  expect(keyReceiptPage({ language: 'en', fingerprint: 'x25519:0123456789', state: 'ACTIVE' })).toContain('>0123 4567 89<');
});
