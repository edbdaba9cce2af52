import { readShelf } from '../shared/shelf.ts';
import { Shop } from './shop.ts';
import type { Placed, ShopParts, Told } from './shop.ts';

/** A deliberately broken shop, made from the sound one and its parts. */
export type Mutation = (sound: Shop, parts: ShopParts) => Shop;

/**
 * Answers "confirmed" from the shelf as soon as the order is written: stock changes that the shelf does not show yet are
 * oversold.
 */
class PromisingShop extends Shop {
  readonly #parts: ShopParts;

  constructor(parts: ShopParts) {
    super(parts);
    this.#parts = parts;
  }

  override async place(placed: Placed): Promise<Told> {
    if (placed.orderOp !== null) return super.place(placed);
    const decided = super.place(placed);
    decided.catch(this.#parts.onError);
    const [left = null] = await readShelf(this.#parts.redis, [placed.product]).catch(() => [null]);
    if (left === null) return decided;
    return { order: String(placed.op), answer: left >= placed.quantity ? 'confirmed' : 'sold_out' };
  }
}

const mutations = {
  'confirms-by-the-shelf': (_sound, parts) => new PromisingShop(parts),
} as const satisfies Record<string, Mutation>;

export type MutationName = keyof typeof mutations;

/** Without a name, the sound shop. */
export function mutationNamed(name: string | undefined): Mutation {
  if (name === undefined) return (sound) => sound;
  const mutation = (mutations as Readonly<Record<string, Mutation>>)[name];
  if (mutation === undefined) throw new Error(`TOOFAN_MUTANT: unknown in the storefront: '${name}'`);
  return mutation;
}
