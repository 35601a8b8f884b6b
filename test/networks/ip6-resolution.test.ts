import { describe, expect, it } from 'vitest'
import { foreignDevice6 } from '../../src/index.js'
import { ms, seconds } from '../../src/values/duration.js'
import { decodeBvll6 } from '../../src/wire/bvll6-decode.js'
import { BBMD1, twoDomains, vmacOf } from '../support/ip6-domains.js'
import { inWords6, ip6Lab } from '../support/ip6-lab.js'
import { bip6 } from '../support/bvll6-vectors.js'
import { I_AM, numbered } from '../support/npdu.js'
import { right } from '../support/right.js'

const A = '[fd71:0:0:1::7]:47808'
const B = '[fd71:0:0:2::7]:47808'
const DEVICE = '[fd71:0:0:9::7]:47808'
const GROUP = '[ff02::bac0]:47808'

describe('an NPDU for a VMAC that nobody knows yet', () => {
  it('waits until the address is resolved across both domains, from where the BBMDs are not involved', () => {
    const { lab, a, b } = twoDomains()
    a.unicast(I_AM, '002007')
    lab.advance(ms(20))
    const sent = lab.sent()
    expect(sent.map(inWords6)).toEqual([
      `${A} > ${GROUP} Address-Resolution`,
      `[fd71:0:0:1::1]:47808 > [fd71:0:0:2::1]:47808 Forwarded-Address-Resolution`,
      `[fd71:0:0:2::1]:47808 > ${GROUP} Forwarded-Address-Resolution`,
      `${B} > ${A} Address-Resolution-ACK`,
      `${A} > ${B} Original-Unicast-NPDU`,
    ])
    const forwarded = { _tag: 'Forwarded-Address-Resolution', source: '001007', target: '002007', originating: bip6(A) }
    expect(sent.map(({ octets }) => right(decodeBvll6(octets)))).toEqual([
      { _tag: 'Address-Resolution', source: '001007', target: '002007' },
      forwarded,
      forwarded,
      { _tag: 'Address-Resolution-ACK', source: '002007', destination: '001007' },
      { _tag: 'Original-Unicast-NPDU', source: '001007', destination: '002007', npdu: I_AM },
    ])
    expect(lab.hearers(I_AM)).toEqual({ 'fd71:0:0:2::7': ['001007'] })

    b.unicast(numbered(1), '001007')
    a.unicast(numbered(2), '002007')
    lab.advance(ms(20))
    expect(lab.sent().map(inWords6)).toEqual([`${B} > ${A} Original-Unicast-NPDU`, `${A} > ${B} Original-Unicast-NPDU`])
  })

  it('is dropped after three tries where nobody has that VMAC', () => {
    const { lab, a } = twoDomains()
    a.unicast(I_AM, '002009')
    lab.advance(seconds(10))
    const asked = lab.sent().filter(({ from }) => from === bip6(A))
    expect(asked.map(({ octets }) => right(decodeBvll6(octets))._tag)).toEqual(Array(3).fill('Address-Resolution'))
    expect(a.told('Dropped').map(({ reason }) => reason)).toEqual(['nobody answered for its VMAC'])
  })

  it('is resolved by the BBMD of a foreign device, and the answer comes straight from the target', () => {
    const { lab } = twoDomains()
    const device = lab.port('fd71:0:0:9::7', {
      deviceInstance: 0x9007,
      role: foreignDevice6({ bbmd: BBMD1 }),
    })
    lab.advance(seconds(1))
    lab.sent()
    device.unicast(I_AM, '002007')
    lab.advance(ms(20))
    expect(lab.sent().map(inWords6).sort()).toEqual(
      [
        `${DEVICE} > ${BBMD1} Address-Resolution`,
        `${BBMD1} > ${GROUP} Forwarded-Address-Resolution`,
        `${BBMD1} > [fd71:0:0:2::1]:47808 Forwarded-Address-Resolution`,
        `[fd71:0:0:2::1]:47808 > ${GROUP} Forwarded-Address-Resolution`,
        `${B} > ${DEVICE} Address-Resolution-ACK`,
        `${DEVICE} > ${B} Original-Unicast-NPDU`,
      ].sort(),
    )
    expect(lab.hearers(I_AM)).toEqual({ 'fd71:0:0:2::7': ['009007'] })
  })

  it('finds a foreign device from the other domain', () => {
    const { lab, b } = twoDomains()
    lab.port('fd71:0:0:9::7', { deviceInstance: 0x9007, role: foreignDevice6({ bbmd: BBMD1 }) })
    lab.advance(seconds(1))
    b.unicast(I_AM, '009007')
    lab.advance(ms(20))
    expect(lab.hearers(I_AM)).toEqual({ 'fd71:0:0:9::7': ['002007'] })
  })
})

describe('two random VMACs that are the same', () => {
  const vmac = '4d0001'

  it('become different ones when both begin at once, and neither sends anything as the other', () => {
    const lab = ip6Lab()
    const ports = ['fd71:0:0:1::7', 'fd71:0:0:1::8'].map(ip => lab.port(ip, { vmac }))
    lab.advance(seconds(10))
    const vmacs = ports.map(vmacOf)
    expect(new Set(vmacs).size).toBe(2)
    ports.forEach((port, number) => port.broadcast(numbered(number)))
    lab.advance(ms(20))
    expect(lab.hearers(numbered(0))).toEqual({ 'fd71:0:0:1::8': [vmacs[0]] })
    expect(lab.hearers(numbered(1))).toEqual({ 'fd71:0:0:1::7': [vmacs[1]] })
  })

  it('stay with the one that had it first, even where it is in the other domain', () => {
    const { lab } = twoDomains()
    const first = lab.port('fd71:0:0:1::9', { vmac })
    lab.advance(seconds(5))
    const second = lab.port('fd71:0:0:2::9', { vmac })
    lab.advance(seconds(5))
    expect(vmacOf(first)).toBe(vmac)
    expect(vmacOf(second)).not.toBe(vmac)
  })
})
