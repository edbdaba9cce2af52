import { Pool } from 'pg';
import type { Addresses, PostgresAddress } from 'toofan';
import type { Checks, Verdict } from './decide.ts';
import type { PaidCall } from './services.ts';
import { leaseMs } from './settings.ts';
import type { Answered, Application, Form } from './wire.ts';

export interface Claimed {
  readonly op: number;
  readonly applicant: string;
  readonly form: Form;
  readonly checks: Checks;
  /** Failed calls so far. */
  readonly failures: number;
  /** Decided but perhaps not told, because the worker is gone. */
  readonly decided: Answered | null;
}

/** The result for a claimed application: a verdict, or a later time. */
export interface Settled {
  readonly op: number;
  readonly applicant: string;
  readonly checks: Checks;
  readonly failures: number;
  readonly paid: readonly PaidCall[];
  readonly next: { readonly verdict: Verdict } | { readonly dueInMs: number };
}

/** The server that holds the books. */
export function mainPostgres(at: Addresses): PostgresAddress {
  const address = at.postgres['main'];
  if (address === undefined) throw new Error('the stack has no Postgres named main');
  return address;
}

export function openBooks(address: PostgresAddress, connections: number): Pool {
  const pool = new Pool({ ...address, max: connections });
  // A connection that breaks while idle is nobody's error; one that breaks in use fails its query.
  pool.on('error', () => {});
  pool.on('connect', (client) => client.on('error', () => {}));
  return pool;
}

/** The applications and their queue. Every statement is idempotent. */
export class Books {
  readonly #pool: Pool;

  constructor(pool: Pool) {
    this.#pool = pool;
  }

  /** Takes applications in, durably; an existing or duplicate one is taken once. */
  async accept(applications: readonly Application[]): Promise<void> {
    await this.#pool.query({
      name: 'accept',
      text: `INSERT INTO applications (op, applicant, form)
             SELECT * FROM unnest($1::bigint[], $2::text[], $3::jsonb[]) ON CONFLICT DO NOTHING`,
      values: [
        applications.map(({ op }) => op),
        applications.map(({ applicant }) => applicant),
        applications.map(({ form }) => JSON.stringify(form)),
      ],
    });
  }

  /** Up to so many due applications, longest waiting first; nobody else gets them while the lease lasts. */
  async claim(atMost: number): Promise<Claimed[]> {
    const { rows } = await this.#pool.query<ClaimedRow>({
      name: 'claim',
      text: `
        UPDATE applications SET due_at = clock_timestamp() + $2 * interval '1 millisecond'
        WHERE op IN (
          SELECT op FROM applications WHERE NOT told AND due_at <= clock_timestamp() ORDER BY due_at LIMIT $1 FOR UPDATE SKIP LOCKED
        )
        RETURNING op, applicant, form, checks, failures, answer, confidence, reason`,
      values: [atMost, leaseMs],
    });
    return rows.map(({ op, applicant, form, checks, failures, answer, confidence, reason }) => ({
      op: Number(op),
      applicant,
      form,
      checks,
      failures,
      decided: answer === null ? null : { op: Number(op), applicant, answer, confidence, reason },
    }));
  }

  /**
   * Records costs, findings and decisions in one transaction; resolves to the decisions to be sent. A decision that another
   * worker made meanwhile is that worker's to send.
   */
  async settle(settled: readonly Settled[]): Promise<Answered[]> {
    const client = await this.#pool.connect();
    let broken: Error | undefined;
    try {
      await client.query('BEGIN');
      const paid = settled.flatMap(({ op, applicant, paid: calls }) =>
        calls.map((call) => ({ op, applicant, ...call })),
      );
      if (paid.length > 0)
        await client.query({
          name: 'pay',
          text: `INSERT INTO calls (op, applicant, service, paise)
                 SELECT * FROM unnest($1::bigint[], $2::text[], $3::text[], $4::integer[])`,
          values: [
            paid.map(({ op }) => op),
            paid.map(({ applicant }) => applicant),
            paid.map(({ service }) => service),
            paid.map(({ paise }) => paise),
          ],
        });
      const { rows } = await client.query<DecidedRow>({
        name: 'settle',
        text: settleSql,
        values: settleValues(settled),
      });
      const decided = rows.flatMap(({ op, applicant, answer, confidence, reason }): Answered[] =>
        answer === null ? [] : [{ op: Number(op), applicant, answer, confidence, reason }],
      );
      const reviews = decided.filter(({ answer }) => answer === 'review');
      if (reviews.length > 0)
        await client.query({
          name: 'queue-review',
          text: 'INSERT INTO reviews (op, applicant) SELECT * FROM unnest($1::bigint[], $2::text[]) ON CONFLICT DO NOTHING',
          values: [reviews.map(({ op }) => op), reviews.map(({ applicant }) => applicant)],
        });
      await client.query('COMMIT');
      return decided;
    } catch (error) {
      await client.query('ROLLBACK').catch((failed: Error) => (broken = failed));
      throw error;
    } finally {
      client.release(broken);
    }
  }

  /** The answers are in the decision log: these applications are done. */
  async told(ops: readonly number[]): Promise<void> {
    await this.#pool.query({
      name: 'told',
      text: 'UPDATE applications SET told = true WHERE op = ANY($1::bigint[])',
      values: [ops],
    });
  }
}

interface DecidedRow {
  readonly op: string;
  readonly applicant: string;
  readonly answer: string | null;
  readonly confidence: number | null;
  readonly reason: string | null;
}
interface ClaimedRow extends DecidedRow {
  readonly form: Form;
  readonly checks: Checks;
  readonly failures: number;
}

const settleSql = `
  UPDATE applications a SET checks = n.checks, failures = n.failures, answer = n.answer, confidence = n.confidence, reason = n.reason,
    due_at = CASE WHEN n.answer IS NULL THEN clock_timestamp() + n.due_in_ms * interval '1 millisecond' ELSE a.due_at END
  FROM unnest($1::bigint[], $2::jsonb[], $3::smallint[], $4::text[], $5::float8[], $6::text[], $7::float8[])
    n(op, checks, failures, answer, confidence, reason, due_in_ms)
  WHERE a.op = n.op AND a.answer IS NULL
  RETURNING a.op, a.applicant, a.answer, a.confidence, a.reason`;

function settleValues(settled: readonly Settled[]): unknown[] {
  const verdicts = settled.map(({ next }) => ('verdict' in next ? next.verdict : null));
  return [
    settled.map(({ op }) => op),
    settled.map(({ checks }) => JSON.stringify(checks)),
    settled.map(({ failures }) => failures),
    verdicts.map((verdict) => verdict?.answer ?? null),
    verdicts.map((verdict) => verdict?.confidence ?? null),
    verdicts.map((verdict) => verdict?.reason ?? null),
    settled.map(({ next }) => ('dueInMs' in next ? next.dueInMs : 0)),
  ];
}
