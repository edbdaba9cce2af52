import { describe, expect, it } from 'vitest';
import { passingRun } from './fixtures/runs.ts';
import { reportHtml } from './html.ts';
import { lineRange, quotation, sourceLines } from './quotation.ts';

const pageCiting = (...cited: string[]): string => {
  const run = passingRun();
  const scenario = { ...run.record.scenario, sources: cited.map((lines) => ({ seed: lines })) };
  return reportHtml([{ ...run, record: { ...run.record, scenario } }]);
};
const longest = `1-${sourceLines().length}`;

describe('a range of lines', () => {
  it.each([
    ['4541', [4541, 4541]],
    ['1454-1550', [1454, 1550]],
  ])('%s is first and last', (cited, range) => {
    expect(lineRange(cited)).toEqual(range);
  });

  it.each(['', '0', '1550-1454', '1454-', '-3', '1454–1550', '1e3', '../../etc/passwd', '1-2-3', '1\n2'])(
    'is not %j',
    (cited) => {
      expect(lineRange(cited)).toBeUndefined();
      expect(quotation(cited)).toBeUndefined();
    },
  );
});

describe('a quotation', () => {
  it('gives the very lines', () => {
    expect(quotation('1809')).toEqual({ first: 1809, lines: [sourceLines()[1808]], leftOut: 0 });
    expect(quotation('1454')?.lines).toEqual(['### Section 3.1: Flipkart Inventory ETL Deep Dive (20 minutes)']);
  });

  it('ends after 400 lines and says how many are left out', () => {
    const { lines, leftOut } = quotation(longest) ?? {};
    expect(lines).toHaveLength(400);
    expect(leftOut).toBe(sourceLines().length - 400);
  });

  it('is none of lines that the text does not have', () => {
    expect(quotation(`1-${sourceLines().length + 1}`)).toBeUndefined();
  });
});

describe('the report', () => {
  it('opens a source to its lines, numbered and escaped', () => {
    const page = pageCiting('1460-1466');
    expect(page).toMatch(/<summary>source text, lines 1460-1466<\/summary>[\s\S]*?<ol start="1460">/);
    expect(page).toContain('<li># Flipkart Big Billion Days 2019 - War Story</li>');
    expect(page).toContain('<li>            &#39;preparation_phase&#39;: &#39;August-September 2019&#39;,</li>');
  });

  it('names what it cannot quote', () => {
    const page = pageCiting('../../package.json', '99999');
    expect(page).toContain('source text, line ../../package.json');
    expect(page).toContain('source text, line 99999');
    expect(page).not.toContain('<ol start');
  });

  it('stays small whatever a record cites', () => {
    const page = pageCiting(...Array.from({ length: 1_000 }, () => longest));
    expect(page.match(/<ol start/g)).toHaveLength(10);
    expect(page.length - pageCiting().length).toBeLessThan(500_000);
  });
});
