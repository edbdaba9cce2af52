import { describe, expect, it } from 'vitest';
import { isThisMachine, parseBroker, requireAllowed } from './where-load-may-go.ts';

const refusal = (host: string, allowed?: readonly string[]) =>
  requireAllowed([{ path: 'here', host }], allowed).then(
    () => 'allowed',
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  );

describe('load may go', () => {
  it.each([
    'localhost',
    'LOCALHOST',
    '127.0.0.1',
    '127.8.0.1',
    '127.1',
    '::1',
    '[::1]',
    '0:0:0:0:0:0:0:1',
    '::ffff:127.0.0.1',
    '::ffff:7f00:1',
    // Decimal and hexadecimal, as a resolver takes them.
    '2130706433',
    '0x7f.1',
  ])('to %s, which is this machine', async (host) => {
    expect(await refusal(host)).toBe('allowed');
    expect(await isThisMachine(host)).toBe(true);
  });

  it.each([
    '10.0.0.1',
    '192.168.1.1',
    '169.254.169.254',
    '0.0.0.0',
    '::',
    '::ffff:10.0.0.1',
    'fe80::1',
    'fe80::1%lo',
    '::127.0.0.1',
    '::ffff:a00:1',
    '64:ff9b::7f00:1',
    '127.0.0.1.invalid',
    'localhost.invalid',
    '127.0.0.1@10.0.0.1',
    '*',
    'db.invalid',
    '',
  ])('not to %s', async (host) => {
    expect(await refusal(host)).toBe(
      `here: ${host} is not this machine; if load may go there, add it to allowedHosts in toofan.config.ts`,
    );
    expect(await isThisMachine(host)).toBe(false);
  });

  it.each([
    ['10.0.0.1', '10.0.0.1'],
    ['db.invalid', 'DB.invalid'],
    ['fd00::1', '[fd00::1]'],
  ])('to %s, where %s is listed', async (host, listed) => {
    expect(await refusal(host, [listed])).toBe('allowed');
    expect(await refusal(`x${host}`, [listed])).not.toBe('allowed');
  });

  it('to a name that is what it resolves to, and says what that is', async () => {
    // 167772161 is 10.0.0.1 to every resolver.
    expect(await refusal('167772161')).toContain('167772161 (10.0.0.1) is not this machine');
    expect(await refusal('167772161', ['10.0.0.1'])).toBe('allowed');
  });
});

it.each([
  ['localhost:9092', { host: 'localhost', port: 9_092 }],
  ['[::1]:9092', { host: '::1', port: 9_092 }],
])('the broker %s is read', (text, broker) => expect(parseBroker(text)).toEqual(broker));
