import { z } from 'zod';
import { share, whereNumbers, zipfPopularity } from '../world-spec.ts';

const mostProducts = 1_000_000;

/** A sale day's shop, as a scenario says it. */
export const inventoryWorld = z
  .strictObject(
    {
      products: z.int().min(1).max(mostProducts),
      popularity: zipfPopularity,
      /** How many products are the day's deals. They take the top ranks of popularity and sell out in mid-surge. */
      flashDeals: z.int().min(0),
      stock: z.strictObject({
        /**
         * Units that can be sold (opening stock, restocks, what comes back) over units that will be asked for. From 0.5:
         * with less, most of a drill measures how fast a pipeline says "sold out".
         */
        coversDemand: z.number().min(0.5).max(100),
      }),
      /** Share of orders whose shopper presses the button twice; 0.005 where it is left out. */
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
