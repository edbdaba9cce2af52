import { lookup } from 'node:dns/promises';
import { BlockList, isIP } from 'node:net';
import { badInput } from '../errors.ts';

/** A host that one of our clients is about to connect to, and where that was configured (`toofan.config.ts: external.redis`). */
export interface Destination {
  readonly path: string;
  readonly host: string;
}

const loopbackAddresses = new BlockList();
loopbackAddresses.addSubnet('127.0.0.0', 8, 'ipv4');
loopbackAddresses.addAddress('::1', 'ipv6');

const resolvedWithinMs = 5_000;

/**
 * The single decision on where load may go: to this machine, and to hosts that `allowedHosts` in toofan.config.ts lists by name
 * or address. A name is checked by every address it resolves to. Rejects (65) with one line per destination that is neither.
 */
export async function requireAllowed(
  destinations: readonly Destination[],
  allowedHosts: readonly string[] = [],
): Promise<void> {
  const allowed = new Set(allowedHosts.map(bare));
  const refused = await Promise.all(
    destinations.map(async ({ path, host }) => {
      const name = bare(host);
      if (allowed.has(name)) return [];
      const addresses = await addressesOf(name);
      if (addresses.length > 0 && addresses.every((address) => isLoopbackAddress(address) || allowed.has(address)))
        return [];
      const resolved = addresses.filter((address) => address !== name).join(', ');
      return [
        `${path}: ${host} ${resolved === '' ? '' : `(${resolved}) `}is not this machine; if load may go there, add it to allowedHosts in toofan.config.ts`,
      ];
    }),
  );
  const lines = refused.flat();
  if (lines.length > 0) throw badInput([...new Set(lines)].join('\n'));
}

/** Whether a host is this machine, whatever it resolves to. */
export async function isThisMachine(host: string): Promise<boolean> {
  const addresses = await addressesOf(bare(host));
  return addresses.length > 0 && addresses.every((address) => isLoopbackAddress(address));
}

/** Every address of it, as Node's clients will resolve it; none for an unknown name. */
async function addressesOf(name: string): Promise<string[]> {
  if (name === '') return [];
  if (isIP(name) !== 0) return [name];
  const patience = Promise.withResolvers<[]>();
  const timer = setTimeout(() => patience.resolve([]), resolvedWithinMs);
  try {
    const found = await Promise.race([lookup(name, { all: true }), patience.promise]);
    return found.map(({ address }) => address);
  } catch {
    return [];
  } finally {
    clearTimeout(timer);
  }
}

const isLoopbackAddress = (address: string): boolean =>
  loopbackAddresses.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4');

/** `[::1]` as it is resolved; names are case-insensitive. */
const bare = (host: string): string => host.replace(/^\[(.*)\]$/, '$1').toLowerCase();

/** A broker as clients take it, with its host without brackets. */
export interface BrokerAddress {
  readonly host: string;
  readonly port: number;
}

/** `host:port`, with brackets around an IPv6 host. */
export function parseBroker(address: string): BrokerAddress {
  const colon = address.lastIndexOf(':');
  return { host: address.slice(0, colon).replace(/^\[(.*)\]$/, '$1'), port: Number(address.slice(colon + 1)) };
}
