/**
 * What a responder may switch; a starting worker begins with `asBuilt`. A type, not an interface, because switches are plain
 * JSON.
 */
export type PaymentSwitches = {
  /** `auto`: by the measured load; `on`, `off`. */
  readonly crisisMode: string;
};

export const asBuilt: PaymentSwitches = { crisisMode: 'auto' };
