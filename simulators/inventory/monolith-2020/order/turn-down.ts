import type { Answer, Decided, DecidedRow, decide } from '../../shared/decide.ts';

/**
 * Decides without looking at the stock: an already decided operation keeps its answer, every other one gets its answer from
 * `answers`. No stock moves.
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
