import { readShelf } from '../shared/shelf.ts';
import { Shop } from './shop.ts';
import type { Placed, ShopParts, Told } from './shop.ts';

/** A shop that is broken on purpose, made of the sound one and its parts. */
type Mutation = (sound: Shop, parts: ShopParts) => Shop;

/** Says "confirmed" by the shelf, as soon as the order is written: what the shelf does not know yet is sold twice over. */
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

/** The sound shop where no name is given. */
export function mutationNamed(name: string | undefined): Mutation {
  if (name === undefined) return (sound) => sound;
  const mutation = (mutations as Readonly<Record<string, Mutation>>)[name];
  if (mutation === undefined) throw new Error(`TOOFAN_MUTANT: unknown in the storefront: '${name}'`);
  return mutation;
}
