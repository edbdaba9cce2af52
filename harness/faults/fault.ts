import type { z } from 'zod';
import type { FaultSpec } from '../scenario/scenario.ts';
import type { Lease, Session } from '../session/session.ts';
import type { UndoCommand } from '../session/undo.ts';
import type { Stack } from '../stack/stack.ts';
import type { TargetProcesses } from '../target/processes.ts';
import type { Target } from '../target/target.ts';
import type { Draw } from './draw.ts';

/** Everything that a fault may act on. */
export interface FaultContext {
  readonly session: Pick<Session, 'lease' | 'folder' | 'spawn'>;
  readonly stack: Stack;
  readonly target: Pick<Target, 'name' | 'needs' | 'consumerGroups' | 'metrics' | 'encode'>;
  readonly processes: TargetProcesses;
  /** The services that the target calls over HTTP. */
  readonly dependencies: TargetProcesses;
  readonly timeScale: number;
  /** Aborted when the drill ends; a fault still waiting gives up and heals. */
  readonly signal: AbortSignal;
}

/** How the stack and the processes must be started, so that a fault can strike. */
export interface FaultNeeds {
  /** The target reaches its stores through proxies. */
  readonly proxies?: boolean;
  /** Kafka's log is on a volume of limited size. */
  readonly logVolume?: boolean;
  /** The target's Node processes load an agent. */
  readonly agent?: boolean;
}

/** Schemas by parameter name, each with its description and unit. */
export type ParameterSchemas = Readonly<Record<string, z.ZodType>>;

/** A fault constructor's parameters: its own, and the common ones. */
type ParametersOf<Schemas extends ParameterSchemas> = Pick<FaultSpec, 'recoverWithin'> &
  (keyof Schemas extends never ? object : Readonly<z.infer<z.ZodObject<Schemas>>>);

/** A fault as data, with its parameters. */
type SpecOf<Type extends string, Schemas extends ParameterSchemas> = FaultSpec &
  ParametersOf<Schemas> & { readonly type: Type };

/**
 * How tests strike a fault: on `inventory/streaming` with two workers, Redis, the Postgres `main` and the dependency
 * `recommendations`.
 */
interface Trial<Parameters = object> {
  readonly with: Parameters;
  /** What else strikes at the same moment, if the fault alone would not be seen. */
  readonly beside?: readonly FaultSpec[];
  /** What was observed when it struck and when it healed. */
  readonly seen: RegExp;
}

/** What a fault's page says besides its summary, parameters and alerts; Markdown. */
interface FaultPage<Parameters = object> {
  /** How it strikes, if the summary does not say everything: sentences that follow it. */
  readonly strikes?: string;
  readonly example: Parameters;
  readonly struckShownBy: string;
  readonly healedShownBy: string;
  /** Requirements and limits. */
  readonly limits: string;
  /** What it typically reveals in a pipeline. */
  readonly lookFor: string;
}

/**
 * One fault, one file: inject → verify the strike → (hold) → heal → verify the healing. `verify` and `verifyHealed` resolve to
 * what they saw, in words, and throw if they could not see it; a fault that was not seen to strike makes the drill inconclusive.
 * Healing twice is harmless.
 */
export interface FaultDefinition<Type extends string, Schemas extends ParameterSchemas> {
  /** `worker-crash` */
  readonly type: Type;
  /** One sentence, to choose by. */
  readonly summary: string;
  /** Without the common ones; others are refused. */
  readonly parameters: Schemas;
  /** Default: nothing. */
  needs?(spec: SpecOf<Type, Schemas>): FaultNeeds;
  /** The store or dependency that it strikes, by its name in probes; none if it strikes the pipeline itself. */
  victim?(spec: SpecOf<Type, Schemas>): string;
  /** Injects the fault and returns a handle on it. Anything that outlives the harness is done under a lease of the session. */
  strike(spec: SpecOf<Type, Schemas>, context: FaultContext): Promise<StruckFault>;
  readonly draw: Draw<ParametersOf<Schemas>>;
  /** The alerts (judge/alerts/rules.ts) that point to this fault. */
  readonly alertedBy: readonly string[];
  /** Those that this fault causes most often: their runbook link is its page. */
  readonly runbookOf?: readonly string[];
  readonly trials: readonly [Trial<ParametersOf<Schemas>>, ...Trial<ParametersOf<Schemas>>[]];
  readonly page: FaultPage<ParametersOf<Schemas>>;
}

/** Any fault, as the registry knows it. */
export type Fault = FaultDefinition<string, ParameterSchemas>;

export interface StruckFault {
  verify(): Promise<string>;
  /** How long it is held before it is healed, wall milliseconds. */
  readonly holdMs: number;
  heal(): Promise<void>;
  verifyHealed(): Promise<string>;
}

/** A definition, and the constructor that scenarios call: `workerCrash({ downFor: '2s' })`. */
export type DefinedFault<Type extends string, Schemas extends ParameterSchemas> = FaultDefinition<Type, Schemas> &
  ((
    ...parameters: object extends ParametersOf<Schemas>
      ? [parameters?: ParametersOf<Schemas>]
      : [parameters: ParametersOf<Schemas>]
  ) => SpecOf<Type, Schemas>);

/** Everything about a fault, in its one file; a row in `index.ts` registers it. */
export function defineFault<const Type extends string, Schemas extends ParameterSchemas>(
  definition: FaultDefinition<Type, Schemas>,
): DefinedFault<Type, Schemas> {
  const construct = (parameters?: ParametersOf<Schemas>) => ({ ...parameters, type: definition.type });
  return Object.assign(construct, definition) as unknown as DefinedFault<Type, Schemas>;
}

/** A lease lasts for the fault's own time plus this much for healing; then the janitor heals. */
const healWithinMs = 60_000;

/** A lease on something outside the session's processes, for as long as a fault of `holdMs` may need it. */
export const leaseFor = (
  { session }: Pick<FaultContext, 'session'>,
  holdMs: number,
  ...undo: readonly UndoCommand[]
): Lease => session.lease(undo, holdMs + healWithinMs);
