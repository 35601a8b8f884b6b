import { describe, expect, it } from 'vitest'
import { destinationOf, sourceOf } from '../../../src/network/application/addressing.js'
import { receivedAndDecoded } from '../../support/received-npdus.js'

describe('who sent an NPDU', () => {
  it('is the source of the data link, of a network that is not known, without a source in the header', () => {
    expect(sourceOf(receivedAndDecoded('01001008'))).toEqual({ network: undefined, mac: '0000000000aa' })
  })

  it('is of the own network, where its number is known', () => {
    expect(sourceOf(receivedAndDecoded('01001008'), 7)).toEqual({ network: 7, mac: '0000000000aa' })
  })

  it('is the source in the header, whatever the data link and the own network are', () => {
    const routed = receivedAndDecoded('01080014030004d21008')
    expect([sourceOf(routed), sourceOf(routed, 7)]).toEqual([
      { network: 20, mac: '0004d2' },
      { network: 20, mac: '0004d2' },
    ])
  })
})

describe('where an NPDU goes', () => {
  it.each([
    ['here', '01001008', 'unicast', 'unicast'],
    ['to all of this network', '01001008', 'broadcast', 'local-broadcast'],
    ['to all networks', '0120ffff00ff1008', 'broadcast', 'global-broadcast'],
    ['to all networks, straight to us', '0120ffff00ff1008', 'unicast', 'global-broadcast'],
    ['to all of a network', '0120000500ff1008', 'unicast', 'remote-broadcast'],
    ['to all of a network, by whoever routes there', '0120000500ff1008', 'broadcast', 'remote-broadcast'],
    ['to a station of a network', '012000050107ff1008', 'unicast', 'unicast'],
    ['to a station of a network, by whoever routes there', '012000050107ff1008', 'broadcast', 'unicast'],
  ] as const)('is told: %s', (_, hex, destination, expected) => {
    expect(destinationOf(receivedAndDecoded(hex, { destination }))).toBe(expected)
  })
})
