import { startSession } from '../../harness/session/start-session.ts';
import { installedGoProgram, k6 } from '../../harness/stack/tools/go-program.ts';

/** Builds k6 before the tests that need it, like the first drill with shoppers: it compiles while others wait for the network. */
await using session = await startSession();
await installedGoProgram(k6, session, (line) => process.stdout.write(`${line}\n`));
