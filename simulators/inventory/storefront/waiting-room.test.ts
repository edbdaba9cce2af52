import { expect, test } from 'vitest';
import { WaitingRoom } from './waiting-room.ts';

const roomFor = (regular: number, premium: number, remembered = 100) =>
  new WaitingRoom({ regular, premium }, remembered);

test('everybody who waits for an order is told its decision, and who asks later too', async () => {
  const room = roomFor(10, 10);
  const both = Promise.all([room.wait(4, 5_000), room.wait(4, 5_000)]);
  expect([room.size, room.isAwaited(4), room.answerTo(4)]).toEqual([1, true, undefined]);
  room.decide(4, 'confirmed');
  expect(await both).toEqual(['confirmed', 'confirmed']);
  expect([room.size, room.isAwaited(4), room.answerTo(4)]).toEqual([0, false, 'confirmed']);
});

test('premium shoppers are turned away last', async () => {
  const room = roomFor(1, 2);
  expect([room.admits(false), room.admits(true)]).toEqual([true, true]);
  const first = room.wait(4, 5_000);
  expect([room.admits(false), room.admits(true)]).toEqual([false, true]);
  const second = room.wait(8, 5_000);
  expect([room.admits(false), room.admits(true)]).toEqual([false, false]);
  room.decide(8, 'sold_out');
  expect([room.admits(false), room.admits(true)]).toEqual([false, true]);
  room.decide(4, 'confirmed');
  expect(await Promise.all([first, second])).toEqual(['confirmed', 'sold_out']);
});

test('who waited too long is told so, leaves the others waiting, and a late decision is still remembered', async () => {
  const room = roomFor(10, 10);
  const patient = room.wait(4, 5_000);
  expect(await room.wait(4, 1)).toBeNull();
  expect(room.isAwaited(4)).toBe(true);
  room.decide(4, 'confirmed');
  expect(await patient).toBe('confirmed');
  expect(await room.wait(8, 1)).toBeNull();
  expect(room.size).toBe(0);
  room.decide(8, 'sold_out');
  expect(room.answerTo(8)).toBe('sold_out');
});

test('decisions on orders that were placed elsewhere cost no memory, and the oldest of its own are forgotten', async () => {
  const room = roomFor(10, 10, 2);
  room.decide(400, 'confirmed');
  expect(room.answerTo(400)).toBeUndefined();
  for (const op of [4, 8, 12]) {
    const decided = room.wait(op, 5_000);
    room.decide(op, 'confirmed');
    await decided;
  }
  expect([4, 8, 12].map((op) => room.answerTo(op))).toEqual([undefined, 'confirmed', 'confirmed']);
});
