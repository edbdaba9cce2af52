/** How certain each check is of an applicant, 0 to 1 each. */
export interface Scores {
  /** That the names on Aadhaar, PAN and bank account are one person's. */
  readonly name: number;
  readonly address: number;
  /** That both registers know the documents, and as this applicant's. */
  readonly documents: number;
  /** That the selfie shows the face of the Aadhaar photo. */
  readonly face: number;
}

/** Below it a person looks (source 718). */
export const reviewBelow = 0.8;

/**
 * The source's overall confidence (708-713): the mean of the four, but never above the weakest proof of identity: a correct
 * address does not make up for a stranger's face, or for two names.
 */
export function confidenceOf({ name, address, documents, face }: Scores): number {
  const mean = (name + address + documents + face) / 4;
  return Math.round(Math.min(mean, name, documents, face) * 1_000) / 1_000;
}
