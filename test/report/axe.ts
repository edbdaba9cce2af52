import axe from 'axe-core';
import type { Page } from 'playwright-core';

/** Accessibility problems of the page as it is now, by axe-core's rules including best practices: rule, then the offender. */
export async function barriers(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate<axe.AxeResults>(`axe.run({ resultTypes: ['violations'] })`);
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(
      ({ target, failureSummary = '' }) => `${id}: ${target.join(' ')}: ${failureSummary.split('\n').at(-1)?.trim()}`,
    ),
  );
}
