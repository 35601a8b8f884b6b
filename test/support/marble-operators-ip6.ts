import { NEVER, Observable } from 'rxjs'
import { addressResolution, resolutionTimings, type ResolutionFailure } from '../../src/ip6/address-resolution.js'
import { ownVmac } from '../../src/ip6/own-vmac.js'
import { ownVmacTimings, type OwnVmacNews } from '../../src/ip6/own-vmac-machine.js'
import { vmacCache, type VmacCacheChange } from '../../src/ip6/vmac-cache.js'
import type { Bip6Address } from '../../src/values/bip6-address.js'
import type { Bip6Vmac } from '../../src/values/bip6-vmac.js'
import { seconds } from '../../src/values/duration.js'
import { durationArg, readArgs, type Args } from './marble-operators-args.js'
import { lines } from './marble-operators-lines.js'
import type { MarbleOperator } from '../../src/testing/index.js'

const countArg = (args: Args, name: string): number => Number(args.get(name) ?? NaN)

/** The VMAC of node A is a; it is where its name says. */
const vmacOf = (name: string): Bip6Vmac => name.toLowerCase() as Bip6Vmac
const addressOf = (name: string): Bip6Address => name.toLowerCase() as Bip6Address

const changeSymbols: Readonly<Record<VmacCacheChange['state'], string>> = {
  learned: '+',
  changed: 'c',
  expired: 'x',
  dropped: 'd',
  forgotten: 'f',
}

const NAMES = ['A', 'B', 'C'] as const
type Name = (typeof NAMES)[number]

/**
 * A cache. In: `from A`, `from B`, `from C` are messages, `unsendable` names whom nothing could be sent to. Out: `entry of
 * A`, `entry of B`, `entry of C`, and `size`, which is told where `looks` has something.
 */
export const vmacCacheOperator: MarbleOperator = ({ inputs, args: texts, scheduler }) =>
  lines(['entry of A', 'entry of B', 'entry of C', 'size'], draw => {
    const args = readArgs(texts)
    return new Observable(subscriber => {
      const { learn, forget, size, close } = vmacCache({
        ttl: durationArg(args, 'ttl') ?? seconds(300),
        maxEntries: countArg(args, 'entries'),
        mayLearn: () => true,
        scheduler,
        tell: ({ vmac, state }) => draw(`entry of ${vmac.toUpperCase() as Name}`, changeSymbols[state]),
      })
      for (const name of NAMES) {
        subscriber.add((inputs[`from ${name}`] ?? NEVER).subscribe(() => learn(vmacOf(name), addressOf(name))))
      }
      subscriber.add((inputs['unsendable'] ?? NEVER).subscribe(name => forget(addressOf(name))))
      subscriber.add((inputs['looks'] ?? NEVER).subscribe(() => draw('size', String(size()))))
      subscriber.add(close)
    })
  })

const failureSymbols: Readonly<Record<ResolutionFailure, string>> = {
  'nobody answered for its VMAC': 'x',
  'too many wait for its VMAC': 'o',
  'too many VMACs are asked for': 'm',
}

/**
 * NPDUs to nodes A and B whose addresses are not known. In: `for A` and `for B` are NPDUs, `rx` names who answers. Out:
 * what is asked for, `tx`; which NPDUs are `sent`, and why others are `dropped`.
 */
export const addressResolutionOperator: MarbleOperator = ({ inputs, args: texts, scheduler }) =>
  lines(['tx', 'sent', 'dropped'], draw => {
    const args = readArgs(texts)
    const give = args.has('give up') ? { giveUp: durationArg(args, 'give up') ?? seconds(0) } : {}
    return new Observable(subscriber => {
      const { enqueue, resolved, close } = addressResolution<string>({
        ...(args.has('each') ? { maxPerVmac: countArg(args, 'each') } : {}),
        timings: resolutionTimings(give),
        scheduler,
        ask: vmac => draw('tx', vmac),
        dropped: (_, reason) => draw('dropped', failureSymbols[reason]),
      })
      for (const name of ['A', 'B']) {
        subscriber.add((inputs[`for ${name}`] ?? NEVER).subscribe(npdu => enqueue(vmacOf(name), npdu)))
      }
      const answer = (name: string): void => resolved(vmacOf(name)).forEach(npdu => draw('sent', npdu))
      subscriber.add((inputs['rx'] ?? NEVER).subscribe(answer))
      subscriber.add(() => close())
    })
  })

/**
 * The VMAC of a node, of which the third drawn is shown as 3. In: `rx` claims the candidate or, without one, the VMAC in
 * use; `others` says that there are others to ask now; `configured` sets the device instance. Out: the candidates that are asked for, `tx`, and the `VMAC` it has.
 */
export const ownVmacOperator: MarbleOperator = ({ inputs, args: texts, scheduler }) =>
  lines(['tx', 'VMAC'], draw => {
    const args = readArgs(texts)
    const timings = ownVmacTimings({
      wait: durationArg(args, 'wait') ?? seconds(1),
      tries: countArg(args, 'tries'),
      rest: durationArg(args, 'rest') ?? seconds(60),
    })
    return new Observable(subscriber => {
      let drawn = 0
      let latest: Bip6Vmac | undefined
      const symbolOf = (news: OwnVmacNews): string => {
        if (news._tag === 'NoneFree') return 'x'
        return news.vmac.startsWith('4') ? news.vmac.slice(-1) : 'i'
      }
      const own = ownVmac({
        timings,
        scheduler,
        random: { octets: () => Uint8Array.of(0, 0, ++drawn), fraction: () => 0.5 },
        ask: candidate => {
          latest = candidate
          draw('tx', candidate.slice(-1))
        },
        tell: news => draw('VMAC', symbolOf(news)),
      })
      const hear = (symbol: string): void => {
        const claimed = latest !== undefined && own.claims(latest) ? latest : own.vmac()
        if (claimed !== undefined) own.hear(claimed, symbol === 'p' ? 'probe' : 'conflict')
      }
      own.start()
      subscriber.add((inputs['rx'] ?? NEVER).subscribe(hear))
      subscriber.add((inputs['others'] ?? NEVER).subscribe(own.verify))
      subscriber.add((inputs['configured'] ?? NEVER).subscribe(() => own.configure('0004d2' as Bip6Vmac)))
      subscriber.add(own.end)
    })
  })
