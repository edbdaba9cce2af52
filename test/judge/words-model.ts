import type { SmallHistory } from './a-history.ts';

/** Every possible answer for each kind, in each business, and the modes; written down again, not taken from the domains. */
const words: Readonly<Record<string, string>> = {
  order: 'confirmed sold_out shed rejected cancelled_first revoked',
  cancellation: 'cancelled refused',
  return: 'credited refused',
  restock: 'applied',
  payment: 'success declined blocked rejected failed shed',
  add_money: 'success declined rejected failed shed',
  refund: 'success declined rejected failed shed',
  registration: 'registered rejected',
  application: 'approved review rejected',
};

/** How many operations, and keys of decisions without an operation, break `answer-fits`. */
export function unfitAnswers(small: SmallHistory, primary: { readonly kind: string; readonly key: string }): number {
  const decisions = small.decisions ?? [];
  const unfit = (small.ops ?? []).filter(
    ({ op, kind = primary.kind, key = primary.key, answers = [], mode, toldUnder }) => {
      const own = answers.map(([answer]) => ({ answer, mode, key: toldUnder }));
      const further = decisions.filter((row) => row.op === op);
      return [...own, ...further].some((row) => {
        const isWord = typeof row.answer === 'string' && words[kind]?.split(' ').includes(row.answer) === true;
        const isMode = row.mode === undefined || row.mode === 'full' || row.mode === 'degraded';
        return !isWord || !isMode || (row.key !== undefined && row.key !== key);
      });
    },
  );
  const nobodys = decisions.filter(({ op }) => op === null || op === undefined);
  return unfit.length + new Set(nobodys.map(({ key }) => key)).size;
}
