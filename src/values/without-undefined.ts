/** What is given, but for what is given as `undefined`: that is as if it were left out. */
export const withoutUndefined = <Given extends object>(given: Given): Given =>
  Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as Given
