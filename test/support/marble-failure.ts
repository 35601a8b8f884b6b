import { marbles, type MarbleOptions, type MarbleTools } from '../../src/testing/index.js'

/** What the test of a user fails with. */
export const failure = (body: (tools: MarbleTools) => unknown, options?: MarbleOptions): Error => {
  try {
    marbles(body, options)
  } catch (error) {
    return error as Error
  }
  throw new Error('the test passes')
}

/** What it says. */
export const messageOf = (...args: Parameters<typeof failure>): string => failure(...args).message
