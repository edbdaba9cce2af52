import { expect, test } from 'vitest';
import { decided, decisionLatency, requestLatency, requestsFailed } from '../../../judge/objectives/index.ts';
import { objectives as kinds } from '../../../judge/objectives/registry.ts';
import { thresholdsOf } from './thresholds.ts';

test('what objectives bound over HTTP, k6 bounds too', () => {
  const objectives = [
    requestLatency({ request: 'order', quantile: 0.99, below: '500ms', during: 'surge' }),
    requestLatency({ request: 'order', quantile: 0.999, below: '2s' }),
    requestLatency({ quantile: 0.5, below: '50ms' }),
    requestsFailed({ below: 0.001 }),
    decisionLatency({ quantile: 0.99, below: '500ms' }),
    decided({ atLeast: 0.999 }),
  ];
  const bounds = objectives.flatMap((spec) => kinds.get(spec.type)?.k6Threshold?.(spec) ?? []);
  expect(thresholdsOf(bounds)).toEqual({
    dropped_iterations: ['count<1'],
    'http_req_duration{name:order}': ['p(99)<500', 'p(99.9)<2000'],
    http_req_duration: ['p(50)<50'],
    http_req_failed: ['rate<0.001'],
  });
});

test('a visit that was not begun is never well, even where nothing is bounded', () => {
  expect(thresholdsOf([])).toEqual({ dropped_iterations: ['count<1'] });
});
