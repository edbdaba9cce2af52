import { serveDependency } from './serve-dependency.ts';

/** What else a shopper may like: three products per request, always the same for the same product. */
serveDependency({
  settings: { latencyMs: 5, capacityPerSecond: 20_000 },
  answer({ path }) {
    const product = new URL(path, 'http://dependency').searchParams.get('product') ?? '';
    const number = Number(/\d+/.exec(product)?.[0] ?? 0);
    const recommended = [1, 2, 3].map((step) => `product-${String(number + step).padStart(5, '0')}`);
    return { body: { product, recommended } };
  },
});
