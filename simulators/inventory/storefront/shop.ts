import type { Pool } from 'pg';
import type { Redis } from 'ioredis';
import type { Operation } from 'toofan';
import { toldAs } from '../shared/decide.ts';
import { storedAnswer } from '../shared/ledger.ts';
import { readShelf } from '../shared/shelf.ts';
import { encode } from '../shared/wire.ts';
import type { Catalogue, ProductPage } from './product-list.ts';
import type { OrderWriter } from './order-writer.ts';
import { decisionWithinMs } from './settings.ts';
import type { WaitingRoom } from './waiting-room.ts';

/** What a shopper is told: a decision of the pipeline, `pending` (ask for the status), or `shed` (retry). */
export interface Told {
  readonly order: string;
  readonly answer: string;
}

/** An order or a cancellation as received; `op` is the shopper's own key for it, the same for every click. */
export interface Placed {
  readonly op: number;
  /** Which click it is, from 1. */
  readonly press: number;
  readonly product: string;
  readonly quantity: number;
  readonly amountPaise: number;
  readonly premium: boolean;
  readonly city: string;
  readonly payment: string;
  /** The order that a cancellation is about. */
  readonly orderOp: number | null;
}

export interface ShopParts {
  readonly catalogue: Catalogue;
  readonly redis: Redis;
  readonly pool: Pool;
  readonly writer: OrderWriter;
  readonly waiting: WaitingRoom;
  readonly onShed: (premium: boolean) => void;
  readonly onError: (error: unknown) => void;
}

/** What the shop does, without HTTP. */
export class Shop {
  readonly #parts: ShopParts;

  constructor(parts: ShopParts) {
    this.#parts = parts;
  }

  /**
   * A product and the number left according to the shelf; `left` is null if the shelf is down, the product undefined if unknown.
   */
  async browse(product: string): Promise<(ProductPage & { readonly available: number | null }) | undefined> {
    const page = this.#parts.catalogue.page(product);
    if (page === undefined) return undefined;
    const [available = null] = await this.#left([product]);
    return { ...page, available };
  }

  async search(text: string): Promise<(ProductPage & { readonly available: number | null })[]> {
    const pages = this.#parts.catalogue.search(text);
    const left = await this.#left(pages.map(({ product }) => product));
    return pages.map((page, i) => ({ ...page, available: left[i] ?? null }));
  }

  /**
   * Writes an order or a cancellation and waits for its decision. The same key is the same order: it is not written again while
   * it is awaited or remembered, and the pipeline answers duplicates with its first answer. Rejects if it is unknown whether the
   * broker has it.
   */
  async place(placed: Placed): Promise<Told> {
    const { waiting, writer, onShed } = this.#parts;
    const { op, premium } = placed;
    const order = String(op);
    const known = waiting.answerTo(op);
    if (known !== undefined) return { order, answer: known };
    if (!waiting.isAwaited(op)) {
      if (!waiting.admits(premium)) {
        onShed(premium);
        return { order, answer: 'shed' };
      }
      const decided = waiting.wait(op, decisionWithinMs);
      await writer.write(encode(operationOf(placed), placed.press));
      return { order, answer: (await decided) ?? (await this.#pending(op)) };
    }
    return { order, answer: (await waiting.wait(op, decisionWithinMs)) ?? (await this.#pending(op)) };
  }

  /** What happened to an order; undefined if there is no decision on it, perhaps because it is still on its way. */
  async status(op: number): Promise<Told | undefined> {
    const answer = this.#parts.waiting.answerTo(op) ?? (await this.#stored(op));
    return answer === null ? undefined : { order: String(op), answer };
  }

  /** The decision may exist, but take longer to get here than anybody waits. */
  async #pending(op: number): Promise<string> {
    return (await this.#stored(op).catch(() => null)) ?? 'pending';
  }

  async #stored(op: number): Promise<string | null> {
    const answer = await storedAnswer(this.#parts.pool, op);
    return answer === null ? null : toldAs(answer);
  }

  async #left(products: readonly string[]): Promise<(number | null)[]> {
    try {
      return await readShelf(this.#parts.redis, products);
    } catch (error) {
      // A page without the number left is still a page.
      this.#parts.onError(error);
      return [];
    }
  }
}

function operationOf({ op, product, quantity, amountPaise, premium, city, payment, orderOp }: Placed): Operation {
  return {
    op,
    kind: orderOp === null ? 'order' : 'cancellation',
    subjectOp: orderOp,
    key: product,
    otherKey: null,
    quantity,
    amountPaise,
    class: premium ? 'premium' : 'regular',
    detail: { city, payment },
  };
}
