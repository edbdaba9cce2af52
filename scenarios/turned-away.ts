import { shedShare } from '../harness/judge/objectives/index.ts';

/**
 * What a shop may turn away (shed, rejected) of the orders that it answers. The source names no number for shops; one in a hundred
 * is our choice: a pipeline that is in order turns nobody away in these drills, and ten times what the source allows fraud checks
 * to get wrong (4667) is no longer an accident.
 */
export const turnedAway = shedShare({ below: 0.01 });
