/** All exit codes of `toofan`. Two digits for verdicts, sysexits for the rest. */
export const ExitCode = {
  pass: 0,
  objectiveMissed: 10,
  invariantBroken: 11,
  inconclusive: 12,
  usage: 64,
  badInput: 65,
  unavailable: 69,
  internal: 70,
  interrupted: 130,
} as const;

export type ExitCode = (typeof ExitCode)[keyof typeof ExitCode];

/** If several apply, the first of these is reported. */
const precedence: readonly ExitCode[] = [
  ExitCode.internal,
  ExitCode.interrupted,
  ExitCode.invariantBroken,
  ExitCode.objectiveMissed,
  ExitCode.inconclusive,
  ExitCode.pass,
];

/** The exit code of a run over several targets. An empty list would pass without judging anything: our own bug. */
export function worst(codes: readonly ExitCode[]): ExitCode {
  const other = codes.find((code) => !precedence.includes(code));
  return precedence.find((code) => codes.includes(code)) ?? other ?? ExitCode.internal;
}
