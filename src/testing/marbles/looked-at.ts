/**
 * What a look at a value gives. Getters and proxies may do anything when they are looked at: where that throws, it is
 * `otherwise`, and neither the test nor what it tests ends by it.
 */
export const lookedAt = <T, Otherwise>(look: () => T, otherwise: Otherwise): T | Otherwise => {
  try {
    return look()
  } catch {
    return otherwise
  }
}
