import { expect, test } from 'vitest';
import { Catalogue } from './product-list.ts';

const page = (product: string, name: string, category = 'Fashion') => ({ product, name, category, pricePaise: 99_00 });
const catalogue = new Catalogue([
  page('product-1', 'Rao Silk Saree, Maroon'),
  page('product-2', 'Iyer Silk Saree, Mustard'),
  page('product-3', 'Rao Pressure Cooker, 3 L', 'Home and Kitchen'),
]);
const found = (text: string, atMost?: number) => catalogue.search(text, atMost).map(({ product }) => product);

test('a search finds what has every word of it, in name or category, however it is written', () => {
  expect(found('silk SAREE')).toEqual(['product-1', 'product-2']);
  expect(found('rao')).toEqual(['product-1', 'product-3']);
  expect(found('rao fashion')).toEqual(['product-1']);
  expect(found('3 l')).toEqual(['product-3']);
});

test('a search that finds nothing, or is nothing, gives nothing; and never more than asked for', () => {
  expect([found('kurta'), found('silk kurta'), found(''), found('%')]).toEqual([[], [], [], []]);
  expect(found('silk', 1)).toEqual(['product-1']);
});

test('a page is found by its product alone', () => {
  expect(catalogue.page('product-3')?.name).toBe('Rao Pressure Cooker, 3 L');
  expect(catalogue.page('Rao')).toBeUndefined();
});
