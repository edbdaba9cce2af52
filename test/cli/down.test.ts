import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { emptyFolder, toofan } from '../toofan.ts';

const project = 'toofan-0123abcd';
const compose = { 'com.docker.compose.project': project };
/** A Docker engine's contents: ours, and those of another project with the same name. */
const containers = [
  { Id: 'ours', Labels: { ...compose, 'toofan.up': 'true' } },
  { Id: 'theirs', Labels: compose },
  { Id: 'other', Labels: { 'com.docker.compose.project': 'shop', 'toofan.up': 'true' } },
];

/** An engine that lists `containers` by label like a real one, and records what it was asked to delete. */
async function engine(
  folder: string,
): Promise<AsyncDisposable & { readonly address: string; readonly deleted: string[] }> {
  const deleted: string[] = [];
  const server = createServer((request, answer) => {
    const url = new URL(request.url ?? '', 'http://engine');
    const { label = [] } = JSON.parse(url.searchParams.get('filters') ?? '{}') as { label?: string[] };
    const has = ({ Labels }: { Labels: Record<string, string> }) =>
      label.every((one) => Labels[one.split('=')[0] ?? ''] === one.split('=')[1]);
    if (request.method === 'DELETE') deleted.push(url.pathname);
    const bodies: Record<string, unknown> = {
      '/version': { Version: '28' },
      '/containers/json': containers.filter(has).map((one) => ({ ...one, State: 'running', Status: 'Up' })),
      '/networks': [],
      '/volumes': { Volumes: null },
    };
    answer.end(JSON.stringify(bodies[url.pathname] ?? null));
  });
  const socket = join(folder, 'docker.sock');
  server.listen(socket);
  await once(server, 'listening');
  return {
    address: `unix://${socket}`,
    deleted,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

async function downIn(folder: string, name: string, address: string) {
  await mkdir(join(folder, '.toofan'));
  const passwords = ['POSTGRES', 'REDIS', 'GRAFANA'].map((of) => `TOOFAN_${of}_PASSWORD=x\n`);
  await writeFile(join(folder, '.toofan', 'stack.env'), `COMPOSE_PROJECT_NAME=${name}\n${passwords.join('')}`);
  return toofan(['down'], folder, { DOCKER_HOST: address, COMPOSE_PROJECT_NAME: 'shop' });
}

it('toofan down removes what carries its own label, and nothing else of the same project', async () => {
  await using folder = await emptyFolder();
  await using fake = await engine(folder.path);
  expect(await downIn(folder.path, project, fake.address)).toMatchObject({ code: 0 });
  expect(fake.deleted).toEqual(['/containers/ours']);
});

it('toofan down removes nothing where its file names a project that is none of its own', async () => {
  await using folder = await emptyFolder();
  await using fake = await engine(folder.path);
  expect(await downIn(folder.path, 'shop', fake.address)).toMatchObject({
    code: 65,
    stderr:
      'toofan: .toofan/stack.env: COMPOSE_PROJECT_NAME=shop is not a name that `toofan up` gives, so nothing is touched; remove the file\n',
  });
  expect(fake.deleted).toEqual([]);
});
