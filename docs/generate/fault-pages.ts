import { z } from 'zod';
import type { Fault } from '../../harness/faults/fault.ts';

/** `worker-crash` → `workerCrash` */
const constructorOf = (type: string): string => type.replaceAll(/-(.)/g, (_, letter: string) => letter.toUpperCase());

/** A parameter's value as source text; keys are names, and story times are written as `story(…)`. */
function literal(value: unknown): string {
  if (typeof value === 'string') return `'${value.replaceAll(/[\\']/g, String.raw`\$&`)}'`;
  if (typeof value === 'number') return String(value).replaceAll(/\B(?=(\d{3})+(?!\d))(?<!\..*)/g, '_');
  if (typeof value !== 'object' || value === null) return String(value);
  if ('storyMs' in value) return `story('${Number(value.storyMs) / 60_000}min')`;
  const members = Object.entries(value).map(([name, member]) => `${name}: ${literal(member)}`);
  return members.length === 0 ? '' : `{ ${members.join(', ')} }`;
}

interface JsonSchema {
  readonly type?: string;
  readonly description?: string;
  readonly enum?: readonly string[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly exclusiveMaximum?: number;
}

/** The allowed values of a parameter, from its schema. */
function bounds({ type, enum: options, minimum, maximum, exclusiveMinimum, exclusiveMaximum }: JsonSchema): string {
  if (options !== undefined) return `${options.map((one) => `\`'${one}'\``).join(' or ')}: `;
  if (type !== 'integer' && type !== 'number') return '';
  const least = exclusiveMinimum === undefined ? `from ${number(minimum)}` : `above ${number(exclusiveMinimum)}`;
  const most = exclusiveMaximum === undefined ? `to ${number(maximum)}` : `below ${number(exclusiveMaximum)}`;
  const from = `${least} ${exclusiveMinimum !== undefined && exclusiveMaximum !== undefined ? 'and ' : ''}${most}`;
  return `${type === 'integer' ? 'a whole number ' : ''}${from}: `;
}

const number = (value: number | undefined): string => (value ?? Infinity).toLocaleString('en');

function parameterRows({ parameters }: Fault): string[] {
  return Object.entries(parameters).map(([name, schema]) => {
    const json = z.toJSONSchema(schema, { unrepresentable: 'any', io: 'input' }) as JsonSchema;
    const optional = schema.safeParse(undefined).success ? ' (optional)' : '';
    return `| \`${name}\`${optional} | ${bounds(json)}${json.description ?? ''} |`;
  });
}

/** The page of a fault, Markdown. */
export function faultPage(fault: Fault): string {
  const { type, summary, page, alertedBy } = fault;
  const rows = parameterRows(fault);
  return `${[
    `<!-- Written by \`npm run docs\` from harness/faults/${type}.ts: change it there. -->`,
    '',
    `# ${type}`,
    '',
    [summary, page.strikes].filter(Boolean).join(' '),
    '',
    '```ts',
    `${constructorOf(type)}(${literal(page.example)})`,
    '```',
    '',
    ...(rows.length === 0 ? [] : ['| parameter | |', '|---|---|', ...rows, '']),
    '| | |',
    '|---|---|',
    `| proof that it struck | ${page.struckShownBy} |`,
    `| proof that it healed | ${page.healedShownBy} |`,
    `| alerts that name it | ${alertedBy.map((alert) => `\`${alert}\``).join(', ')} |`,
    `| needs and limits | ${page.limits} |`,
    `| look for | ${page.lookFor} |`,
  ].join('\n')}\n`;
}

/** The list of docs/faults/README.md. */
export const faultList = (faults: readonly Fault[]): string =>
  faults.map(({ type, summary }) => `- [${type}](${type}.md): ${summary}`).join('\n');

const lineWidth = 120;

/** Every fault's name with a link to its page, wrapped. */
export function faultNames(faults: readonly Fault[]): string {
  const links = faults.map(({ type }) => `[${type}](docs/faults/${type}.md)`);
  const lines: string[] = [];
  for (const [index, link] of links.entries()) {
    const word = index === links.length - 1 ? link : `${link} ·`;
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= lineWidth) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines.join('\n');
}
