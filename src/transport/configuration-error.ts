/** Something in the options that the caller must fix; the message is one plain sentence. */
export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError'
}
