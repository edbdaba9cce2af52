import { BlockList } from 'node:net';
import { expect, it } from 'vitest';
import { blockedAddresses } from './blocked-addresses.ts';

/** In Go an IPv4 address is in no IPv6 block; in Node it may be. */
function blockList(family: 'ipv4' | 'ipv6'): BlockList {
  const list = new BlockList();
  for (const block of blockedAddresses.filter((one) => one.includes(':') === (family === 'ipv6'))) {
    const [address = '', bits] = block.split('/');
    list.addSubnet(address, Number(bits), family);
  }
  return list;
}
const [blocked4, blocked6] = [blockList('ipv4'), blockList('ipv6')];

it.each(['127.0.0.1', '127.0.0.0', '127.255.255.255'])('%s is let through', (address) =>
  expect(blocked4.check(address)).toBe(false),
);
it('::1 is let through', () => expect(blocked6.check('::1', 'ipv6')).toBe(false));

it.each(['0.0.0.0', '10.0.0.1', '64.0.0.1', '126.255.255.255', '128.0.0.0', '169.254.169.254', '255.255.255.255'])(
  '%s is blocked',
  (address) => expect(blocked4.check(address)).toBe(true),
);
it.each(['::', '::2', '::3', 'fe80::1', 'fd00::1', '2001:db8::1', '8000::1', '::1:0:0:1'])('%s is blocked', (address) =>
  expect(blocked6.check(address, 'ipv6')).toBe(true),
);
