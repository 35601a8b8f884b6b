/** What is added to the end of a connection where messages may be lost with it. */
export const unconfirmedText = (count: number): string => {
  if (count === 0) return ''
  return count === 1 ? '; a message sent last may be lost' : `; ${count} messages sent last may be lost`
}
