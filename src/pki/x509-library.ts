import type * as X509 from '@peculiar/x509'

/** What `@peculiar/x509` exports. */
export type X509Library = typeof X509

const isMissing = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'ERR_MODULE_NOT_FOUND'

/**
 * Loads `@peculiar/x509`, an optional dependency: only who makes laboratory certificates needs it.
 * Rejects with one line that says how to install it when it is missing.
 */
export const loadX509 = async (): Promise<X509Library> => {
  try {
    // The library looks for the metadata API while it loads, so that has to come first.
    await import('reflect-metadata')
    return await import('@peculiar/x509')
  } catch (error) {
    if (!isMissing(error)) throw error
    throw new Error(
      'making certificates needs an optional package; install it with: npm install @peculiar/x509 reflect-metadata',
      { cause: error },
    )
  }
}
