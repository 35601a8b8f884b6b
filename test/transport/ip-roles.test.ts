import { describe, expect, it } from 'vitest'
import { ConfigurationError, printBipAddress, station } from '../../src/transport/ip.js'

describe('a station', () => {
  it('is the address of one, from text', () => {
    expect(station('10.0.1.5:47808')).toBe('0a000105bac0')
    expect(printBipAddress(station('10.0.1.5:47808'))).toBe('10.0.1.5:47808')
  })

  it.each([
    ['10.0.1.5', `station: '10.0.1.5' is not an address such as 192.168.1.10:47808`],
    ['10.0.1.5:0', `station: '10.0.1.5:0' cannot be the address of one station`],
    ['255.255.255.255:47808', `station: '255.255.255.255:47808' cannot be the address of one station`],
  ])('is not %s', (text, message) => {
    expect(() => station(text)).toThrow(new ConfigurationError(message))
  })
})
