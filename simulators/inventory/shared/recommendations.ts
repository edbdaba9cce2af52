import { Asker } from '../../worker/ask.ts';
import { BreakerOpen } from '../../worker/breaker.ts';
import type { Breaker } from '../../worker/breaker.ts';

export interface Recommended {
  readonly products: readonly string[];
  /** From memory, because the engine was not called or did not answer in time. */
  readonly cached: boolean;
}

/** Recommendations: timeout, the time of a whole order; concurrent calls; products remembered. */
const recommendation = { withinMs: 200, atOnce: 2, remembered: 10_000 } as const;

/** Timeout, the time of a product's page; concurrent calls; products remembered. */
type Limits = { readonly [Name in keyof typeof recommendation]: number };

/**
 * What else a shopper may like, at no cost to an order: never rejects, never exceeds its timeout, and does not call while the
 * breaker is open or too many calls are under way. Remembers the last answer for each product.
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
