import type { ToofanConfig } from '../../config.ts';
import { askEngine, type ContainerEngine } from '../../session/container-engine.ts';

const askWithinMs = 10_000;

/** The images of a container stack. */
export interface Images {
  readonly kafka: string;
  readonly postgres: string;
  readonly redis: string;
}

export function imagesOf(config: ToofanConfig): Images {
  const { kafka = 'apache/kafka:4.1.1', postgres = 'postgres:18.4', redis = 'redis:8.2.1' } = config.images ?? {};
  return { kafka, postgres, redis };
}

/** Those of `images` that the engine has. */
export async function presentImages(engine: ContainerEngine, images: readonly string[]): Promise<Set<string>> {
  const present = new Set<string>();
  for (const image of new Set(images)) {
    const { status } = await askEngine(engine, 'GET', `/images/${image}/json`, askWithinMs);
    if (status === 200) present.add(image);
  }
  return present;
}

/** Pulls an image; rejects with the engine's reason, or if it takes longer than `withinMs` (then the engine gives up too). */
export async function pullImage(engine: ContainerEngine, image: string, withinMs: number): Promise<void> {
  const { name, tag } = splitImage(image);
  const path = `/images/create?fromImage=${encodeURIComponent(name)}&tag=${encodeURIComponent(tag)}`;
  const { status, body } = await askEngine(engine, 'POST', path, withinMs).catch((error: unknown) => {
    const took = (error as Error).name === 'TimeoutError' ? `it took longer than ${withinMs / 1000} s` : String(error);
    throw new Error(`cannot pull image ${image}: ${took}`, { cause: error });
  });
  // The engine answers 200 before it has tried, and reports a failure in the last of its lines.
  const failure = /"error":\s*"((?:[^"\\]|\\.)*)"/.exec(typeof body === 'string' ? body : JSON.stringify(body))?.[1];
  if (status !== 200 || failure !== undefined) {
    throw new Error(
      `cannot pull image ${image}: ${failure ?? (body as { message?: string }).message ?? `status ${status}`}`,
    );
  }
}

/** A colon after the last slash precedes a tag; one before it a registry's port. A digest replaces a tag. */
function splitImage(image: string): { name: string; tag: string } {
  const [plain = image, digest] = image.split('@');
  if (digest !== undefined) return { name: plain, tag: digest };
  const colon = plain.lastIndexOf(':');
  return colon > plain.lastIndexOf('/')
    ? { name: plain.slice(0, colon), tag: plain.slice(colon + 1) }
    : { name: plain, tag: 'latest' };
}
