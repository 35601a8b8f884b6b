import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Route } from '../../../src/network/route/route.js'
import { ms } from '../../../src/values/duration.js'
import { routingLab, type RoutingLab } from '../../support/routing-lab.js'

const NETWORKS = [1, 2, 3, 4, 5, 6, 7, 8]
const MAX_ROUTES = 4
const MAX_PER_ROUTER = 2

type Act = (lab: RoutingLab) => unknown

const anyNetwork = fc.constantFrom(...NETWORKS)
const anyVia = fc.constantFrom('1/a', '1/b', '2/a', '2/b', '3/a')
const anyPort = fc.constantFrom(1, 2, 3)
const anyList = fc.oneof(fc.constant([]), fc.array(anyNetwork, { maxLength: 3 }))

const said = (act: (lab: RoutingLab, network: number, via: string) => unknown): fc.Arbitrary<Act> =>
  fc.tuple(anyNetwork, anyVia).map(
    ([network, via]) =>
      lab =>
        act(lab, network, via),
  )

const anyAct: fc.Arbitrary<Act> = fc.oneof(
  { arbitrary: said((lab, network, via) => lab.announced(network, lab.via(via))), weight: 6 },
  { arbitrary: said((lab, network, via) => lab.seen(network, lab.via(via))), weight: 6 },
  said((lab, network, via) => lab.setUnreachable(network, lab.via(via))),
  said((lab, network) => lab.forget(network)),
  fc.tuple(anyList, anyVia).map(
    ([list, via]): Act =>
      lab =>
        lab.setBusy(list, lab.via(via)),
  ),
  fc.tuple(anyList, anyVia).map(
    ([list, via]): Act =>
      lab =>
        lab.setAvailable(list, lab.via(via)),
  ),
  fc.tuple(anyPort, fc.option(anyNetwork, { nil: undefined })).map(
    ([id, network]): Act =>
      lab =>
        lab.setDirect(lab.port(id), network),
  ),
  fc.array(fc.tuple(anyNetwork, anyVia), { maxLength: 2 }).map(
    (ways): Act =>
      lab =>
        lab.setConfigured(ways.map(([network, via]) => lab.way(`${network} via ${via}`))),
  ),
  anyPort.map((id): Act => lab => {
    lab.port(id).isUp = !lab.port(id).isUp
    lab.portChanged(lab.port(id))
  }),
  {
    arbitrary: anyPort.map(
      (id): Act =>
        lab =>
          lab.removePort(lab.port(id)),
    ),
    weight: 1,
  },
  {
    arbitrary: fc.nat(40_000).map(
      (delay): Act =>
        lab =>
          lab.advance(ms(delay)),
    ),
    weight: 2,
  },
)

const isFixed = ({ origin }: Route): boolean => origin === 'direct' || origin === 'configured'

const whatever = (check: (lab: RoutingLab, heard: ReadonlyMap<number, Route>, act: Act) => void): void => {
  fc.assert(
    fc.property(fc.boolean(), fc.noBias(fc.array(anyAct, { maxLength: 100 })), (isRouter, acts) => {
      const heard = new Map<number, Route>()
      const lab = routingLab({
        isRouter,
        limits: { maxRoutes: MAX_ROUTES, maxPerRouter: MAX_PER_ROUTER },
        tell: ({ route, state }) => {
          if (state === 'forgotten') expect(heard.delete(route.network)).toBe(true)
          else heard.set(route.network, route)
        },
      })
      for (const act of acts) check(lab, heard, act)
      lab.close()
      expect([lab.running(), lab.size()]).toEqual([0, 0])
    }),
    { numRuns: 400 },
  )
}

describe('a routing table, whatever happens', () => {
  it('keeps its bounds, and runs a timer only while somebody is busy', () => {
    whatever((lab, _, act) => {
      act(lab)
      const learned = lab.routes().filter(route => !isFixed(route))
      expect(learned.length).toBeLessThanOrEqual(MAX_ROUTES)
      const perRouter = new Map<string, number>()
      for (const { port, nextHop } of learned) {
        const key = `${port.id}/${nextHop ?? ''}`
        perRouter.set(key, (perRouter.get(key) ?? 0) + 1)
      }
      expect(Math.max(0, ...perRouter.values())).toBeLessThanOrEqual(MAX_PER_ROUTER)
      expect(lab.running()).toBeLessThanOrEqual(1)
      if (lab.routes().some(({ state }) => state === 'busy')) expect(lab.running()).toBe(1)
      if (lab.routes().length === 0) expect(lab.running()).toBe(0)
    })
  })

  it('finds what it lists, and what somebody would know who only hears of the changes', () => {
    whatever((lab, heard, act) => {
      act(lab)
      const found = NETWORKS.map(lab.find).filter(route => route !== undefined)
      expect(new Set(found)).toEqual(new Set(lab.routes()))
      expect(lab.size()).toBe(found.length)
      expect(new Map(found.map(route => [route.network, route]))).toEqual(new Map(heard))
      for (const route of found) expect(heard.get(route.network)).toBe(route)
      for (const port of lab.ports) {
        const beyond = found.filter(route => route.port !== port && route.state !== 'unreachable')
        expect(lab.networksBeyond(port)).toEqual(beyond.map(({ network }) => network).sort((a, b) => a - b))
      }
    })
  })

  it('has nothing reachable through a port that is down', () => {
    whatever((lab, _, act) => {
      act(lab)
      for (const { port, state } of lab.routes()) if (!port.isUp) expect(state).toBe('unreachable')
    })
  })

  it('replaces no network of a port, and no configured route, whatever others say', () => {
    const anySaying = fc.oneof(
      said((lab, network, via) => lab.announced(network, lab.via(via))),
      said((lab, network, via) => lab.seen(network, lab.via(via))),
      said((lab, network) => lab.forget(network)),
    )
    fc.assert(
      fc.property(fc.array(anyAct, { maxLength: 40 }), fc.array(anySaying, { maxLength: 40 }), (acts, sayings) => {
        const lab = routingLab({ limits: { maxRoutes: MAX_ROUTES, maxPerRouter: MAX_PER_ROUTER } })
        for (const act of acts) act(lab)
        const fixed = lab.routes().filter(isFixed)
        for (const say of sayings) say(lab)
        const way = ({ network, port, nextHop, origin }: Route) => [network, port.id, nextHop, origin]
        expect(lab.routes().filter(isFixed).map(way)).toEqual(fixed.map(way))
      }),
      { numRuns: 400 },
    )
  })

  it('gives every network of a port that is told to it, and the last configured ones besides', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(anyPort, fc.option(anyNetwork, { nil: undefined })), { maxLength: 20 }),
        fc.array(fc.tuple(anyNetwork, anyVia), { maxLength: 5 }),
        fc.nat(20),
        (settings, ways, when) => {
          const lab = routingLab()
          const numbers = new Map<number, number>()
          const configure = (): void =>
            lab.setConfigured(ways.map(([network, via]) => lab.way(`${network} via ${via}`)))
          settings.forEach(([id, network], n) => {
            if (n === when) configure()
            const isFree = ![...numbers].some(([other, number]) => other !== id && number === network)
            expect(lab.setDirect(lab.port(id), network)).toBe(isFree)
            if (network === undefined) numbers.delete(id)
            else if (isFree) numbers.set(id, network)
          })
          if (when >= settings.length) configure()
          const taken = new Set(numbers.values())
          const rest = new Map(ways.filter(([network]) => !taken.has(network)))
          expect(
            lab
              .routes()
              .map(({ network, port, nextHop }) => [
                network,
                `${port.id}${nextHop === undefined ? '' : `/${nextHop}`}`,
              ]),
          ).toEqual([
            ...[...numbers].map(([id, network]): [number, string] => [network, `${id}`]).sort(([a], [b]) => a - b),
            ...[...rest].sort(([a], [b]) => a - b),
          ])
        },
      ),
    )
  })
})
