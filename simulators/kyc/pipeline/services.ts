import { Asker } from '../../worker/ask.ts';
import { Breaker, BreakerOpen } from '../../worker/breaker.ts';
import type { Checks } from './decide.ts';
import { askWithinMs, breakerSettings, connections } from './settings.ts';
import type { Form } from './wire.ts';

/** The price of each call, paise (source 722-728). */
const pricePaise = { aadhaar: 50, pan: 500, face: 200, address: 100 } as const;
export type Service = keyof typeof pricePaise;
/** The simulators by their names in the stack. */
const dependencyOf: Readonly<Record<Service, string>> = {
  aadhaar: 'aadhaar',
  pan: 'pan',
  face: 'face-match',
  address: 'address',
};

/** A call that was made and not refused: it is paid for, whatever its result. */
export interface PaidCall {
  readonly service: Service;
  readonly paise: number;
}

/** Why an application must wait; `failed` if a call was made without a result. */
export interface Postponed {
  readonly why: 'limited' | 'breaker' | 'failed';
  readonly service: Service;
  /** Minimum waiting time, ms. */
  readonly forMs: number;
}

export interface Asked {
  readonly checks: Checks;
  readonly paid: readonly PaidCall[];
  readonly postponed: Postponed | null;
}

const each = <Made>(make: (service: Service) => Made): Record<Service, Made> => ({
  aadhaar: make('aadhaar'),
  pan: make('pan'),
  face: make('face'),
  address: make('address'),
});

/** The four paid services, each behind a breaker of its own. */
export class Services {
  readonly breakers: Readonly<Record<Service, Breaker>>;
  readonly #askers: Readonly<Record<Service, Asker>>;

  constructor(urls: Readonly<Record<string, string>>) {
    this.breakers = each((service) => new Breaker(service, breakerSettings));
    this.#askers = each(
      (service) => new Asker(urls[dependencyOf[service]] ?? '', { withinMs: askWithinMs, connections }),
    );
  }

  /** Calls only Aadhaar: everything else waits for its pace. */
  aadhaar(form: Form, checks: Checks): Promise<Asked> {
    return this.#ask('aadhaar', { aadhaar: form.aadhaar }, checks, (body) => ({
      aadhaar: { valid: body['valid'] === true, photo: typeof body['photo'] === 'string' ? body['photo'] : '' },
    }));
  }

  /** Calls everything still missing, all at once; `checks` holds Aadhaar's answer. */
  async others(form: Form, checks: Checks): Promise<Asked> {
    const missing: Promise<Asked>[] = [];
    if (checks.pan === undefined)
      missing.push(this.#ask('pan', { pan: form.pan }, {}, (body) => ({ pan: { valid: body['valid'] === true } })));
    if (checks.face === undefined)
      missing.push(
        this.#ask('face', { photo: checks.aadhaar?.photo ?? '', selfie: form.selfie }, {}, (body) => ({
          face: { score: Number(body['score']) },
        })),
      );
    if (checks.address === undefined)
      missing.push(
        this.#ask('address', { address: form.address, pincode: form.pincode }, {}, (body) => ({
          address: { verified: body['verified'] === true },
        })),
      );
    const asked = await Promise.all(missing);
    return {
      checks: Object.assign({}, checks, ...asked.map((one) => one.checks)),
      paid: asked.flatMap(({ paid }) => paid),
      postponed: asked.find(({ postponed }) => postponed !== null)?.postponed ?? null,
    };
  }

  close(): void {
    for (const asker of Object.values(this.#askers)) asker.close();
  }

  async #ask(
    service: Service,
    question: object,
    checks: Checks,
    read: (body: Readonly<Record<string, unknown>>) => Checks,
  ): Promise<Asked> {
    const paid = [{ service, paise: pricePaise[service] }];
    try {
      return await this.breakers[service].call(async () => {
        const asked = await this.#askers[service].ask('/', question);
        if (asked.outcome === 'unknown') throw new Error(asked.why);
        // A limit is no failure: the service is healthy, and asks for patience.
        if (asked.outcome === 'refused' && asked.status !== 429) throw new Error(`refused with ${asked.status}`);
        if (asked.outcome === 'refused') return { checks, paid: [], postponed: { why: 'limited', service, forMs: 0 } };
        return { checks: { ...checks, ...read(asked.body as Record<string, unknown>) }, paid, postponed: null };
      });
    } catch (error) {
      if (error instanceof BreakerOpen)
        return { checks, paid: [], postponed: { why: 'breaker', service, forMs: error.retryAfterMs } };
      // Whether the service did its work is unknown: it will be on the bill.
      return { checks, paid, postponed: { why: 'failed', service, forMs: 0 } };
    }
  }
}
