/** The inbox as web pages: what arrived, and one mail with its links ready to follow. Mails are strangers' text: escaped or sandboxed. */
import type { Mail, MailSummary } from './inbox-store.ts';

const STYLE = `
  :root { color-scheme: light dark; }
  body { font: 16px/1.5 system-ui, sans-serif; margin: 0 auto; max-width: 60rem; padding: 1rem; }
  table { border-collapse: collapse; width: 100%; }
  th, td { border-bottom: 1px solid; padding: .4rem .6rem; text-align: start; vertical-align: top; }
  pre { border: 1px solid; overflow-wrap: anywhere; padding: 1rem; unicode-bidi: plaintext; white-space: pre-wrap; }
  iframe { background: white; border: 1px solid; height: 24rem; width: 100%; }
  dt { font-weight: 600; } dd { margin: 0 0 .5rem; overflow-wrap: anywhere; }`;

export function listPage(mails: readonly MailSummary[], to: string | undefined): string {
  const rows = mails
    .toReversed()
    .map(
      (mail) =>
        `<tr><td><time>${escaped(mail.receivedAt.replace('T', ' ').slice(0, 19))}</time></td><td>${mail.to
          .map((address) => `<a href="/?to=${encodeURIComponent(address)}">${escaped(address)}</a>`)
          .join(', ')}</td><td><a href="/mails/${mail.id}">${escaped(mail.subject || '(no subject)')}</a></td></tr>`,
    )
    .join('\n');
  const heading = to ? `Mail to ${escaped(to)} (<a href="/">all</a>)` : 'Everything the desk has sent';
  return page(
    'Inbox',
    `<h1>${heading}</h1>
    ${rows ? `<table><thead><tr><th>Arrived (UTC)</th><th>To</th><th>Subject</th></tr></thead><tbody>${rows}</tbody></table>` : '<p>Nothing has arrived yet.</p>'}`,
    // New mail shows by itself; there is no script to do it.
    '<meta http-equiv="refresh" content="5">',
  );
}

export function mailPage(mail: Mail): string {
  const attachments = mail.attachments.map(
    (file) => `<li>${escaped(file.filename ?? '(unnamed)')}, ${escaped(file.contentType)}, ${file.bytes} bytes</li>`,
  );
  return page(
    'Mail',
    `<p><a href="/">All mail</a></p>
    <h1 dir="auto">${escaped(mail.subject || '(no subject)')}</h1>
    <dl><dt>From</dt><dd>${escaped(mail.from)}</dd><dt>To</dt><dd>${escaped(mail.to.join(', '))}</dd>
    <dt>Arrived</dt><dd>${escaped(mail.receivedAt)}</dd></dl>
    <pre dir="auto">${linked(mail.text)}</pre>
    ${mail.html ? `<h2>As HTML</h2><iframe sandbox="allow-popups" title="The HTML part" srcdoc="${escaped(`<base target="_blank">${mail.html}`)}"></iframe>` : ''}
    ${attachments.length > 0 ? `<h2>Attachments</h2><ul>${attachments.join('')}</ul>` : ''}
    <p><a href="/api/mails/${mail.id}/raw">The mail as it came</a></p>`,
  );
}

export function notFoundPage(): string {
  return page('Not found', '<h1>There is no such mail</h1><p><a href="/">All mail</a></p>');
}

function page(title: string, body: string, head = ''): string {
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${title} - local desk</title>${head}
<style>${STYLE}</style></head><body><main>${body}</main></body></html>`;
}

function linked(text: string): string {
  return escaped(text).replace(/https?:\/\/[^\s<>"')\]]+/g, (link) => `<a href="${link}" rel="noreferrer">${link}</a>`);
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
}
