import type { TappedDatagram } from '../../src/testing/index.js'
import { ms } from '../../src/values/duration.js'
import { hadToReach, mostTimes } from './ip6-history.js'
import { ON_ITS_WAY, type Played6, type Sent6 } from './ip6-play.js'
import { toHex } from './vectors.js'
import type { Bip6Address } from '../../src/values/bip6-address.js'

const isOf = ({ npdu }: Sent6, octets: Uint8Array | string): boolean =>
  (typeof octets === 'string' ? octets : toHex(octets)).endsWith(toHex(npdu))

const dropsOf = (one: Sent6) =>
  one.speaker.port.told('Dropped').filter(({ outbound }) => outbound._tag === 'Npdu' && isOf(one, outbound.npdu))

const nameOf = ({ sent }: Played6, one: Sent6): string => `${sent.indexOf(one)} of ${one.speaker.port.name}`

/** What is wrong with how NPDUs were heard, whatever happened meanwhile. */
export const wrongs = (played: Played6): readonly string[] => {
  const { stations, sent, carried } = played
  const npdus = new Set(sent.map(({ npdu }) => toHex(npdu)))
  const changed = stations.flatMap(({ port }) =>
    port.told('Npdu').flatMap(({ npdu }) => (npdus.has(toHex(npdu)) ? [] : [`${port.name} heard ${toHex(npdu)}`])),
  )
  const heard = sent.flatMap(one =>
    stations.flatMap(hearer => {
      const what = `${nameOf(played, one)} at ${hearer.port.name}`
      const times = hearer.port.told('Npdu').filter(({ npdu }) => isOf(one, npdu))
      const due = one.to === 'all' ? 'broadcast' : 'unicast'
      const at = carried.filter(({ octets }) => isOf(one, octets)).map(datagram => datagram.at)
      const most = mostTimes(hearer, stations, Math.min(...at), Math.max(...at) + ON_ITS_WAY)
      if (times.length > most) return [`${what}: ${times.length} times`]
      return times.flatMap(({ source, destination }) => {
        if (hearer === one.speaker) return [`${what}: its own`]
        if (one.to !== 'all' && hearer !== one.to) return [`${what}: not meant`]
        if (destination !== due) return [`${what}: as ${destination}`]
        return source === one.speaker.vmac ? [] : [`${what}: from ${source}`]
      })
    }),
  )
  const untold = sent.flatMap(one => {
    const drops = dropsOf(one).length
    const isHeard = stations.some(({ port }) => port.heard(one.npdu).length > 0)
    if (drops > 1) return [`${nameOf(played, one)}: dropped ${drops} times`]
    // A BBMD sends its broadcasts to many: one that its own domain did not get is dropped, and may be heard elsewhere.
    const isPartly = one.to === 'all' && one.speaker.kind === 'BBMD'
    return drops === 1 && isHeard && !isPartly ? [`${nameOf(played, one)}: dropped, but heard`] : []
  })
  return [
    ...changed,
    ...heard,
    ...untold,
    ...disorder(played),
    ...loops(played),
    ...liesIn(played),
    ...storms(played, carried),
  ]
}

/** Unicasts of one to another that were heard in another order than that in which they were sent. */
const disorder = ({ stations, sent }: Played6): readonly string[] =>
  stations.flatMap(speaker =>
    stations.flatMap(hearer => {
      const due = sent.filter(one => one.speaker === speaker && one.to === hearer)
      const numbers = hearer.port
        .told('Npdu')
        .map(({ npdu }) => due.findIndex(one => isOf(one, npdu)))
        .filter(number => number >= 0)
      return numbers.every((number, index) => index === 0 || number > (numbers[index - 1] ?? 0))
        ? []
        : [`${hearer.port.name} heard ${speaker.port.name} in the order ${numbers.join()}`]
    }),
  )

/** What was forwarded back to where it had started. */
const loops = ({ carried }: Played6): readonly string[] =>
  carried.flatMap(({ to, octets }) => {
    const at = { 0x04: 10, 0x08: 7 }[octets[1] ?? 0]
    return at !== undefined && toHex(octets.subarray(at, at + 18)) === to ? [`forwarded back to ${to}`] : []
  })

/** Pairs of VMAC and address that are known and not true. */
const liesIn = ({ lab, stations }: Played6): readonly string[] => {
  const truth = new Set(stations.map(({ vmac, address }) => `${vmac} ${address}`))
  return stations.flatMap(({ port }) => {
    port.submit({ _tag: 'ReadVmacCache' })
    lab.advance(ms(0))
    const entries = port.told('VmacCache').at(-1)?.entries ?? []
    const lies = entries.map(({ vmac, address }) => `${vmac} ${address}`).filter(pair => !truth.has(pair))
    return lies.map(lie => `${port.name} takes for true ${lie}`)
  })
}

/** More datagrams than it should take. */
const storms = (
  { stations, sent, lost }: Played6,
  carried: readonly TappedDatagram<Bip6Address>[],
): readonly string[] => {
  // A copy for each BBMD, each domain, each foreign device, and each node that may be one for a while.
  const copies = stations.reduce((sum, { kind }) => sum + (kind === 'BBMD' ? 2 : 1), 0)
  const count = (fn: number): number => carried.filter(({ octets }) => octets[1] === fn).length
  // A BBMD whose question its own domain did not get asks the others all the same.
  const asked = count(0x03) + lost.filter(octets => octets.startsWith('8203')).length
  const relayed = count(0x04)
  return [
    ...sent.flatMap(one => {
      // First to the BBMD or the domain, once more when refused.
      const times = carried.filter(({ octets }) => isOf(one, octets)).length
      return times > 2 + copies ? [`${toHex(one.npdu)} went over the network ${times} times`] : []
    }),
    ...(relayed > asked * copies ? [`${asked} Address-Resolutions became ${relayed}`] : []),
  ]
}

/** Who should have heard something in a network without faults, and did not. */
export const missing = (played: Played6): readonly string[] =>
  played.sent.flatMap(one =>
    played.stations
      .filter(hearer => hearer !== one.speaker && (one.to === 'all' || one.to === hearer))
      .filter(hearer => hearer.island === one.speaker.island)
      .filter(hearer => hearer.port.heard(one.npdu).length === 0)
      .map(hearer => `${nameOf(played, one)} did not reach ${hearer.port.name}`),
  )

/** What is for somebody out of reach, or for nobody, and did not come back. */
export const kept = (played: Played6): readonly string[] =>
  played.sent.flatMap(one => {
    const reasons = dropsOf(one).map(({ reason }) => reason)
    const isReachable = one.to === 'all' || (one.to !== 'nobody' && one.to.island === one.speaker.island)
    const due = isReachable ? '' : 'nobody answered for its VMAC'
    return reasons.join() === due ? [] : [`${nameOf(played, one)} came back as '${reasons.join()}'`]
  })

/** What is neither heard nor explained. */
export const unexplained = (played: Played6): readonly string[] => {
  const { stations, sent, lost, carried } = played
  return sent.flatMap(one => {
    const datagrams = carried.filter(({ octets }) => isOf(one, octets))
    const [first] = datagrams
    if (dropsOf(one).length > 0 || lost.some(octets => isOf(one, octets))) return []
    if (first === undefined) return []
    const due = stations.filter(hearer => {
      if (hearer === one.speaker) return false
      if (one.to === 'all') return hadToReach(one.speaker, hearer, stations, first.at, first.at + ON_ITS_WAY)
      return one.to === hearer && hearer.history.during(first.at, first.at + 2).every(({ role: is }) => is !== 'none')
    })
    return due
      .filter(hearer => hearer.port.heard(one.npdu).length === 0)
      .map(hearer => `${nameOf(played, one)} did not reach ${hearer.port.name}`)
  })
}
