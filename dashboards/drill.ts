import type { DashboardPlan } from './dashboard.ts';
import { lagMessages, lagSeconds, latency, rates } from './panels.ts';

export const drill: DashboardPlan = {
  uid: 'toofan-drill',
  title: 'Toofan: drill',
  description: 'Planned, sent and decided rates, with a mark where a fault struck.',
  refresh: '5s',
  panels: [
    {
      title: 'Drill',
      unit: 'short',
      queries: [['toofan_drill_info', '{{scenario}} › {{target}}']],
      figure: 'name',
    },
    { title: 'Phase', unit: 'short', queries: [['toofan_phase', '{{phase}}']], figure: 'name' },
    {
      title: 'Planned so far',
      unit: 'short',
      queries: [['toofan_planned_operations_total', 'operations']],
      figure: 'value',
    },
    {
      title: 'Decided so far',
      says: 'Duplicates count: delivery is at-least-once.',
      unit: 'short',
      queries: [['toofan_decided_operations_total', 'operations']],
      figure: 'value',
    },
    rates,
    latency,
    lagMessages,
    lagSeconds,
    { title: 'Faults holding', unit: 'short', queries: [['toofan_faults_held', '{{fault}}']] },
    {
      title: 'Alerts firing',
      unit: 'short',
      queries: [['count by (alertname) (ALERTS{alertstate="firing"})', '{{alertname}}']],
    },
  ],
};
