/**
 * An HTTP request to one of the drill's processes, on its own port of this machine. A redirect is its answer: following it could
 * lead to another machine. Rejects like `fetch`.
 */
export const askProcess = (
  { port }: { readonly port: number },
  path: string,
  init: Omit<RequestInit, 'redirect'> = {},
): Promise<Response> => fetch(`http://127.0.0.1:${port}${path}`, { ...init, redirect: 'manual' });
