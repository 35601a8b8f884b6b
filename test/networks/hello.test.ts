import { describe, expect, it } from 'vitest'
import { ms, seconds } from '../../src/values/duration.js'
import { encodeBvlcSc } from '../../src/wire/bvlc-sc-encode.js'
import { helloOption } from '../../src/wire/hello.js'
import type { HeaderOption } from '../../src/wire/header-option.js'
import { helloMemory } from '../../src/sc/connection/hello-memory.js'
import { identity } from '../support/identities.js'
import { inHex, virtualLab } from '../support/virtual-network.js'

const A = identity(1).vmac
const HELLO = { identityRelay: true }

/** A bare peer that asks to connect with some options, and what it hears. */
const comesWith = (options: readonly HeaderOption[], takesHello = false) => {
  const lab = virtualLab()
  const hub = lab.hub({ hello: takesHello })
  const peer = lab.peer('bare')
  lab.advance(ms(10))
  const { vmac, uuid, maxBvlcLength, maxNpduLength } = identity(1)
  const header = { messageId: 1, originating: undefined, destination: undefined, destinationOptions: options }
  peer.send(encodeBvlcSc({ _tag: 'Connect-Request', ...header, vmac, uuid, maxBvlcLength, maxNpduLength }))
  lab.advance(ms(10))
  return { hub, heard: peer.heard }
}

describe('a hub', () => {
  const hello = helloOption(HELLO)

  it.each([
    ['no Hello, as peers of the 2020 edition', []],
    ['a Hello', [hello]],
    ['a Hello that must be understood', [{ ...hello, mustUnderstand: true }]],
    ['a Hello of two octets, which is none', [{ ...hello, data: new Uint8Array(2) }]],
    ['a Hello of bits to come', [{ ...hello, data: Uint8Array.of(0xff) }]],
  ])('accepts a Connect-Request with %s, whether it takes Hellos or not', (_, options) => {
    for (const takesHello of [false, true]) {
      const { heard } = comesWith(options, takesHello)
      expect(heard).toEqual([expect.stringMatching(/^07000001/)])
    }
  })

  it('tells the Hellos of nodes when it is asked to, and no others', () => {
    const told = (options: readonly HeaderOption[], takesHello: boolean) =>
      comesWith(options, takesHello).hub.told('NodeConnected')[0]?.hello
    expect(told([hello], true)).toEqual(HELLO)
    expect(told([], true)).toBeUndefined()
    expect(told([hello], false)).toBeUndefined()
  })

  it('refuses what must be understood and is no Hello', () => {
    const { heard } = comesWith([{ ...hello, mustUnderstand: true, data: undefined }])
    expect(heard).toEqual([expect.stringMatching(/^0000000106014200070092/)])
  })
})

describe('a node', () => {
  it('says no Hello unless it is asked to', () => {
    const lab = virtualLab()
    lab.hub()
    lab.node({ vmac: A })
    lab.advance(ms(10))
    expect(inHex(lab.tapped[0] as never)).toMatch(new RegExp(`^0600....${A}`))
  })

  it('says Hello in its Connect-Request when it is asked to, without a need to understand it', () => {
    const lab = virtualLab()
    const hub = lab.hub({ hello: true })
    const node = lab.node({ vmac: A, hello: HELLO })
    lab.advance(ms(10))
    expect(inHex(lab.tapped[0] as never)).toMatch(new RegExp(`^0602....22000101${A}`))
    expect(hub.told('NodeConnected')).toMatchObject([{ hello: HELLO }])
    expect(node.status()?.hubConnection).toBe('primary')
    lab.advance(seconds(120))
    const options = lab.tapped.map(inHex).filter(hex => (Number.parseInt(hex.slice(2, 4), 16) & 3) !== 0)
    expect(options, 'messages with options').toHaveLength(1)
  })
})

describe('the memory of Hellos', () => {
  const refused = (errorCode: number) => ({ errorCode, detail: '' })

  it.each([
    ['refuses it', 145],
    ['does not understand it', 146],
    ['does not answer', 30],
    ['drops the connection', 173],
  ])('says none to a peer that %s, and says it again once that has failed too', (_, errorCode) => {
    const memory = helloMemory<string>(HELLO)
    expect(memory.next('a')).toBe(HELLO)
    memory.failed('a', HELLO, refused(errorCode))
    expect(memory.next('a')).toBeUndefined()
    expect(memory.next('b')).toBe(HELLO)
    memory.failed('a', undefined, refused(194))
    expect(memory.next('a')).toBe(HELLO)
  })

  it.each([
    ['is not there', 194],
    ['has no room', 0],
    ['knows another of our VMAC', 151],
  ])('goes on to say it to a peer that %s', (_, errorCode) => {
    const memory = helloMemory<string>(HELLO)
    memory.failed('a', HELLO, refused(errorCode))
    expect(memory.next('a')).toBe(HELLO)
  })

  it('has nothing to say where nothing was asked', () => {
    expect(helloMemory<string>(undefined).next('a')).toBeUndefined()
  })
})
