/**
 * Every address except loopback, as CIDR blocks for k6's `blacklistIPs`: k6 checks resolved addresses, so this also covers
 * redirects and a journey's own requests.
 */
export const blockedAddresses: readonly string[] = [...allBut4(127, 8), ...allBut6(1n)];

/** IPv4 blocks of everything outside `first`.0.0.0/`bits`: for each bit of the prefix, the other half. */
function allBut4(first: number, bits: number): string[] {
  return Array.from({ length: bits }, (_, bit) => {
    const kept = (first >> (8 - bit)) << (8 - bit);
    const flipped = kept | (~first & (1 << (7 - bit)));
    return `${flipped}.0.0.0/${bit + 1}`;
  });
}

/** IPv6 blocks of everything but one address. */
function allBut6(address: bigint): string[] {
  const bits = 128;
  return Array.from({ length: bits }, (_, bit) => {
    const below = BigInt(bits - 1 - bit);
    const flipped = ((address >> below) ^ 1n) << below;
    const digits = flipped.toString(16).padStart(32, '0');
    return `${digits.match(/.{4}/g)?.join(':')}/${bit + 1}`;
  });
}
