import { textsOf } from './fields.ts';
import { isPan } from './registers.ts';
import { serveDependency } from './serve-dependency.ts';

/** The tax office: `POST { pan }` returns `{ valid }`. Five rupees per call (source 725); it fails now and then (source 1952). */
serveDependency({
  settings: { latencyMs: 80, errorShare: 0.01, errorAfterShare: 0.01 },
  pricePaise: 500,
  answer: (request) => ({ body: { valid: isPan(textsOf(request, 'pan').pan) } }),
});
