import type { Box } from './box.js'

/** What has to happen for a box to become another. */
export interface BoxChanges {
  /** The ports that go on as they are, by name. */
  readonly kept: readonly string[]
  /** Those that are new, or have changed. */
  readonly started: readonly string[]
  /** Those that are gone, or have changed. */
  readonly ended: readonly string[]
  /** Whether the router is gone, or another one. */
  readonly isRouterOver: boolean
}

/**
 * What has to happen for a box to become another. A router that is another has all its ports opened anew: one with other
 * policies, or another `home` than it runs with. Where none is named, that stays what it is as long as it is a port.
 */
export const changesBetween = (before: Box, after: Box, home: string | undefined): BoxChanges => {
  const { router } = after
  const isOtherHome =
    home !== undefined && (router?.home === undefined ? !router?.ports.includes(home) : router.home !== home)
  const isRouterOver = before.router !== undefined && (isOtherHome || before.router.fingerprint !== router?.fingerprint)
  const isKept = (name: string): boolean => {
    const port = before.ports.get(name)
    if (port === undefined || port.fingerprint !== after.ports.get(name)?.fingerprint) return false
    return !(isRouterOver && port.isRouted)
  }
  const [names, next] = [[...before.ports.keys()], [...after.ports.keys()]]
  return {
    kept: names.filter(isKept),
    started: next.filter(name => !isKept(name)),
    ended: names.filter(name => !isKept(name)),
    isRouterOver,
  }
}
