/** What a responder can switch on a running worker; these are the defaults, after a restart too. */
export const initialSwitches = {
  /** Crisis mode without waiting for a surge. */
  crisisMode: false,
  /** The connections of crisis mode without the rest of it. */
  poolRaised: false,
};
