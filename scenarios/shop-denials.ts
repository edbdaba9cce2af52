import { shedShare } from 'toofan/objectives';

/**
 * The share of answered orders that a shop may turn away (shed, rejected). The source gives no number for shops; one in a hundred
 * is our choice: a sound pipeline turns nobody away in these drills, and ten times the error rate that the source allows fraud
 * checks (4667) is no accident.
 */
export const shopDenials = shedShare({ below: 0.01 });
