import { describe, expect, it } from 'vitest'
import { printBip6Address, type Bip6Address } from '../../src/values/bip6-address.js'
import { ip6Captures, routerCaptures, type CapturedDatagram } from '../support/captures.js'
import { replayAs6, UNSEEN, type Ip6Replayed } from '../support/ip6-replay.js'
import { named, spoken } from '../support/port-replay.js'
import { toHex } from '../support/vectors.js'

/*
 * A node of ours in the place of each recorded station: it must send what that station sent, octet for octet, to the same
 * addresses and in the same order. What it does otherwise is said here, and why.
 */

const [ONE, TWO, THREE] = ['[fd77::1]:47808', '[fd77::2]:47808', '[fd77::3]:47808']
const GROUP = '[ff05::bac0]:47808'

/** From which VMAC it heard NPDUs, and how. */
const heard = ({ told }: Ip6Replayed): readonly string[] =>
  told('Npdu').map(({ source, destination }) => `${source} ${destination}`)

/** What it has learned, and forgotten. */
const learned = ({ told }: Ip6Replayed): readonly string[] =>
  told('VmacCacheChanged').map(
    ({ change: { state, vmac, address } }) => `${state} ${vmac} ${printBip6Address(address)}`,
  )

const notLater = ({ ours, theirs }: Ip6Replayed): void => {
  for (const { at, said } of theirs) {
    expect(ours.find(one => one.said === said && one.at <= at)?.at, said).toBeLessThanOrEqual(at)
  }
}

describe('bac-py that resolves VMACs of bacnet-stack devices', () => {
  const { datagrams } = named(ip6Captures, 'ip6-address-resolution')

  it.each([
    { station: ONE, deviceInstance: 601, other: `00025a ${TWO}` },
    { station: TWO, deviceInstance: 602, other: `000259 ${ONE}` },
  ])('our node in the place of device $deviceInstance says what it said', ({ station, deviceInstance, other }) => {
    const replayed = replayAs6(station, datagrams, { deviceInstance })
    expect(spoken(replayed.ours)).toEqual(spoken(replayed.theirs))
    notLater(replayed)
    expect(heard(replayed)).toEqual([expect.stringMatching(/ broadcast$/u) as string, '353ffa unicast'])
    // Without device instance, the client of bacnet-stack that came after bac-py has the VMAC of nobody. It broadcasts a
    // Confirmed-Request, which both discard.
    expect(learned(replayed)).toEqual([`learned ${other}`, `learned 353ffa ${THREE}`])
    expect(replayed.told('Discarded')).toMatchObject([1, 2, 3, 4].map(() => ({ count: 1 })))
    expect(replayed.told('Dropped')).toEqual([])
  })

  it('our node in the place of bac-py says what it said, asks thrice, and broadcasts no Confirmed-Request', () => {
    // It was started when the I-Ams of the devices were over.
    const replayed = replayAs6(THREE, datagrams, { deviceInstance: 0x353ffa, startsAt: 2000 })
    const { ours, theirs, told } = replayed
    // The client that came after it has the same address and no instance. Ours cannot have its VMAC 3fffff (section 1.2),
    // and may not broadcast a Confirmed-Request (section 6, step 4).
    const isClient = (said: string): boolean => said.startsWith(`${GROUP} 820200183fffff`)
    const bacPy = spoken(theirs).filter(said => !isClient(said))
    const question = `${GROUP} 8203000a353ffa000fff`
    // It asks once for the VMAC that nobody has; ours three times (section 4.4).
    expect(spoken(ours)).toEqual([...bacPy, question, question])
    expect(bacPy.at(-1)).toBe(question)
    expect(ours.map(({ at }) => at).slice(-3)).toEqual([6347, 7347, 8347])
    notLater({ ...replayed, theirs: theirs.filter(({ said }) => !isClient(said)) })
    expect(heard(replayed)).toEqual(['000259 unicast', '00025a unicast'])
    expect(learned(replayed)).toEqual([`learned 000259 ${ONE}`, `learned 00025a ${TWO}`])
    const confirmed = ['a Confirmed-Request cannot be broadcast', '0124ffff00ff0005010c0c02000259194d']
    expect(
      told('Dropped').map(({ reason, outbound }) => [reason, outbound._tag === 'Npdu' && toHex(outbound.npdu)]),
    ).toEqual([confirmed, ['nobody answered for its VMAC', toHex(UNSEEN)], confirmed, confirmed, confirmed])
    expect(told('Discarded')).toEqual([])
  })
})

describe('a router of bacnet-stack between B/IP and B/IPv6', () => {
  /** Its addresses are of 18 octets. */
  const isIp6 = (datagram: CapturedDatagram<string>): datagram is CapturedDatagram<Bip6Address> =>
    datagram.from.length === 36
  const datagrams = named(routerCaptures, 'router-ip-ip6').datagrams.filter(isIp6)

  it('our port in the place of its B/IPv6 port says what it said', () => {
    const replayed = replayAs6(ONE, datagrams, { deviceInstance: 0x03f7a1 })
    expect(spoken(replayed.ours)).toEqual(spoken(replayed.theirs))
    notLater(replayed)
    expect(heard(replayed)).toEqual(['00025a unicast', '00025a unicast', '00025a unicast'])
    expect(learned(replayed)).toEqual([`learned 00025a ${TWO}`])
    expect(replayed.told('Discarded')).toEqual([])
  })

  it('our node in the place of the device behind it says what it said, and asks nobody where the router is', () => {
    const replayed = replayAs6(TWO, datagrams, { deviceInstance: 602 })
    expect(spoken(replayed.ours)).toEqual(spoken(replayed.theirs))
    notLater(replayed)
    expect(heard(replayed)).toEqual(['03f7a1 broadcast', '03f7a1 broadcast', '03f7a1 unicast'])
    expect(learned(replayed)).toEqual([`learned 03f7a1 ${ONE}`])
    expect(replayed.told('Dropped')).toEqual([])
  })
})
