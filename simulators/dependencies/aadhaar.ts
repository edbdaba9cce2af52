import { textsOf } from './fields.ts';
import { photoOf } from './registers.ts';
import { serveDependency } from './serve-dependency.ts';

/**
 * The register of residents: `POST { aadhaar }` gives `{ valid, photo }`, null where nobody has that number. Half a rupee a
 * call (source 724); so many a second by contract and no more (source 1951).
 */
serveDependency({
  settings: { latencyMs: 60, rateLimitPerSecond: 200 },
  pricePaise: 50,
  answer(request) {
    const photo = photoOf(textsOf(request, 'aadhaar').aadhaar);
    return { body: { valid: photo !== null, photo } };
  },
});
