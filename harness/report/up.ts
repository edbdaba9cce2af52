import { portOf, profilesOf, upFile, urlOf, type UpSettings } from '../stack/containers/up-file.ts';

/** What `toofan up` prints: where everything is, and what to do next. Ends in a newline. */
export function upText(settings: UpSettings): string {
  const profiles = profilesOf(settings);
  const at = (service: string) => `127.0.0.1:${portOf(settings, service)}`;
  const rows = [
    ['Kafka', at('kafka')],
    ['Postgres', `${at('postgres')}, user postgres, database toofan`],
    ['Redis', at('redis')],
    ...(profiles.includes('observe')
      ? [
          ['Prometheus', urlOf(settings, 'prometheus')],
          ['Grafana', `${urlOf(settings, 'grafana')}(log in as admin to edit)`],
        ]
      : []),
    ...(profiles.includes('shop')
      ? [
          ['Storefront', `${urlOf(settings, 'storefront')}search?q=saree`],
          ['Pipeline', `metrics at ${urlOf(settings, 'inventory-worker')}metrics`],
          ['Toxiproxy', `${urlOf(settings, 'toxiproxy')}proxies, between the shop and its stores`],
        ]
      : []),
    ['Passwords', upFile],
    [],
    ...(profiles.includes('shop')
      ? []
      : [['Next', `npx toofan run smoke --stack external${profiles.includes('observe') ? ' --metrics' : ''}`]]),
    ['Stop it', 'npx toofan down'],
  ];
  return rows.map(([name = '', what = '']) => `${name.padEnd(12)}${what}`.trimEnd()).join('\n') + '\n';
}
