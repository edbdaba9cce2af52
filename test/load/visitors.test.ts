import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { inventory, zipf } from '../../harness/domains/inventory/index.ts';
import { logIn, scriptIn, writeVisitPlan } from '../../harness/load/drivers/k6/visit-plan.ts';
import { planLoad } from '../../harness/load/load-plan.ts';
import { steady, type Scenario } from '../../harness/scenario/scenario.ts';
import { startSession } from '../../harness/session/start-session.ts';
import { installedGoProgram, k6 } from '../../harness/stack/tools/go-program.ts';

const journey = `
import http from 'k6/http';
export default (visit) => {
  visit.request('redirected', { path: '/away' });
  visit.request('disguised', { path: '@192.0.2.1/' });
  const { error } = http.get('http://192.0.2.1/', { timeout: '5s' });
  console.log('by itself: ' + error);
};`;

it('a visitor goes nowhere but to this machine, whatever the shop and the journey say', async () => {
  await using session = await startSession();
  const folder = await mkdtemp(join(session.folder, 'visits-'));
  const asked: string[] = [];
  const shop = createServer((request, answer) => {
    asked.push(request.url ?? '');
    if (request.url === '/away') answer.writeHead(302, { Location: 'http://192.0.2.1/elsewhere' });
    answer.end();
  }).listen(0, '127.0.0.1');
  await once(shop, 'listening');
  await writeFile(join(session.folder, 'journey.js'), journey);
  const visits = { everyNth: 1, journey: 'journey.js', lasts: '1s' } as const;
  const scenario = {
    load: [steady({ name: 'only', perSecond: 2, for: '1s' })],
    mix: {},
    world: { products: 20, popularity: zipf(1), flashDeals: 2, stock: { coversDemand: 1 } },
    visits,
  } as unknown as Scenario;
  const plan = planLoad(scenario, inventory, 1, 1, { http: { process: 'shop', kinds: ['order'] } });
  const baseUrl = `http://127.0.0.1:${(shop.address() as AddressInfo).port}`;
  await writeVisitPlan({ visits, plan, baseUrl, folder: session.folder, thresholds: {} }, folder);
  const program = await installedGoProgram(k6, session, () => undefined);
  const args = 'run --quiet --no-color --summary-mode disabled --no-usage-report --log-format raw'.split(' ');
  const child = session.spawn(program, [...args, '--console-output', logIn(folder), scriptIn(folder)], {
    cwd: folder,
    stdio: 'ignore',
  });
  await once(child, 'exit');
  shop.close();
  const log = await readFile(logIn(folder), 'utf8');
  expect(new Set(asked)).toEqual(new Set(['/away', '/@192.0.2.1/']));
  expect(log).toMatch(/\tredirected\t.*\t302\t0\t/);
  expect(log).toMatch(/by itself: .*blacklisted/);
  await rm(folder, { recursive: true });
});
