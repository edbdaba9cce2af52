import { readdirSync } from 'node:fs';
import { askEngine, type ContainerEngine } from '../../session/container-engine.ts';
import { ownProcesses } from '../../session/own-processes.ts';
import { sessionVariable } from '../../session/process-rows.ts';
import type { Session } from '../../session/session.ts';
import type { Owner } from './cpu-accounts.ts';
import { containersOf, type ProcessTimes } from '../../session/proc-files.ts';
import { socketOwners } from './socket-owners.ts';
import { textOf } from '../../session/text-of.ts';

/** What tells which processes belong to the drill. */
export interface Drill {
  readonly session: Pick<Session, 'id' | 'folder' | 'label' | 'groups'>;
  /** Set if the stores are, or may be, containers. */
  readonly engine?: ContainerEngine | undefined;
  /** Local ports of the stores. */
  readonly storePorts: readonly number[];
  /**
   * Set if stores or pipeline existed before: then whoever listens on these ports, or is connected to one, belongs to the drill.
   */
  readonly usesOthers?: boolean;
}

const engineWithinMs = 2_000;
const kernelThreads = 2;

/** Classifies each process of this machine: the drill's own, the kernel's, or foreign. */
export class Whose {
  readonly #drill: Drill | undefined;
  readonly #seenBefore: ReadonlySet<number>;
  /** Containers by id: true if they belong to the drill. */
  readonly #containers = new Map<string, boolean>();
  /** By pid, containers that the engine was not yet asked about. */
  readonly #unsure = new Map<number, readonly string[]>();
  #isAsking = false;

  readonly #text: (file: string) => string;

  private constructor(drill: Drill | undefined, seenBefore: ReadonlySet<number>, text: (file: string) => string) {
    this.#drill = drill;
    this.#seenBefore = seenBefore;
    this.#text = text;
  }

  /** Without a drill, only this process counts as own. */
  static async of(drill: Drill | undefined, text: (file: string) => string = textOf): Promise<Whose> {
    if (drill === undefined) return new Whose(drill, new Set(), text);
    const { session, usesOthers, storePorts } = drill;
    const own = new Set(await ownProcesses(session.id, session.folder, session.groups));
    const whose = new Whose(drill, usesOthers === true ? own.union(socketOwners(storePorts)) : own, text);
    await whose.#ask();
    return whose;
  }

  /** Whether the drill has containers whose processes are invisible here: their CPU would seem foreign. */
  missesContainers(): boolean {
    const ours = [...this.#containers].filter(([, isOurs]) => isOurs).map(([id]) => id);
    if (ours.length === 0) return false;
    const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
    return !pids.some((pid) => containersOf(this.#text(`/proc/${pid}/cgroup`)).some((id) => ours.includes(id)));
  }

  /** Processes whose classification may still change. */
  unsure(): Iterable<number> {
    return this.#unsure.keys();
  }

  /** `ownerOf`: the classification of processes that started earlier. */
  ownerOf(process_: ProcessTimes, ownerOf: (pid: number) => Owner | undefined): Owner {
    const { pid, parent } = process_;
    if (pid === process.pid) return 'own';
    if (pid === kernelThreads || parent === kernelThreads) return 'kernel';
    // A child of the harness itself belongs to the drill only if it carries the session's mark.
    if (parent !== process.pid && ownerOf(parent) === 'own') return 'own';
    return this.#isSessions(process_) || this.#isContained(pid) ? 'own' : 'foreign';
  }

  #isSessions({ pid, group, session, startedAt }: ProcessTimes): boolean {
    if (this.#drill === undefined) return false;
    if (this.#seenBefore.has(pid)) return true;
    const { id, groups } = this.#drill.session;
    const isOfGroup = groups.some(
      (one) => (one.leader === group || one.leader === session) && startedAt >= one.startedAt,
    );
    return isOfGroup || this.#text(`/proc/${pid}/environ`).split('\0').includes(`${sessionVariable}=${id}`);
  }

  /** In one of the drill's containers, or run by an engine for one: its shim, and the proxy of a published port. */
  #isContained(pid: number): boolean {
    if (this.#drill?.engine === undefined) return false;
    const within = containersOf(this.#text(`/proc/${pid}/cgroup`));
    const unknown = within.filter((id) => !this.#containers.has(id));
    if (unknown.length === 0) this.#unsure.delete(pid);
    else this.#unsure.set(pid, unknown);
    if (unknown.length > 0 && !this.#isAsking) void this.#ask();
    if (within.some((id) => this.#containers.get(id) === true)) return true;
    const [program = '', ...args] = this.#text(`/proc/${pid}/cmdline`).split('\0');
    if (program.endsWith('docker-proxy')) {
      const port = Number(args[args.indexOf('-host-port') + 1]);
      return this.#drill.storePorts.includes(port);
    }
    return program.includes('containerd-shim') && args.some((arg) => this.#containers.get(arg) === true);
  }

  /** Asks the engine which containers belong to the drill: those with its label, and those that publish a store's port. */
  async #ask(): Promise<void> {
    const { engine, session, storePorts } = this.#drill ?? {};
    if (engine === undefined) return;
    this.#isAsking = true;
    const asked = [...this.#unsure.values()].flat();
    const { body } = await askEngine(engine, 'GET', '/containers/json', engineWithinMs).catch(() => ({ body: [] }));
    this.#isAsking = false;
    const isOurs = ({ Labels, Ports }: Container) =>
      Object.entries(session?.label ?? {}).some(([name, value]) => Labels?.[name] === value) ||
      (Ports ?? []).some(({ PublicPort }) => storePorts?.includes(PublicPort ?? 0) === true);
    for (const container of Array.isArray(body) ? (body as Container[]) : [])
      this.#containers.set(container.Id, isOurs(container));
    // A container unknown to this engine belongs to another one.
    for (const id of asked) if (!this.#containers.has(id)) this.#containers.set(id, false);
  }
}

interface Container {
  readonly Id: string;
  readonly Labels?: Readonly<Record<string, string>> | null;
  readonly Ports?: readonly { readonly PublicPort?: number }[] | null;
}
