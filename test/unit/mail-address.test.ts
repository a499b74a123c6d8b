import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readAddress } from '../../mail/address.ts';

const codeOf = (written: string): string => {
  const reading = readAddress(written);
  return 'refusal' in reading ? reading.refusal.code : reading.address;
};

describe('readAddress accepts one plain mailbox', () => {
  it.each([
    ['someone@example.org', 'someone@example.org'],
    ['Some.One+tag@Example.ORG', 'Some.One+tag@example.org'],
    ["o'neill_x=y@sub.example.co", "o'neill_x=y@sub.example.co"],
    ['nombre@mañana.example', 'nombre@xn--maana-pta.example'],
    ['someone@例え.example', 'someone@xn--r8jz45g.example'],
    ['someone@مثال.example', 'someone@xn--mgbh0fb.example'],
    ['someone@тест.example', 'someone@xn--e1aybc.example'],
    ['someone@xn--maana-pta.example', 'someone@xn--maana-pta.example'],
    [`${'a'.repeat(64)}@example.org`, `${'a'.repeat(64)}@example.org`],
  ])('%s', (written, expected) => expect(codeOf(written)).toBe(expected));
});

describe('readAddress refuses', () => {
  it.each([
    ['', 'ADDRESS_EMPTY'],
    ['someone', 'ADDRESS_SHAPE'],
    ['@example.org', 'ADDRESS_SHAPE'],
    ['someone@', 'ADDRESS_SHAPE'],
    ['a@b@example.org', 'ADDRESS_SHAPE'],
    ['Some One <someone@example.org>', 'ADDRESS_CONTROL_CHARACTER'],
    ['<someone@example.org>', 'ADDRESS_SHAPE'],
    ['a@example.org,b@example.org', 'ADDRESS_SHAPE'],
    ['a@example.org;b@example.org', 'ADDRESS_SHAPE'],
    ['group:a@example.org;', 'ADDRESS_SHAPE'],
    ['someone(comment)@example.org', 'ADDRESS_SHAPE'],
    ['someone@example.org(comment)', 'ADDRESS_SHAPE'],
    ['"some one"@example.org', 'ADDRESS_CONTROL_CHARACTER'],
    ['"someone"@example.org', 'ADDRESS_SHAPE'],
    ['"evil@example.net x"@example.org', 'ADDRESS_CONTROL_CHARACTER'],
    ['@relay.example:someone@example.org', 'ADDRESS_SHAPE'],
    ['someone@[192.0.2.1]', 'ADDRESS_SHAPE'],
    ['someone@192.0.2.1', 'ADDRESS_DOMAIN'],
    ['someone@localhost', 'ADDRESS_DOMAIN'],
    ['someone@example..org', 'ADDRESS_DOMAIN'],
    ['someone@example.org.', 'ADDRESS_DOMAIN'],
    ['someone@-example.org', 'ADDRESS_DOMAIN'],
    ['someone@exa_mple.org', 'ADDRESS_DOMAIN'],
    ['someone@exam%70le.org', 'ADDRESS_DOMAIN'],
    ['someone@example.org/path', 'ADDRESS_DOMAIN'],
    ['someone@xn--a.example', 'ADDRESS_DOMAIN'],
    ['.someone@example.org', 'ADDRESS_LOCAL_PART'],
    ['some..one@example.org', 'ADDRESS_LOCAL_PART'],
    ['sömeone@example.org', 'ADDRESS_LOCAL_PART'],
    [' someone@example.org', 'ADDRESS_CONTROL_CHARACTER'],
    ['someone@example.org\r\nBcc: other@example.org', 'ADDRESS_CONTROL_CHARACTER'],
    ['someone@example.org\n', 'ADDRESS_CONTROL_CHARACTER'],
    ['someone@exam\u00adple.org', 'ADDRESS_CONTROL_CHARACTER'],
    ['someone\u0000@example.org', 'ADDRESS_CONTROL_CHARACTER'],
    ['someone\u2028@example.org', 'ADDRESS_CONTROL_CHARACTER'],
    ['someone\u202e@example.org', 'ADDRESS_CONTROL_CHARACTER'],
    ['someone@example。org', 'ADDRESS_DOMAIN'],
    ['someone@ｅxample.org', 'ADDRESS_DOMAIN'],
    ['someone@exаmple.org', 'ADDRESS_LOOK_ALIKE'],
    ['someone@аррӏе.example', 'ADDRESS_LOOK_ALIKE'],
    ['someone@ονρ.example', 'ADDRESS_LOOK_ALIKE'],
    [`${'a'.repeat(65)}@example.org`, 'ADDRESS_TOO_LONG'],
    [`a@${'b'.repeat(64)}.org`, 'ADDRESS_DOMAIN'],
    [`a@${`${'b'.repeat(60)}.`.repeat(4)}example.org`, 'ADDRESS_TOO_LONG'],
    [`${'a'.repeat(60)}@${`${'b'.repeat(60)}.`.repeat(3)}example.org`, 'ADDRESS_TOO_LONG'],
  ])('%j as %s', (written, code) => expect(codeOf(written)).toBe(code));

  it('and never repeats the address in what it says', () => {
    const reading = readAddress('secret name@example.org');
    expect('refusal' in reading && reading.refusal.say).not.toContain('secret');
  });
});

it('whatever is typed, what passes is one line of ASCII that reads back to itself', () => {
  const typed = fc.oneof(
    fc.emailAddress(),
    fc.string({ unit: 'binary' }).map((text) => `${text}@example.org`),
    fc.tuple(fc.string({ unit: 'grapheme' }), fc.domain()).map(([local, domain]) => `${local}@${domain}`),
    fc.string({ unit: 'grapheme' }).map((text) => `someone@${text}.org`),
  );
  fc.assert(
    fc.property(typed, (written) => {
      const reading = readAddress(written);
      if ('refusal' in reading) return;
      expect(reading.address).toMatch(/^[\x21-\x7e]{3,254}$/);
      expect(reading.address.split('@')).toHaveLength(2);
      expect(reading.address).not.toMatch(/[()<>[\]:;,\\"]/);
      expect(readAddress(reading.address)).toEqual(reading);
    }),
    { numRuns: 2000, seed: 20310304 },
  );
});
