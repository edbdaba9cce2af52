import { registerHooks } from 'node:module';

const isOurs = (specifier: string): boolean => specifier === 'toofan' || specifier.startsWith('toofan/');
let registered = false;

/**
 * From now on whoever imports `toofan` in this process gets the one that runs, though another be installed beside them or none at
 * all: what `toofan.config.ts` defines and what reads it are of one version.
 */
export function importRunningToofan(): void {
  if (registered) return;
  registered = true;
  registerHooks({
    resolve: (specifier, context, next) =>
      next(specifier, isOurs(specifier) ? { ...context, parentURL: import.meta.url } : context),
  });
}
