import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readRecoveryCode } from '../../api/browser/recovery-code.ts';
import { messagesIn } from '../../api/locales/index.ts';
import { fromBase64Url } from '../../crypto/sodium.ts';
import { wrappedCost } from '../../crypto/wrapped-secret.ts';
import { isCheap } from '../../domain/recipient-key.ts';
import type { SealedContent } from '../../domain/sealed-content.ts';
import { LANGUAGES, type Language } from '../../domain/vocabulary.ts';
import { figure } from '../support/figures.ts';
import { runPython, withoutPython } from '../support/python.ts';
import { type ApiDesk, newApiDesk } from '../system/api-desk.ts';
import { contactOf, expectToFit, faultsIn, holding, keyLinkFor, launch, leaving, messageFor, watch, withoutBrowser } from './desk.ts';

const PASSPHRASE = 'umbrella tinsmith quarry lantern ferret marzipan oboe thimble';

const BRIEF: SealedContent = {
  language: 'en',
  subject: 'Advice is asked about the river at Lower Tessen',
  text: ['The works upstream begin on Monday.', 'مياه تيسن السفلى ليست للبيع.'],
  link: null,
  attachments: [{ name: 'brief.txt', text: 'Who was there, and who was not.' }],
};

describe.skipIf(withoutBrowser)(`a key made in a browser${withoutBrowser ? ' (skipped: no Chromium at CHROMIUM_PATH)' : ''}`, () => {
  let desk: ApiDesk;
  let browser: Browser;
  let made: { readonly code: string; readonly fingerprint: string; readonly context: string; readonly sealed: string } | null = null;

  beforeAll(async () => {
    desk = await newApiDesk();
    browser = await launch();
  }, 60_000);

  afterAll(async () => {
    await browser?.close();
    await desk?.stop();
  });

  const words = (language: Language) => messagesIn(language).sealing;
  const small = { viewport: { width: 320, height: 640 } };
  const invite = async (language: Language): Promise<{ contactId: string; address: string }> => {
    const contactId = await contactOf(desk, language);
    return { contactId, address: `${desk.base}${await keyLinkFor(desk, contactId)}?lang=${language}` };
  };
  const field = (page: Page, id: string) => page.locator(`#${id}`);

  const make = async (page: Page, language: Language, passphrase: string, again = passphrase) => {
    await field(page, 'passphrase').fill(passphrase);
    await field(page, 'again').fill(again);
    await page.getByRole('button', { name: words(language).key.make }).click();
  };
  const codeOn = async (page: Page): Promise<string> => {
    await field(page, 'made').waitFor();
    return (await field(page, 'code').textContent()) ?? '';
  };

  it('opens a sealed brief in the browser, and tells nobody its passphrase, code or secret', async () => {
    const { contactId, address } = await invite('en');
    const context = await browser.newContext(small);
    const { page, requests, complaints } = await watch(context);
    await page.goto(address);
    await make(page, 'en', PASSPHRASE);
    const code = await codeOn(page);
    const secretKey = readRecoveryCode(code) ?? new Uint8Array();
    expect(secretKey.length).toBe(32);
    const fingerprint = await field(page, 'fingerprint').textContent();
    expect(fingerprint).toMatch(/^(?:[0-9a-f]{4} ){9}[0-9a-f]{4}$/);
    expect(await page.evaluate('document.activeElement.id')).toBe('made-heading');
    expect(await field(page, 'passphrase').inputValue()).toBe('');

    const send = page.getByRole('button', { name: words('en').key.send });
    await send.click();
    expect(await field(page, 'made').isVisible(), 'sent before the sheet was kept').toBe(true);
    await page.getByLabel(words('en').key.kept).check();
    await send.click();
    await page.getByRole('heading', { name: words('en').keyReceipt.heading }).waitFor();
    expect(await page.locator('main code').textContent()).toBe(fingerprint);

    const posts = requests.filter((request) => request.method() === 'POST').map((request) => new URLSearchParams(request.postData() ?? ''));
    expect(posts.map((form) => [...form.keys()])).toEqual([['step', 'publicKey', 'wrapped']]);
    expect(isCheap(wrappedCost(fromBase64Url(posts[0]?.get('wrapped') ?? '') ?? new Uint8Array()))).toBe(false);

    const message = `${desk.base}${await messageFor(desk, contactId, BRIEF)}`;
    await page.goto(message);
    await field(page, 'passphrase').fill(PASSPHRASE);
    await field(page, 'passphrase').press('Enter');
    await field(page, 'opened').waitFor();
    const shown = await field(page, 'opened').textContent();
    const missing = [BRIEF.subject, ...BRIEF.text, ...BRIEF.attachments.map(({ text }) => text)].filter((part) => !shown?.includes(part));
    const opened = figure({
      name: 'parts of a sealed brief missing in Chromium, key made in Chromium',
      value: missing.length,
      unit: 'parts',
      bound: '== 0',
      seed: null,
    });
    expect(opened).toBe(true);
    expect(complaints).toEqual([]);

    const secrets = [PASSPHRASE, code, secretKey];
    const told = holding(requests, secrets);
    expect(figure({ name: 'requests with passphrase, code or secret key', value: told, unit: 'requests', bound: '== 0', seed: null })).toBe(
      true,
    );
    const away = leaving(requests, desk.base);
    expect(figure({ name: 'requests of a browser to other hosts', value: away, unit: 'requests', bound: '== 0', seed: null })).toBe(true);

    const stored = JSON.parse((await field(page, 'sealed-message').textContent()) ?? '{}') as { context: string; sealed: string };
    made = { code, fingerprint: fingerprint ?? '', ...stored };
    await context.close();
  });

  it.skipIf(withoutPython)('is the same key to PyNaCl: with the code of the sheet it opens the same sealed box', () => {
    if (made === null) throw new Error('No key was made in the browser.');
    const { code, fingerprint, ...stored } = made;
    const sealed = fromBase64Url(stored.sealed) ?? new Uint8Array();
    const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
    const flipped = Uint8Array.from(sealed, (byte, at) => (at === sealed.length - 40 ? byte ^ 1 : byte));
    const slip = code.replace(/.$/, (last) => (last === '0' ? '1' : '0'));
    const asked = [
      { code, message: hex(sealed), context: stored.context },
      { code, message: hex(flipped), context: stored.context },
      { code, message: hex(sealed), context: `${stored.context}x` },
      { code: slip, message: hex(sealed), context: stored.context },
    ];
    const read = runPython('read_recovery_code.py', asked.map((each) => `${JSON.stringify(each)}\n`).join(''));
    const [right, ...wrong] = read
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { id?: string; opens?: string; refused?: string });
    expect(right?.id).toBe(`x25519:${fingerprint.replaceAll(' ', '')}`);
    const same = Buffer.from(right?.opens ?? '', 'hex').toString('utf8') === JSON.stringify(BRIEF);
    expect(
      figure({
        name: 'sealed boxes of Chromium that PyNaCl opens to the same bytes',
        value: same ? 1 : 0,
        unit: 'of 1',
        bound: '== 1',
        seed: null,
      }),
    ).toBe(true);
    // the twin: altered, moved, and with a slip in the code, it opens to nobody
    expect(wrong).toEqual([{ refused: 'refused' }, { refused: 'refused' }, { refused: 'malformed' }]);
  });

  it('would be caught sending (the twin): fields with names, in a form that is sent, are seen by the watch', async () => {
    const { address } = await invite('en');
    const context = await browser.newContext({ bypassCSP: true });
    const { page, requests } = await watch(context);
    await page.goto(address);
    await make(page, 'en', PASSPHRASE);
    const code = await codeOn(page);
    await page.evaluate(`{
      const form = document.getElementById('public-key').form;
      for (const [name, value] of [['passphrase', ${JSON.stringify(PASSPHRASE)}], ['code', document.getElementById('code').textContent]]) {
        form.append(Object.assign(document.createElement('input'), { name, value }));
      }
    }`);
    await page.getByLabel(words('en').key.kept).check();
    await page.getByRole('button', { name: words('en').key.send }).click();
    await page.getByRole('heading', { name: words('en').keyReceipt.heading }).waitFor();
    expect(holding(requests, [PASSPHRASE])).toBe(1);
    expect(holding(requests, [code])).toBe(1);
    await context.close();
  });

  it('is refused under a passphrase that is weak, or typed differently the second time', async () => {
    const { address } = await invite('en');
    const context = await browser.newContext(small);
    const { page, requests } = await watch(context);
    await page.goto(address);
    const before = requests.length;
    await make(page, 'en', 'Password2024!');
    await page.getByText(words('en').key.weakFault).waitFor();
    expect(await page.locator('#strength').textContent()).toMatch(/^Too weak so far: about \d\d? bits/);
    expect(await page.evaluate('document.activeElement.id')).toBe('passphrase');
    await make(page, 'en', PASSPHRASE, `${PASSPHRASE}s`);
    await page.getByText(words('en').key.differentFault).waitFor();
    expect(await field(page, 'made').isVisible()).toBe(false);
    expect(requests.length - before).toBe(0);
    await context.close();
  });

  it('can have a suggested passphrase, whose worth is known; a secret certificate pasted by mistake stays here', async () => {
    const { address } = await invite('en');
    const context = await browser.newContext(small);
    const { page, requests } = await watch(context);
    await page.goto(address);
    await page.getByRole('button', { name: words('en').key.suggest }).click();
    expect(await field(page, 'passphrase').getAttribute('type')).toBe('text');
    expect(await page.locator('#strength').textContent()).toBe(words('en').key.strongEnough('73'));
    await field(page, 'again').fill(await field(page, 'passphrase').inputValue());

    const before = requests.length;
    await page
      .getByLabel(words('en').openPgp.label)
      .fill('-----BEGIN PGP PRIVATE KEY BLOCK-----\n\nx\n-----END PGP PRIVATE KEY BLOCK-----');
    await page.getByRole('button', { name: words('en').openPgp.send }).click();
    await page.getByText(words('en').openPgp.secretNotSent).waitFor();
    expect(await field(page, 'certificate').inputValue()).toBe('');
    expect(requests.length - before).toBe(0);

    await page.getByLabel(words('en').openPgp.label).fill('not a certificate');
    await page.getByRole('button', { name: words('en').openPgp.send }).click();
    await page.getByText(words('en').keyFaults.UNREADABLE).waitFor();
    // the page that comes back is the same workshop
    await make(page, 'en', PASSPHRASE);
    await codeOn(page);
    await context.close();
  });

  it('leaves its code in no page that was left, and prints the sheet alone', async () => {
    const { address } = await invite('en');
    const context = await browser.newContext(small);
    const { page } = await watch(context);
    await page.goto(address);
    await make(page, 'en', PASSPHRASE);
    await codeOn(page);
    await page.emulateMedia({ media: 'print' });
    for (const hidden of ['h1', '#certificate', '#print', '#kept']) expect(await page.locator(hidden).isVisible(), hidden).toBe(false);
    for (const printed of ['#code', '#fingerprint', '#address']) expect(await page.locator(printed).isVisible(), printed).toBe(true);
    expect(await page.locator('#address').textContent()).toBe(desk.base);
    await page.goto(`${desk.base}/docs`);
    await page.goBack();
    expect(await field(page, 'code').textContent()).toBe('');
    await context.close();
  });

  it('has no fault that axe can find on its way, in four languages on a small phone', async () => {
    const faults: string[] = [];
    for (const language of LANGUAGES) {
      const { address } = await invite(language);
      const context = await browser.newContext({ ...small, bypassCSP: true });
      const { page } = await watch(context);
      await page.goto(address);
      expect(await page.locator('html').getAttribute('dir')).toBe(language === 'ar' ? 'rtl' : 'ltr');
      await page.getByRole('button', { name: words(language).key.suggest }).click();
      await make(page, language, 'x');
      await page.getByText(words(language).key.weakFault).waitFor();
      await expectToFit(page, 320);
      faults.push(...(await faultsIn(page)));
      await make(page, language, PASSPHRASE);
      await codeOn(page);
      await expectToFit(page, 320);
      faults.push(...(await faultsIn(page)));
      await page.getByLabel(words(language).key.kept).check();
      await page.getByRole('button', { name: words(language).key.send }).click();
      await page.getByRole('heading', { name: words(language).keyReceipt.heading }).waitFor();
      await expectToFit(page, 320);
      faults.push(...(await faultsIn(page)));
      await context.close();
    }
    expect(faults).toEqual([]);
    expect(
      figure({ name: 'faults axe finds in the key pages, 4 languages', value: faults.length, unit: 'faults', bound: '== 0', seed: null }),
    ).toBe(true);
  });

  /** What is said instead of the form; OpenPGP stays offered. `where` because what stands in a noscript is not looked through by text. */
  const withoutScript = async (context: BrowserContext, where: string, sentence: string) => {
    const { address } = await invite('en');
    const { page, complaints } = await watch(context);
    await page.goto(address);
    await page.locator(where).waitFor();
    expect(await page.locator(where).textContent()).toBe(sentence);
    expect(await field(page, 'make-key').isVisible()).toBe(false);
    expect(await page.getByRole('button', { name: words('en').openPgp.send }).isVisible()).toBe(true);
    expect(complaints).toEqual([]);
    await context.close();
  };

  it('is explained where scripts are switched off', async () => {
    await withoutScript(await browser.newContext({ ...small, javaScriptEnabled: false }), 'noscript p', words('en').key.scriptOff);
  });

  it('is explained without WebAssembly, as in Tor Browser on its safer levels', async () => {
    const safer = await launch('--js-flags=--jitless');
    await withoutScript(await safer.newContext(small), '#unable', words('en').key.unable);
    await safer.close();
  });
});

describe.skipIf(withoutBrowser)('the scripts of the pages', () => {
  it('are kept for good by browsers, alone of all answers, and only run as they were bundled', async () => {
    const desk = await newApiDesk();
    const browser = await launch();
    try {
      const address = `${desk.base}${await keyLinkFor(desk, await contactOf(desk, 'en'))}`;
      const answer = await fetch(address);
      expect(answer.headers.get('cache-control')).toBe('no-store');
      const [, path = ''] = /<script type="module" src="([^"]+)" integrity="sha384-[\w+/=]+">/.exec(await answer.text()) ?? [];
      const script = await fetch(desk.base + path);
      expect(script.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
      expect(script.headers.get('content-type')).toMatch(/^text\/javascript/);
      expect(path).toMatch(/^\/assets\/make-key\.[0-9a-f]{20}\.js$/);

      const page = await browser.newPage();
      await page.route('**/assets/*.js', async (route) => {
        const response = await route.fetch();
        await route.fulfill({ response, body: `${await response.text()}\n;document.title = 'altered';` });
      });
      await page.goto(address, { waitUntil: 'load' });
      expect(await page.title()).not.toBe('altered');
      expect(await page.locator('#make-key').isVisible()).toBe(false);
    } finally {
      await browser.close();
      await desk.stop();
    }
  });
});
