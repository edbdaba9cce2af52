import { z } from 'zod';

const image = z.string().min(1).optional();

/** `images` of toofan.config.ts: replacements for the container images that Toofan uses by default. */
export const imagesShape = z.strictObject({ kafka: image, postgres: image, redis: image, k6: image });
