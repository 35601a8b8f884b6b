import { expect, it } from 'vitest'
import { seconds } from '../../src/values/duration.js'
import type { TalkingPort } from './talking-port.js'

/** A foreign device of an annex, what it says, and what is said to it. */
export interface ForeignDeviceTests<Message, Port extends TalkingPort<Message>> {
  /** Opens one with a TTL of 60 s, which has asked for its registration. */
  readonly open: () => Port
  readonly bbmd: string
  /** Who is not its BBMD: another port of that host, another BBMD. */
  readonly others: readonly string[]
  /** Asks for a registration with the BBMD. */
  readonly register: Message
  /** Asks the BBMD to distribute the broadcast that `broadcast` submits. */
  readonly distribute: Message
  readonly deregister: Message
  /** What the BBMD answers, by the code. */
  readonly result: (code: number) => Message
  /** The codes of answers: the registration is refused; a broadcast was not distributed. */
  readonly refused: number
  readonly unknown: number
  /** Codes that are about something else. */
  readonly otherCodes: readonly number[]
  readonly broadcast: (port: Port) => void
  /** Submits another broadcast, which cannot be sent. */
  readonly broadcastInVain: (port: Port) => void
  /** How it stood, since that was last looked at. */
  readonly states: (port: Port) => readonly (string | undefined)[]
  /** Gives its host another address. */
  readonly move: (port: Port) => void
  /** Has it be bound to all addresses of its host. */
  readonly widen: (port: Port) => void
}

/** Opens a foreign device that is registered, and has told and said all that is due. */
export const registeredDevice = <Message, Port extends TalkingPort<Message>>({
  open,
  bbmd,
  result,
}: Pick<ForeignDeviceTests<Message, Port>, 'open' | 'bbmd' | 'result'>): Port => {
  const port = open()
  port.hear(bbmd, result(0))
  port.says()
  port.told()
  return port
}

/** The tests of how a foreign device stands with its BBMD, which is the same in both annexes. */
export const itStandsWithItsBbmd = <Message, Port extends TalkingPort<Message>>(
  annex: ForeignDeviceTests<Message, Port>,
): void => {
  const { open, bbmd, others, register, distribute, deregister, result, refused, unknown, broadcast, states } = annex
  const registered = (): Port => registeredDevice<Message, Port>(annex)

  it('registers at once and tells how it stands', () => {
    const port = open()
    expect(port.says()).toEqual([[bbmd, register]])
    expect(states(port).at(-1)).toBe('unregistered')
    port.hear(bbmd, result(0))
    expect(states(port)).toEqual(['registered'])
  })

  it('takes results from its BBMD only', () => {
    const port = open()
    for (const other of others) port.hear(other, result(0))
    expect(states(port)).not.toContain('registered')
  })

  it('is refused, tells so, and is quiet for a while', () => {
    const port = open()
    port.says()
    port.hear(bbmd, result(refused))
    expect(states(port).at(-1)).toBe('refused')
    port.clock.advance(seconds(20))
    expect(port.says()).toEqual([])
  })

  it('renews after half of its TTL, at the latest', () => {
    const port = registered()
    port.clock.advance(seconds(26))
    expect(port.says()).toEqual([])
    port.clock.advance(seconds(4))
    expect(port.says()).toEqual([[bbmd, register]])
  })

  it('gives broadcasts back with a reason while it is not registered', () => {
    const port = open()
    port.says()
    broadcast(port)
    expect(port.toldOf('Dropped')).toMatchObject([{ reason: 'not registered with its BBMD' }])
    expect(port.says()).toEqual([])
  })

  it('has its broadcasts distributed by its BBMD, and never sends them to where it sits', () => {
    const port = registered()
    broadcast(port)
    expect(port.says()).toEqual([[bbmd, distribute]])
  })

  it('registers again when its BBMD does not know it, and then sends once more what was refused', () => {
    const port = registered()
    broadcast(port)
    port.says()
    port.hear(bbmd, result(unknown))
    expect(port.says()).toEqual([[bbmd, register]])
    port.hear(bbmd, result(0))
    expect(port.says()).toEqual([[bbmd, distribute]])
    port.hear(bbmd, result(unknown))
    port.hear(bbmd, result(0))
    expect(port.says()).toEqual([[bbmd, register]])
    expect(states(port)).toEqual(['unregistered', 'registered', 'unregistered', 'registered'])
  })

  it('does not send once more what could not be sent, and was dropped: it was another that its BBMD refused', () => {
    const port = registered()
    broadcast(port)
    annex.broadcastInVain(port)
    expect(port.toldOf('Dropped')).toMatchObject([{ reason: 'the network is down' }])
    port.hear(bbmd, result(unknown))
    port.hear(bbmd, result(0))
    expect(port.says()).toEqual([
      [bbmd, register],
      [bbmd, distribute],
    ])
  })

  it('does not register again and again because somebody says in the name of its BBMD that it is not known', () => {
    const port = registered()
    const forge = (): void => {
      for (let count = 0; count < 100; count++) {
        port.hear(bbmd, result(unknown))
        port.hear(bbmd, result(0))
      }
    }
    forge()
    expect(port.says()).toEqual([1, 2, 3, 4].map(() => [bbmd, register]))
    expect(states(port)).toHaveLength(8)
    port.clock.advance(seconds(5))
    forge()
    expect(port.says()).toEqual([[bbmd, register]])
  })

  it('does not mind a success that answers a distributed broadcast, as some BBMDs say', () => {
    const port = registered()
    broadcast(port)
    port.hear(bbmd, result(0))
    expect(states(port)).toEqual([])
    expect(port.toldOf('Dropped')).toEqual([])
  })

  it.each(annex.otherCodes)('is not moved by result %i, which is about something else', code => {
    const port = registered()
    port.hear(bbmd, result(code))
    expect(states(port)).toEqual([])
    expect(port.says()).toEqual([])
  })

  it('registers anew when the addresses of its host change', () => {
    const port = registered()
    annex.move(port)
    expect(port.says()).toEqual([[bbmd, register]])
  })

  it('de-registers when it ends, with its own address', () => {
    const port = registered()
    port.end()
    expect(port.says()).toEqual([[bbmd, deregister]])
    expect(states(port)).toEqual(['unregistered'])
    expect(port.clock.running()).toBe(0)
  })

  it('does not de-register where it is bound to all addresses, as it cannot say under which one it is known', () => {
    const port = registered()
    annex.widen(port)
    port.says()
    port.end()
    expect(port.says()).toEqual([])
  })
}
