import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import nodemailer from 'nodemailer';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type Inbox, startInbox } from '../../runtime/local/inbox.ts';
import type { Mail, MailSummary } from '../../runtime/local/inbox-store.ts';

let dir: string;
let inbox: Inbox;

beforeEach(async () => {
  dir = await mkdtemp(path.join(tmpdir(), 'inbox-'));
  inbox = await startInbox({ smtpPort: 0, httpPort: 0, dir });
});
afterEach(async () => {
  await inbox.stop();
  await rm(dir, { recursive: true, force: true });
});

const send = (to: string, text: string, html?: string) =>
  nodemailer
    .createTransport(inbox.smtpUrl)
    .sendMail({ from: 'desk@sos.example', to, subject: 'Une réponse est attendue', text, ...(html ? { html } : {}) });
const api = async <T>(query = ''): Promise<T> => (await fetch(`${inbox.url}/api/mails${query}`)).json() as Promise<T>;

it('shows by JSON what it accepted, with links, filtered by recipient and by what was seen before', async () => {
  await send('one@network.example', 'Please read: http://127.0.0.1:8080/l/abc\nThank you.');
  await send('Two@network.example', 'Nothing to follow.');
  const [first, second] = await api<MailSummary[]>();
  expect(first).toMatchObject({ to: ['one@network.example'], from: 'desk@sos.example', subject: 'Une réponse est attendue' });
  expect(await api(`?to=two@NETWORK.example`)).toEqual([second]);
  expect(await api(`?after=${first?.id}`)).toEqual([second]);
  expect(await api<Mail>(`/${first?.id}`)).toMatchObject({ links: ['http://127.0.0.1:8080/l/abc'], attachments: [] });
  expect(await (await fetch(`${inbox.url}/api/mails/${first?.id}/raw`)).text()).toContain('Message-ID: ');
});

it('waits for a mail that is still to come', async () => {
  const coming = api<MailSummary[]>('?to=one@network.example&wait=20');
  await send('other@network.example', 'not this one');
  await send('one@network.example', 'this one');
  expect(await coming).toMatchObject([{ to: ['one@network.example'] }]);
});

it('keeps mails across a restart, and forgets them when told to', async () => {
  await send('one@network.example', 'kept');
  const before = await api();
  await inbox.stop();
  inbox = await startInbox({ smtpPort: 0, httpPort: 0, dir });
  expect(await api()).toEqual(before);
  expect((await fetch(`${inbox.url}/api/mails`, { method: 'DELETE' })).status).toBe(204);
  expect(await api()).toEqual([]);
  expect(await readdir(dir)).toEqual([]);
});

it('shows a mail as text with links, and its HTML only inside a sandbox', async () => {
  await send(
    'one@network.example',
    '<script>alert(1)</script> http://127.0.0.1:8080/l/abc?a=1&b=2',
    '<script>alert(2)</script><b>bold</b>',
  );
  const [mail] = await api<MailSummary[]>();
  const page = await (await fetch(`${inbox.url}/mails/${mail?.id}`)).text();
  expect(page).not.toContain('<script>');
  expect(page).toContain('sandbox="allow-popups"');
  expect(page).toContain('<a href="http://127.0.0.1:8080/l/abc?a=1&#38;b=2"');
  expect(await (await fetch(`${inbox.url}/`)).text()).toContain(`/mails/${mail?.id}`);
});

it('answers 404 for mails it does not have, whatever the id looks like', async () => {
  for (const id of ['x', '..%2F..%2Fetc%2Fpasswd', '1'.repeat(300)]) expect((await fetch(`${inbox.url}/api/mails/${id}`)).status).toBe(404);
});

it('refuses requests under another host name, as a page elsewhere would send them', async () => {
  const status = await new Promise<number | undefined>((resolve, reject) => {
    request(`${inbox.url}/api/mails`, { headers: { host: 'evil.example' } }, (response) => resolve(response.resume().statusCode))
      .on('error', reject)
      .end();
  });
  expect(status).toBe(403);
});

it('names the variable to set when a port is taken', async () => {
  await expect(startInbox({ smtpPort: inbox.smtpPort, httpPort: 0, dir })).rejects.toThrow(/SMTP_PORT=/);
  await expect(startInbox({ smtpPort: 0, httpPort: inbox.httpPort, dir })).rejects.toThrow(/INBOX_PORT=/);
});
