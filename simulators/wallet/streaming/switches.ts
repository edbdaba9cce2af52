/** What a responder may turn; a worker that starts begins with `asBuilt`. A type of its own text, as switches are plain JSON. */
export type PaymentSwitches = {
  /** `auto`: as the measured load says; `on`, `off`. */
  readonly crisisMode: string;
};

export const asBuilt: PaymentSwitches = { crisisMode: 'auto' };
