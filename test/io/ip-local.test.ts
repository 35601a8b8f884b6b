import { describe, expect, it } from 'vitest'
import { interfaceTable, type InterfaceTable } from '../../src/io/interfaces.js'
import { addressesOf, areSameAddresses, arrivalsAt, earsOf } from '../../src/io/ip-local.js'
import { printBipAddress } from '../../src/values/bip-address.js'
import { parseBroadcastMask, printBroadcastMask, type BroadcastMask } from '../../src/values/broadcast-mask.js'
import { parseIpv4, printIpv4, type Ipv4 } from '../../src/values/ipv4.js'
import { right } from '../support/right.js'
import { at } from '../support/udp-port.js'

const ip = (text: string): Ipv4 => right(parseIpv4(text))
const mask = (text: string): BroadcastMask => right(parseBroadcastMask(text))

const LOOPBACK = { ip: ip('127.0.0.1'), mask: mask('255.0.0.0'), isInternal: true }
const OFFICE = { ip: ip('10.0.1.5'), mask: mask('255.255.255.0'), isInternal: false }
const PLANT = { ip: ip('10.0.2.5'), mask: mask('255.255.255.128'), isInternal: false }
const TUNNEL = { ip: ip('10.8.0.2'), mask: mask('255.255.255.255'), isInternal: false }
const TABLE: InterfaceTable = [LOOPBACK, OFFICE, PLANT, TUNNEL]

/** What is known of a port, in words. */
const shown = (bind: string, broadcast?: string, table = TABLE) => {
  const addresses = addressesOf(at(bind), broadcast === undefined ? undefined : at(broadcast), table)
  return {
    address: printBipAddress(addresses.address),
    own: [...addresses.own].map(printBipAddress),
    broadcast: addresses.broadcast && printBipAddress(addresses.broadcast),
    mask: addresses.mask && printBroadcastMask(addresses.mask),
    arrivals: arrivalsAt(addresses, 'linux'),
    ears: earsOf(addresses, 'linux').map(
      ({ address, neighboursOf }) =>
        `${printBipAddress(address)}${neighboursOf === undefined ? '' : ` of ${printIpv4(neighboursOf.ip)}`}`,
    ),
  }
}

describe('a port on one address', () => {
  it('has the broadcast address of its subnet, and hears that and 255.255.255.255 with sockets of their own', () => {
    expect(shown('10.0.2.5:47808')).toEqual({
      address: '10.0.2.5:47808',
      own: ['10.0.2.5:47808'],
      broadcast: '10.0.2.127:47808',
      mask: '255.255.255.128',
      arrivals: 'unicast',
      ears: ['10.0.2.127:47808', '255.255.255.255:47808 of 10.0.2.5'],
    })
  })

  it('has the broadcast address that it was given, with its own port for port 0', () => {
    expect(shown('10.0.1.5:47809', '10.0.255.255:0')).toMatchObject({
      broadcast: '10.0.255.255:47809',
      ears: ['10.0.255.255:47809', '255.255.255.255:47809 of 10.0.1.5'],
    })
  })

  it('of the loopback network is on that of 127.0.0.1, and hears no 255.255.255.255', () => {
    expect(shown('127.0.1.5:1')).toMatchObject({
      broadcast: '127.255.255.255:1',
      mask: '255.0.0.0',
      ears: ['127.255.255.255:1'],
    })
  })

  it('has no broadcast address on a link between two hosts, nor where its subnet is unknown', () => {
    expect(shown('10.8.0.2:1')).toMatchObject({ broadcast: undefined, mask: '255.255.255.255', ears: [] })
    const pair = [{ ...OFFICE, mask: mask('255.255.255.254') }]
    expect(shown('10.0.1.5:1', undefined, pair)).toMatchObject({ broadcast: undefined, ears: [] })
    expect(shown('192.168.9.9:1')).toMatchObject({ broadcast: undefined, mask: undefined, ears: [] })
  })

  it('that is its broadcast address as well cannot tell how datagrams came', () => {
    expect(shown('10.8.0.2:1', '10.8.0.2:1')).toMatchObject({ arrivals: 'unknown', ears: [] })
  })

  it('hears everything with one socket on Windows, and 255.255.255.255 not at all on macOS', () => {
    const addresses = addressesOf(at('10.0.1.5:1'), undefined, TABLE)
    expect(arrivalsAt(addresses, 'win32')).toBe('unknown')
    expect(earsOf(addresses, 'win32')).toEqual([])
    expect(arrivalsAt(addresses, 'darwin')).toBe('unicast')
    expect(earsOf(addresses, 'darwin')).toEqual([{ address: at('10.0.1.255:1'), neighboursOf: undefined }])
  })
})

describe('a port on one address that broadcasts to 255.255.255.255', () => {
  it('hears its subnet as well, and of the limited broadcasts only those of its subnet', () => {
    expect(shown('10.0.1.5:47808', '255.255.255.255:47808').ears).toEqual([
      '10.0.1.255:47808',
      '255.255.255.255:47808 of 10.0.1.5',
    ])
  })
})

describe('a port on all addresses', () => {
  it('has the first address that others reach, and all of them for its own', () => {
    expect(shown('0.0.0.0:47808')).toEqual({
      address: '10.0.1.5:47808',
      own: ['127.0.0.1:47808', '10.0.1.5:47808', '10.0.2.5:47808', '10.8.0.2:47808'],
      broadcast: '10.0.1.255:47808',
      mask: '255.255.255.0',
      arrivals: 'unknown',
      ears: [],
    })
  })

  it('has the address whose subnet has the broadcast address that it was given', () => {
    expect(shown('0.0.0.0:1', '10.0.2.127:1')).toMatchObject({ address: '10.0.2.5:1', mask: '255.255.255.128' })
    expect(shown('0.0.0.0:1', '127.255.255.255:1')).toMatchObject({ address: '127.0.0.1:1' })
  })

  it('hears a broadcast address of another port with a socket of its own', () => {
    expect(shown('0.0.0.0:1', '10.0.2.127:47808').ears).toEqual(['10.0.2.127:47808'])
  })

  it('is on the loopback network of a host that has no other, and on none where the host does not say', () => {
    expect(shown('0.0.0.0:1', undefined, [LOOPBACK]).address).toBe('127.0.0.1:1')
    expect(shown('0.0.0.0:1', undefined, [])).toMatchObject({ address: '0.0.0.0:1', own: [], broadcast: undefined })
  })
})

describe('two looks at the addresses of a host', () => {
  it('are the same when they found the same, in whatever order', () => {
    const look = (table: InterfaceTable) => addressesOf(at('0.0.0.0:1'), at('10.0.1.255:1'), table)
    expect(areSameAddresses(look(TABLE), look([...TABLE].reverse()))).toBe(true)
    expect(areSameAddresses(look(TABLE), look([LOOPBACK, OFFICE]))).toBe(false)
    expect(areSameAddresses(look(TABLE), look([LOOPBACK, PLANT, OFFICE, { ...TUNNEL, ip: ip('10.8.0.3') }]))).toBe(
      false,
    )
  })
})

describe('the interface table of this host', () => {
  it('has the loopback network', () => {
    expect(interfaceTable()).toContainEqual(LOOPBACK)
  })
})
