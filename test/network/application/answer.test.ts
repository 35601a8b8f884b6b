import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { answer, globalBroadcast, localBroadcast, remoteBroadcast } from '../../../src/network/application/answer.js'
import { bip } from '../../support/bvll-vectors.js'
import { SECURE_PATH } from '../../../src/wire/header-option.js'
import { decodeNpdu, encodeNpdu } from '../../../src/wire/npdu.js'
import { encodeWhoIs } from '../../../src/wire/who-is.js'
import { anyOctets } from '../../support/arbitraries.js'
import { anyNpdu } from '../../support/npdu-arbitraries.js'
import { receivedAndDecoded } from '../../support/received-npdus.js'
import { right } from '../../support/right.js'
import { fromHex, toHex } from '../../support/vectors.js'

const I_AM = '1000c4020004d22205c49100210f'
const WHO_IS = encodeWhoIs()

describe('an answer', () => {
  it.each([
    ['who asked on this network', '01001008', '0100'],
    ['who asked all networks from this one', '0120ffff00ff1008', '0100'],
    ['who asked through a router', '01080014030004d21008', '01200014030004d2ff'],
    ['who asked all networks through routers', '0128ffff000014030004d2051008', '01200014030004d2ff'],
    ['who asked with priority', '01031008', '0103'],
    ['who asked urgently and wanted an answer, through a router', '010d07d101050205010c', '012107d10105ff'],
  ])('goes to %s', (_, asked, header) => {
    const request = receivedAndDecoded(asked)
    const { npdu, ...rest } = answer(request, fromHex(I_AM))
    expect(toHex(npdu)).toBe(header + I_AM)
    expect(rest).toEqual({ _tag: 'Npdu', destination: request.source })
  })

  it('may expect a reply, and may have data options', () => {
    const { npdu, ...rest } = answer(receivedAndDecoded('01001008'), fromHex('0205010c'), {
      expectingReply: true,
      dataOptions: [SECURE_PATH],
    })
    expect(toHex(npdu)).toBe('01040205010c')
    expect(rest).toEqual({ _tag: 'Npdu', destination: '0000000000aa', dataOptions: [SECURE_PATH] })
  })

  it('goes to the station that any NPDU is from, with its priority, as from here', () => {
    fc.assert(
      fc.property(anyNpdu(), anyOctets(1, 20), fc.boolean(), (asked, apdu, expectingReply) => {
        const request = receivedAndDecoded(toHex(encodeNpdu(asked)))
        expect(right(decodeNpdu(answer(request, apdu, { expectingReply }).npdu))).toEqual({
          priority: asked.priority,
          expectingReply,
          destination: asked.source,
          source: undefined,
          hopCount: asked.source === undefined ? 0 : 255,
          content: { _tag: 'Apdu', apdu },
        })
      }),
    )
  })
})

describe('an APDU for all', () => {
  it('of this network has no addresses', () => {
    expect(localBroadcast(WHO_IS)).toEqual({ _tag: 'Npdu', npdu: fromHex('01001008'), destination: 'broadcast' })
  })

  it('of all networks says so', () => {
    expect(globalBroadcast(WHO_IS)).toEqual({
      _tag: 'Npdu',
      npdu: fromHex('0120ffff00ff1008'),
      destination: 'broadcast',
    })
  })

  it('of another network goes to its router, or to whoever that is', () => {
    const npdu = fromHex('012007d100ff1008')
    expect(remoteBroadcast(WHO_IS, 2001)).toEqual({ _tag: 'Npdu', npdu, destination: 'broadcast' })
    const router = bip('192.168.1.1:47808')
    expect(remoteBroadcast(WHO_IS, 2001, { router })).toEqual({ _tag: 'Npdu', npdu, destination: router })
  })

  it('may have a priority and data options', () => {
    const options = { priority: 'life-safety', dataOptions: [SECURE_PATH] } as const
    const router = bip('192.168.1.1:47808')
    const sent = [
      localBroadcast(WHO_IS, options),
      globalBroadcast(WHO_IS, options),
      remoteBroadcast(WHO_IS, 2001, options),
      remoteBroadcast(WHO_IS, 2001, { ...options, router }),
    ]
    expect(sent.map(({ npdu }) => toHex(npdu).slice(0, 4))).toEqual(['0103', '0123', '0123', '0123'])
    for (const { dataOptions } of sent) expect(dataOptions).toEqual([SECURE_PATH])
  })

  it.each([0, -1, 65_535, 65_536, 1.5, NaN])('is not built for the network %d, which there is not', network => {
    expect(() => remoteBroadcast(WHO_IS, network)).toThrow(RangeError)
  })
})
