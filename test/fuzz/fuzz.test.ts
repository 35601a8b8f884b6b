import { describe, it } from 'vitest'
import { fuzzBvll, fuzzBvll6 } from './bvll.js'
import { fuzzCodecs } from './codecs.js'
import { dice } from './dice.js'
import { liveDirect } from './live-direct.js'
import { liveIp } from './live-ip.js'
import { liveIp6 } from './live-ip6.js'
import { liveHub } from './live-hub.js'
import { liveNode } from './live-node.js'
import { fuzzNpdu } from './npdu.js'
import { realHub, realNode } from './real.js'

const SEED = 20_240_615

describe('fuzzing, a short run', () => {
  it('of every decoder of BACnet/SC', () => {
    const thrown = dice(SEED)
    for (let count = 0; count < 20_000; count++) fuzzCodecs(thrown)
  })

  it('of the decoder of BACnet/IP', () => {
    const thrown = dice(SEED)
    for (let count = 0; count < 20_000; count++) fuzzBvll(thrown)
  })

  it('of the decoder of BACnet/IPv6', () => {
    const thrown = dice(SEED)
    for (let count = 0; count < 20_000; count++) fuzzBvll6(thrown)
  })

  it('of the decoders of NPDUs and APDUs', () => {
    const thrown = dice(SEED)
    for (let count = 0; count < 20_000; count++) fuzzNpdu(thrown)
  })

  it('of a live hub', () => {
    const next = liveHub(dice(SEED))
    for (let count = 0; count < 10_000; count++) next()
  })

  it('of a live node', () => {
    const next = liveNode(dice(SEED))
    for (let count = 0; count < 10_000; count++) next()
  })

  it('of a live node that accepts direct connections', () => {
    const next = liveDirect(dice(SEED))
    for (let count = 0; count < 10_000; count++) next()
  })

  it('of a live B/IP port in its three roles', () => {
    const next = liveIp(dice(SEED))
    for (let count = 0; count < 10_000; count++) next()
  })

  it('of a live B/IPv6 port in its three roles', () => {
    const next = liveIp6(dice(SEED))
    for (let count = 0; count < 10_000; count++) next()
  })

  it.each([
    ['hub', realHub],
    ['node', realNode],
  ])('of a %s over a real socket', async (_, start) => {
    const target = await start(dice(SEED))
    try {
      for (let said = 0; said < 2000;) said += await target.batch()
    } finally {
      target.stop()
    }
  })
})
