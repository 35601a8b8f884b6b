/** A number that follows from a name, to share things out among those who have one. */
export const lotOf = (name: string): number => Buffer.from(name).reduce((sum, octet) => sum + octet, 0)
