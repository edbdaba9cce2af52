import { z } from 'zod';

const image = z.string().min(1).optional();

/** `images` of toofan.config.ts: what stands in for the container images that Toofan takes by itself. */
export const imagesShape = z.strictObject({ kafka: image, postgres: image, redis: image, k6: image });
