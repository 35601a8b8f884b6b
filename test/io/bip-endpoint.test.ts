import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { bipEndpoints } from '../../src/io/bip-endpoint.js'
import { bipAddress, printBipAddress } from '../../src/values/bip-address.js'
import { ipv4, printIpv4 } from '../../src/values/ipv4.js'

const bits = fc.integer({ min: 0, max: 0xffffffff })
const port = fc.integer({ min: 0, max: 0xffff })

describe('the addresses that sockets tell and take', () => {
  it('are B/IP addresses, both ways, also when they were met before', () => {
    const { address, endpoint } = bipEndpoints()
    fc.assert(
      fc.property(bits, port, (ip, number) => {
        const host = printIpv4(ipv4(ip))
        const expected = bipAddress(ipv4(ip), number)
        for (let meeting = 1; meeting <= 2; meeting++) {
          expect(address(host, number)).toBe(expected)
          expect(endpoint(expected)).toEqual({ host, port: number })
        }
      }),
    )
  })

  it('stay right when strangers make up more of them than are remembered', () => {
    const { address, endpoint } = bipEndpoints()
    for (let ip = 0; ip < 10_000; ip++) {
      const made = bipAddress(ipv4(ip * 7919), ip)
      expect(printBipAddress(address(printIpv4(ipv4(ip * 7919)), ip))).toBe(printBipAddress(made))
      expect(endpoint(made).port).toBe(ip)
    }
  })
})
