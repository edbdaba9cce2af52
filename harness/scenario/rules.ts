import type { z } from 'zod';
import type { Domain } from '../domains/domain.ts';
import type { HistoryTable } from '../history/schema.ts';
import type { Scenario } from './scenario.ts';

/** What a scenario is checked against; provided by the rest of the harness. */
export interface Rules {
  readonly domain: Domain;
  /** By type. */
  readonly objectives: ReadonlyMap<string, ObjectiveRule>;
  /** Schemas of a fault's parameters, by type. */
  readonly faults: ReadonlyMap<string, { readonly parameters: Readonly<Record<string, z.ZodType>> }>;
  /** What faults can name in some target, by parameter (`topic`, `process` …); absent: anything. */
  readonly victims?: Readonly<Record<string, readonly string[]>>;
  /** Every action that some target knows. */
  readonly actions: ReadonlySet<string>;
  /** Every dangerous state that a drill of the domain may reach; absent: any. */
  readonly states?: readonly string[];
  /** What the target can supply, and its name for messages. */
  readonly target: {
    readonly name: string;
    readonly tables: ReadonlySet<HistoryTable>;
    readonly readModel: boolean;
    /** Whether shoppers can come to it over HTTP. */
    readonly http: boolean;
  };
}

export interface ObjectiveRule {
  /** Schemas of its own parameters. */
  readonly parameters: Readonly<Record<string, z.ZodType>>;
  /** Why it has nothing to judge in a scenario. */
  unfit?(scenario: Pick<Scenario, 'faults' | 'visits'>): string[];
}
