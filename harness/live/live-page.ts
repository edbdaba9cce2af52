/** What a drill reports while it runs, kept and passed on to a page in a browser. */
import type { Verdict } from '../judge/judgement.ts';
import { glyph, plain } from '../report/format.ts';
import { verdictWord } from '../report/html/verdict.ts';
import type { LiveDrill } from './live-drill.ts';
import { liveMarkup } from './page-markup.ts';
import type { LiveSample, News, WantedLeft } from './live-sample.ts';
import type { LiveView } from './live-view.ts';
import { startLiveServer } from './live-server.ts';

/** What happened in the drill: a phase began, a fault was healed. */
interface Happening extends News {
  /** Seconds since the start of the load. */
  readonly at: number;
}

/** What is left of a key in high demand, and when it ran out; seconds since the start of the load. */
interface Wanted extends WantedLeft {
  readonly goneAt: number | null;
}

type Figures = Omit<LiveSample, 'news' | 'wanted'>;

/** Everything that a page shows; a page that is opened late gets it first. */
export interface LiveState {
  drill: LiveDrill;
  samples: Figures[];
  happened: Happening[];
  /** As in the last sample. */
  wanted: readonly Wanted[];
  /** What goes on before and after the load; empty during it. */
  note: string;
  /** Null until everything is judged, and if the run was aborted. */
  verdict: { readonly verdict: Verdict; readonly text: string; readonly reportPath: string } | null;
  brokenOff: boolean;
}

/** A view like the terminal's, in a browser. Disposing of it before the end tells its readers that the run was aborted. */
export interface LivePage extends Pick<LiveView, 'update' | 'note'>, AsyncDisposable {
  readonly url: string;
  /** Pages now follow this target's drill. */
  begin(target: string): void;
  /**
   * Everything is judged: tells pages where `report` is kept; the address now serves it, and pages load it within a few seconds
   * or not at all.
   */
  end(report: { readonly html: string; readonly path: string }, verdict: Verdict): Promise<void>;
}

const mostPoints = 3_600;
const mostHappened = 1_000;

/** `port` 0 for any free one. Rejects with a usage error if the port is not available. */
export async function openLivePage(port: number, drills: readonly LiveDrill[]): Promise<LivePage> {
  const [first] = drills;
  if (first === undefined) throw new Error('a live page needs at least one drill');
  const state: LiveState = { drill: first, ...nothingYet(), verdict: null, brokenOff: false };
  const server = await startLiveServer({ port, page: liveMarkup(first), whole: () => state });
  return {
    url: server.url,
    begin(target) {
      const drill = drills.find((each) => each.target === target) ?? first;
      Object.assign(state, { drill, ...nothingYet() });
      server.send('whole', state);
    },
    update(sample) {
      const { news, wanted, ...figures } = sample;
      const happened = [...phaseBegun(state, sample), ...news.map((one) => happeningOf(one, secondsOf(sample)))];
      state.samples.push(figures);
      state.happened.push(...happened);
      state.wanted = wanted.map((one) => ({ ...one, goneAt: goneSince(one, state, secondsOf(sample)) }));
      if (sample.remainingMs !== 0) state.note = '';
      if (state.samples.length > mostPoints) state.samples = state.samples.filter((_, index) => index % 2 === 1);
      if (state.happened.length > mostHappened) state.happened.splice(0, state.happened.length - mostHappened);
      server.send('sample', { sample: figures, happened, wanted: state.wanted, note: state.note });
    },
    note(line) {
      state.note = plain(line);
      server.send('note', state.note);
    },
    async end(report, verdict) {
      const text = `${glyph[verdict]} ${verdictWord[verdict]}`;
      state.verdict = { verdict, text, reportPath: plain(report.path) };
      await server.replace(report.html);
    },
    async [Symbol.asyncDispose]() {
      if (state.verdict === null) {
        state.brokenOff = true;
        server.send('end', state);
      }
      await server[Symbol.asyncDispose]();
    },
  };
}

const nothingYet = (): Pick<LiveState, 'samples' | 'happened' | 'wanted' | 'note'> => ({
  samples: [],
  happened: [],
  wanted: [],
  note: '',
});

/** When it ran out; null while some is left, or if that is unknown. */
function goneSince({ key, left }: WantedLeft, { wanted }: LiveState, at: number): number | null {
  if (left === null || left > 0) return null;
  return wanted.find((before) => before.key === key)?.goneAt ?? at;
}

const secondsOf = ({ elapsedMs }: LiveSample) => Number((elapsedMs / 1_000).toFixed(2));

function phaseBegun({ samples, drill }: LiveState, sample: LiveSample): Happening[] {
  if (samples.at(-1)?.phase === sample.phase || sample.elapsedMs === 0) return [];
  const name = plain(sample.phase);
  const at =
    drill.phases.findLast((phase) => phase.name === name && phase.from <= secondsOf(sample))?.from ??
    drill.durationSeconds;
  return [{ at, kind: 'phase', name, stage: 'began' }];
}

const happeningOf = ({ kind, name, stage }: News, at: number): Happening => ({ at, kind, name: plain(name), stage });
