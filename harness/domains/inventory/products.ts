import { faker } from '@faker-js/faker/locale/en_IN';
import type { CatalogueEntry } from '../domain.ts';

/** What a sale-day shop sells: variants, prices (rupees), and each department's share of the catalogue. */
interface Department {
  readonly category: string;
  readonly weight: number;
  readonly items: readonly (readonly [
    name: string,
    fromRupees: number,
    toRupees: number,
    variants: readonly string[],
  ])[];
}

const colours = ['Midnight Black', 'Ocean Blue', 'Mint Green', 'Silver', 'Maroon'];
const sizes = ['S', 'M', 'L', 'XL'];
const departments: readonly Department[] = [
  {
    category: 'Mobiles',
    weight: 16,
    items: [
      ['5G Smartphone', 8_999, 69_999, ['128 GB', '256 GB', '512 GB']],
      ['4G Smartphone', 5_999, 13_999, ['64 GB', '128 GB']],
      ['Power Bank', 699, 2_999, ['10,000 mAh', '20,000 mAh']],
      ['Phone Case', 149, 999, colours],
    ],
  },
  {
    category: 'Electronics',
    weight: 20,
    items: [
      ['Wireless Earbuds', 799, 9_999, colours],
      ['Smart Watch', 1_499, 24_999, ['40 mm', '44 mm']],
      ['Laptop', 27_999, 119_999, ['8 GB RAM', '16 GB RAM']],
      ['Bluetooth Speaker', 899, 7_999, colours],
      ['Tablet', 9_999, 49_999, ['Wi-Fi', 'Wi-Fi + 5G']],
    ],
  },
  {
    category: 'TVs and Appliances',
    weight: 12,
    items: [
      ['Smart LED TV', 9_499, 84_999, ['32 inch', '43 inch', '55 inch']],
      ['Washing Machine', 8_999, 34_999, ['7 kg', '8 kg']],
      ['Double Door Refrigerator', 17_999, 54_999, ['2 Star', '3 Star']],
      ['Air Cooler', 4_499, 12_999, ['55 L', '75 L']],
      ['Mixer Grinder', 1_299, 5_999, ['500 W', '750 W']],
    ],
  },
  {
    category: 'Fashion',
    weight: 28,
    items: [
      ['Cotton Kurta', 399, 1_999, sizes],
      ['Silk Saree', 999, 8_999, ['Maroon', 'Mustard', 'Peacock Green']],
      ['Running Shoes', 699, 6_999, ['UK 7', 'UK 8', 'UK 9']],
      ['Denim Jeans', 599, 2_999, sizes],
      ['Analogue Watch', 499, 5_999, ['Leather', 'Steel']],
    ],
  },
  {
    category: 'Home and Kitchen',
    weight: 16,
    items: [
      ['Pressure Cooker', 899, 3_499, ['3 L', '5 L']],
      ['Bedsheet Set', 399, 1_799, ['King', 'Queen']],
      ['Steel Water Bottle', 249, 1_199, ['750 ml', '1 L']],
      ['Non-stick Tawa', 449, 1_699, ['25 cm', '28 cm']],
      ['Study Table', 2_499, 8_999, ['Teak', 'Walnut']],
    ],
  },
  {
    category: 'Beauty and Grocery',
    weight: 8,
    items: [
      ['Basmati Rice', 399, 899, ['5 kg', '10 kg']],
      ['Trimmer', 699, 2_499, ['Corded', 'Cordless']],
      ['Face Wash', 99, 449, ['100 ml', '150 ml']],
      ['Dry Fruits Box', 499, 1_999, ['500 g', '1 kg']],
    ],
  },
];

/** A deal's price relative to its usual one. */
const dealPrice = 0.45;
/** The cities with the most orders; faker gives the others. */
const metros = ['Mumbai', 'Delhi', 'Bengaluru', 'Hyderabad', 'Chennai', 'Kolkata', 'Pune', 'Ahmedabad'] as const;
const cityCount = 64;
/** Draws before giving up on another new name; faker's list has some 350 cities. */
const maxCityDraws = 10_000;

export interface InventoryCatalogue {
  readonly entries: readonly CatalogueEntry[];
  /** In falling order of how many shoppers live there. */
  readonly cities: readonly string[];
}

/** `product-00042`: the key of product number 42 on every topic and in every table. */
const productKey = (product: number): string => `product-${String(product).padStart(5, '0')}`;

/** Names and prices from faker. Its generator is seeded here and nothing else runs in between: same seed, same bytes. */
export function makeCatalogue(
  products: number,
  seed: number,
  isDeal: (product: number) => boolean,
): InventoryCatalogue {
  faker.seed([Math.floor(seed / 0x1_0000_0000), seed >>> 0]);
  const byWeight = departments.map((value) => ({ value, weight: value.weight }));
  const entries = Array.from({ length: products }, (_, product): CatalogueEntry => {
    const department = faker.helpers.weightedArrayElement(byWeight);
    const [item, from, to, variants] = faker.helpers.arrayElement(department.items);
    const name = `${faker.person.lastName()} ${item}, ${faker.helpers.arrayElement(variants)}`;
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

/** Rupees as shops price things: ending in 99. */
const charmPrice = (rupees: number): number => Math.max(99, Math.round(rupees / 100) * 100 - 1);
