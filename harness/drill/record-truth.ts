import type { World } from '../domains/domain.ts';
import { badInput } from '../errors.ts';
import type { Recorder } from '../history/recorder.ts';
import { readBalances, readEffects } from '../observe/truth.ts';
import type { Stack } from '../stack/stack.ts';
import type { Target } from '../target/target.ts';

/** The world's opening state: its catalogue, and each balance as the target's own store has it. */
export async function recordOpening(recorder: Recorder, stack: Stack, target: Target, world: World): Promise<void> {
  await recorder.append(
    'catalogue',
    world.catalogue.map(({ key, name, category, pricePaise }) => ({ key, name, category, price_paise: pricePaise })),
  );
  await readBalances(stack.direct.postgres, target.balances, 'before', (rows) => recorder.append('balances', rows));
}

/** The closing state, over fresh connections: effects, balances, and the read model. */
export async function recordTruth(recorder: Recorder, stack: Stack, target: Target, world: World): Promise<void> {
  await readEffects(stack.direct.postgres, target.effects, (rows) => recorder.append('effects', rows));
  await readBalances(stack.direct.postgres, target.balances, 'after', (rows) => recorder.append('balances', rows));
  if (target.readModel === undefined) return;
  await using reader = await target.readModel.open(stack.direct);
  const store = target.readModel.name;
  const keys = world.opening.map(({ key }) => key);
  const values = await reader.read(keys);
  const odd = values.findIndex((value) => value !== null && !Number.isSafeInteger(value));
  if (odd >= 0)
    throw badInput(
      `target ${target.name}: readModel.read() returned ${values[odd]} for ${keys[odd]}; it must return a whole number, or null if the copy has no such key`,
    );
  await recorder.append(
    'balances',
    keys.map((key, index) => ({
      store,
      key,
      moment: 'after',
      available: values[index] ?? null,
      sold: null,
      version: null,
    })),
  );
}
