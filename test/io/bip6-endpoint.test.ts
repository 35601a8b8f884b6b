import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { bip6Endpoints, isOnOtherLink } from '../../src/io/bip6-endpoint.js'
import { bip6Address, isLinkLocal, printBip6Address } from '../../src/values/bip6-address.js'
import { ipv6, printIpv6 } from '../../src/values/ipv6.js'
import { at6 } from '../support/udp6-port.js'

const octets = fc.uint8Array({ minLength: 16, maxLength: 16 })
const linkLocal = octets.map(some => Uint8Array.from([0xfe, 0x80, ...some.subarray(2)]))
const port = fc.integer({ min: 0, max: 0xffff })

describe('the addresses that sockets of IPv6 tell and take', () => {
  it('are B/IPv6 addresses, both ways, and have a zone where they are link-local', () => {
    const { address, endpoint } = bip6Endpoints('eth0')
    fc.assert(
      fc.property(fc.oneof(octets, linkLocal).map(ipv6), port, (ip, number) => {
        const host = isLinkLocal(ip) ? `${printIpv6(ip)}%eth0` : printIpv6(ip)
        const expected = bip6Address(ip, number)
        for (let meeting = 1; meeting <= 2; meeting++) {
          expect(address(host, number)).toBe(expected)
          expect(endpoint(expected)).toEqual({ host, port: number })
        }
      }),
    )
  })

  it('have no zone where they are of a group', () => {
    const { endpoint } = bip6Endpoints('eth0')
    expect(endpoint(at6('[ff02::bac0]:47808'))).toEqual({ host: 'ff02::bac0', port: 47_808 })
  })

  it('are of another link when they have another zone', () => {
    expect(isOnOtherLink('fe80::1%eth0', 'eth0')).toBe(false)
    expect(isOnOtherLink('fe80::1%eth01', 'eth0')).toBe(true)
    expect(isOnOtherLink('2001:db8::1', 'eth0')).toBe(false)
  })

  it('stay right when strangers make up more of them than are remembered', () => {
    const { address, endpoint } = bip6Endpoints('eth0')
    for (let count = 0; count < 5000; count++) {
      const text = `2001:db8::${(count + 0x1000).toString(16)}`
      expect(printBip6Address(address(text, count))).toBe(`[${text}]:${count}`)
      expect(endpoint(at6(`[${text}]:${count}`))).toEqual({ host: text, port: count })
    }
  })
})
