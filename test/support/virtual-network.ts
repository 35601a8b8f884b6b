import { Subject, VirtualTimeScheduler } from 'rxjs'
import type { HubCommand, HubCounters, HubEvent, HubNode } from '../../src/sc/hub/hub-event.js'
import type { ScLinkEvent, ScOutbound, ScStatus } from '../../src/sc/node/sc-link.js'
import type { CloseCode, SocketOutput, Subprotocol } from '../../src/sc/connection/socket.js'
import {
  virtualNetwork,
  type TappedWebSocket,
  type VirtualHubOptions,
  type VirtualNodeOptions,
} from '../../src/testing/index.js'
import { ms, type Duration } from '../../src/values/duration.js'
import type { Vmac } from '../../src/values/vmac.js'
import { functionRule } from '../../src/wire/bvlc-function.js'
import { encodeBvlcSc } from '../../src/wire/bvlc-sc-encode.js'
import type { PeerIdentity } from '../../src/wire/bvlc-sc.js'
import { NO_OPTIONS } from '../../src/wire/header-option.js'
import { run, type Running } from './running.js'
import { toHex } from './vectors.js'

/** A hub that runs. */
export interface RunningHub extends Running<HubCommand, HubEvent> {
  readonly nodes: () => readonly HubNode[]
  readonly counters: () => HubCounters
}

/** A node that runs. */
export interface RunningNode extends Running<ScOutbound, ScLinkEvent> {
  readonly status: () => ScStatus | undefined
  /** Sends the NPDU of that number. */
  readonly send: (number: number, destination: Vmac | 'broadcast') => void
  /** The numbers of the NPDUs it heard. */
  readonly heard: () => readonly number[]
}

/** A WebSocket with no BACnet behind it, to play a peer that is not ours. */
export interface RawPeer {
  /** The octets it heard, in hex. */
  readonly heard: readonly string[]
  readonly send: (octets: Uint8Array) => void
  readonly close: (code: CloseCode) => void
  /** The code with which it ended. */
  readonly closeCode: () => number | undefined
}

/** A virtual network with the clock in the hands of the test. Everything is on its way for a millisecond. */
export interface VirtualLab {
  readonly advance: (duration: Duration) => void
  /** A hub, running. */
  readonly hub: (options?: VirtualHubOptions) => RunningHub
  /** A node, running. */
  readonly node: (options?: VirtualNodeOptions) => RunningNode
  readonly peer: (name: string, hub?: string, subprotocol?: Subprotocol) => RawPeer
  readonly cut: (name: string) => void
  readonly mute: (name: string) => void
  readonly tapped: readonly TappedWebSocket[]
  /** Timers that are set and did not fire yet. */
  readonly timers: () => number
}

/** Sets up a virtual network. */
export const virtualLab = (): VirtualLab => {
  const scheduler = new VirtualTimeScheduler()
  const network = virtualNetwork(scheduler, { latency: ms(1) })
  const tapped: TappedWebSocket[] = []
  network.tap$.subscribe(what => tapped.push(what))
  let nodes = 0

  return {
    advance: duration => {
      scheduler.maxFrames = scheduler.frame + duration
      scheduler.flush()
      scheduler.frame = scheduler.maxFrames
    },
    hub: (options = {}) => {
      const hub = run(options.name ?? 'hub-a', network.hub(options), scheduler)
      const ask = <Tag extends 'Nodes' | 'Counters'>(command: HubCommand, tag: Tag) => {
        hub.submit(command)
        return lastOf(hub.told(tag))
      }
      return {
        ...hub,
        nodes: () => ask({ _tag: 'ListNodes' }, 'Nodes').nodes,
        counters: () => ask({ _tag: 'ReadCounters' }, 'Counters').counters,
      }
    },
    node: (options = {}) => {
      const name = options.name ?? `node-${++nodes}`
      const node = run(name, network.node({ ...options, name }), scheduler)
      return {
        ...node,
        status: () => node.told('Status').at(-1)?.status,
        send: (number, destination) => node.submit({ _tag: 'Npdu', npdu: npdu(number), destination }),
        heard: () => node.told('Npdu').map(event => numberOf(event.npdu)),
      }
    },
    peer: (name, hub, subprotocol) => {
      const outbound$ = new Subject<SocketOutput>()
      const heard: string[] = []
      let closeCode: number | undefined
      network
        .socket(
          name,
          hub,
          subprotocol,
        )(outbound$)
        .subscribe(event => {
          if (event._tag === 'Message') heard.push(toHex(event.octets))
          if (event._tag === 'Closed') closeCode = event.code
        })
      return {
        heard,
        send: octets => outbound$.next(octets),
        close: code => outbound$.next({ _tag: 'CloseSocket', code }),
        closeCode: () => closeCode,
      }
    },
    cut: network.cut,
    mute: network.mute,
    tapped,
    timers: () => scheduler.actions.length,
  }
}

const lastOf = <A>(list: readonly A[]): A => {
  const last = list.at(-1)
  if (last === undefined) throw new Error('there was no answer')
  return last
}

/** An NPDU that says nothing but its number. */
export const npdu = (number: number): Uint8Array => Uint8Array.of(1, 0, number >> 8, number)

const numberOf = (octets: Uint8Array): number => ((octets[2] ?? 0) << 8) | (octets[3] ?? 0)

/** The octets of a message about the connection itself. */
export const connectRequest = (identity: PeerIdentity, messageId = 1): Uint8Array =>
  encodeBvlcSc({
    _tag: 'Connect-Request',
    messageId,
    originating: undefined,
    destination: undefined,
    destinationOptions: NO_OPTIONS,
    ...identity,
  })

/** What was tapped, in words: `node-1 > hub-a Heartbeat-Request`, `hub-a > node-1 Disconnect-Request`, … */
export const inWords = (tapped: TappedWebSocket): string => {
  const { node, hub } = tapped
  if (tapped._tag === 'Closed') return `${node} - ${hub} closed with ${tapped.code}`
  const name = functionRule(tapped.octets[0] ?? 0xff)?.name ?? 'unknown function'
  return tapped.direction === 'to hub' ? `${node} > ${hub} ${name}` : `${hub} > ${node} ${name}`
}

/** The octets of a message that was tapped, in hex. */
export const inHex = (tapped: TappedWebSocket): string => (tapped._tag === 'Message' ? toHex(tapped.octets) : '')
