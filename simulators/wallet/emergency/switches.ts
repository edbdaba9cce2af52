/** What a responder can turn on a running worker; as here at its start, after a restart too. */
export const initialSwitches = {
  /** Crisis mode without waiting for a surge. */
  crisisMode: false,
  /** The connections of crisis mode without the rest of it. */
  poolRaised: false,
};
