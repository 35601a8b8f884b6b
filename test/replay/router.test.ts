import { Subject, VirtualTimeScheduler } from 'rxjs'
import { describe, expect, it } from 'vitest'
import { TO_ALL, toStation } from '../../src/network/event/destination.js'
import type { NetworkEvent, NetworkOutbound, OutboundApdu } from '../../src/network/event/network-event.js'
import { overIp } from '../../src/network/link/over-ip.js'
import { overIp6 } from '../../src/network/link/over-ip6.js'
import { virtualIp6Network, virtualIpNetwork } from '../../src/testing/index.js'
import { networkEntity, router } from '../../src/transport/router.js'
import { printBipAddress, type BipAddress } from '../../src/values/bip-address.js'
import { printBip6Address, type Bip6Address } from '../../src/values/bip6-address.js'
import { bip } from '../support/bvll-vectors.js'
import { bip6 } from '../support/bvll6-vectors.js'
import { routerCaptures, type CapturedDatagram } from '../support/captures.js'
import { named } from '../support/port-replay.js'
import { fromHex, toHex } from '../support/vectors.js'
import { macOf } from '../support/mac.js'

/*
 * A router of bacnet-stack between B/IP network 1 and B/IPv6 network 2, a client on the one and a device on the other. With
 * ours in the place of each of them, and of all, what goes over both networks is the same, octet for octet.
 */

const CLIENT = '10.77.3.3:47808'
const ROUTER = '10.77.3.1:47808'
const ROUTER6 = '[fd77::1]:47808'
const DEVICE = '[fd77::2]:47808'
const GROUP = 'ff05::bac0'

const { datagrams } = named(routerCaptures, 'router-ip-ip6')

/** Ours are started a second before the recording, in which they say what the others said before it was begun. */
const LEAD_MS = 1000

type Place = 'client' | 'router' | 'device'

const isIp6 = (datagram: CapturedDatagram<string>): datagram is CapturedDatagram<Bip6Address> =>
  datagram.from.length === 36

const speakerOf = (datagram: CapturedDatagram<string>): Place => {
  if (isIp6(datagram)) return datagram.from === bip6(DEVICE) ? 'device' : 'router'
  return datagram.from === bip(CLIENT) ? 'client' : 'router'
}

const inWords = (datagram: CapturedDatagram<string>): string =>
  isIp6(datagram)
    ? `${printBip6Address(datagram.from)} > ${printBip6Address(datagram.to)} ${toHex(datagram.octets)}`
    : `${printBipAddress(datagram.from as BipAddress)} > ${printBipAddress(datagram.to as BipAddress)} ${toHex(datagram.octets)}`

const apdu = (hex: string, destination: OutboundApdu['destination'], expectingReply = false): OutboundApdu => ({
  _tag: 'Apdu',
  apdu: fromHex(hex),
  destination,
  expectingReply,
})

/** What the recorded client was told to do, in the order of what it sent. */
const WORDS: readonly OutboundApdu[] = [
  apdu('1008', TO_ALL),
  apdu('10080a025a1a025a', TO_ALL),
  apdu('0005010c0c0200025a194d', toStation(macOf('00025a'), 2), true),
]

/** What the device answers, by the first octets of what it is asked. */
const answerTo = (asked: string): string =>
  asked.startsWith('1008') ? '1000c40200025a2205c49103220104' : '30010c0c0200025a194d3e74005636423f'

/** Puts ours in some places, and says what there was on both networks from the start of the recording on. */
const replayed = (ours: readonly Place[]) => {
  const scheduler = new VirtualTimeScheduler()
  const [ip, ip6] = [virtualIpNetwork(scheduler), virtualIp6Network(scheduler)]
  const said: string[] = []
  const before: string[] = []
  const note = (datagram: CapturedDatagram<string>): void => {
    const list = datagram.at < LEAD_MS ? before : said
    list.push(inWords(datagram))
  }
  ip.tap$.subscribe(note)
  ip6.tap$.subscribe(note)

  const ipLink = (bind: string) => ({ name: 'ip', network: 1, link: overIp(ip.port({ bind })) })
  const ip6Link = (bind: string, deviceInstance: number) => ({
    name: 'ip6',
    network: 2,
    link: overIp6(ip6.port({ bind, group: GROUP, deviceInstance })),
  })
  const start = (node: ReturnType<typeof router>, hear: (event: NetworkEvent) => void): Subject<NetworkOutbound> => {
    const outbound$ = new Subject<NetworkOutbound>()
    scheduler.schedule(() => node(outbound$).subscribe(hear))
    return outbound$
  }
  const told: NetworkEvent[] = []
  if (ours.includes('router')) {
    void start(router({ ports: [ipLink(ROUTER), ip6Link(ROUTER6, 0x03f7a1)], scheduler }), event => told.push(event))
  }
  const client$ = ours.includes('client')
    ? start(networkEntity({ ports: [ipLink(CLIENT)], scheduler }), event => told.push(event))
    : undefined
  if (ours.includes('device')) {
    const device$ = start(networkEntity({ ports: [ip6Link(DEVICE, 602)], scheduler }), event => {
      told.push(event)
      if (event._tag !== 'Apdu') return
      // Applications do not answer within the call.
      scheduler.schedule(() => device$.next(apdu(answerTo(toHex(event.apdu)), { _tag: 'Station', ...event.source })))
    })
  }

  const words = [...WORDS]
  for (const datagram of datagrams) {
    const speaker = speakerOf(datagram)
    scheduler.schedule(
      () => {
        if (!ours.includes(speaker)) {
          if (isIp6(datagram)) ip6.inject(datagram)
          else ip.inject(datagram as CapturedDatagram)
        } else if (speaker === 'client') {
          const next = words.shift()
          if (next !== undefined) client$?.next(next)
        }
      },
      LEAD_MS + Math.round(datagram.at * 10_000) / 10,
    )
  }
  scheduler.maxFrames = LEAD_MS + 12_000
  scheduler.flush()
  return { said, before, told: (tag: NetworkEvent['_tag']) => told.filter(({ _tag }) => _tag === tag) }
}

const recorded = datagrams.map(inWords)

describe('our nodes in the place of a recorded router, its client and its device', () => {
  it.each<{ readonly ours: readonly Place[] }>([
    { ours: ['router'] },
    { ours: ['client'] },
    { ours: ['device'] },
    { ours: ['client', 'device'] },
    { ours: ['router', 'device'] },
    { ours: ['client', 'router'] },
    { ours: ['client', 'router', 'device'] },
  ])('say what they said, octet for octet: $ours', ({ ours }) => {
    const { said, told } = replayed(ours)
    expect([...said].sort()).toEqual([...recorded].sort())
    expect([...told('Dropped'), ...told('Discarded'), ...told('Conflict'), ...told('RejectSent')]).toEqual([])
  })

  it('say it in the same order where all are ours', () => {
    const { said } = replayed(['client', 'router', 'device'])
    expect(said).toEqual(recorded)
  })

  it('say at the start what networks there are, as the notes demand', () => {
    // Section 4.7: Network-Number-Is, as the numbers are configured, and I-Am-Router-To-Network with what is behind the
    // other port. What the recorded one said at its start is not in the recording.
    expect(replayed(['router']).before).toEqual([
      `${ROUTER} > 10.77.3.255:47808 810b000a018013000101`,
      `${ROUTER6} > [${GROUP}]:47808 8202000d03f7a1018013000201`,
      `${ROUTER} > 10.77.3.255:47808 810b00090180010002`,
      `${ROUTER6} > [${GROUP}]:47808 8202000c03f7a10180010001`,
    ])
  })
})
