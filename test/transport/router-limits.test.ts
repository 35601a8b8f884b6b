import { EMPTY } from 'rxjs'
import { describe, expect, it } from 'vitest'
import type { NetworkLimitOptions } from '../../src/network/event/network-limits.js'
import { ConfigurationError } from '../../src/transport/configuration-error.js'
import { networkEntity, router } from '../../src/transport/router.js'
import { routerLab } from '../support/router-lab.js'

const failureOf = (limits: NetworkLimitOptions): unknown => {
  const failures = [router, networkEntity].map(make => {
    let failure: unknown
    make({ ports: [], limits })(EMPTY).subscribe({ error: (error: unknown) => (failure = error) })
    return failure
  })
  expect(failures[0]).toEqual(failures[1])
  return failures[0]
}

const PACES = [
  ...['announcements', 'broadcastsOfStation', 'broadcastsOfPort', 'answersOfNetwork', 'controlOfNeighbour'],
  ...['controlOfPort', 'relayOfList', 'renumberings', 'rejects', 'rejectsOfPort', 'discovery.pace'],
]

const WAITS = [
  ...['outage', 'settling', 'suspicion', 'repeat', 'routing.busyTime', 'routing.unreachableTime'],
  ...['routing.flapping.window', 'routing.flapping.hold', 'discovery.wait', 'discovery.memory'],
]

const COUNTS = [
  ...['routing.maxRoutes', 'routing.maxPerRouter', 'routing.flapping.changes', 'discovery.perNetwork'],
  ...['discovery.inTotal', 'discovery.tries', 'discovery.maxRemembered'],
]

/** Options with that at a path of keys. */
const at = (path: string, value: unknown): NetworkLimitOptions =>
  path.split('.').reduceRight<unknown>((inner, key) => ({ [key]: inner }), value) as NetworkLimitOptions

describe('limits of a router, and of a node', () => {
  it.each(PACES)('have a pace of %s that lets something through', path => {
    const name = `limits.${path}`
    for (const burst of [0, -1, 1.5, Number.NaN, Infinity]) {
      expect(failureOf(at(path, { burst, perSecond: 1 }))).toMatchObject({
        name: 'ConfigurationError',
        message: expect.stringContaining(`${name}.burst: ${burst} is not`) as unknown,
      })
    }
    for (const perSecond of [0, -1, Number.NaN, Infinity]) {
      expect(failureOf(at(path, { burst: 1, perSecond }))).toMatchObject({
        message: expect.stringContaining(`${name}.perSecond: ${perSecond} is not`) as unknown,
      })
    }
    expect(failureOf(at(path, { burst: 1, perSecond: 0.001 }))).toBeUndefined()
  })

  it.each(WAITS)('have a wait of %s that a timer can have', path => {
    for (const wait of [0, -1, Number.NaN, '2']) {
      const reason = `limits.${path}: ${wait} is not a wait in milliseconds`
      expect(failureOf(at(path, wait))).toEqual(new ConfigurationError(reason))
    }
    expect(failureOf(at(path, 2 ** 31))).toBeInstanceOf(ConfigurationError)
    expect(failureOf(at(path, 1))).toBeUndefined()
  })

  it.each(COUNTS)('have at least one of %s', path => {
    for (const count of [0, -1, 1.5, Number.NaN]) {
      expect(failureOf(at(path, count))).toMatchObject({
        name: 'ConfigurationError',
        message: expect.stringContaining(`limits.${path}: ${count} is not a whole number from 1`) as unknown,
      })
    }
    expect(failureOf(at(path, 1))).toBeUndefined()
  })

  it.each([...PACES, ...WAITS, ...COUNTS])('have the default of %s where that is undefined', path => {
    expect(failureOf(at(path, undefined))).toBeUndefined()
  })
})

describe('a policy of which something is undefined', () => {
  it('has the default for that', () => {
    const nothing = undefined as never
    const policy = { mayAnnounce: nothing, learnsFromTraffic: nothing, mayWrite: nothing, mayRead: nothing }
    const { ports, sent, told } = routerLab({ policy: { ...policy, mayPass: nothing } })
    ports.ip.hear('01800107d2', 'c0a80164bac0', true)
    expect(told('Route')).toMatchObject([{ network: 2002, state: 'reachable' }])
    sent()
    ports.ip.hear('01240014030004d2ff1008', 'c0a80132bac0')
    expect(sent()).toHaveLength(1)
  })
})
