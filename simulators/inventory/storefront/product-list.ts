import type { Client, Pool } from 'pg';
import type { CatalogueEntry } from 'toofan';
import { searchResults } from './settings.ts';

/** A product's page, without the number left. */
export interface ProductPage {
  readonly product: string;
  readonly name: string;
  readonly category: string;
  readonly pricePaise: number;
}

export async function writeCatalogue(client: Pick<Client, 'query'>, entries: readonly CatalogueEntry[]): Promise<void> {
  await client.query(
    `INSERT INTO catalogue (product, name, category, price_paise)
     SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::bigint[]) ON CONFLICT DO NOTHING`,
    [
      entries.map(({ key }) => key),
      entries.map(({ name }) => name),
      entries.map(({ category }) => category),
      entries.map(({ pricePaise }) => pricePaise),
    ],
  );
}

/** The catalogue, which does not change during a sale, in memory: by product, and by each word of its name. */
export class Catalogue {
  readonly #pages: ReadonlyMap<string, ProductPage>;
  readonly #byWord = new Map<string, ProductPage[]>();

  constructor(pages: readonly ProductPage[]) {
    this.#pages = new Map(pages.map((page) => [page.product, page]));
    for (const page of pages) {
      for (const word of new Set(wordsOf(`${page.name} ${page.category}`))) {
        const found = this.#byWord.get(word);
        if (found === undefined) this.#byWord.set(word, [page]);
        else found.push(page);
      }
    }
  }

  static async read(pool: Pool): Promise<Catalogue> {
    const { rows } = await pool.query<{ product: string; name: string; category: string; price_paise: string }>(
      'SELECT product, name, category, price_paise FROM catalogue ORDER BY product',
    );
    return new Catalogue(rows.map(({ price_paise, ...row }) => ({ ...row, pricePaise: Number(price_paise) })));
  }

  page(product: string): ProductPage | undefined {
    return this.#pages.get(product);
  }

  /** Products with every word of the text in their name or category, up to a limit; none for a text without a word. */
  search(text: string, atMost: number = searchResults): ProductPage[] {
    const [first, ...others] = wordsOf(text)
      .map((word) => this.#byWord.get(word) ?? [])
      .toSorted((a, b) => a.length - b.length);
    const sets = others.map((pages) => new Set(pages));
    return (first ?? []).filter((page) => sets.every((set) => set.has(page))).slice(0, atMost);
  }
}

const wordsOf = (text: string): string[] => text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
