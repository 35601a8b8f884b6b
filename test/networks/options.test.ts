import { describe, expect, it } from 'vitest'
import { ms, seconds } from '../../src/values/duration.js'
import type { Vmac } from '../../src/values/vmac.js'
import {
  dataOption,
  hasSecurePath,
  MAX_OPTIONS,
  proprietaryOption,
  SECURE_PATH,
  type HeaderOption,
} from '../../src/wire/header-option.js'
import { identity } from '../support/identities.js'
import { connectRequest, inHex, npdu, virtualLab } from '../support/virtual-network.js'
import { fromHex, toHex } from '../support/vectors.js'

const [A, B, C] = [1, 2, 3].map(n => identity(n).vmac) as [Vmac, Vmac, Vmac]

const UNKNOWN = dataOption({ type: 20, everySegment: true, data: Uint8Array.of(1, 2) })
const HINT = dataOption({ type: 4, everySegment: false, data: undefined })
const OWN = proprietaryOption(555, 1, Uint8Array.of(0xaa), true)

/** A hub, two nodes, and a bare peer that is connected as C. */
const network = () => {
  const lab = virtualLab()
  const hub = lab.hub()
  const [a, b] = [lab.node({ vmac: A }), lab.node({ vmac: B })]
  const peer = lab.peer('bare')
  lab.advance(ms(10))
  peer.send(connectRequest(identity(3)))
  lab.advance(ms(10))
  const told = peer.heard.length
  return {
    lab,
    hub,
    a,
    b,
    says: (hex: string) => {
      peer.send(fromHex(hex))
      lab.advance(ms(10))
    },
    answers: () => peer.heard.slice(told),
  }
}

const sends = (
  { lab, a }: ReturnType<typeof network>,
  options: readonly HeaderOption[],
  to: Vmac | 'broadcast' = B,
) => {
  a.submit({ _tag: 'Npdu', npdu: npdu(1), destination: to, dataOptions: options })
  lab.advance(ms(10))
}

describe('data options', () => {
  it.each([
    ['Secure Path', [SECURE_PATH]],
    ['Secure Path with bit 6 clear', [{ ...SECURE_PATH, mustUnderstand: false }]],
    ['unknown, with bit 6 set', [UNKNOWN]],
    ['several', [SECURE_PATH, HINT, UNKNOWN, OWN]],
    ['as many as there may be', Array<HeaderOption>(MAX_OPTIONS).fill(HINT)],
  ])('of an application reach the application of another node as they are: %s', (_, options) => {
    const all = network()
    sends(all, options)
    sends(all, options, 'broadcast')
    expect(all.b.told('Npdu').map(({ dataOptions }) => dataOptions)).toEqual([options, options])
    expect(all.hub.counters().drops).toEqual({})
  })

  it('stand in the frame octet for octet, through the hub', () => {
    const all = network()
    sends(all, [SECURE_PATH, OWN])
    const frames = all.lab.tapped.map(inHex).filter(hex => hex.startsWith('01'))
    expect(frames.map(hex => hex.slice(20))).toEqual(Array(2).fill(`c17f0004022b01aa${toHex(npdu(1))}`))
  })

  it('that must be understood, as the bit would mean elsewhere, are never answered', () => {
    const all = network()
    all.says(`01050001${A}7f0003022b01${toHex(npdu(1))}`)
    all.says(`01050002${A}54${toHex(npdu(2))}`)
    expect(all.a.heard()).toEqual([1, 2])
    expect(all.answers()).toEqual([])
  })

  it('say Secure Path with marker 0x41 and 0x01', () => {
    const all = network()
    for (const marker of ['41', '01']) all.says(`01050001${A}${marker}${toHex(npdu(1))}`)
    expect(all.a.told('Npdu').map(({ dataOptions }) => hasSecurePath(dataOptions))).toEqual([true, true])
  })

  it.each<[string, readonly HeaderOption[], RegExp]>([
    ['65 of them', Array<HeaderOption>(65).fill(HINT), /65 header options/],
    ['more than 4192 octets', [{ ...HINT, data: new Uint8Array(4190) }], /4193 octets/],
    ['type 0', [{ ...HINT, type: 0 }], /type 0/],
    ['type 300', [{ ...HINT, type: 300 }], /type 300/],
    ['Secure Path with data', [{ ...SECURE_PATH, data: new Uint8Array(1) }], /Secure Path/],
  ])('that cannot be sent come back with the reason: %s', (_, options, reason) => {
    const all = network()
    sends(all, options)
    expect(all.a.told('Dropped')).toMatchObject([{ reason: expect.stringMatching(reason) as string }])
    expect(all.b.heard()).toEqual([])
    all.a.send(2, B)
    all.lab.advance(ms(10))
    expect(all.b.heard()).toEqual([2])
  })
})

describe('destination options that must be understood', () => {
  it('are answered with the whole marker of the first that is not, and the message is discarded', () => {
    const all = network()
    all.says(`01060001${A}94d454${toHex(npdu(1))}`)
    expect(all.answers()).toEqual([expect.stringMatching(new RegExp(`^00080001${A}0101d400070092`))])
    expect(all.a.heard()).toEqual([])
  })

  it('are not answered in a broadcast, nor in a response', () => {
    const all = network()
    all.says(`01060001ffffffffffff54${toHex(npdu(1))}`)
    all.says(`03060002${A}54`)
    expect(all.answers()).toEqual([])
    expect([...all.a.heard(), ...all.b.heard()]).toEqual([])
    expect(all.a.told('Discarded')).toHaveLength(2)
  })

  it('are no matter of the hub that passes them on', () => {
    const all = network()
    all.says(`42060001${B}54aabb`)
    expect(inHex(all.lab.tapped.filter(what => inHex(what).startsWith('42')).at(-1) as never)).toBe(
      `42080001${C}54aabb`.replace('4208', '420a'),
    )
    expect(all.hub.counters().drops).toEqual({})
  })

  it('are the hub’s matter in what is for itself, a Hello too where none belongs', () => {
    const all = network()
    all.says('0a02000154')
    all.says('0a02000262000101')
    expect(all.answers()).toEqual([
      expect.stringMatching(/^000000010a015400070092/),
      expect.stringMatching(/^000000020a016200070092/),
    ])
  })

  it('need not be understood where that bit is clear', () => {
    const all = network()
    all.says(`01060001${A}94bf0003022b0122000101${toHex(npdu(1))}`)
    all.lab.advance(seconds(1))
    expect(all.a.heard()).toEqual([1])
    expect(all.answers()).toEqual([])
  })
})
