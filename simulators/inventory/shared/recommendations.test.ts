import { once } from 'node:events';
import { createServer } from 'node:http';
import type { RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it } from 'vitest';
import { Breaker } from '../../worker/breaker.ts';
import { Recommendations } from './recommendations.ts';
import { breakerSettings } from './breaker-settings.ts';

async function engine(answer: RequestListener) {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url ?? '');
    answer(request, response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const breaker = new Breaker('recommendations', breakerSettings('externalApi', 1));
  const errors: string[] = [];
  const recommendations = new Recommendations(`http://127.0.0.1:${port}`, breaker, (error) =>
    errors.push((error as Error).message),
  );
  return {
    asked,
    breaker,
    errors,
    recommendations,
    [Symbol.asyncDispose]: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}
const names: RequestListener = (_, response) => void response.end('{"product":"p","recommended":["q","r"]}');

it('remembers what it heard, and falls back to it when the engine fails', async () => {
  let failing = false;
  await using known = await engine((request, response) => {
    if (failing) response.writeHead(500).end('{}');
    else names(request, response);
  });
  expect(await known.recommendations.of('p')).toEqual({ products: ['q', 'r'], cached: false });
  failing = true;
  expect(await known.recommendations.of('p')).toEqual({ products: ['q', 'r'], cached: true });
  expect(await known.recommendations.of('never asked')).toEqual({ products: [], cached: true });
  expect(known.errors).toEqual(['recommendations: answered 500', 'recommendations: answered 500']);
});

it('waits for its time-out at most, and for nothing at all once five in a row took too long', async () => {
  await using silent = await engine(() => {});
  const begun = performance.now();
  for (let call = 0; call < 5; call++) expect((await silent.recommendations.of('p')).cached).toBe(true);
  expect(silent.breaker.state).toBe('open');
  expect(performance.now() - begun).toBeGreaterThan(5 * 190);
  const asked = silent.asked.length;
  const opened = performance.now();
  for (let call = 0; call < 100; call++) await silent.recommendations.of('p');
  expect(performance.now() - opened).toBeLessThan(150);
  expect(silent.asked).toHaveLength(asked);
  expect(silent.errors).toEqual(Array.from({ length: 5 }, () => 'recommendations: no answer within 200 ms'));
});

it('asks for two products at once and no more', async () => {
  await using silent = await engine(() => {});
  const answers = await Promise.all(['p', 'q', 'r'].map((product) => silent.recommendations.of(product)));
  expect(answers.every(({ cached }) => cached)).toBe(true);
  expect(silent.asked).toEqual(['/recommendations?product=p', '/recommendations?product=q']);
});
