import manifest from '../package.json' with { type: 'json' };

/** From package.json: `0.1.0`. */
export const version: string = manifest.version;
