import { textsOf } from './fields.ts';
import { photoOf } from './registers.ts';
import { serveDependency } from './serve-dependency.ts';

/**
 * The register of residents: `POST { aadhaar }` returns `{ valid, photo }`, null if nobody has that number. Half a rupee per call
 * (source 724); the contract allows so many per second and no more (source 1951).
 */
serveDependency({
  settings: { latencyMs: 60, rateLimitPerSecond: 200 },
  pricePaise: 50,
  answer(request) {
    const photo = photoOf(textsOf(request, 'aadhaar').aadhaar);
    return { body: { valid: photo !== null, photo } };
  },
});
