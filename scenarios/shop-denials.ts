import { shedShare } from 'toofan/objectives';

/**
 * The share of the orders answered that a shop may turn away (shed, rejected). The source names no number for shops; one in a hundred is
 * our choice: a sound pipeline turns nobody away in these drills, and ten times what the source allows fraud checks to get wrong
 * (4667) is no accident.
 */
export const shopDenials = shedShare({ below: 0.01 });
