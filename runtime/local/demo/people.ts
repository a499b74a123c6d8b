import { setTimeout as pause } from 'node:timers/promises';
import type { Letterbox } from './letterbox.ts';

type Mail = { readonly id: string; readonly to: readonly string[] };
type OpenMail = Mail & { readonly links: readonly string[] };

/** What somebody fills into the form of a link page. */
export type Answer = { readonly choice: string; readonly [field: string]: string };
/** Decides, from the choices that a page offers and the address its link was sent to, what this person answers; null stays silent. */
export type Temper = (offered: ReadonlySet<string>, to: string, link: string) => Answer | null;

/**
 * Everybody who gets mail, as they would behave: they read what arrives, follow the link, open the page, and answer with an explicit choice.
 * They know nothing but their mail and the pages.
 */
export class People {
  readonly answered = new Map<string, number>();
  /** the links that came in mail as they are, and those that were found inside what was sealed */
  readonly links = { open: new Set<string>(), sealed: new Set<string>() };
  mails = 0;
  private readonly inbox: string;
  private readonly letterbox: Letterbox;
  private readonly temper: Temper;
  private after: string | null = null;
  private stopped = false;

  constructor(inbox: string, letterbox: Letterbox, temper: Temper) {
    this.inbox = inbox;
    this.letterbox = letterbox;
    this.temper = temper;
  }

  /** Goes through the mail as it comes in, until told to stop. `from` is the last mail that was there before the story began. */
  async live(from: string | null): Promise<void> {
    await this.takeUpInvitations(from);
    this.after = from;
    while (!this.stopped) {
      const fresh = await this.fresh().catch(() => null);
      if (fresh === null) await pause(500);
      for (const mail of fresh ?? []) {
        if (!(await this.read(mail).catch(() => false))) break;
        this.after = mail.id;
        this.mails += 1;
      }
    }
  }

  /** Advisors and partners were invited to make a key when they came into the directory: what lies in their mailboxes since then is done first. */
  private async takeUpInvitations(until: string | null): Promise<void> {
    if (until === null) return;
    const all = (await (await fetch(`${this.inbox}/api/mails`)).json()) as readonly Mail[];
    for (const mail of all.slice(0, all.findIndex(({ id }) => id === until) + 1)) {
      const link = (await this.linkIn(mail)) ?? '';
      if (!link.includes('/k/')) continue;
      this.links.open.add(link);
      await this.turnTo(link, mail.to[0] ?? '').catch(() => false);
    }
  }

  stop(): void {
    this.stopped = true;
  }

  /** The last mail there is now. */
  async lastMail(): Promise<string | null> {
    const all = (await (await fetch(`${this.inbox}/api/mails`)).json()) as readonly Mail[];
    return all.at(-1)?.id ?? null;
  }

  private async fresh(): Promise<readonly Mail[]> {
    const after = this.after === null ? '' : `&after=${this.after}`;
    const response = await fetch(`${this.inbox}/api/mails?wait=2${after}`);
    return (await response.json()) as readonly Mail[];
  }

  /** False when the desk is away: the mail stays unread and is tried again. */
  private async read(mail: Mail): Promise<boolean> {
    const link = await this.linkIn(mail);
    if (link === undefined) return true;
    this.links.open.add(link);
    return this.turnTo(link, mail.to[0] ?? '');
  }

  private async linkIn({ id }: Mail): Promise<string | undefined> {
    const { links } = (await (await fetch(`${this.inbox}/api/mails/${id}`)).json()) as OpenMail;
    return links.find((candidate) => /^\/[klm]\//.test(new URL(candidate).pathname));
  }

  /** An invitation to make a key, a message that only its reader can open, or a question. */
  private async turnTo(link: string, to: string): Promise<boolean> {
    const { pathname } = new URL(link);
    if (pathname.startsWith('/k/')) return (await send(link, await this.letterbox.registration(to))).status < 500;
    if (pathname.startsWith('/l/')) return this.follow(link, to);
    const page = await fetch(link);
    const text = await page.text();
    if (page.status >= 500) return false;
    const inside = page.ok ? (this.letterbox.read(to, text)?.link ?? null) : null;
    if (inside === null) return true;
    this.links.sealed.add(inside);
    return this.follow(inside, to);
  }

  private async follow(link: string, to: string): Promise<boolean> {
    const cover = await fetch(link);
    await cover.text();
    if (cover.status >= 500) return false;
    if (!cover.ok) return true;
    // a partner who accepted is offered more on the same page, so the page is opened again as long as there is something to say
    for (let turn = 0; turn < 3; turn += 1) {
      const page = await send(link, { step: 'open' });
      if (page.status >= 500) return false;
      const offered = new Set(
        [...page.text.matchAll(/type="radio" name="choice"[^>]* value="([A-Z_]+)"/g)].map(([, value]) => value ?? ''),
      );
      const answer = offered.size === 0 ? null : this.temper(offered, to, link);
      if (answer === null) return true;
      const given = await send(link, { step: 'answer', ...nameOn(page.text), ...answer });
      if (given.status >= 500) return false;
      if (given.status === 200) this.answered.set(answer.choice, (this.answered.get(answer.choice) ?? 0) + 1);
      if (answer.choice !== 'ACCEPT') return true;
    }
    return true;
  }
}

/** The name under which the organisation is known, as the page shows it in its field. */
const nameOn = (page: string): { name?: string } => {
  const [, name] = /name="name"[^>]* value="([^"]*)"/.exec(page) ?? /value="([^"]*)"[^>]* name="name"/.exec(page) ?? [];
  return name === undefined ? {} : { name: unescaped(name) };
};

const unescaped = (text: string): string =>
  text.replaceAll('&#39;', "'").replaceAll('&quot;', '"').replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');

const send = async (link: string, fields: Readonly<Record<string, string>>): Promise<{ status: number; text: string }> => {
  const response = await fetch(link, { method: 'POST', body: new URLSearchParams(fields), redirect: 'manual' });
  return { status: response.status, text: await response.text() };
};
