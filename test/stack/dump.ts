import type { Admin } from '@platformatic/kafka';
import { ConfigResourceTypes, ListOffsetTimestamps } from '@platformatic/kafka';
import type { Addresses, KafkaAddress, PostgresAddress, RedisAddress } from '../../harness/stack/stack.ts';
import { sql, withAdmin, withRedis } from './clients.ts';

/** The complete contents and settings of three stores: two dumps are equal if nothing changed in between. */
export async function dump({ kafka, postgres, redis }: Addresses): Promise<unknown> {
  return {
    kafka: await dumpKafka(kafka),
    postgres: Object.fromEntries(
      await Promise.all(Object.entries(postgres).map(async ([name, at]) => [name, await dumpPostgres(at)])),
    ),
    redis: redis === undefined ? null : await dumpRedis(redis),
  };
}

/** Schemas with owner, privileges and comment, relations by object id, and every row. */
async function dumpPostgres(at: PostgresAddress): Promise<unknown> {
  const ours = `nspname !~ '^pg_' and nspname <> 'information_schema'`;
  const schemas = await sql(
    at,
    `select oid::int, nspname, nspowner::int, nspacl::text, obj_description(oid, 'pg_namespace') as said from pg_namespace where ${ours} order by 2`,
  );
  const relations = await sql(
    at,
    `select c.oid::int, n.nspname, c.relname, c.relkind::text as kind from pg_class c join pg_namespace n on n.oid = c.relnamespace where ${ours} order by 2, 3`,
  );
  const rows = await Promise.all(
    relations
      .filter(({ kind }) => kind === 'r')
      .map(({ nspname, relname }) =>
        sql(at, `select t::text from "${String(nspname)}"."${String(relname)}" t order by 1`),
      ),
  );
  return { schemas, relations, rows };
}

const dumpRedis = (at: RedisAddress): Promise<unknown> =>
  withRedis(at, async (redis) => {
    const keys = (await redis.keys('*')).toSorted();
    return Promise.all(keys.map(async (key) => [key, (await redis.dumpBuffer(key)).toString('base64')]));
  });

/** Topics by id with partitions, offsets and settings; groups with their committed offsets. */
const dumpKafka = (at: KafkaAddress): Promise<unknown> =>
  withAdmin(at, async (admin) => {
    const names = (await admin.listTopics()).toSorted();
    const { topics } = await admin.metadata({ topics: names, forceUpdate: true });
    const configs = await admin.describeConfigs({
      resources: names.map((resourceName) => ({ resourceType: ConfigResourceTypes.TOPIC, resourceName })),
    });
    // A drill's lock is an empty group, which Kafka forgets.
    const groups = [...(await admin.listGroups()).keys()].filter((name) => name !== 'toofan-drill').toSorted();
    return {
      topics: await Promise.all(
        names.map(async (name) => {
          const partitions = topics.get(name)?.partitions.length ?? 0;
          const settings = configs.find(({ resourceName }) => resourceName === name)?.configs;
          return {
            name,
            id: topics.get(name)?.id,
            offsets: await offsetsOf(admin, name, partitions),
            settings: settings?.map((one) => `${one.name}=${one.value}`),
          };
        }),
      ),
      committed: groups.length === 0 ? [] : await admin.listConsumerGroupOffsets({ groups }),
    };
  });

const offsetsOf = (admin: Admin, name: string, partitions: number): Promise<unknown> =>
  Promise.all(
    [ListOffsetTimestamps.EARLIEST, ListOffsetTimestamps.LATEST].map((timestamp) =>
      admin.listOffsets({
        topics: [
          {
            name,
            partitions: Array.from({ length: partitions }, (_, partitionIndex) => ({ partitionIndex, timestamp })),
          },
        ],
      }),
    ),
  );
