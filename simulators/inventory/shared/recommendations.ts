import { Asker } from '../../worker/ask.ts';
import { BreakerOpen } from '../../worker/breaker.ts';
import type { Breaker } from '../../worker/breaker.ts';

export interface Recommended {
  readonly products: readonly string[];
  /** From memory, because the engine was not asked or did not answer in time. */
  readonly cached: boolean;
}

/** Recommendations: as long as a whole order may take; so many at once; and so many products remembered. */
const recommendation = { withinMs: 200, atOnce: 2, remembered: 10_000 } as const;

/** As long as a product's page may take; so many asked at once; and so many products remembered. */
type Limits = { readonly [Name in keyof typeof recommendation]: number };

/**
 * What else a shopper may like, at no order's cost: never rejects, never takes longer than its time-out, and asks nobody
 * while the breaker is open or too many ask already. What was last heard of a product is remembered.
 */
export class Recommendations {
  readonly #engine: Asker;
  readonly #breaker: Breaker;
  readonly #onError: (error: unknown) => void;
  readonly #limits: Limits;
  readonly #heard = new Map<string, readonly string[]>();
  #asking = 0;

  constructor(url: string, breaker: Breaker, onError: (error: unknown) => void, limits: Limits = recommendation) {
    this.#engine = new Asker(url, { withinMs: limits.withinMs, connections: limits.atOnce });
    this.#breaker = breaker;
    this.#onError = onError;
    this.#limits = limits;
  }

  async of(product: string): Promise<Recommended> {
    if (this.#asking >= this.#limits.atOnce) return this.remembered(product);
    this.#asking++;
    try {
      const products = await this.#breaker.call(() => this.#ask(product));
      if (this.#heard.size < this.#limits.remembered) this.#heard.set(product, products);
      return { products, cached: false };
    } catch (error) {
      if (!(error instanceof BreakerOpen)) this.#onError(error);
      return this.remembered(product);
    } finally {
      this.#asking--;
    }
  }

  remembered(product: string): Recommended {
    return { products: this.#heard.get(product) ?? [], cached: true };
  }

  async #ask(product: string): Promise<readonly string[]> {
    const asked = await this.#engine.ask(`/recommendations?product=${encodeURIComponent(product)}`);
    if (asked.outcome !== 'answered')
      throw new Error(`recommendations: ${asked.outcome === 'unknown' ? asked.why : `answered ${asked.status}`}`);
    const recommended = (asked.body as { recommended?: unknown }).recommended;
    if (!Array.isArray(recommended)) throw new Error('recommendations names no products');
    return recommended.map(String);
  }
}
