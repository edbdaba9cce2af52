import { execFileSync } from 'node:child_process';
import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { shellWords } from './shell-words.ts';

it('leaves plain words as they are', () => {
  expect(shellWords(['npx', 'toofan', 'run', '--set', 'loadScale=0.5'])).toBe('npx toofan run --set loadScale=0.5');
});

it('quotes what a shell would take apart', () => {
  expect(shellWords(['--set', 'load[2].hold=3s', '', "it's", '{"a":"$b"}'])).toBe(
    String.raw`--set 'load[2].hold=3s' '' 'it'\''s' '{"a":"$b"}'`,
  );
});

it('is read by a shell as the same words', () => {
  const word = fc.string({ unit: fc.constantFrom(...Array.from(`a='"$\`\\ *?[]{}!~#&;|<>()\n\tü`)) });
  fc.assert(
    fc.property(fc.array(word, { minLength: 1, maxLength: 20 }), (words) => {
      const script = `printf '%s\\0' ${shellWords(words)}`;
      const read = execFileSync('bash', ['-c', script], { encoding: 'utf8' });
      expect(read.split('\0').slice(0, -1)).toEqual(words);
    }),
    { numRuns: 50 },
  );
});
