import { registerHooks } from 'node:module';

const isOurs = (specifier: string): boolean => specifier === 'toofan' || specifier.startsWith('toofan/');
let registered = false;

/**
 * From now on every import of `toofan` in this process gets the running one, whether another is installed or none:
 * `toofan.config.ts` and its reader use the same version.
 */
export function importRunningToofan(): void {
  if (registered) return;
  registered = true;
  registerHooks({
    resolve: (specifier, context, next) =>
      next(specifier, isOurs(specifier) ? { ...context, parentURL: import.meta.url } : context),
  });
}
