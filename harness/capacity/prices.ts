/** What an hour of one vCPU costs, in rupees, by the source text's own table (lines 5003–5029); its other tables say otherwise. */
export const vcpuPrices: readonly { readonly place: string; readonly rupeesPerHour: number; readonly line: string }[] =
  [
    { place: 'Mumbai', rupeesPerHour: 12, line: '5006' },
    { place: 'Bangalore', rupeesPerHour: 10, line: '5012' },
    { place: 'Hyderabad', rupeesPerHour: 8, line: '5018' },
    { place: 'Singapore', rupeesPerHour: 15, line: '5024' },
  ];
