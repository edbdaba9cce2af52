/** A command line that bash and zsh parse back into exactly these words; quotes whatever they would split or expand. */
export const shellWords = (words: readonly string[]): string => words.map(quoted).join(' ');

// zsh expands a word that begins with `=`.
const quoted = (word: string): string =>
  /^[\w@%+:,./-][\w@%+:,./=-]*$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
