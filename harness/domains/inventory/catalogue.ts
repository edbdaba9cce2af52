import { faker } from '@faker-js/faker/locale/en_IN';
import type { CatalogueEntry } from '../domain.ts';

/** A sale day's departments: what is sold, in which variants, for how much (rupees), and its share of the catalogue. */
interface Department {
  readonly category: string;
  readonly weight: number;
  readonly items: readonly (readonly [name: string, fromRupees: number, toRupees: number])[];
  readonly variants: readonly string[];
}

const departments: readonly Department[] = [
  {
    category: 'Mobiles',
    weight: 16,
    items: [
      ['5G Smartphone', 8_999, 69_999],
      ['4G Smartphone', 5_999, 13_999],
      ['Power Bank', 699, 2_999],
      ['Phone Case', 149, 999],
    ],
    variants: ['Midnight Black', 'Ocean Blue', 'Mint Green', '64 GB', '128 GB', '256 GB'],
  },
  {
    category: 'Electronics',
    weight: 20,
    items: [
      ['Wireless Earbuds', 799, 9_999],
      ['Smart Watch', 1_499, 24_999],
      ['Laptop', 27_999, 119_999],
      ['Bluetooth Speaker', 899, 7_999],
      ['Tablet', 9_999, 49_999],
    ],
    variants: ['Black', 'Silver', 'Graphite', 'Pro', 'Lite', '2nd Gen'],
  },
  {
    category: 'TVs and Appliances',
    weight: 12,
    items: [
      ['Smart LED TV', 9_499, 84_999],
      ['Washing Machine', 8_999, 34_999],
      ['Double Door Refrigerator', 17_999, 54_999],
      ['Air Cooler', 4_499, 12_999],
      ['Mixer Grinder', 1_299, 5_999],
    ],
    variants: ['5 Star', '3 Star', 'Inverter', 'White', 'Dark Grey'],
  },
  {
    category: 'Fashion',
    weight: 28,
    items: [
      ['Cotton Kurta', 399, 1_999],
      ['Silk Saree', 999, 8_999],
      ['Running Shoes', 699, 6_999],
      ['Denim Jeans', 599, 2_999],
      ['Analogue Watch', 499, 5_999],
    ],
    variants: ['Maroon', 'Indigo', 'Mustard', 'Size M', 'Size L', 'Size 9'],
  },
  {
    category: 'Home and Kitchen',
    weight: 16,
    items: [
      ['Pressure Cooker', 899, 3_499],
      ['Bedsheet Set', 399, 1_799],
      ['Steel Water Bottle', 249, 1_199],
      ['Non-stick Tawa', 449, 1_699],
      ['Study Table', 2_499, 8_999],
    ],
    variants: ['3 L', '5 L', 'King', 'Queen', 'Set of 2'],
  },
  {
    category: 'Beauty and Grocery',
    weight: 8,
    items: [
      ['Basmati Rice 5 kg', 399, 899],
      ['Trimmer', 699, 2_499],
      ['Face Wash', 99, 449],
      ['Dry Fruits Box', 499, 1_999],
    ],
    variants: ['Pack of 1', 'Pack of 2', 'Gift Pack', 'Festive Edition'],
  },
];

/** A deal's price over its usual one. */
const dealPrice = 0.45;
/** The cities that order most; faker gives the others. */
const metros = ['Mumbai', 'Delhi', 'Bengaluru', 'Hyderabad', 'Chennai', 'Kolkata', 'Pune', 'Ahmedabad'] as const;
const cityCount = 64;
/** Draws before giving up on one more new name; faker's list holds some 350 cities. */
const maxCityDraws = 10_000;

export interface InventoryCatalogue {
  readonly entries: readonly CatalogueEntry[];
  /** In falling order of how many shoppers live there. */
  readonly cities: readonly string[];
}

/** `product-00042`: the key of product number 42 on every topic and in every table. */
export const productKey = (product: number): string => `product-${String(product).padStart(5, '0')}`;

/** Names and prices by faker. Its generator is seeded here and nothing else runs in between: same seed, same bytes. */
export function makeCatalogue(
  products: number,
  seed: number,
  isDeal: (product: number) => boolean,
): InventoryCatalogue {
  faker.seed([Math.floor(seed / 0x1_0000_0000), seed >>> 0]);
  const byWeight = departments.map((value) => ({ value, weight: value.weight }));
  const entries = Array.from({ length: products }, (_, product): CatalogueEntry => {
    const department = faker.helpers.weightedArrayElement(byWeight);
    const [item, from, to] = faker.helpers.arrayElement(department.items);
    const name = `${faker.person.lastName()} ${item}, ${faker.helpers.arrayElement(department.variants)}`;
    const usual = faker.number.int({ min: from, max: to });
    return {
      key: productKey(product),
      name,
      category: department.category,
      pricePaise: charmPrice(isDeal(product) ? usual * dealPrice : usual) * 100,
    };
  });
  const cities = new Set<string>(metros);
  for (let draw = 0; cities.size < cityCount && draw < maxCityDraws; draw++) cities.add(faker.location.city());
  return { entries, cities: [...cities] };
}

/** Rupees as shops write them: 99 at the end. */
const charmPrice = (rupees: number): number => Math.max(99, Math.round(rupees / 100) * 100 - 1);
