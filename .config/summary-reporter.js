/** Longer than any test or hook may take, so that only a test that blocks its thread is silent for so long. */
const LONGEST_SILENCE_MS = 120_000

/**
 * Ends a test run with one plain line, `N passed, N failed, N skipped`, for readers that do not know vitest. Also ends a
 * run in which a test never comes back, as the runner's own time limits cannot interrupt one that does not yield.
 */
export default class SummaryReporter {
  /** @type {import('vitest/node').Vitest | undefined} */
  #vitest
  /** @type {NodeJS.Timeout | undefined} */
  #silence

  /** @param {import('vitest/node').Vitest} vitest */
  onInit(vitest) {
    this.#vitest = vitest
  }

  onTestRunStart() {
    this.#heard()
  }

  onTestCaseResult() {
    this.#heard()
  }

  /** @param {readonly import('vitest/node').TestModule[]} modules */
  onTestRunEnd(modules) {
    clearTimeout(this.#silence)
    process.once('exit', () => process.stdout.write(summaryOf(modules)))
  }

  #heard() {
    clearTimeout(this.#silence)
    this.#silence = setTimeout(() => {
      process.stdout.write(summaryOf(this.#vitest?.state.getTestModules() ?? []), () => process.exit(1))
    }, LONGEST_SILENCE_MS).unref()
  }
}

/** @param {readonly import('vitest/node').TestModule[]} modules */
const summaryOf = modules => {
  const count = { passed: 0, failed: 0, skipped: 0, pending: 0 }
  const lost = modules.filter(module => ['queued', 'pending'].includes(module.state()))
  for (const module of modules) {
    for (const test of module.children.allTests()) count[test.result().state]++
    count.failed += module.errors().length
  }
  const lines = lost.map(({ relativeModuleId }) => `${relativeModuleId} did not come back`)
  const summary = `${count.passed} passed, ${count.failed + lost.length} failed, ${count.skipped} skipped`
  return ['', ...lines, summary, ''].join('\n')
}
