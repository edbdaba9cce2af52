import { once } from 'node:events';
import { createServer } from 'node:http';
import type { RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { Recommendations } from './recommendations.ts';

const opened: (() => void)[] = [];
afterEach(() => opened.splice(0).forEach((close) => close()));

/** Recommendations from an engine that behaves like this. */
async function engine(behaviour: RequestListener, atOnce = 10): Promise<Recommendations> {
  const server = createServer(behaviour).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const recommendations = new Recommendations({ baseUrl: `http://127.0.0.1:${port}`, timeoutMs: 200, atOnce });
  opened.push(() => {
    recommendations.close();
    server.close();
    server.closeAllConnections();
  });
  return recommendations;
}

describe('recommendations', () => {
  it('are asked anew for every order, and remembered for when nobody is to be asked', async () => {
    const asked: string[] = [];
    const recommendations = await engine((request, response) => {
      asked.push(request.url ?? '');
      response.end(`answer ${asked.length}`);
    });
    expect(await recommendations.about('p', true)).toBeNull();
    expect(await recommendations.about('p', false)).toBe('answer 1');
    expect(await recommendations.about('p', false)).toBe('answer 2');
    expect(await recommendations.about('p', true)).toBe('answer 2');
    expect(await recommendations.about('q', true)).toBeNull();
    expect(asked).toEqual(['/?product=p', '/?product=p']);
  });

  it('fail with what the engine answered', async () => {
    const recommendations = await engine((_, response) => response.writeHead(503).end());
    await expect(recommendations.about('p', false)).rejects.toThrow('recommendations answered 503');
  });

  it('fail where they are not there in time, also for those who wait their turn', async () => {
    const recommendations = await engine(() => {}, 1);
    const began = performance.now();
    const asking = ['p', 'q', 'r'].map((product) => recommendations.about(product, false));
    const outcomes = await Promise.allSettled(asking);
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
    expect(outcomes[2]).toMatchObject({ reason: { message: 'no recommendations within 200 ms' } });
    expect(performance.now() - began).toBeLessThan(550);
  });

  it('fail where the engine breaks off in the middle', async () => {
    const recommendations = await engine((_, response) => {
      response.writeHead(200, { 'content-length': 10 }).write('half', () => response.destroy());
    });
    await expect(recommendations.about('p', false)).rejects.toThrow('aborted');
  });
});
