import { describe, expect, it } from 'vitest'
import { bbmd, foreignDevice, ordinaryNode } from '../../src/index.js'
import { printBipAddress } from '../../src/values/bip-address.js'
import { ipCaptures } from '../support/captures.js'
import { replayAs, type IpReplayed } from '../support/ip-replay.js'
import { named, spoken } from '../support/port-replay.js'

/*
 * A port of ours in the place of each recorded station: it must send what that station sent, octet for octet, to the same
 * addresses and in the same order. What it does otherwise is said here, and why.
 */

/** From whom it heard NPDUs, and how. */
const heard = ({ told }: IpReplayed): readonly string[] =>
  told('Npdu').map(({ source, destination, via }) => `${printBipAddress(source)} ${destination} ${via}`)

const notLater = ({ ours, theirs }: IpReplayed): void => {
  for (const { at, said } of theirs) {
    const same = ours.find(one => one.said === said)
    expect(same?.at, said).toBeLessThanOrEqual(at)
  }
}

describe('a BBMD and a foreign device of bacnet-stack', () => {
  const capture = named(ipCaptures, 'ip-bbmd-foreign-device')

  it('our BBMD in the place of theirs says what it said', () => {
    const replayed = replayAs('10.77.1.1:47808', capture, bbmd())
    expect(spoken(replayed.ours)).toEqual(spoken(replayed.theirs))
    notLater(replayed)
    expect(replayed.told('ForeignDevice').map(({ state }) => state)).toEqual(['registered'])
    expect(replayed.told('Discarded')).toEqual([])
    expect(heard(replayed)).toEqual([
      '10.77.1.2:47808 broadcast original',
      '10.77.2.2:47808 broadcast distributed',
      '10.77.2.2:47808 broadcast distributed',
    ])
  })

  it('our foreign device says what theirs said, but broadcasts only when it is registered', () => {
    const replayed = replayAs('10.77.2.2:47808', capture, foreignDevice({ bbmd: '10.77.1.1:47808', ttl: 60 }))
    expect(spoken(replayed.ours)).toEqual(spoken(replayed.theirs))
    // Theirs sends its first broadcast in the moment in which it asks for its registration, and has luck. Ours was asked
    // for it again when it was registered.
    expect(replayed.told('Dropped').map(({ reason }) => reason)).toEqual(['not registered with its BBMD'])
    expect(replayed.told('Discarded')).toEqual([])
    expect(heard(replayed)).toEqual(['10.77.1.1:47808 unicast original'])
    expect(replayed.told('Fdt').map(({ entries }) => entries.map(({ ttl, remaining }) => [ttl, remaining]))).toEqual([
      [[60, 90]],
    ])
    expect(replayed.told('Bdt').map(({ entries }) => entries.map(({ address }) => printBipAddress(address)))).toEqual([
      ['10.77.1.1:47808'],
    ])
  })

  it('our node beside the BBMD says what theirs said, and hears the foreign device from its own address', () => {
    const replayed = replayAs('10.77.1.2:47808', capture, ordinaryNode())
    expect(spoken(replayed.ours)).toEqual(spoken(replayed.theirs))
    expect(heard(replayed)).toEqual([
      '10.77.1.1:47808 broadcast original',
      '10.77.2.2:47808 broadcast forwarded',
      '10.77.2.2:47808 broadcast forwarded',
    ])
  })
})

describe('two BBMDs of bacnet-stack', () => {
  const capture = named(ipCaptures, 'ip-two-bbmds')
  const bdt = ['10.77.1.1:47808', '10.77.2.1:47808']

  it('our BBMD in the place of the first says what it said, and passes on what it heard before that', () => {
    const replayed = replayAs('10.77.1.1:47808', capture, bbmd({ bdt }))
    const [first, copy, original, ...rest] = [capture.datagrams[0], ...spoken(replayed.theirs)]
    expect(spoken(replayed.ours)).toEqual([
      // Theirs does not pass on the I-Am that reached it 2 ms before its own, as it was about to start. Ours runs already.
      `10.77.1.255:47808 ${Buffer.from(first?.octets ?? []).toString('hex')}`,
      // Of its own broadcast, theirs sends the copy for its peer first.
      original,
      copy,
      ...rest,
    ])
    notLater(replayed)
    expect(replayed.told('Discarded')).toEqual([])
    expect(heard(replayed)).toEqual([
      '10.77.2.1:47808 broadcast forwarded',
      '10.77.1.2:47808 broadcast original',
      '10.77.1.2:47808 broadcast original',
    ])
  })

  it('our BBMD in the place of the second says what was seen of it, and passes on to its subnet what was not', () => {
    const replayed = replayAs('10.77.2.1:47808', capture, bbmd({ bdt }))
    const isSeen = (said: string): boolean => said.startsWith('10.77.1.')
    expect(spoken(replayed.ours).filter(isSeen)).toEqual(spoken(replayed.theirs))
    const [own, ...passedOn] = spoken(replayed.ours).filter(said => !isSeen(said))
    // The first subnet, where it was recorded, does not see these.
    expect(own).toBe('10.77.2.255:47808 810b00190120ffff00ff1000c40200012f2205c49103220104')
    const copies = capture.datagrams.filter(({ octets }) => octets[1] === 0x04).slice(1)
    expect(passedOn).toEqual(copies.map(({ octets }) => `10.77.2.255:47808 ${Buffer.from(octets).toString('hex')}`))
    expect(heard(replayed)).toEqual([
      '10.77.1.1:47808 broadcast forwarded',
      '10.77.1.2:47808 broadcast forwarded',
      '10.77.1.2:47808 broadcast forwarded',
    ])
  })

  it('our node beside the first says what theirs said, and is told its table', () => {
    const replayed = replayAs('10.77.1.2:47808', capture, ordinaryNode())
    expect(spoken(replayed.ours)).toEqual(spoken(replayed.theirs))
    expect(heard(replayed)).toEqual(['10.77.1.1:47808 broadcast original', '10.77.1.1:47808 unicast original'])
    expect(replayed.told('Bdt').map(({ entries }) => entries.map(({ address }) => printBipAddress(address)))).toEqual([
      bdt,
    ])
  })
})
