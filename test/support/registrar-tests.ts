import { expect, it } from 'vitest'
import type { PortLimits } from '../../src/bvll/port-limits.js'
import type { RegistrarPolicy } from '../../src/bvll/registrar.js'
import { seconds } from '../../src/values/duration.js'
import type { TalkingPort } from './talking-port.js'

/** What may be said of a registrar, whatever the form of addresses. */
type Policy<Address extends string> = Partial<RegistrarPolicy<Address>>

/** A BBMD of an annex with nobody in its tables, what is said to it, and what it says. */
export interface RegistrarTests<Message, Address extends string> {
  readonly open: (policy?: Policy<Address>, limits?: Partial<PortLimits>) => TalkingPort<Message>
  readonly register: (ttl: number) => Message
  readonly remove: (entry: string) => Message
  readonly distribute: Message
  readonly result: (code: number) => Message
  /** The codes with which it refuses these. */
  readonly naks: { readonly register: number; readonly remove: number; readonly distribute: number }
  /** A UDP port of a host, by numbers. */
  readonly at: (host: number, port?: number) => string
  readonly addressOf: (text: string) => Address
}

/** What a BBMD says to one request. */
export const answerTo = <Message>(
  port: TalkingPort<Message>,
  source: string,
  message: Message,
): Message | undefined => {
  port.says()
  port.hear(source, message)
  return port.says().find(([to]) => to === source)?.[1]
}

/** The tests of what a BBMD does for foreign devices that come and go, which is the same in both annexes. */
export const itKeepsForeignDevices = <Message, Address extends string>({
  open,
  register,
  remove,
  distribute,
  result,
  naks,
  at,
  addressOf,
}: RegistrarTests<Message, Address>): void => {
  const [FOREIGN, NEIGHBOUR, STRANGER] = [at(40), at(50), at(60)]
  const done = result(0)

  it('registers them, tells it once, and forgets them after TTL and grace', () => {
    const port = open()
    expect(answerTo(port, FOREIGN, register(60))).toEqual(done)
    expect(answerTo(port, FOREIGN, register(60))).toEqual(done)
    port.clock.advance(seconds(89))
    expect(answerTo(port, FOREIGN, distribute)).toBeUndefined()
    port.clock.advance(seconds(1))
    expect(answerTo(port, FOREIGN, distribute)).toEqual(result(naks.distribute))
    expect(port.toldOf('ForeignDevice')).toMatchObject([{ state: 'registered' }, { state: 'expired' }])
  })

  it.each([
    ['the TTL is 0', {}, 0],
    ['the TTL is longer than allowed', { maxTtl: 600 }, 601],
    ['not allowed', { mayRegister: () => false }, 60],
    ['foreign device table is full', { maxForeignDevices: 0 }, 60],
  ])('refuses one, and says why: %s', (why, policy, ttl) => {
    const port = open(policy)
    expect(answerTo(port, FOREIGN, register(ttl))).toEqual(result(naks.register))
    expect(port.toldOf('Refused')).toMatchObject([
      { reason: `Register-Foreign-Device: ${why}`, source: addressOf(FOREIGN), count: 1 },
    ])
    expect(answerTo(port, FOREIGN, distribute)).toEqual(result(naks.distribute))
  })

  it('refuses new ones when its table is full, and one host more than its share; renewals are taken', () => {
    const port = open({ maxForeignDevices: 3, maxPerAddress: 2 })
    const answers = [at(1, 1001), at(1, 1002), at(1, 1003), at(2, 1001), at(3, 1001), at(1, 1002)].map(source =>
      answerTo(port, source, register(60)),
    )
    const no = result(naks.register)
    expect(answers).toEqual([done, done, no, done, no, done])
  })

  it('answers renewals when nothing else is answered any more, however it came to that', () => {
    const limits = { answersPerAddress: { burst: 60, perSecond: 1 }, answersInTotal: { burst: 600, perSecond: 1 } }
    const port = open({}, limits)
    answerTo(port, FOREIGN, register(60))
    const spend = (source: string): void => {
      for (let count = 0; count < 20; count++) port.hear(source, remove(at(70)))
    }
    spend(FOREIGN)
    for (let host = 1; host < 20; host++) spend(at(100 + host))
    expect(answerTo(port, NEIGHBOUR, register(60)), 'of a new one, when all is spent').toBeUndefined()
    expect(answerTo(port, NEIGHBOUR, register(60)), 'of the same that asks again').toEqual(done)
    expect(answerTo(port, FOREIGN, register(60))).toEqual(done)
    for (let count = 0; count < 100; count++) port.hear(FOREIGN, register(60))
    expect(port.says()).toHaveLength(3)
  })

  it('deletes an entry once, and only for those who may', () => {
    const port = open({ mayDelete: source => source !== addressOf(STRANGER) })
    answerTo(port, FOREIGN, register(60))
    expect(answerTo(port, STRANGER, remove(FOREIGN))).toEqual(result(naks.remove))
    expect(answerTo(port, NEIGHBOUR, remove(FOREIGN))).toEqual(done)
    expect(answerTo(port, NEIGHBOUR, remove(FOREIGN))).toEqual(result(naks.remove))
    expect(port.toldOf('ForeignDevice')).toMatchObject([{ state: 'registered' }, { state: 'deleted' }])
  })
}
