import {
  BigValueTextMode,
  ReduceDataOptionsBuilder,
  VizLegendOptionsBuilder,
} from '@grafana/grafana-foundation-sdk/common';
import {
  AnnotationQueryBuilder,
  type Dashboard,
  DashboardBuilder,
  DashboardLinkBuilder,
  DashboardLinkType,
  DatasourceVariableBuilder,
  MappingType,
  ThresholdsConfigBuilder,
  ThresholdsMode,
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
  /** The last value instead of curves, or the name of the series where that is what it tells (a phase). */
  readonly figure?: 'value' | 'name';
  /** From which value on it is drawn orange, and red; green below. */
  readonly warnsFrom?: number;
  readonly failsFrom?: number;
  /** What a figure says instead of a number, and how it is drawn. */
  readonly words?: Readonly<Record<string, readonly [text: string, colour: 'green' | 'red']>>;
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

/** A drill lasts minutes and is scraped once a second: wider steps would hide what struck. */
const leastStep = '1s';

function panelOf(plan: Panel): StatBuilder | CurvesBuilder {
  const { title, says, unit, queries, figure } = plan;
  const panel = figure
    ? new StatBuilder()
        .textMode(figure === 'name' ? BigValueTextMode.Name : BigValueTextMode.Value)
        .reduceOptions(new ReduceDataOptionsBuilder().calcs(['lastNotNull']))
        .span(figuresAreWide)
        .height(4)
    : new CurvesBuilder().legend(new VizLegendOptionsBuilder().showLegend(true)).span(curvesAreWide).height(8);
  panel.title(title).unit(unit).datasource(datasource).interval(leastStep).thresholds(thresholdsOf(plan));
  if (plan.words !== undefined) panel.mappings([mappingOf(plan.words)]);
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

function thresholdsOf({ warnsFrom, failsFrom }: Panel): ThresholdsConfigBuilder {
  const steps = [
    { value: null, color: 'green' },
    ...(warnsFrom === undefined ? [] : [{ value: warnsFrom, color: 'orange' }]),
    ...(failsFrom === undefined ? [] : [{ value: failsFrom, color: 'red' }]),
  ];
  return new ThresholdsConfigBuilder().mode(ThresholdsMode.Absolute).steps(steps);
}

const mappingOf = (words: NonNullable<Panel['words']>) => ({
  type: MappingType.ValueToText as const,
  options: Object.fromEntries(
    Object.entries(words).map(([value, [text, color]], index) => [value, { text, color, index }]),
  ),
});

/** From each dashboard to the others, at the same time. */
const others = new DashboardLinkBuilder('Toofan')
  .type(DashboardLinkType.Dashboards)
  .tags(['toofan'])
  .asDropdown(true)
  .keepTime(true);

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
    .link(others)
    .annotation(faultMarks);
  for (const panel of panels) dashboard.withPanel(panelOf(panel));
  return dashboard.build();
}
