import { isNumber, isRecord, isWhole, problemsOfPopularity, show, type ZipfPopularity } from '../world-spec.ts';

/** A sale day's shop, as a scenario says it. */
export interface InventoryWorldSpec {
  readonly products: number;
  readonly popularity: ZipfPopularity;
  /** How many products are the day's deals. They take the top ranks of popularity and sell out in mid-surge. */
  readonly flashDeals: number;
  readonly stock: {
    /**
     * Units that can be sold (opening stock, restocks, what comes back) over units that will be asked for. From 0.5:
     * with less, most of a drill measures how fast a pipeline says "sold out".
     */
    readonly coversDemand: number;
  };
  /** Share of orders whose shopper presses the button twice; 0.005 where it is left out. */
  readonly doublePress?: number;
}

export const defaultDoublePress = 0.005;
const limits = { products: 1_000_000, coversDemand: { least: 0.5, most: 100 } } as const;
const members = new Set(['products', 'popularity', 'flashDeals', 'stock', 'doublePress']);

/** Problems of a scenario's `world`, each beginning with its path. */
export function validateWorld(spec: unknown): string[] {
  if (!isRecord(spec)) return ['world: must be an object such as { products: 2_000, popularity: zipf(1.07), … }'];
  const problems: string[] = [];
  const check = (holds: boolean, problem: string): void => {
    if (!holds) problems.push(problem);
  };
  const { products, popularity, flashDeals, stock, doublePress } = spec;

  check(
    isWhole(products) && products >= 1 && products <= limits.products,
    `world.products: must be a whole number of 1 to ${limits.products}, is ${show(products)}`,
  );
  problems.push(...problemsOfPopularity('world.popularity', popularity));
  check(
    isWhole(flashDeals) && flashDeals >= 0 && (!isWhole(products) || flashDeals <= products),
    `world.flashDeals: must be a whole number of 0 to world.products, is ${show(flashDeals)}`,
  );
  if (!isRecord(stock)) {
    problems.push(`world.stock: must be { coversDemand: number }, is ${show(stock)}`);
  } else {
    const { coversDemand } = stock;
    const { least, most } = limits.coversDemand;
    check(
      isNumber(coversDemand) && coversDemand >= least && coversDemand <= most,
      `world.stock.coversDemand: must be a number of ${least} to ${most} (with less than half of demand in stock a drill ` +
        `measures how fast a pipeline says "sold out"), is ${show(coversDemand)}`,
    );
  }
  check(
    doublePress === undefined || (isNumber(doublePress) && doublePress >= 0 && doublePress <= 1),
    `world.doublePress: must be a share of 0 to 1, is ${show(doublePress)}`,
  );
  for (const member of Object.keys(spec))
    check(members.has(member), `world.${member}: unknown; known are ${[...members].join(', ')}`);
  return problems;
}
