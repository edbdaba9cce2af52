import { drillMetrics } from '../harness/live/prometheus/exposed.ts';
import type { DashboardPlan } from './dashboard.ts';
import { rates } from './panels.ts';
import { errorBudget } from './rules.ts';

const orders = (answers: string) => `sum(rate(pipeline_answered_total{answer=~"${answers}"}[$__rate_interval]))`;

const rupees = (paise: string) => `${paise} / 100`;

export const executive: DashboardPlan = {
  uid: 'toofan-executive',
  title: 'Toofan: executive summary',
  description: 'Is the sale healthy, are promises kept, do shoppers get what they order?',
  refresh: '30s',
  panels: [
    {
      title: 'All up',
      says: '1 if every store, process and dependency answers.',
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
      says: 'Share of answered orders that are confirmed.',
      unit: 'percentunit',
      queries: [[`${orders('confirmed')} / ${orders('confirmed|sold_out|rejected|cancelled_first|shed_.+')}`, '']],
      figure: 'value',
    },
    {
      title: 'Error budget: burn rate over 5 minutes',
      says: 'At 1 the 30-day budget lasts 30 days; an hour at 14.4 pages someone.',
      unit: 'short',
      queries: [[`toofan:undecided:ratio_rate5m / ${errorBudget}`, '']],
      figure: 'value',
      warnsFrom: 1,
      failsFrom: 14.4,
    },
    {
      title: '₹ at risk per minute',
      says:
        'Based on the mean order amount. Not answered: growth, over the last minute, of what has waited three seconds or more. Turned away or ' +
        'too late: from a sample of the answers. One order may count in both: do not add them up.',
      unit: 'currencyINR',
      queries: [
        [rupees(`clamp_min(delta(${drillMetrics.overdue.name}[1m]), 0)`), 'not answered'],
        [
          rupees(`60 * ${drillMetrics.plannedAmount.name} * (1 - ${drillMetrics.served.name})`),
          'turned away or too late',
        ],
      ],
    },
    {
      title: '₹ of waiting orders',
      says: 'Orders planned at least three seconds ago and not yet answered.',
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
      title: 'Promises broken: lowest stock shown to shoppers',
      says: 'Below zero, more was promised than was available.',
      unit: 'short',
      queries: [['toofan_shelf_lowest_units', 'units']],
    },
    {
      title: 'Promises broken: money the books cannot account for',
      says: 'Of a wallet, in rupees, by audit; anything but zero is money lost or created.',
      unit: 'currencyINR',
      queries: [['toofan_audit_paise / 100', '{{subject}}']],
    },
  ],
};
