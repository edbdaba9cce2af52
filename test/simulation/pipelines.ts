import { inventory } from '../../harness/domains/inventory/index.ts';
import { kyc } from '../../harness/domains/kyc/index.ts';
import { wallet } from '../../harness/domains/wallet/index.ts';
import type { Domain } from '../../harness/domains/domain.ts';
import type { Mutant, Target } from '../../harness/target/target.ts';
import { consumeOrders as consumeResiliently } from '../../simulators/inventory/resilient-2021/consume-orders.ts';
import { target as resilient } from '../../simulators/inventory/resilient-2021/target.ts';
import { mutants as storefrontMutants } from '../../simulators/inventory/storefront/mutants.ts';
import { mutationNamed as storefrontMutation } from '../../simulators/inventory/storefront/mutations.ts';
import { openStorefront } from '../../simulators/inventory/storefront/open-storefront.ts';
import { target as storefront } from '../../simulators/inventory/storefront/target.ts';
import { topics as shopTopics } from '../../simulators/inventory/shared/topics.ts';
import { consumeOrders } from '../../simulators/inventory/streaming/consume-orders.ts';
import { mutants as streamingMutants } from '../../simulators/inventory/streaming/mutants.ts';
import { mutationNamed as streamingMutation } from '../../simulators/inventory/streaming/mutations.ts';
import { target as streaming } from '../../simulators/inventory/streaming/target.ts';
import { mutationNamed as kycMutation } from '../../simulators/kyc/pipeline/mutations.ts';
import { target as kycPipeline } from '../../simulators/kyc/pipeline/target.ts';
import { verifyApplicants } from '../../simulators/kyc/pipeline/verify-applicants.ts';
import { consumeAddMoney } from '../../simulators/wallet/streaming/add-money/consume-add-money.ts';
import { consumeDetails } from '../../simulators/wallet/streaming/details/consume-details.ts';
import { mutationNamed as walletMutation } from '../../simulators/wallet/streaming/mutations.ts';
import { consumePayments } from '../../simulators/wallet/streaming/payments/consume-payments.ts';
import { consumeRefunds } from '../../simulators/wallet/streaming/refunds/consume-refunds.ts';
import { target as walletStreaming } from '../../simulators/wallet/streaming/target.ts';
import type { Worker } from '../../simulators/worker/start-worker.ts';
import type { Run } from './instance.ts';

/** A pipeline as it is simulated: its own processes in a small world. */
export interface SimulatedPipeline {
  readonly domain: Domain;
  readonly target: Target;
  readonly world: unknown;
  readonly mix: Readonly<Record<string, number>>;
  readonly arrivals: number;
  /** What a responder has switched, by seed; nothing where it is left out. */
  readonly switches?: (seed: number) => Readonly<Record<string, string | number | boolean>>;
  /** SQL after which a store's leases and grace periods are over: time passes, whatever became of who took them. */
  readonly laterSql?: string;
  /** Simulations that run at once: where a pipeline waits much, more. */
  readonly atOnce: number;
  /** So many of each kind of process. */
  readonly processes: readonly SimulatedProcess[];
  /** Broken variants that are to be convicted. */
  readonly mutants: readonly Mutant[];
}

interface SimulatedProcess {
  readonly count: number;
  /** Works until it ends; the mutant is named as in `TOOFAN_MUTANT`. */
  readonly run: (worker: Worker, mutant?: string) => ReturnType<Run>;
}

const named = (mutants: readonly Mutant[], ...names: readonly string[]): Mutant[] =>
  mutants.filter(({ name }) => names.includes(name));

const zipf = { distribution: 'zipf', exponent: 1.07 } as const;
/** Few products, most of which sell out, and much that is given back, pressed twice, restocked. */
const sale = {
  domain: inventory,
  world: { products: 5, popularity: zipf, flashDeals: 1, stock: { coversDemand: 0.6 }, doublePress: 0.15 },
  mix: { cancellation: 0.25, return: 0.15, restock: 0.1 },
  arrivals: 60,
} as const;

/** A shop that nobody but the simulation's shoppers comes to. */
async function openShop(worker: Worker, mutant?: string): ReturnType<Run> {
  const shop = await openStorefront({ ...worker, registry: worker.server.registry }, storefrontMutation(mutant));
  await worker.consume(
    {
      groupId: `storefront-${worker.environment.instance}`,
      topics: [shopTopics.decisions],
      handle: async (records) => shop.decided(records),
    },
    async () => {
      await shop.app.close();
      await shop.close();
    },
  );
  shop.setReady(true);
  return shop.app;
}

export const pipelines: Readonly<Record<string, SimulatedPipeline>> = {
  'inventory/streaming': {
    ...sale,
    target: streaming,
    atOnce: 6,
    processes: [{ count: 2, run: (worker, mutant) => consumeOrders(worker, streamingMutation(mutant)) }],
    mutants: named(
      streamingMutants,
      'commit-before-processing',
      'check-then-decrement',
      'decide-before-durable',
      'lost-tombstone',
    ),
  },
  'inventory/resilient-2021': {
    ...sale,
    target: resilient,
    atOnce: 12,
    switches: (seed) => (seed % 4 === 0 ? { regularShed: true } : {}),
    processes: [{ count: 2, run: (worker) => consumeResiliently(worker) }],
    mutants: [],
  },
  'inventory/storefront': {
    ...sale,
    target: storefront,
    atOnce: 12,
    processes: [
      { count: 2, run: (worker) => consumeOrders(worker) },
      { count: 2, run: openShop },
    ],
    mutants: named(storefrontMutants, 'confirms-by-the-shelf'),
  },
  'wallet/streaming': {
    domain: wallet,
    target: walletStreaming,
    world: {
      users: 12,
      idSpan: 4_000,
      merchants: 4,
      popularity: { users: zipf, merchants: zipf },
      shares: { toMerchants: 0.6, mules: 0.1, retries: 0.15 },
      opening: { coversDemand: 0.6 },
    },
    mix: { add_money: 0.2, refund: 0.2, registration: 0.1 },
    arrivals: 40,
    atOnce: 12,
    switches: (seed) => (seed % 2 === 0 ? { crisisMode: 'on' } : {}),
    laterSql: `UPDATE outbox SET written_at = written_at - interval '2 s'`,
    processes: [
      { count: 2, run: (worker, mutant) => consumePayments(worker, walletMutation(mutant)) },
      { count: 1, run: (worker, mutant) => consumeRefunds(worker, walletMutation(mutant)) },
      { count: 1, run: (worker, mutant) => consumeAddMoney(worker, walletMutation(mutant)) },
      { count: 1, run: (worker) => consumeDetails(worker) },
    ],
    mutants: [],
  },
  'kyc/pipeline': {
    domain: kyc,
    target: kycPipeline,
    world: { impostors: 0.1, flawed: 0.2, resubmitted: 0.15 },
    mix: {},
    arrivals: 40,
    atOnce: 8,
    laterSql: 'UPDATE applications SET due_at = clock_timestamp() WHERE NOT told',
    processes: [{ count: 2, run: (worker, mutant) => verifyApplicants(worker, kycMutation(mutant)) }],
    mutants: [],
  },
};
