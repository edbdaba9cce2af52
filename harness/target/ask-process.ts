/**
 * Asks a process of the drill over HTTP, at its own port of this machine. A redirect is its answer: to follow it could lead to
 * another machine. Rejects as `fetch` does.
 */
export const askProcess = (
  { port }: { readonly port: number },
  path: string,
  init: Omit<RequestInit, 'redirect'> = {},
): Promise<Response> => fetch(`http://127.0.0.1:${port}${path}`, { ...init, redirect: 'manual' });
