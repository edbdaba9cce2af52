import { ExitCode } from '../exit-code.ts';
import { type ListEntry, listText, scenarioFacts } from '../report/list.ts';
import type { Surroundings } from './run.ts';

/** `toofan list`: scenarios, with what a reader needs to choose one, and targets; or only the mutants. */
export function list({ mutants }: { readonly mutants: boolean }, { registry, stdout, colour }: Surroundings): ExitCode {
  const scenarios = [...registry.scenarios.values()].map((scenario): ListEntry => {
    const { name, summary, domain } = scenario;
    const many = registry.domains.get(domain)?.primaryPlural ?? 'operations';
    return { name, summary, facts: scenarioFacts(scenario, many) };
  });
  const targets = [...registry.targets.values()].filter(({ name }) => !name.includes('+'));
  const groups = mutants
    ? [{ title: 'Mutants', entries: [...registry.mutants.values()] }]
    : [
        { title: 'Scenarios', entries: scenarios },
        { title: 'Targets', entries: targets },
      ];
  stdout.write(listText(groups, { colour, width: stdout.columns ?? 100 }));
  if (!mutants) stdout.write(`${registry.mutants.size} mutants: npx toofan list --mutants\n`);
  return ExitCode.pass;
}
