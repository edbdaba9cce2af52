const claimed = new WeakMap<object, Set<string>>();

/**
 * Claims what a fault changes of a victim until the function that it returns is called. Throws where another fault holds the
 * same: neither could be healed without healing the other, or without being left as the other had made it.
 */
export function claim(victim: { readonly name: string }, what: readonly string[]): () => void {
  const held = claimed.get(victim) ?? new Set();
  claimed.set(victim, held);
  const taken = what.find((one) => held.has(one));
  if (taken !== undefined) throw new Error(`another fault holds the ${taken} of ${victim.name}`);
  for (const one of what) held.add(one);
  return () => {
    for (const one of what) held.delete(one);
  };
}
