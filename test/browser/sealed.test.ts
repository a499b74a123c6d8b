import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { recoveryCode } from '../../api/browser/recovery-code.ts';
import { messagesIn } from '../../api/locales/index.ts';
import { newRecipientKeyPair } from '../../crypto/message.ts';
import { toBase64Url } from '../../crypto/sodium.ts';
import { wrapSecret } from '../../crypto/wrapped-secret.ts';
import { LEAST_WRAP_COST } from '../../domain/recipient-key.ts';
import type { SealedContent } from '../../domain/sealed-content.ts';
import { LANGUAGES, type Language } from '../../domain/vocabulary.ts';
import { registerKey } from '../../records/keys/recipient-keys-register.ts';
import { figure } from '../support/figures.ts';
import { type ApiDesk, newApiDesk } from '../system/api-desk.ts';
import { contactOf, expectToFit, faultsIn, holding, keyLinkFor, launch, leaving, messageFor, watch, withoutBrowser } from './desk.ts';

const PASSPHRASE = 'umbrella tinsmith quarry lantern ferret marzipan oboe';

const contentOf = (language: Language, link: string): SealedContent => ({
  language,
  subject: language === 'ar' ? 'طلب مشورة بشأن نهر تيسن السفلى' : 'Advice is asked about the river at Lower Tessen',
  text: ['The works upstream begin on Monday.', '<img src=x onerror=alert(1)> stays text.\nSo does a second line.'],
  link,
  attachments: [{ name: 'brief-of-the-case.txt', text: 'A-word-without-any-place-to-break-it-'.repeat(12) }],
});

describe.skipIf(withoutBrowser)(`a sealed message in a browser${withoutBrowser ? ' (skipped: no Chromium at CHROMIUM_PATH)' : ''}`, () => {
  let desk: ApiDesk;
  let browser: Browser;
  let contactId: string;
  let code: string;
  const secrets: (string | Uint8Array)[] = [PASSPHRASE];

  /** Registers a key made here, so that each test needs no more of the browser than opening. */
  const register = async (passphrase: string): Promise<string> => {
    const pair = newRecipientKeyPair();
    const wrapped = wrapSecret(passphrase, pair, LEAST_WRAP_COST);
    const token = (await keyLinkFor(desk, contactId)).slice('/k/'.length);
    const sent = { kind: 'X25519', publicKey: toBase64Url(pair.publicKey), wrapped: toBase64Url(wrapped) } as const;
    expect(await registerKey(desk.store, token, sent, Date.now())).toMatchObject({ registered: 'RECORDED' });
    secrets.push(pair.secretKey);
    return recoveryCode(pair.secretKey);
  };

  beforeAll(async () => {
    desk = await newApiDesk();
    browser = await launch();
    contactId = await contactOf(desk, 'en');
    code = await register(PASSPHRASE);
  }, 60_000);

  afterAll(async () => {
    await browser?.close();
    await desk?.stop();
  });

  const words = (language: Language) => messagesIn(language).sealing;
  const addressOf = async (language: Language = 'en'): Promise<string> =>
    `${desk.base}${await messageFor(desk, contactId, contentOf(language, `${desk.base}/l/${'a'.repeat(43)}`))}`;
  const small = { viewport: { width: 320, height: 640 } };

  const openBy = async (page: Page, language: Language = 'en') => {
    await page.getByLabel(words(language).passphrase, { exact: true }).fill(PASSPHRASE);
    await page.getByRole('button', { name: words(language).message.open }).click();
    await page.locator('#opened').waitFor();
  };

  it('opens with the passphrase, shows everything as text, and sends nothing', async () => {
    const context = await browser.newContext(small);
    const { page, requests, complaints } = await watch(context);
    const address = await addressOf();
    const answer = await page.goto(address);
    expect(answer?.headers()['content-security-policy']).toContain("script-src 'self' 'wasm-unsafe-eval';");
    expect(answer?.headers()['content-security-policy']).not.toContain("'unsafe-eval'");
    expect(await answer?.text()).not.toMatch(/Tessen|Advice is asked|brief-of-the-case/);
    // by keyboard alone: the passphrase, then Enter
    await page.getByLabel('Passphrase', { exact: true }).focus();
    await page.keyboard.type(PASSPHRASE);
    const before = requests.length;
    await page.keyboard.press('Enter');
    const opened = page.locator('#opened');
    await opened.waitFor();
    expect(await page.evaluate('document.activeElement.id')).toBe('opened');
    expect(await opened.getByRole('heading').textContent()).toBe('Advice is asked about the river at Lower Tessen');
    expect(await opened.locator('p').nth(1).textContent()).toContain('<img src=x onerror=alert(1)> stays text.');
    await opened.getByText('Attached: brief-of-the-case.txt').click();
    expect(await opened.locator('pre').isVisible()).toBe(true);
    await expectToFit(page, 320);
    expect(await opened.getByRole('link').getAttribute('href')).toBe(`${desk.base}/l/${'a'.repeat(43)}`);
    expect(requests.length - before).toBe(0);
    expect(complaints).toEqual([]);
    const kept = await page.evaluate('({ local: localStorage.length, session: sessionStorage.length, cookies: document.cookie })');
    expect(kept).toEqual({ local: 0, session: 0, cookies: '' });
    expect(await page.evaluate('indexedDB.databases().then((all) => all.length)')).toBe(0);

    const told = holding(requests, secrets) + leaving(requests, desk.base);
    expect(
      figure({ name: 'requests of the message page with a secret or to others', value: told, unit: 'requests', bound: '== 0', seed: null }),
    ).toBe(true);
    await context.close();
  });

  it('would be caught telling (the twin): the watch sees a passphrase, a secret key and another host', async () => {
    const context = await browser.newContext({ bypassCSP: true });
    await context.route('https://elsewhere.example/**', (route) => route.abort());
    const { page, requests } = await watch(context);
    await page.goto(`${desk.base}/problems/not-found`);
    const [, secretKey] = secrets as [string, Uint8Array];
    const told = [encodeURIComponent(PASSPHRASE), PASSPHRASE.replaceAll(' ', '+'), toBase64Url(secretKey)];
    for (const value of told) await page.evaluate(`fetch('/docs', { method: 'POST', body: 'x=${value}' })`);
    await page.evaluate(`fetch('https://elsewhere.example/').catch(() => null)`);
    expect(holding(requests, secrets)).toBe(3);
    expect(leaving(requests, desk.base)).toBe(1);
    await context.close();
  });

  it('opens with the code of the recovery sheet, and forgets when it is closed, left or come back to', async () => {
    const context = await browser.newContext();
    const { page } = await watch(context);
    await page.goto(await addressOf());
    await page.getByText(words('en').message.useCode).click();
    await page.getByLabel(words('en').message.code).fill(code.toLowerCase());
    await page.getByRole('button', { name: words('en').message.open }).click();
    await page.locator('#opened').waitFor();
    await page.getByRole('button', { name: words('en').message.forget }).click();
    expect(await page.locator('#opened').textContent()).toBe('');
    expect(await page.locator('#code').inputValue()).toBe('');

    await openBy(page);
    await page.goto(`${desk.base}/docs`);
    await page.goBack();
    expect(await page.locator('#opened').textContent()).toBe('');
    expect(await page.locator('#passphrase').inputValue()).toBe('');
    await context.close();
  });

  it('says in a plain sentence what is wrong, and sends nothing', async () => {
    const context = await browser.newContext();
    const { page, requests } = await watch(context);
    await page.goto(await addressOf());
    const { message } = words('en');
    const open = page.getByRole('button', { name: message.open });
    const before = requests.length;
    await open.click();
    await page.getByText(message.empty).waitFor();
    await page.locator('#passphrase').fill('umbrella tinsmith');
    await open.click();
    await page.getByText(message.wrongPassphrase).waitFor();
    expect(await page.locator('#passphrase').getAttribute('aria-invalid')).toBe('true');
    await page.locator('#passphrase').fill('');
    await page.getByText(message.useCode).click();
    await page.locator('#code').fill(code.replace(/.$/, (last) => (last === '0' ? '1' : '0')));
    await open.click();
    await page.getByText(message.wrongCode).waitFor();
    await page.locator('#code').fill(recoveryCode(newRecipientKeyPair().secretKey));
    await open.click();
    await page.getByText(message.otherKey).waitFor();
    expect(await page.locator('#opened').isVisible()).toBe(false);
    expect(requests.length - before).toBe(0);
    await context.close();
  });

  it('does not open when a byte of it was altered (the twin of opening)', async () => {
    const context = await browser.newContext();
    const { page } = await watch(context);
    await page.route('**/m/*', async (route) => {
      const response = await route.fetch();
      const body = (await response.text()).replace(/("sealed":"[\w-]{400})(.)/, (_, start, one) => start + (one === 'A' ? 'B' : 'A'));
      await route.fulfill({ response, body });
    });
    await page.goto(await addressOf());
    await page.locator('#passphrase').fill(PASSPHRASE);
    await page.getByRole('button', { name: words('en').message.open }).click();
    await page.getByText(words('en').message.otherKey).waitFor();
    await context.close();
  });

  it('writes out a link that leads elsewhere instead of offering it', async () => {
    const context = await browser.newContext();
    const { page } = await watch(context);
    await page.goto(`${desk.base}${await messageFor(desk, contactId, contentOf('en', 'https://elsewhere.example/l/x'))}`);
    await openBy(page);
    expect(await page.locator('#opened a').count()).toBe(0);
    expect(await page.locator('#opened code').textContent()).toBe('https://elsewhere.example/l/x');
    await context.close();
  });

  it('answers every link that opens nothing alike, as those to make a key are answered', async () => {
    const living = await addressOf();
    const revoked = await addressOf();
    await desk.prisma.sealedMessage.updateMany({ data: { revokedAt: new Date() } });
    const pages: string[] = [];
    for (const address of [
      living,
      revoked,
      `${desk.base}/m/${'b'.repeat(43)}`,
      `${desk.base}/m/short`,
      `${desk.base}/k/${'b'.repeat(43)}`,
    ]) {
      const answer = await fetch(address);
      expect(answer.status).toBe(404);
      pages.push(`${answer.headers.get('content-security-policy')} ${await answer.text()}`);
    }
    expect(new Set(pages).size).toBe(1);
  });

  it('has no fault that axe can find, before and after opening, in four languages on a small phone', async () => {
    const faults: string[] = [];
    for (const language of LANGUAGES) {
      const context = await browser.newContext({ ...small, bypassCSP: true });
      const { page } = await watch(context);
      await page.goto(`${await addressOf(language)}?lang=${language}`);
      await page.locator('#open-message').waitFor();
      await page.locator('summary').first().click();
      await expectToFit(page, 320);
      faults.push(...(await faultsIn(page)));
      await openBy(page, language);
      await expectToFit(page, 320);
      expect(await page.locator('#opened').getAttribute('dir')).toBe(language === 'ar' ? 'rtl' : 'ltr');
      faults.push(...(await faultsIn(page)));
      await context.close();
    }
    expect(faults).toEqual([]);
    expect(
      figure({
        name: 'faults axe finds in the message page, 4 languages',
        value: faults.length,
        unit: 'faults',
        bound: '== 0',
        seed: null,
      }),
    ).toBe(true);
  });

  /** What is said instead of the form; `where` because what stands in a noscript is not looked through by text. */
  const withoutScript = async (context: BrowserContext, where: string, sentence: string) => {
    const { page, complaints } = await watch(context);
    await page.goto(await addressOf());
    await page.locator(where).waitFor();
    expect(await page.locator(where).textContent()).toBe(sentence);
    expect(await page.locator('#open-message').isVisible()).toBe(false);
    expect(complaints).toEqual([]);
    await context.close();
  };

  it('explains itself where scripts are switched off', async () => {
    await withoutScript(await browser.newContext({ ...small, javaScriptEnabled: false }), 'noscript p', words('en').message.scriptOff);
  });

  it('explains itself without WebAssembly, as in Tor Browser on its safer levels', async () => {
    const safer = await launch('--js-flags=--jitless');
    await withoutScript(await safer.newContext(small), '#unable', words('en').message.unable);
    await safer.close();
  });
});
