import { describe, expect, it } from 'vitest';
import type { LifeMoment } from '../explain/life.ts';
import type { FaultRecord } from '../history/drill-record.ts';
import { excerptOf, lifeLines } from './life-lines.ts';

const none = { op: null, attempt: null, kind: null, key: 'p', detail: '', asked: null, change: null, remaining: null };
const moment = (ms: number | null, event: string, rest: Partial<LifeMoment> = {}): LifeMoment => ({
  ...none,
  at: ms === null ? null : ms * 1_000,
  event,
  ...rest,
});
const context = { startsAt: 0, measure: 'units', faults: [], broken: [] } as const;
const example = (ms: number | null) => ({
  key: 'p',
  ops: [],
  at: ms === null ? null : ms * 1_000,
  harm: 1,
  detail: 'd',
});
const broken = (...times: (number | null)[]) => [
  { name: 'kept', promise: '', violations: times.length, examples: times.map(example) },
];
const cells = (...args: Parameters<typeof lifeLines>) => lifeLines(...args).map((line) => line.cells.join('|'));

const fault = (name: string, verifiedAt: number, healedAt: number | null, verified = true): FaultRecord => ({
  name,
  commandedAt: verifiedAt * 1_000,
  verified,
  healed: healedAt !== null,
  detail: '',
  verifiedAt: verifiedAt * 1_000,
  healedAt: healedAt === null ? null : healedAt * 1_000,
});

describe('lifeLines', () => {
  it('tells when, by the load, and what was asked, moved and left', () => {
    const moments = [
      moment(null, 'opening', { detail: 'in main', remaining: 3 }),
      moment(-2, 'sent', { op: 7, kind: 'order', asked: 1, detail: '9 ms late', remaining: 3 }),
      moment(1_234.5, 'effect', { op: 7, detail: 'stock', change: -2_000, remaining: -1_997 }),
      moment(null, 'decided', { op: 7, detail: 'confirmed' }),
    ];
    expect(cells(moments, context)).toEqual([
      'before||opening|in main||3',
      '−0.002 s|7|sent|order, 1 unit, 9 ms late||3',
      '+1.234 s|7|effect|stock|-2,000|-1,997',
      'at no known time|7|decided|confirmed||',
    ]);
  });

  it('tells money to the last paisa, and whose it is where there are several', () => {
    const moments = [
      moment(1, 'effect', { key: 'u', detail: 'debit', change: -1_34_00_007 }),
      moment(1, 'effect', { key: 'm', detail: 'credit', change: 5_200 }),
    ];
    expect(cells(moments, { ...context, measure: 'paise' })).toEqual([
      '+0.001 s||effect|u: debit|−₹1,34,000.07|',
      '+0.001 s||effect|m: credit|+₹52|',
    ]);
  });

  it('puts what broke after everything of its millisecond, and before the end', () => {
    const moments = [
      moment(1, 'sent'),
      moment(5, 'effect'),
      moment(5.5, 'decided'),
      moment(9, 'sent'),
      moment(null, 'closing'),
    ];
    const lines = lifeLines(moments, { ...context, broken: broken(5, 20, null) });
    expect(lines.map(({ event }) => event)).toEqual([
      'sent',
      'effect',
      'decided',
      'broken',
      'sent',
      'broken',
      'closing',
    ]);
    expect(lines[3]).toMatchObject({ isBroken: true, cells: ['+0.005 s', '', 'broken', 'kept', '', ''] });
  });

  it('tells of the faults that held meanwhile', () => {
    const faults = [fault('over', 1, 2), fault('holds', 3, null), fault('between', 12, 14), fault('later', 30, 31), fault('unseen', 12, 13, false)]; // prettier-ignore
    expect(cells([moment(10, 'sent'), moment(20, 'decided')], { ...context, faults })).toEqual([
      '+0.003 s||fault|holds struck||',
      '+0.010 s||sent|||',
      '+0.012 s||fault|between struck||',
      '+0.014 s||fault|between healed||',
      '+0.020 s||decided|||',
    ]);
  });

  it('lets nothing that others wrote steer a terminal', () => {
    const text = '\u001B[31m\u202Ex\ny';
    const moments = [moment(1, 'effect', { key: text, detail: text }), moment(2, 'sent', { key: 'q', kind: text })];
    for (const line of cells(moments, { ...context, broken: broken(3).map((one) => ({ ...one, name: text })) }))
      expect(line).not.toMatch(/[\p{Cc}\u202E]/u);
  });
});

const shown = (lines: ReturnType<typeof excerptOf>) => lines.map((line) => ('gap' in line ? -line.gap : line.at));

describe('excerptOf', () => {
  const many = Array.from({ length: 200 }, (_, index) => moment(index, 'sent', { op: index }));

  it('shows everything where that is little', () => {
    const lines = lifeLines(many.slice(0, 60), context);
    expect(excerptOf(lines)).toEqual(lines);
  });

  it('shows the beginning, the end and what is around the first violations', () => {
    const lines = lifeLines(many, { ...context, broken: broken(100) });
    const excerpt = excerptOf(lines);
    expect(shown(excerpt).filter((at) => at !== null && at < 0)).toEqual([-89, -87]);
    expect(excerpt).toHaveLength(5 + 1 + 15 + 1 + 5);
  });
});
