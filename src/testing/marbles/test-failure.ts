/**
 * The error of a test that fails, as runners of tests show it: with the place in the test that said what is not so.
 *
 * @param site An error made in the function of ours that was called there.
 */
export const testFailure = (message: string, site: Error | undefined): Error => {
  const failure = new Error(message)
  failure.name = 'AssertionError'
  const frames = site?.stack?.split('\n').filter(line => /^\s+at /u.test(line))
  if (frames !== undefined) failure.stack = [`${failure.name}: ${message}`, ...frames.slice(1)].join('\n')
  return failure
}
