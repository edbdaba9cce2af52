import type { Remains } from './clean.ts';
import type { ContainerEngine } from './container-engine.ts';
import type { ProcessGroup } from './own-processes.ts';
import type { UndoCommand } from './undo.ts';

/** What the harness tells its janitor. */
export type JanitorMessage =
  | { readonly group: ProcessGroup }
  | { readonly engine: ContainerEngine }
  | { readonly lease: string; readonly undo: readonly UndoCommand[]; readonly ttlMs: number }
  | { readonly leaseEnded: string }
  | { readonly released: true };

/** Everything that a session may have left, from what its janitor was told. */
export function remainsOf(id: string, folder: string, told: readonly JanitorMessage[]): Remains {
  const ended = new Set(told.flatMap((message) => ('leaseEnded' in message ? [message.leaseEnded] : [])));
  return {
    id,
    folder,
    groups: told.flatMap((message) => ('group' in message ? [message.group] : [])),
    engines: told.flatMap((message) => ('engine' in message ? [message.engine] : [])),
    undo: told
      .flatMap((message) => ('lease' in message && !ended.has(message.lease) ? [message.undo] : []))
      .toReversed()
      .flat(),
  };
}
