import { readFileSync } from 'node:fs';

/** One fenced block of a page. */
export interface CodeBlock {
  readonly language: string;
  readonly text: string;
  /** The file named in a comment on its first line; undefined if there is none. */
  readonly file: string | undefined;
}

const namedFile = /^(?:\/\/|--|#) ([\w./-]+\.[a-z]+)$/;

/** The fenced blocks of a page, in their order. */
export function codeBlocks(page: string): CodeBlock[] {
  const blocks = readFileSync(page, 'utf8').matchAll(/^```(\w*)\n([\s\S]*?)^```$/gm);
  return [...blocks].map(([, language = '', text = '']) => ({
    language,
    text,
    file: namedFile.exec(text.slice(0, text.indexOf('\n')))?.[1],
  }));
}

export interface ShellCommand {
  readonly line: string;
  /** The exit code in a comment (`# exit 11`); default 0. */
  readonly exit: number;
}

/** The commands of a shell block, one per line, without comments. */
export const shellCommands = (text: string): ShellCommand[] =>
  text
    .replaceAll('\\\n', ' ')
    .split('\n')
    .map((line) => ({
      line: line.replace(/(^|\s+)# .*$/, '').trim(),
      exit: Number(/# exit (\d+)/.exec(line)?.[1] ?? 0),
    }))
    .filter(({ line }) => line !== '');
