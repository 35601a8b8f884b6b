import { Subject, Subscription, VirtualTimeScheduler } from 'rxjs'
import type { IpLinkEvent, IpOutbound } from '../../src/ip/ip-link.js'
import type { IpRole } from '../../src/ip/ip-role.js'
import { broadcast, unicast } from '../../src/link/link.js'
import { virtualIpNetwork, type VirtualDatagram } from '../../src/testing/index.js'
import { printBipAddress, type BipAddress } from '../../src/values/bip-address.js'
import { decodeBvll } from '../../src/wire/bvll-decode.js'
import { bip } from './bvll-vectors.js'
import type { CapturedDatagram, IpCapture } from './captures.js'
import { right } from './right.js'
import { toHex } from './vectors.js'

/** What came of a replay. Datagrams are in words: where they go, and their octets. */
export interface IpReplayed {
  /** What ours sent, and when, in milliseconds. */
  readonly ours: readonly { readonly at: number; readonly said: string }[]
  /** What the recorded one sent. */
  readonly theirs: readonly { readonly at: number; readonly said: string }[]
  readonly told: <Tag extends IpLinkEvent['_tag']>(tag: Tag) => readonly Extract<IpLinkEvent, { _tag: Tag }>[]
}

const said = ({ to, octets }: Pick<VirtualDatagram, 'to' | 'octets'>): string =>
  `${printBipAddress(to)} ${toHex(octets)}`

/** Times are of whole tenths of a millisecond. */
const msOf = ({ at }: CapturedDatagram): number => Math.round(at * 10_000) / 10

/** What an application must have given to its port for this datagram to be sent. */
const givenFor = ({ to, octets }: CapturedDatagram, station: BipAddress): IpOutbound | undefined => {
  const message = right(decodeBvll(octets))
  switch (message._tag) {
    case 'Original-Unicast-NPDU':
      return unicast(message.npdu, to)
    case 'Original-Broadcast-NPDU':
    case 'Distribute-Broadcast-To-Network':
      return broadcast(message.npdu)
    case 'Forwarded-NPDU':
      // An own broadcast that was recorded on another subnet, where its first datagram was not seen.
      return message.originating === station ? broadcast(message.npdu) : undefined
    case 'Read-Broadcast-Distribution-Table':
      return { _tag: 'ReadBdt', bbmd: to }
    case 'Read-Foreign-Device-Table':
      return { _tag: 'ReadFdt', bbmd: to }
    default:
      return undefined
  }
}

const isRegistration = ({ octets }: CapturedDatagram): boolean => octets[1] === 0x05

/**
 * Puts a port of ours in the place of a recorded station: it hears what the others sent, when they sent it, and is given
 * what the recorded application must have given. Recorded programs that registered anew were started anew, and so is ours.
 * A broadcast that ours drops, since it is not registered yet, is given again when it is.
 */
export const replayAs = (station: string, { datagrams }: IpCapture, role: IpRole): IpReplayed => {
  const scheduler = new VirtualTimeScheduler()
  const network = virtualIpNetwork(scheduler)
  const self = bip(station)
  const ours: { at: number; said: string }[] = []
  const events: IpLinkEvent[] = []
  const dropped: IpOutbound[] = []
  const given = new Set<string | undefined>()
  let outbound$ = new Subject<IpOutbound>()
  let port = Subscription.EMPTY

  const hear = (event: IpLinkEvent): void => {
    events.push(event)
    if (event._tag === 'Dropped') dropped.push(event.outbound)
    if (event._tag === 'Status' && event.status.registration?.state === 'registered') {
      // Applications do not answer within the call.
      scheduler.schedule(() => dropped.splice(0).forEach(outbound => outbound$.next(outbound)))
    }
  }
  const start = (): void => {
    port.unsubscribe()
    outbound$ = new Subject()
    port = network.port({ bind: station, role })(outbound$).subscribe(hear)
  }

  const give = (outbound: IpOutbound | undefined): void => {
    const key = outbound?._tag === 'Npdu' ? `${toHex(outbound.npdu)} ${outbound.destination}` : outbound?._tag
    // The copies that a BBMD sends of its own broadcast are not given once more.
    if (outbound === undefined || given.has(key)) return
    given.add(key)
    outbound$.next(outbound)
  }

  network.tap$.subscribe(datagram => {
    if (datagram.from === self) ours.push({ at: datagram.at, said: said(datagram) })
  })
  const registers = datagrams.some(datagram => datagram.from === self && isRegistration(datagram))
  if (!registers) start()
  for (const datagram of datagrams) {
    scheduler.schedule(() => {
      if (datagram.from !== self) {
        if (datagram.to === self || isBroadcast(datagram.to)) network.inject(datagram)
        return
      }
      if (isRegistration(datagram)) start()
      // What is recorded in the same instant was heard first: the application answers it.
      else scheduler.schedule(() => give(givenFor(datagram, self)))
    }, msOf(datagram))
  }
  scheduler.maxFrames = Math.max(...datagrams.map(msOf)) + 100
  scheduler.flush()
  port.unsubscribe()
  return {
    ours,
    theirs: datagrams
      .filter(({ from }) => from === self)
      .map(datagram => ({ at: msOf(datagram), said: said(datagram) })),
    told: tag => events.filter((event): event is Extract<IpLinkEvent, { _tag: typeof tag }> => event._tag === tag),
  }
}

/** All recorded subnets are of 24 bits. */
const isBroadcast = (address: BipAddress): boolean => address.startsWith('ff', 6)
