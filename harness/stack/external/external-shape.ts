import { z } from 'zod';

const host = z.string().regex(/^(?:[^\s:/,@[\]]+|[\da-f:.]+)$/i, {
  error: "must be a host's name or address, such as 'localhost' or '::1'",
});
const port = z.int().min(1).max(65_535);
const broker = z.string().refine(isBroker, { error: "must be host:port, such as 'localhost:9092' or '[::1]:9092'" });
const named = z.string().min(1);

function isBroker(text: string): boolean {
  const [, name, digits] = /^([^\s:/,@[\]]+|\[[\da-f:.%]+\]):(\d{1,5})$/i.exec(text) ?? [];
  return name !== undefined && Number(digits) >= 1 && Number(digits) <= 65_535;
}

/**
 * `external` of toofan.config.ts, with every member: a client would take missing ones from its environment or its defaults, and
 * additional ones (a `connectionString`, a `path`, `sentinels`) could lead elsewhere.
 */
export const externalShape = z.strictObject({
  kafka: z.strictObject({ brokers: z.array(broker).min(1) }),
  postgres: z.record(named, z.strictObject({ host, port, user: named, password: named, database: named })),
  redis: z.strictObject({ host, port, password: named.optional() }).optional(),
  /** The file that names them, for errors; default: toofan.config.ts. */
  source: named.optional(),
  /** Who uses them, if a drill would take them away from somebody. */
  usedBy: named.optional(),
});

export const allowedHostsShape = z.array(host).optional();
