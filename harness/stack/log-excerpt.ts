const complaint = /\b(ERROR|FATAL|PANIC)\b|^(Error|Exception|Caused by)\b/;
const linesBefore = 2;
const linesAfter = 3;
const mostLines = 24;

/**
 * The part of a server's log that shows why it did not start: all of a short log, else its errors with the lines around them,
 * else its end. A broker that gives up logs hundreds of lines about its orderly shutdown after the relevant one.
 */
export function logExcerpt(log: string): string {
  const lines = log.split('\n').filter((line) => line.trim() !== '');
  if (lines.length <= mostLines) return indented(lines);
  const told = new Set<number>();
  for (const [index, line] of lines.entries()) {
    if (!complaint.test(line)) continue;
    for (let offset = -linesBefore; offset <= linesAfter; offset++) told.add(index + offset);
  }
  return indented(
    told.size === 0 ? lines.slice(-mostLines) : lines.filter((_, index) => told.has(index)).slice(0, mostLines),
  );
}

const indented = (lines: readonly string[]) => lines.map((line) => `  ${line}`).join('\n');
