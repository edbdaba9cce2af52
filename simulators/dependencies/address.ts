import { textsOf } from './fields.ts';
import { isDeliverable } from './registers.ts';
import { serveDependency } from './serve-dependency.ts';

/** The post office: `POST { address, pincode }` returns `{ verified }`. One rupee per call (source 727). */
serveDependency({
  settings: { latencyMs: 40 },
  pricePaise: 100,
  answer(request) {
    const { address, pincode } = textsOf(request, 'address', 'pincode');
    return { body: { verified: isDeliverable(address, pincode) } };
  },
});
