import { describe, expect, it } from 'vitest';
import { meaningOf, meaningOfSuccess } from '../../mail/replies.ts';

describe('meaningOf', () => {
  it.each([
    [{ code: 'EENVELOPE', responseCode: 550 }, 'transaction', 'refused', '550'],
    [{ code: 'EENVELOPE', responseCode: 450 }, 'transaction', 'deferred', '450'],
    [{ code: 'EMESSAGE', responseCode: 552 }, 'dot', 'refused', '552'],
    [{ code: 'EMESSAGE', responseCode: 451 }, 'dot', 'deferred', '451'],
    [{ code: 'EPROTOCOL', responseCode: 554 }, 'opening', 'deferred', 'PROTOCOL'],
    [{ code: 'ECONNECTION', responseCode: 554 }, 'opening', 'deferred', '554'],
    [{ code: 'EAUTH', responseCode: 535 }, 'opening', 'deferred', '535'],
    [{ code: 'EENVELOPE', responseCode: 530 }, 'transaction', 'deferred', '530'],
    [{ code: 'EMESSAGE', responseCode: 299 }, 'dot', 'unknown', 'MESSAGE'],
    [{ code: 'EMESSAGE' }, 'dot', 'unknown', 'MESSAGE'],
    [{ code: 'EPROTOCOL', responseCode: 550 }, 'dot', 'unknown', 'PROTOCOL'],
    [{ code: 'EMESSAGE' }, 'transaction', 'refused', 'MESSAGE'],
    [{ code: 'EENVELOPE' }, 'transaction', 'refused', 'ENVELOPE'],
    [{ code: 'EENVELOPE', responseCode: 354 }, 'transaction', 'deferred', 'ENVELOPE'],
    [{ code: 'ECONNECTION' }, 'transaction', 'deferred', 'CONNECTION'],
    [{ code: 'ESOCKET' }, 'dot', 'unknown', 'CONNECTION'],
    [{ code: 'ETIMEDOUT' }, 'dot', 'unknown', 'TIMEOUT'],
    [{ code: 'ETIMEDOUT' }, 'transaction', 'deferred', 'TIMEOUT'],
    [{ code: 'EDNS' }, 'opening', 'deferred', 'DNS'],
    [{ code: 'ETLS' }, 'opening', 'deferred', 'TLS'],
    [{}, 'opening', 'deferred', 'CONNECTION'],
  ] as const)('%j while %s is %s %s', (failure, stage, state, code) => {
    expect(meaningOf(failure, stage)).toEqual({ state, code });
  });
});

describe('meaningOfSuccess', () => {
  it('believes 2xx only after the dot', () => {
    expect(meaningOfSuccess('250 2.0.0 queued', 'dot')).toEqual({ state: 'accepted', code: '250' });
    expect(meaningOfSuccess('250 ok', 'transaction').state).toBe('unknown');
  });
});
