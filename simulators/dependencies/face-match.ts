import { textsOf } from './fields.ts';
import { likeness } from './registers.ts';
import { serveDependency } from './serve-dependency.ts';

/** Compares two pictures: `POST { photo, selfie }` returns `{ score }`, 0 to 1. Two rupees per call (source 726). */
serveDependency({
  settings: { latencyMs: 100 },
  pricePaise: 200,
  answer(request) {
    const { photo, selfie } = textsOf(request, 'photo', 'selfie');
    return { body: { score: likeness(photo, selfie) } };
  },
});
