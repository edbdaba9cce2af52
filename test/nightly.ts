/** Set by `npm run nightly`, which has the time for what a run of every change has not; counted as skipped otherwise. */
export const nightly = process.env['TOOFAN_NIGHTLY'] === '1';
