import { Admin, Connection, describeGroupsV5, FindCoordinatorKeyTypes } from '@platformatic/kafka';
import type { Addresses } from '../stack/stack.ts';
import type { ConsumerGroup } from '../target/target.ts';
import { fiveTimesASecondMs, type Probe, type Reading } from './probe.ts';
import { parseBroker } from '../stack/where-load-may-go.ts';

const timeoutMs = 5_000;

/**
 * Changes of each consumer group: probe `rebalance`, value 1, subject the group's id. One sample whenever its members or state
 * differ from the previous check; none if nothing changed.
 */
export class GroupsProbe implements Probe, AsyncDisposable {
  readonly everyMs = fiveTimesASecondMs;
  readonly #groups: readonly string[];
  readonly #admin: Admin;
  readonly #coordinators = new Map<string, Connection>();
  readonly #known = new Map<string, string>();

  constructor(kafka: Addresses['kafka'], groups: readonly ConsumerGroup[]) {
    this.#groups = groups.map(({ id }) => id);
    this.#admin = new Admin({
      clientId: 'toofan-observer',
      bootstrapBrokers: kafka.brokers.map(parseBroker),
      timeout: timeoutMs,
      retries: 0,
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const coordinator of this.#coordinators.values()) await hangUp(coordinator);
    await this.#admin.close();
  }

  async sample(): Promise<readonly Reading[]> {
    const found = await this.#admin.findCoordinator({
      keyType: FindCoordinatorKeyTypes.GROUP,
      keys: [...this.#groups],
    });
    const byCoordinator = Map.groupBy(found, ({ host, port }) => `${host}:${port}`);
    const readings = [...byCoordinator.values()].map(async (its) => {
      const [first] = its;
      const groups = its.map(({ key }) => key);
      return first === undefined ? [] : await this.#changes(first, groups);
    });
    return (await Promise.all(readings)).flat();
  }

  async #changes(at: { readonly host: string; readonly port: number }, groups: string[]): Promise<Reading[]> {
    const name = `${at.host}:${at.port}`;
    try {
      const answer = await describeGroupsV5.api.async(await this.#connected(name, at), groups, false);
      return answer.groups.flatMap((group): Reading[] => {
        const now = [group.groupState, ...group.members.map(({ memberId }) => memberId).toSorted()].join(' ');
        const before = this.#known.get(group.groupId);
        this.#known.set(group.groupId, now);
        if (before === undefined || before === now) return [];
        return [{ probe: 'rebalance', subject: group.groupId, value: 1, unit: '' }];
      });
    } catch (error) {
      const broken = this.#coordinators.get(name);
      this.#coordinators.delete(name);
      if (broken !== undefined) await hangUp(broken);
      throw error;
    }
  }

  /**
   * The library's own group description parses members' metadata, and hangs if it cannot: a Java client's differ from a
   * JavaScript client's. So this asks the coordinator itself, and ignores the metadata.
   */
  async #connected(
    name: string,
    { host, port }: { readonly host: string; readonly port: number },
  ): Promise<Connection> {
    const known = this.#coordinators.get(name);
    if (known !== undefined) return known;
    const connection = new Connection('toofan-observer', { connectTimeout: timeoutMs, requestTimeout: timeoutMs });
    connection.on('error', () => undefined); // told by whoever waits for an answer
    this.#coordinators.set(name, connection);
    await connection.connect(host, port);
    return connection;
  }
}

/** At once: a hanging broker would delay a graceful close. */
async function hangUp(connection: Connection): Promise<void> {
  const closed = connection.close().catch(() => undefined);
  connection.socket?.destroy();
  await closed;
}
