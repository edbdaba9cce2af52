import { ReduceDataOptionsBuilder, VizLegendOptionsBuilder } from '@grafana/grafana-foundation-sdk/common';
import {
  AnnotationQueryBuilder,
  type Dashboard,
  DashboardBuilder,
  DatasourceVariableBuilder,
} from '@grafana/grafana-foundation-sdk/dashboard';
import { DataqueryBuilder } from '@grafana/grafana-foundation-sdk/prometheus';
import { PanelBuilder as StatBuilder } from '@grafana/grafana-foundation-sdk/stat';
import { PanelBuilder as CurvesBuilder } from '@grafana/grafana-foundation-sdk/timeseries';

export interface Panel {
  readonly title: string;
  /** What the title leaves open. */
  readonly says?: string;
  /** Of Grafana: `s`, `bytes`, `percentunit`, `ops`, `short`. */
  readonly unit: string;
  /** PromQL, and how a series is called. */
  readonly queries: readonly (readonly [expr: string, legend: string])[];
  /** One figure, the last, instead of curves. */
  readonly figure?: true;
}

export interface DashboardPlan {
  readonly uid: string;
  readonly title: string;
  readonly description: string;
  readonly refresh: string;
  readonly panels: readonly Panel[];
}

const datasource = { type: 'prometheus', uid: '${datasource}' };
const curvesAreWide = 12;
const figuresAreWide = 6;

function panelOf({ title, says, unit, queries, figure }: Panel): StatBuilder | CurvesBuilder {
  const panel = figure
    ? new StatBuilder()
        .reduceOptions(new ReduceDataOptionsBuilder().calcs(['lastNotNull']))
        .span(figuresAreWide)
        .height(4)
    : new CurvesBuilder().legend(new VizLegendOptionsBuilder().showLegend(true)).span(curvesAreWide).height(8);
  panel.title(title).unit(unit).datasource(datasource);
  if (says !== undefined) panel.description(says);
  queries.forEach(([expr, legend], index) =>
    panel.withTarget(
      new DataqueryBuilder()
        .refId(String.fromCodePoint(65 + index))
        .expr(expr)
        .legendFormat(legend),
    ),
  );
  return panel;
}

/** On every dashboard: a curve that breaks off is read in vain without what struck then. */
const faultMarks = new AnnotationQueryBuilder()
  .name('Faults')
  .datasource(datasource)
  .enable(true)
  .iconColor('red')
  .expr('toofan_faults_held > 0')
  .step('1s')
  .titleFormat('{{fault}}')
  .tagKeys('fault');

/** A dashboard as Grafana imports it: asks which Prometheus, shows the last quarter of an hour, panels in rows as they come. */
export function dashboardOf({ uid, title, description, refresh, panels }: DashboardPlan): Dashboard {
  const dashboard = new DashboardBuilder(title)
    .uid(uid)
    .description(description)
    .tags(['toofan'])
    .readonly()
    .time({ from: 'now-15m', to: 'now' })
    .refresh(refresh)
    .withVariable(new DatasourceVariableBuilder('datasource').label('Prometheus').type('prometheus'))
    .annotation(faultMarks);
  for (const panel of panels) dashboard.withPanel(panelOf(panel));
  return dashboard.build();
}
