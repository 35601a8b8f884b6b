import { NEVER, Observable } from 'rxjs'
import { drive } from '../../src/machine/drive.js'
import { discovery } from '../../src/network/route/discovery.js'
import { discoveryLimits } from '../../src/network/route/discovery-limits.js'
import {
  initialNetworkNumber,
  networkNumberMachine,
  networkNumberTimings,
  type NetworkNumberEffect,
  type NetworkNumberEvent,
  type NetworkNumberTimer,
} from '../../src/network/messages/network-number.js'
import { routingLimits } from '../../src/network/route/routing-limits.js'
import { routingTable } from '../../src/network/route/routing-table.js'
import type { Mac } from '../../src/values/mac.js'
import { seconds } from '../../src/values/duration.js'
import { chance } from '../machine/chance.js'
import { durationArg, readArgs } from './marble-operators-args.js'
import { lines } from './marble-operators-lines.js'
import type { MarbleOperator } from '../../src/testing/index.js'
import { testPort } from './routing-lab.js'

const ROUTERS = ['A', 'B'] as const

/** Networks 1 to 4. */
const isNetwork = (symbol: string): boolean => '1234'.includes(symbol)

/**
 * The routing table of a router. In: `from A` and `from B`, which are routers on two of its ports: a number is the
 * I-Am-Router-To-Network for that network, `s` that somebody of network 1 is seen through it, `b` its Router-Busy for all,
 * `a` its Router-Available for all, `r` its Reject of what is for network 1. Out: what becomes of each `route to 1`,
 * `route to 2`, by who the next router is; and `flapping`.
 */
export const routingTableOperator: MarbleOperator = ({ inputs, args: texts, scheduler }) =>
  lines(['route to 1', 'route to 2', 'flapping'], draw => {
    const args = readArgs(texts)
    return new Observable(subscriber => {
      const table = routingTable({
        isRouter: true,
        limits: routingLimits({
          busyTime: durationArg(args, 'busy') ?? seconds(30),
          unreachableTime: durationArg(args, 'unreachable') ?? seconds(30),
          flapping: {
            window: durationArg(args, 'window') ?? seconds(60),
            hold: durationArg(args, 'hold') ?? seconds(60),
          },
        }),
        scheduler,
        tell: ({ route, state }) =>
          draw(
            route.network === 1 ? 'route to 1' : 'route to 2',
            { reachable: route.nextHop ?? '', busy: 'z', unreachable: 'x', forgotten: 'f' }[state],
          ),
        flapping: network => draw('flapping', String(network)),
      })
      ROUTERS.forEach((name, n) => {
        const via = { port: testPort(n + 1), mac: name as Mac }
        const hear = (symbol: string): void => {
          if (isNetwork(symbol)) table.announced(Number(symbol), via)
          if (symbol === 's') table.seen(1, via)
          if (symbol === 'b') table.setBusy([], via)
          if (symbol === 'a') table.setAvailable([], via)
          if (symbol === 'r') table.setUnreachable(1, via)
        }
        subscriber.add((inputs[`from ${name}`] ?? NEVER).subscribe(hear))
      })
      subscriber.add(table.close)
    })
  })

/**
 * NPDUs for network 1 that wait for a router. In: `NPDUs`, and `rx`, where that number is an I-Am-Router-To-Network. Out:
 * what is asked, `tx`; what is `sent`, and what is `rejected`.
 */
export const discoveryOperator: MarbleOperator = ({ inputs, scheduler }) =>
  lines(['tx', 'sent', 'rejected'], draw => {
    let isKnown = false
    return new Observable(subscriber => {
      const search = discovery<string>({
        limits: discoveryLimits(),
        originOf: npdu => npdu,
        ask: () => draw('tx', 'w'),
        failed: (_, npdus) => npdus.forEach(npdu => draw('rejected', npdu)),
        dropped: (_, npdu) => draw('rejected', npdu),
        scheduler,
      })
      const send = (npdu: string): void => {
        if (isKnown) draw('sent', npdu)
        else if (search.hold(1, npdu) !== undefined) draw('rejected', npdu)
      }
      const hear = (): void => {
        isKnown = true
        search.found(1).forEach(npdu => draw('sent', npdu))
      }
      subscriber.add((inputs['NPDUs'] ?? NEVER).subscribe(send))
      subscriber.add((inputs['rx'] ?? NEVER).subscribe(hear))
      subscriber.add(() => search.close())
    })
  })

const heard = (symbol: string): NetworkNumberEvent => ({
  _tag: 'Heard',
  message:
    symbol === '?'
      ? { _tag: 'What-Is-Network-Number' }
      : // The small letters stand for numbers that were learned, the capital ones for those that are configured.
        {
          _tag: 'Network-Number-Is',
          network: symbol.toLowerCase().charCodeAt(0),
          isConfigured: symbol !== symbol.toLowerCase(),
        },
  isBroadcast: true,
  hasNetworks: false,
  isOfOtherPort: false,
})

const symbolOf = (effect: Exclude<NetworkNumberEffect, { readonly timer: unknown }>): string => {
  if (effect._tag === 'Ask') return '?'
  const letter = String.fromCharCode(effect.network)
  const isConfigured = effect._tag === 'Conflict' || (effect._tag === 'Say' && effect.isConfigured)
  return isConfigured ? letter.toUpperCase() : letter
}

/**
 * The number of the network of a port, of a router or `node`, which is configured or not. Numbers are letters. In: `rx`, and when the
 * `port` comes up, `u`, or goes down. Out: `tx`, the `number` that is learned, and that of a `conflict`.
 */
export const networkNumberOperator: MarbleOperator = ({ inputs, args, scheduler }) =>
  lines(['tx', 'number', 'conflict'], draw => {
    const isConfigured = args.includes('configured A')
    const event$ = new Observable<NetworkNumberEvent>(subscriber => {
      const rise = (symbol: string): void => subscriber.next({ _tag: symbol === 'u' ? 'Started' : 'Stopped' })
      subscriber.add((inputs['port'] ?? NEVER).subscribe(rise))
      subscriber.add((inputs['rx'] ?? NEVER).subscribe(symbol => subscriber.next(heard(symbol))))
    })
    return new Observable(subscriber =>
      event$
        .pipe(
          drive<
            ReturnType<typeof initialNetworkNumber>,
            NetworkNumberEvent,
            Exclude<NetworkNumberEffect, { readonly timer: unknown }>,
            NetworkNumberTimer
          >({
            initial: initialNetworkNumber(isConfigured ? 'a'.charCodeAt(0) : undefined),
            transition: networkNumberMachine({ isRouter: !args.includes('node'), timings: networkNumberTimings() }),
            fired: timer => ({ _tag: 'TimerFired', timer }),
            scheduler,
            random: chance(0.5),
          }),
        )
        .subscribe({
          next: effect => {
            const line = effect._tag === 'Known' ? 'number' : effect._tag === 'Conflict' ? 'conflict' : 'tx'
            draw(line, symbolOf(effect))
          },
          error: (error: unknown) => subscriber.error(error),
        }),
    )
  })
