import { describe, expect, it } from 'vitest'
import type { Ip6Role } from '../../src/ip6/ip6-role.js'
import { registrationTimings } from '../../src/bvll/registration-timings.js'
import { bbmd6Policy } from '../../src/ip6/bbmd6-policy.js'
import { printBip6Address } from '../../src/values/bip6-address.js'
import type { Bip6Vmac } from '../../src/values/bip6-vmac.js'
import { unicast } from '../../src/link/link.js'
import { behaviourVectors6, transmitVectors6, type BehaviourContext6 } from '../support/bvll6-vectors.js'
import { WHO_IS } from '../support/played-port.js'
import { playedPort6, type PlayedPort6 } from '../support/played-port6.js'
import { toHex } from '../support/vectors.js'

const roleOf = (context: BehaviourContext6): Ip6Role => {
  switch (context.role) {
    case 'node':
      return { _tag: 'OrdinaryNode' }
    case 'bbmd':
      return { _tag: 'Bbmd', bdt: context.bdt, policy: bbmd6Policy() }
    case 'foreign-device':
      return { _tag: 'ForeignDevice', bbmd: context.bbmd, ttl: 60, timings: registrationTimings(60) }
  }
}

const BBMD_VMAC = '000063' as Bip6Vmac
const FOREIGN_VMAC = '000064' as Bip6Vmac

/** Brings a port into the state that the context describes, with the messages that lead there. */
const prepared = (context: BehaviourContext6): PlayedPort6 => {
  const { localAddress, vmac } = context
  const group = 'multicast' in context ? { group: context.multicast } : {}
  const port = playedPort6(roleOf(context), { address: localAddress, vmac, ...group })
  if (context.role === 'bbmd') {
    for (const address of context.fdt) {
      port.hear(printBip6Address(address), { _tag: 'Register-Foreign-Device', source: FOREIGN_VMAC, ttl: 60 })
    }
  }
  if (context.role === 'foreign-device' && context.registered) {
    port.hear(printBip6Address(context.bbmd), { _tag: 'BVLC-Result', source: BBMD_VMAC, code: 0 })
  }
  port.sent()
  port.told()
  return port
}

const texts = (datagrams: readonly { readonly to: string; readonly octets: Uint8Array }[]): readonly string[] =>
  datagrams.map(({ to, octets }) => `${to} ${toHex(octets)}`).sort()

describe('a B/IPv6 port does with each datagram of the behaviour vectors exactly what they say', () => {
  it.each(behaviourVectors6.map(vector => [vector.name, vector] as const))('%s', (_, vector) => {
    const { context, octets, from, arrival, deliverUpSource, vmacTable } = vector
    const port = prepared(context)

    port.hear(printBip6Address(from), octets, arrival)

    expect(texts(port.sent())).toEqual(texts(vector.send))
    expect(port.toldOf('Npdu').map(({ source }) => source)).toEqual(
      deliverUpSource === undefined ? [] : [deliverUpSource],
    )
    if (vmacTable === undefined) return
    port.submit({ _tag: 'ReadVmacCache' })
    const [cache] = port.toldOf('VmacCache')
    const learned = (cache?.entries ?? []).filter(({ vmac }) => vmac !== BBMD_VMAC && vmac !== FOREIGN_VMAC)
    expect(new Map(learned.map(entry => [entry.vmac, entry.address]))).toEqual(vmacTable)
  })
})

describe('a B/IPv6 port originates what the vectors say', () => {
  it.each(transmitVectors6.map(vector => [vector.name, vector] as const))('%s', (_, { context, octets, send }) => {
    const port = prepared(context)
    port.submit(unicast(WHO_IS, toHex(octets.subarray(7, 10)) as Bip6Vmac))
    expect(texts(port.sent())).toEqual(texts(send))
  })
})
