import { mkdirSync, openSync } from 'node:fs';
import { expect, it } from 'vitest';
import { UserError } from './errors.ts';
import { explained } from './failure.ts';

const system = (code: string, syscall: string, path?: string) =>
  Object.assign(new Error(`${code}: refused, ${syscall}`), { code, syscall, ...(path !== undefined && { path }) });

it.each([
  [system('EMFILE', 'open', '/proc/1/stat'), /out of file descriptors \(EMFILE: .*\): raise the limit, ulimit -n/],
  [system('EAGAIN', 'spawn node'), /cannot start a process \(EAGAIN: .*\): raise the limits of this user/],
  [system('EROFS', 'mkdir', '/a/b'), /^\/a\/b: permission denied \(EROFS, mkdir\)/],
  [new Error('a query failed', { cause: system('EACCES', 'open', '/a') }), /^\/a: permission denied/],
  [new AggregateError([new Error('x'), system('ENFILE', 'open')]), /out of file descriptors/],
])('what the machine refuses is not our own bug: %s', (error, says) => {
  const said = explained(error);
  expect(said).toBeInstanceOf(UserError);
  expect((said as UserError).message).toMatch(says);
  expect((said as UserError).exitCode).toBe(69);
});

it('what nobody refused stays what it is', () => {
  const bug = new TypeError('x is not a function');
  expect(explained(bug)).toBe(bug);
  const connection = system('ECONNREFUSED', 'connect');
  expect(explained(connection)).toBe(connection);
});

const refusal = (act: () => unknown) => {
  try {
    return act();
  } catch (error) {
    return explained(error);
  }
};

it('knows a refusal as the system really makes it', () => {
  // Not even root may write there.
  expect(refusal(() => mkdirSync('/sys/toofan'))).toHaveProperty('exitCode', 69);
  expect(refusal(() => openSync('/nonexistent', 'r'))).not.toHaveProperty('exitCode');
});
