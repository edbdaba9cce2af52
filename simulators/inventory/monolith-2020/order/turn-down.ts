import type { Answer, Decided, DecidedRow, decide } from '../../shared/decide.ts';

/**
 * Decides nothing by the stock: an operation that was decided before keeps its answer, every other one gets the one that
 * `answers` has for it. No stock moves.
 */
export const turnDown =
  (answers: ReadonlyMap<number, Answer>): typeof decide =>
  (requests, books) => {
    const known = new Map<number, Pick<Decided, 'answer'>>(books.decided);
    const rows: DecidedRow[] = [];
    const given = requests.map(({ op, product, quantity }) => {
      const before = known.get(op);
      if (before !== undefined) return before.answer;
      const answer = answers.get(op) ?? 'rejected';
      known.set(op, { answer });
      rows.push({ op, product, quantity, answer, version: null });
      return answer;
    });
    return { answers: given, rows, closed: [], stock: new Map() };
  };
