import { z } from 'zod';
import { share, whereNumbers, zipfPopularity } from '../world-spec.ts';

const mostProducts = 1_000_000;

/** A sale-day shop in a scenario. */
export const inventoryWorld = z
  .strictObject(
    {
      products: z.int().min(1).max(mostProducts),
      popularity: zipfPopularity,
      /** Number of the day's deals. They take the top ranks of popularity and sell out in mid-surge. */
      flashDeals: z.int().min(0),
      stock: z.strictObject({
        /**
         * Units that can be sold (opening stock, restocks, returns) over units asked for. At least 0.5: with less, most of a
         * drill measures how fast a pipeline says "sold out".
         */
        coversDemand: z.number().min(0.5).max(100),
      }),
      /** Share of orders whose shopper clicks twice; default 0.005. */
      doublePress: share.optional(),
    },
    { error: 'must be an object such as { products: 2_000, popularity: zipf(1.07), … }' },
  )
  .refine(({ flashDeals, products }) => flashDeals <= products, {
    path: ['flashDeals'],
    error: 'must be at most world.products',
    when: whereNumbers('flashDeals', 'products'),
  });

export type InventoryWorldSpec = Readonly<z.infer<typeof inventoryWorld>>;

export const defaultDoublePress = 0.005;
