/** The package's `toofan`: for writing scenarios, targets, journeys and `toofan.config.ts`. */
export { defineConfig } from './config.ts';
export type { ExternalStores, ToofanConfig } from './config.ts';
export { at, decay, defineScenario, ramp, replay, respond, seed, steady, surge, warmUp } from './scenario/scenario.ts';
export type {
  Calibration,
  FaultSpec,
  LoadPhase,
  Moment,
  ObjectiveSpec,
  Scenario,
  ScheduledAction,
  ScheduledFault,
  Source,
  Visits,
} from './scenario/scenario.ts';
export { story } from './scenario/time.ts';
export type { Duration, Span, StoryTime } from './scenario/time.ts';
export type { DependencySettings } from './target/dependency-settings.ts';
export type { ProcessSpec } from './target/processes.ts';
export { defineTarget } from './target/target.ts';
export type {
  ActionContext,
  AuditQuery,
  ConsumerGroup,
  Decision,
  InputRecord,
  LogRecord,
  MetricNames,
  Mutant,
  ProcessContext,
  ReadModel,
  ReadModelReader,
  Target,
  TargetAction,
  TruthQuery,
} from './target/target.ts';
export type {
  Addresses,
  KafkaAddress,
  PostgresAddress,
  PostgresNeed,
  RedisAddress,
  StackNeeds,
  TopicNeed,
} from './stack/stack.ts';
export type { CatalogueEntry, OpeningBalance, Operation, World } from './domains/domain.ts';
export type { Journey, Visit, VisitorOperation, VisitReply } from './load/visit.ts';
