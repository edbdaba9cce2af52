import { startSession } from '../../harness/session/start-session.ts';
import { installedGoProgram, k6 } from '../../harness/stack/tools/go-program.ts';

/** Builds k6 ahead of the tests that need it, as the first drill with shoppers would: it compiles while others wait for a network. */
await using session = await startSession();
await installedGoProgram(k6, session, (line) => process.stdout.write(`${line}\n`));
