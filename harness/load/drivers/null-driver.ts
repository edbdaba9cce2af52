import type { LoadDriver, OnSettled } from './driver.ts';

/** A sink that costs nothing, to measure the generator itself: everything is ok at the end of its tick. */
export function nullDriver(onSettled: OnSettled): LoadDriver {
  let tickets: number[] = [];
  const settle = (): void => {
    const done = tickets;
    tickets = [];
    if (done.length > 0) onSettled(done, 'ok', null);
  };
  return {
    send: (_record, ticket) => void tickets.push(ticket),
    flush: settle,
    abandon: settle,
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}
