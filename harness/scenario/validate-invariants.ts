import type { Domain } from '../domains/domain.ts';
import { didYouMean } from './did-you-mean.ts';
import type { Scenario } from './scenario.ts';
import type { Rules } from './rules.ts';

/** The invariants that a scenario chooses; without visitors, `all` omits those about what visitors were told. */
export const invariantNames = ({ invariants: chosen, visits: found }: Scenario, domain: Domain): readonly string[] =>
  chosen === 'all'
    ? domain.invariants.filter(({ needs }) => found !== undefined || !needs.includes('answers')).map(({ name }) => name)
    : chosen;

/** Names in a scenario that its domain does not know. */
export function unknownInvariants(scenario: Scenario, domain: Domain): string[] {
  const known = domain.invariants.map((invariant) => invariant.name);
  return invariantNames(scenario, domain).flatMap((name, index) =>
    known.includes(name)
      ? []
      : [`invariants[${index}]: unknown invariant '${name}' in ${domain.name}.${didYouMean(name, known)}`],
  );
}

/** Invariants that are unknown, or need a table that the target cannot supply. */
export function invariantProblems(scenario: Scenario, { domain, target }: Pick<Rules, 'domain' | 'target'>): string[] {
  const chosen = invariantNames(scenario, domain);
  const unsupplied = domain.invariants.flatMap(({ name, needs, needsReadModel }) => {
    if (!chosen.includes(name)) return [];
    const missing: string[] = needs.filter((table) => !target.tables.has(table));
    if (needsReadModel === true && !target.readModel) missing.push('a read model');
    return missing.length === 0
      ? []
      : [
          `invariants: '${name}' needs ${missing.join(' and ')}, which the target ${target.name} does not supply; leave it out or add that to the target`,
        ];
  });
  return [...unknownInvariants(scenario, domain), ...unsupplied];
}
