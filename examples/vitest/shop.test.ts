import { drill, type DrillRun } from 'toofan/vitest';
import { beforeAll, describe, expect, it } from 'vitest';

describe('the shop in a surge of 4,000 orders/s', () => {
  let run: DrillRun;
  beforeAll(async () => {
    run = await drill('smoke', { target: 'inventory/streaming' });
  });

  it('sells nothing that is not there', () => {
    expect(run).toKeep('no-oversell');
    expect(run).toKeep('no-overpromise');
  });

  it('keeps every other promise', () => {
    expect(run).toKeepEveryPromise();
  });

  it('decides in time', () => {
    expect(run).toMeet('decision-latency-p99');
    expect(run).toMeet('drained');
  });
});

it('the batch of 2019 oversells', async () => {
  const run = await drill('smoke', { target: 'inventory/legacy-batch' });
  expect(run).not.toKeep('no-oversell');
});
