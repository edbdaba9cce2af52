const claimed = new WeakMap<object, Set<string>>();

/**
 * Claims what a fault changes about a victim until the returned function is called. Throws if another fault has claimed it:
 * neither could be healed without healing the other, or without being left as the other made it.
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
