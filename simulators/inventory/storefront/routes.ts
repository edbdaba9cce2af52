import Fastify from 'fastify';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { Counter, Gauge, Histogram } from 'prom-client';
import type { Registry } from 'prom-client';
import type { Recommended } from '../shared/recommendations.ts';
import { retryAfterSeconds } from './settings.ts';
import type { Placed, Shop, Told } from './shop.ts';

/** Names and keys as in the wire format (inventory/shared/wire.ts): anything else would become a dead letter. */
const id = { type: 'string', pattern: '^\\d{1,15}$' } as const;
const product = { type: 'string', pattern: '^[\\w.:-]{1,64}$' } as const;
const units = { type: 'integer', minimum: 1, maximum: 32_767 } as const;
const press = { type: 'integer', minimum: 1, maximum: 9, default: 1 } as const;
const key = { type: 'object', required: ['idempotency-key'], properties: { 'idempotency-key': id } } as const;
const orderParams = { type: 'object', properties: { order: id } } as const;
const productParams = { type: 'object', properties: { product } } as const;
const orderBody = {
  type: 'object',
  required: ['product', 'quantity'],
  properties: {
    product,
    quantity: units,
    press,
    amountPaise: { type: 'integer', minimum: 0, default: 0 },
    premium: { type: 'boolean', default: false },
    city: { type: 'string', maxLength: 100, default: '' },
    payment: { type: 'string', maxLength: 40, default: '' },
  },
} as const;
const cancellationBody = {
  type: 'object',
  required: ['product', 'quantity'],
  properties: { product, quantity: units, press, premium: { type: 'boolean', default: false } },
} as const;

type OrderBody = Omit<Placed, 'op' | 'orderOp'>;
type Keyed = { readonly 'idempotency-key': string };

export interface RoutesOptions {
  readonly shop: Shop;
  readonly recommend: (product: string) => Promise<Recommended>;
  readonly registry: Registry;
  /** Whether orders can be accepted: the decisions are being read. */
  readonly isReady: () => boolean;
  readonly onError: (error: unknown) => void;
}

/**
 * The shop over HTTP, JSON both ways. A decided order is 200, a pending one 202, one that was turned away 503 with Retry-After,
 * and 500 means that nobody knows whether it was placed: retrying with the same Idempotency-Key is safe after each of them.
 */
export function storefront({ shop, recommend, registry, isReady, onError }: RoutesOptions): FastifyInstance {
  const app = Fastify({ forceCloseConnections: 'idle', ajv: { customOptions: { coerceTypes: false } } });
  observe(app, registry);

  app.setErrorHandler<Error & { statusCode?: number }>((error, _request, reply) => {
    const status = error.statusCode ?? 500;
    if (status >= 500) onError(error);
    return reply.code(status).send({ error: status >= 500 ? 'not known whether it was done' : error.message });
  });

  // The last ones served must not hold up the shutdown.
  app.addHook('onSend', (_request, reply, payload, done) => {
    if (!isReady()) reply.header('connection', 'close');
    done(null, payload);
  });

  app.get<{ Params: { product: string } }>(
    '/products/:product',
    { schema: { params: productParams } },
    async (request, reply) =>
      (await shop.browse(request.params.product)) ?? reply.code(404).send({ error: 'no such product' }),
  );

  app.get<{ Params: { product: string } }>(
    '/products/:product/recommendations',
    { schema: { params: productParams } },
    ({ params }) => recommend(params.product),
  );

  app.get<{ Querystring: { q: string } }>(
    '/search',
    {
      schema: {
        querystring: { type: 'object', required: ['q'], properties: { q: { type: 'string', maxLength: 200 } } },
      },
    },
    async ({ query }) => ({ products: await shop.search(query.q) }),
  );

  app.post<{ Body: OrderBody; Headers: Keyed }>(
    '/orders',
    { schema: { headers: key, body: orderBody } },
    async ({ body, headers }, reply) =>
      tell(reply, await shop.place({ ...body, op: Number(headers['idempotency-key']), orderOp: null })),
  );

  app.post<{ Body: OrderBody; Headers: Keyed; Params: { order: string } }>(
    '/orders/:order/cancellation',
    { schema: { headers: key, params: orderParams, body: cancellationBody } },
    async ({ body, headers, params }, reply) => {
      const op = Number(headers['idempotency-key']);
      const orderOp = Number(params.order);
      return tell(reply, await shop.place({ ...body, amountPaise: 0, city: '', payment: '', op, orderOp }));
    },
  );

  app.get<{ Params: { order: string } }>(
    '/orders/:order',
    { schema: { params: orderParams } },
    async (request, reply) => {
      const told = await shop.status(Number(request.params.order));
      return told ?? reply.code(404).send({ error: 'no such order, or not decided yet' });
    },
  );

  app.get('/healthz', (_request, reply) => reply.code(isReady() ? 200 : 503).send(isReady() ? 'ok\n' : 'not yet\n'));
  app.get('/metrics', async (_request, reply) => reply.type(registry.contentType).send(await registry.metrics()));
  return app;
}

function tell(reply: FastifyReply, told: Told): FastifyReply {
  if (told.answer === 'shed') return reply.code(503).header('retry-after', retryAfterSeconds).send(told);
  return reply.code(told.answer === 'pending' ? 202 : 200).send(told);
}

/** Fine steps up to a second, where a shopper notices the difference, then what they would not wait for. */
const secondsBuckets = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];

function observe(app: FastifyInstance, registry: Registry): void {
  const duration = new Histogram({
    name: 'http_request_duration_seconds',
    help: 'Time from the request to the last byte of the response, by route and status.',
    labelNames: ['route', 'status'],
    buckets: secondsBuckets,
    registers: [registry],
  });
  app.addHook('onResponse', (request, reply, done) => {
    const route = request.routeOptions.url ?? 'none';
    duration.observe({ route, status: reply.statusCode }, reply.elapsedTime / 1_000);
    done();
  });
}

/** `storefront_waiting`: orders waiting for a decision; `storefront_shed_total`: orders turned away, by class. */
export function shopMetrics(registry: Registry, waiting: () => number): (premium: boolean) => void {
  const gauge = new Gauge({
    name: 'storefront_waiting',
    help: 'Orders waiting for a decision.',
    registers: [],
    collect() {
      this.set(waiting());
    },
  });
  registry.registerMetric(gauge);
  const shed = new Counter({
    name: 'storefront_shed_total',
    help: 'Orders shed, by class of shopper.',
    labelNames: ['class'],
    registers: [registry],
  });
  return (premium) => shed.inc({ class: premium ? 'premium' : 'regular' });
}
