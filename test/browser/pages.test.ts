import { existsSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { AxeBuilder } from '@axe-core/playwright';

import express from 'express';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { securityHeaders } from '../../api/http/security-headers.ts';
import { stylesheet } from '../../api/pages/style.ts';
import { samplePages } from '../support/page-samples.ts';

const executablePath = process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium';
// Where everything is checked, a missing browser is a failure, not a reason to check less.
const missing = !existsSync(executablePath) && process.env['CI'] !== 'true';
const pages = samplePages();

// Runs in the page; a text, because this project's types know no document.
const MEASURE = `({
  scroll: document.documentElement.scrollWidth,
  small: [...document.querySelectorAll('button, select, textarea, summary, nav a, input:not([type=hidden]):not([type=radio]), label[for^=choice]')]
    .filter((target) => target.getBoundingClientRect().height < 44)
    .map((target) => target.outerHTML),
})`;

describe.skipIf(missing)(`the pages in a browser${missing ? ' (skipped: no Chromium at CHROMIUM_PATH)' : ''}`, () => {
  let browser: Browser;
  let server: Server;
  let base: string;

  beforeAll(async () => {
    // The real headers, so that a page the policy would break is seen broken.
    const app = express().use(securityHeaders(false));
    app.get('/assets/style.css', (_req, res) => void res.type('css').send(stylesheet));
    app.get('/:index', (req, res) => void res.type('html').send(pages[Number(req.params.index)]?.[2] ?? ''));
    server = createServer(app);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    browser = await chromium.launch({ executablePath, args: process.getuid?.() === 0 ? ['--no-sandbox'] : [] });
  }, 60_000);

  afterAll(async () => {
    await browser?.close();
    await new Promise((resolve) => server.close(resolve));
  });

  async function each(context: BrowserContext, which: typeof pages, look: (page: Page, name: string) => Promise<void>) {
    const page = await context.newPage();
    const complaints: string[] = [];
    page.on('console', (message) => complaints.push(message.text()));
    for (const sample of which) {
      await page.goto(`${base}/${pages.indexOf(sample)}`);
      await look(page, `${sample[0]} in ${sample[1]}`);
    }
    await context.close();
    expect(complaints).toEqual([]);
  }

  // Languages share their structure: axe reads every page in the right-to-left one, and in dark colours every kind of part once.
  it.each([
    ['light', pages.filter(([, language]) => language === 'ar')],
    ['dark', pages.filter(([name, language]) => language === 'en' && /^(?:cover|letter|fault REFERRAL|receipt ADVICE)$/.test(name))],
  ] as const)(
    'have no fault that axe can find, in %s colours (WCAG 2.2 AA)',
    async (colorScheme, which) => {
      const context = await browser.newContext({ viewport: { width: 360, height: 740 }, colorScheme, bypassCSP: true });
      await each(context, which, async (page, name) => {
        const { violations } = await new AxeBuilder({ page })
          .withTags(['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa', 'best-practice'])
          .analyze();
        expect(
          violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`),
          name,
        ).toEqual([]);
      });
    },
    240_000,
  );

  it('would be caught with a fault in them: an unlabelled field, pale text', async () => {
    const page = await (await browser.newContext()).newPage();
    await page.setContent('<html lang="en"><title>x</title><main><h1>x</h1><input><p style="color:#ccc">pale</p></main></html>');
    const { violations } = await new AxeBuilder({ page }).analyze();
    expect(violations.map(({ id }) => id)).toEqual(expect.arrayContaining(['label', 'color-contrast']));
    await page.context().close();
  });

  it('fit a phone of 320 px without scrolling sideways, with targets of at least 44 px', async () => {
    await each(await browser.newContext({ viewport: { width: 320, height: 640 }, colorScheme: 'light' }), pages, async (page, name) => {
      const { scroll, small } = await page.evaluate<{ scroll: number; small: string[] }>(MEASURE);
      expect(scroll, name).toBeLessThanOrEqual(320);
      expect(small, name).toEqual([]);
    });
  }, 120_000);
});
