import type { Fault } from '../../harness/faults/fault.ts';

/** The fault types that an alert points to, those whose page is its runbook first. */
const causesOf = (alert: string, faults: readonly Fault[]): string[] =>
  [
    ...faults.filter(({ runbookOf }) => runbookOf?.includes(alert)),
    ...faults.filter(({ alertedBy, runbookOf }) => alertedBy.includes(alert) && runbookOf?.includes(alert) !== true),
  ].map(({ type }) => type);

const printWidth = 120;

/** The judge's module that says which faults an alert points to, formatted like the formatter. */
export function causesModule(faults: readonly Fault[]): string {
  const alerts = [...new Set(faults.flatMap(({ alertedBy }) => alertedBy))].toSorted();
  const members = alerts.map((alert) => {
    const causes = causesOf(alert, faults).map((type) => `'${type}'`);
    const line = `  ${alert}: [${causes.join(', ')}],`;
    return line.length <= printWidth ? line : `  ${alert}: [\n${causes.map((type) => `    ${type},\n`).join('')}  ],`;
  });
  return `/** Alert → the faults that it points to, likeliest first. Written by \`npm run docs\` from harness/faults/. */
export const causes: Readonly<Record<string, readonly string[]>> = {
${members.join('\n')}
};
`;
}
