import { drillMetrics } from '../harness/live/prometheus/exposed.ts';
import type { DashboardPlan } from './dashboard.ts';
import { rates } from './panels.ts';
import { errorBudget } from './rules.ts';

const orders = (answers: string) => `sum(rate(pipeline_answered_total{answer=~"${answers}"}[$__rate_interval]))`;

const rupees = (paise: string) => `${paise} / 100`;

export const executive: DashboardPlan = {
  uid: 'toofan-executive',
  title: 'Toofan: executive summary',
  description: 'Is the sale well, are promises kept, do shoppers get what they order?',
  refresh: '30s',
  panels: [
    {
      title: 'Everything answers',
      says: 'Whether every store, process and dependency answers.',
      unit: 'short',
      queries: [['min(toofan_up)', '']],
      figure: 'value',
      words: { 1: ['yes', 'green'], 0: ['no', 'red'] },
    },
    {
      title: 'Alerts firing',
      unit: 'short',
      queries: [['count(ALERTS{alertstate="firing"}) or vector(0)', '']],
      figure: 'value',
      failsFrom: 1,
    },
    {
      title: 'Conversion',
      says: 'Orders confirmed, of those that were answered.',
      unit: 'percentunit',
      queries: [[`${orders('confirmed')} / ${orders('confirmed|sold_out|rejected|cancelled_first|shed_.+')}`, '']],
      figure: 'value',
    },
    {
      title: 'Error budget: burn rate over 5 minutes',
      says: 'At 1 the budget of 30 days lasts 30 days; at 14.4 for an hour it is a page.',
      unit: 'short',
      queries: [[`toofan:undecided:ratio_rate5m / ${errorBudget}`, '']],
      figure: 'value',
      warnsFrom: 1,
      failsFrom: 14.4,
    },
    {
      title: '₹ at risk a minute',
      says:
        'By the mean amount of an order. Not answered: how much more waits for three seconds and longer than a minute ago. Turned away or ' +
        'too late: by a sample of the answers. One order may be both, first this and then that: do not add them up.',
      unit: 'currencyINR',
      queries: [
        [rupees(`clamp_min(delta(${drillMetrics.overdue.name}[1m]), 0)`), 'not answered'],
        [
          rupees(`60 * ${drillMetrics.plannedAmount.name} * (1 - ${drillMetrics.served.name})`),
          'turned away, or answered too late',
        ],
      ],
    },
    {
      title: '₹ of orders that wait',
      says: 'All that were planned three seconds ago or longer and are not answered yet.',
      unit: 'currencyINR',
      queries: [[rupees(drillMetrics.overdue.name), 'not answered']],
    },
    rates,
    {
      title: 'Orders by answer',
      unit: 'ops',
      queries: [['sum by (answer) (rate(pipeline_answered_total[$__rate_interval]))', '{{answer}}']],
    },
    {
      title: 'Promises broken: the least that shoppers are shown',
      says: 'Below zero more was promised than there was.',
      unit: 'short',
      queries: [['toofan_shelf_lowest_units', 'units']],
    },
    {
      title: 'Promises broken: money that the books cannot account for',
      says: 'Of a wallet, in rupees, by audit; anything but zero is money lost or made.',
      unit: 'currencyINR',
      queries: [['toofan_audit_paise / 100', '{{subject}}']],
    },
  ],
};
