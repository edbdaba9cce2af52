import manifest from '../package.json' with { type: 'json' };

/** As package.json has it: `0.1.0`. */
export const version: string = manifest.version;
