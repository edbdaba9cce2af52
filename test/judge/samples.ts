import { micros } from './a-history.ts';

/** One sample of a small history; `at` is ms from its start. */
export const sample = (probe: string, subject: string | null, at: number, value: number) => ({
  at: micros(at),
  began_at: micros(at),
  probe,
  subject,
  value,
  unit: '',
});

/** Five samples a second from a moment on. */
export const series = (probe: string, subject: string | null, from: number, values: readonly number[]) =>
  values.map((value, index) => sample(probe, subject, from + index * 200, value));
