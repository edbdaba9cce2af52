/** Set by `npm run nightly`, which has time for tests that a run on every change skips (and counts as skipped). */
export const nightly = process.env['TOOFAN_NIGHTLY'] === '1';
