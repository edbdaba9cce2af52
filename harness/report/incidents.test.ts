import { expect, test } from 'vitest';
import { incidentRun } from './fixtures/incident.ts';
import { micros } from './fixtures/record.ts';
import { passingRun } from './fixtures/runs.ts';
import { curveData } from './html/curve-data.ts';
import { reportHtml } from './html.ts';
import { incidentLines } from './incidents.ts';
import { runJson } from './run-json.ts';
import { summaryMarkdown } from './summary.ts';

const run = incidentRun();
const lines = incidentLines(run);

test('tells of a fault when it struck, who felt it, who was told, what was done and when it was over', () => {
  expect(lines[0]).toEqual({
    name: 'connections-exhausted',
    struck: '+26.0 s, surge',
    shownBy: 'a new connection is refused: 187 are held; a new connection is accepted again',
    felt: 'at once',
    alert: 'ConnectionsHigh of postgres:main, 1.2 s after customers felt it',
    responses: 'shed-traffic verified at +28.4 s, surge and resize-pool verified at +30.1 s, surge',
    hasFailedResponse: false,
    healed: '+32.0 s, surge',
    recovered: '6 s after it healed',
    bad: false,
  });
});

test('a fault that nobody felt, and one that was not seen to strike, tell no more than that', () => {
  expect(lines[2]).toMatchObject({
    felt: 'not felt by customers',
    alert: 'BreakerOpen of inventory-worker-0, 2.1 s after the strike',
    bad: false,
  });
  expect(lines[3]).toMatchObject({ struck: 'not verified, due at +84.0 s, after', felt: '', alert: '', recovered: '' });
});

const told = (changes: object) =>
  incidentLines({
    ...run,
    judgement: { ...run.judgement, incidents: run.judgement.incidents.map((one) => ({ ...one, ...changes })) },
  })[0];

test('what was felt and named by no alert is bad, unless nothing could have named it', () => {
  expect(told({ alert: null })).toMatchObject({ alert: 'none', bad: true });
  expect(told({ alert: null, unwatched: 'no samples' })).toMatchObject({ alert: 'unknown: no samples', bad: false });
  expect(told({ recoveredAt: null })).toMatchObject({ recovered: 'not within the drill', bad: true });
});

test('spans of faults end at their healing, and what did not strike has none', () => {
  expect(curveData(run).faults).toEqual([
    { name: 'connections-exhausted', from: 26, to: 32 },
    { name: 'worker-crash', from: 44, to: 47.5 },
    { name: 'dependency-slow', from: 58, to: 70 },
  ]);
  // In an older history the healing is an event; without one it was never healed.
  expect(curveData(passingRun()).faults).toEqual([{ name: 'worker-crash', from: 40, to: 46 }]);
  const { record, judgement } = passingRun();
  const faults = record.faults.map((fault) => ({ ...fault, healed: false, healedAt: null }));
  expect(curveData({ record: { ...record, faults }, judgement }).faults).toEqual([
    { name: 'worker-crash', from: 40, to: 93 },
  ]);
});

test('alerts of one name that begin together are one mark, and an action is marked when it was done', () => {
  expect(curveData(run).marks).toEqual([
    { name: 'ConnectionsHigh', at: 27.2, kind: 'alert' },
    { name: 'shed-traffic', at: 28.4, kind: 'action' },
    { name: 'PoolExhausted', at: 28.6, kind: 'alert' },
    { name: 'resize-pool', at: 30.1, kind: 'action' },
    { name: 'ProcessDown', at: 45.2, kind: 'alert' },
    { name: 'restart-workers', at: 46, kind: 'action' },
    { name: 'BreakerOpen', at: 60.1, kind: 'alert' },
  ]);
});

test('the summary has a row a fault', () => {
  const rows = summaryMarkdown([run]).split('\n');
  expect(rows).toContain(
    '| worker-crash | +44.0 s, surge | inventory-worker-1 is gone; inventory-worker-1 is ready | at once | ' +
      'ProcessDown of inventory-worker-1, 1.2 s after customers felt it | restart-workers verified at +46.0 s, surge | ' +
      '+47.5 s, surge | at once |',
  );
  expect(summaryMarkdown([{ ...run, judgement: { ...run.judgement, incidents: [] } }])).not.toContain('first alert');
});

test('a response that failed is told with its reason', () => {
  const [at, detail] = [run.judgement.incidents[1]?.actions[0]?.at ?? 0, 'nobody was there to restart them'];
  const failed = { name: 'restart-workers', at, stage: 'failed' };
  const events = [...run.judgement.events, { ...failed, kind: 'action', detail }];
  const incidents = run.judgement.incidents.map((one, place) => (place === 1 ? { ...one, actions: [failed] } : one));
  const line = incidentLines({ ...run, judgement: { ...run.judgement, events, incidents } })[1];
  expect(line).toMatchObject({ hasFailedResponse: true });
  expect(line?.responses).toMatch(/^restart-workers failed at .*: nobody was there to restart them$/);
  expect(reportHtml([{ ...run, judgement: { ...run.judgement, events, incidents } }])).toMatch(
    /<td class="bad">restart-workers/,
  );
});

test('the page tells what was served, what was shed of whom, and what is left of the budget', () => {
  const page = reportHtml([run]);
  const { degraded, planned } = {
    degraded: run.judgement.service.counts.degraded,
    planned: run.judgement.service.planned,
  };
  const share = `${Number(((degraded / planned) * 100).toFixed(2))} %`;
  expect(page).toContain(`<b data-value="degraded" data-idle="${share}">${share}</b>`);
  expect(page).not.toContain('data-value="rejected"');
  expect(page).toMatch(/Shed: <b>1\.09 %<\/b> of premium customers' orders, <b>5\.92 %<\/b> of the others'/);
  expect(page).toMatch(/goodput \(surge\) <small>of 940,000 planned<\/small>/);
  expect(page).toContain('469 %');
  expect(page).toContain('unbounded');
});

test('machines read what became of the orders, the budgets, the faults and the alerts', () => {
  const { service, budgets, incidents, alerts, faults } = runJson(run.record, run.judgement);
  expect(service.planned).toBe(run.judgement.service.planned);
  expect(Object.values(service.shares).reduce((sum: number, share) => sum + (share ?? 0), 0)).toBeCloseTo(1, 9);
  expect(budgets[1]).toMatchObject({ objective: 'decided', bad: 3, burn: null });
  expect(incidents[1]).toMatchObject({ name: 'worker-crash', alert: { name: 'ProcessDown' } });
  expect(alerts).toHaveLength(10);
  expect(alerts[0]).toEqual({
    at: micros(27.2),
    name: 'ConnectionsHigh',
    stage: 'firing',
    detail: 'postgres:main: connections 1, above 0.9',
  });
  expect(faults[0]).toMatchObject({ healedAt: run.record.faults[0]?.healedAt, recoverWithinMs: 20_000 });
});
