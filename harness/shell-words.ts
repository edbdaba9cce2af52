/** A command line that bash and zsh read as these very words: what either would take apart or replace is quoted. */
export const shellWords = (words: readonly string[]): string => words.map(quoted).join(' ');

// zsh replaces a word that begins with `=`.
const quoted = (word: string): string =>
  /^[\w@%+:,./-][\w@%+:,./=-]*$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
