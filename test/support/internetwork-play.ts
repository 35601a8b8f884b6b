import fc from 'fast-check'
import { TO_ALL, toLocalNetwork, toNetwork, type NetworkDestination } from '../../src/network/event/destination.js'
import { ms, seconds } from '../../src/values/duration.js'
import { addressOf, to, type LabNetwork, type LabNode } from './internetwork.js'
import type { Built } from './internetwork-topology.js'
import { hits } from './port-steps.js'

/** Somebody says something; stations and networks are meant by their number, whatever the number of them. */
export interface SayStep {
  readonly do: 'unicast' | 'local' | 'remote' | 'global'
  readonly from: number
  readonly to: number
}

/** Time passes. */
export interface PassStep {
  readonly do: 'wait'
  readonly ms: number
}

/** A router restarts or flaps, a hub restarts, or arrivals are lost. */
export interface WorldFault {
  readonly do: 'restart' | 'flap' | 'hub' | 'lose'
  readonly which: number
  readonly ms: number
}

/** Words by chance. */
export const sayStep: fc.Arbitrary<SayStep> = fc.record({
  do: fc.constantFrom('unicast', 'unicast', 'local', 'remote', 'global'),
  from: fc.nat(40),
  to: fc.nat(40),
})

/** Waits by chance. */
export const passStep: fc.Arbitrary<PassStep> = fc.record({
  do: fc.constant('wait' as const),
  ms: fc.oneof(fc.nat(20), fc.nat(20_000)),
})

/** Faults by chance. */
export const worldFault: fc.Arbitrary<WorldFault> = fc.record({
  do: fc.constantFrom('restart', 'flap', 'hub', 'lose'),
  which: fc.nat(100),
  ms: fc.oneof(fc.nat(5), fc.nat(30_000)),
})

/** What was said, and for whom. */
export interface Said {
  readonly apdu: string
  readonly by: LabNode
  readonly how: SayStep['do']
  /** Who must hear it where nothing goes wrong. */
  readonly due: readonly LabNode[]
  /** Who may hear it besides: a router that is on such a network, and not at home there. */
  readonly may: readonly LabNode[]
}

/** Somebody of an internetwork says something that is like nothing else that is said. */
export const talk = ({ networks, routers, stations }: Built) => {
  const nodes = [...stations, ...routers]
  const said: Said[] = []

  const isOn = (network: LabNetwork, node: LabNode): boolean => node.ports.some(({ on }) => on === network)
  const isHome = (network: LabNetwork, node: LabNode): boolean => node.ports[0]?.on === network

  const say = (by: LabNode, how: SayStep['do'], whom: LabNode, network: LabNetwork): Said | undefined => {
    const apdu = `1004${said.length.toString(16).padStart(4, '0')}`
    const others = nodes.filter(node => node !== by)
    const own = by.ports[0]?.on as LabNetwork
    const where = how === 'local' ? own : network
    const to$ = destination(how, whom, network)
    const due = {
      unicast: () => [whom],
      global: () => others,
      local: () => others.filter(node => isHome(where, node)),
      remote: () => others.filter(node => isHome(where, node)),
    }[how]()
    if (how === 'unicast' && whom === by) return undefined
    const may = how === 'local' || how === 'remote' ? others.filter(node => isOn(where, node)) : due
    const one = { apdu, by, how, due, may }
    said.push(one)
    by.send(apdu, to$)
    return one
  }

  return {
    said,
    nodes,
    say: (step: SayStep): Said | undefined => {
      const by = nodes[step.from % nodes.length] as LabNode
      return say(
        by,
        step.do,
        nodes[step.to % nodes.length] as LabNode,
        networks[step.to % networks.length] as LabNetwork,
      )
    },
    /** Each to each, and each to all. */
    sayAll: (): readonly Said[] =>
      nodes.flatMap(by =>
        [
          ...nodes.map(whom => say(by, 'unicast', whom, networks[0] as LabNetwork)),
          say(by, 'global', by, networks[0] as LabNetwork),
        ].filter(one => one !== undefined),
      ),
  }
}

const destination = (how: SayStep['do'], whom: LabNode, network: LabNetwork): NetworkDestination => {
  switch (how) {
    case 'unicast':
      return to(whom)
    case 'global':
      return TO_ALL
    case 'local':
      return toLocalNetwork()
    case 'remote':
      return toNetwork(network.number)
  }
}

/** Lets a fault happen, with somebody talking meanwhile. */
export const happen = (
  { world, networks, routers }: Built,
  { do: what, which, ms: duration }: WorldFault,
  meanwhile: () => void,
): void => {
  const router = routers[which % routers.length] as LabNode
  switch (what) {
    case 'restart':
      router.kill()
      meanwhile()
      world.advance(ms(duration))
      router.start()
      if (which % 2 === 1) deafen(world)
      return
    case 'flap':
      for (let times = 0; times < 6; times++) {
        router.kill()
        meanwhile()
        world.advance(ms(duration / 10))
        router.start()
        world.advance(ms(duration / 10))
      }
      return
    case 'hub': {
      const { hub } = networks[which % networks.length] as LabNetwork
      hub?.kill()
      meanwhile()
      world.advance(ms(duration))
      hub?.start()
      if (which % 2 === 1) deafen(world)
      return
    }
    case 'lose': {
      const isHit = hits(which)
      world.lose(isHit)
      for (let times = 0; times < 4; times++) {
        meanwhile()
        world.advance(ms(duration / 4))
      }
      world.lose(undefined)
      return
    }
  }
}

/** Nobody hears what is announced at a return, nor anything else for a while. */
const deafen = (world: Built['world']): void => {
  world.lose(() => true)
  world.advance(seconds(9))
  world.lose(undefined)
}

/** What is wrong with how something was heard, whatever happened meanwhile. */
export const wrongHearing = (nodes: readonly LabNode[], said: readonly Said[]): readonly string[] =>
  said.flatMap(({ apdu, by, how, may }) => {
    const { network, mac } = addressOf(by)
    const what = `${how} ${apdu} of ${by.name}`
    return nodes.flatMap(node => {
      const heard = node.heard(apdu)
      if (heard.length === 0) return []
      if (!may.includes(node)) return [`${node.name} heard ${what}, which was not for it`]
      if (heard.length > 1) return [`${node.name} heard ${what} ${heard.length} times`]
      const isTrue =
        heard[0]?.startsWith(`${network} ${mac} `) === true || heard[0]?.startsWith(`here ${mac} `) === true
      return isTrue ? [] : [`${node.name} heard ${what} from ${heard.join()}`]
    })
  })

/** Who should have heard something, and did not. */
export const unheard = (said: readonly Said[]): readonly string[] =>
  said.flatMap(({ apdu, by, how, due }) =>
    due
      .filter(node => node.heard(apdu).length === 0)
      .map(node => `${node.name} did not hear ${how} ${apdu} of ${by.name}`),
  )
