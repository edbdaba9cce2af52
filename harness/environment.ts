/** The user's environment: variables that our own clients must ignore, and those that our downloaders need. */
import http from 'node:http';
import https from 'node:https';

type Environment = Record<string, string | undefined>;

// `pg` reads this on import, before any of our code runs except this.
delete process.env['NODE_PG_FORCE_NATIVE'];

const loopbackHosts = ['localhost', '127.0.0.1', '[::1]'];

/**
 * From here on no variable steers a client in this process: removes `PGHOST`, `PGSSLMODE`, `PGOPTIONS` and the like, and sends no
 * request to this machine through a proxy (`NODE_USE_ENV_PROXY`). Call it after reading toofan.config.ts, which may use them.
 */
export function freeOurClients(env: Environment = process.env): void {
  for (const name of Object.keys(env)) if (/^PG[A-Z_]+$/.test(name)) delete env[name];
  // `fetch` reads these on each call, lower case first; the agents of node:http read them once, at start.
  for (const name of ['no_proxy', 'NO_PROXY']) {
    const listed = env[name] ?? env[name === 'no_proxy' ? 'NO_PROXY' : 'no_proxy'] ?? '';
    env[name] = [...new Set([...listed.split(/[\s,]+/), ...loopbackHosts])].filter((host) => host !== '').join(',');
  }
  // With Node's own defaults.
  const usual = { keepAlive: true, scheduling: 'lifo', timeout: 5_000 } as const;
  http.globalAgent = new http.Agent(usual);
  https.globalAgent = new https.Agent(usual);
}

const ofDownloads = [
  /^(?:https?|all|no)_proxy$/i,
  // Certificates, credentials, and the tools' own settings and download caches.
  /^(?:SSL_CERT_(?:FILE|DIR)|NODE_EXTRA_CA_CERTS|CURL_CA_BUNDLE|REQUESTS_CA_BUNDLE|NETRC|SSH_AUTH_SOCK|XDG_(?:CACHE|CONFIG)_HOME)$/,
  /^GIT_(?:SSL_\w+|CONFIG_\w+|SSH_COMMAND|ASKPASS|TERMINAL_PROMPT)$/,
  /^GO(?:PROXY|PRIVATE|NOPROXY|NOSUMDB|SUMDB|INSECURE|AUTH|VCS|TOOLCHAIN|ENV|PATH|CACHE|MODCACHE|ROOT|TMPDIR)$/,
  /^(?:JAVA_HOME|M2_HOME|MAVEN_\w+|JAVA_TOOL_OPTIONS|JDK_JAVA_OPTIONS|_JAVA_OPTIONS)$/,
  /^npm_config_\w+$/i,
];

/** The user's network settings for Go and Maven, which download for us: proxies, mirrors, certificates. */
export const downloadEnvironment = (env: Environment = process.env): Record<string, string> =>
  Object.fromEntries(
    Object.entries(env).filter(
      (entry): entry is [string, string] =>
        entry[1] !== undefined && ofDownloads.some((pattern) => pattern.test(entry[0])),
    ),
  );
