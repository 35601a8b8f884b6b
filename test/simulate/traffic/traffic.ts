import type { Subscription } from 'rxjs'
import type { VirtualClock } from '../../../src/testing/index.js'
import { dice } from '../../fuzz/dice.js'
import type { Burst, Plan } from '../plan/plan.js'
import type { Addressing, Happening } from '../world/fact.js'
import type { Directory } from '../world/directory.js'
import { audience, type Member } from '../world/member.js'
import type { World } from '../world/world.js'
import { mannerOf } from './manner.js'
import { FIRST_OF_BURSTS, payload } from './payload.js'

/** Who talks to whom. */
export interface Traffic {
  /** Everybody talks now and then, until it is unsubscribed. */
  readonly start: () => Subscription
  /** Everybody talks to some others within half a minute, and one to all. */
  readonly round: () => void
}

/** So many NPDUs of each. */
const ROUND = 3

/** All in one moment would be a storm, in which queues are full and say so. */
const ROUND_MS = 30_000

/** The traffic of a run, which follows from its seed. */
export const traffic = (
  plan: Plan,
  world: World,
  addresses: Directory,
  clock: VirtualClock,
  tell: (happening: Happening) => void,
): Traffic => {
  const chance = dice(plan.seed ^ 0x7aff1c)
  const { members, network } = world
  let ids = 0
  let burstIds = FIRST_OF_BURSTS

  const say = (by: Member, addressing: Addressing): void => {
    const whom = chance.pick(members)
    const number = chance.pick(plan.networks).number
    if (submit(by, addressing, whom, number, ids + 1)) ids++
  }

  /** Whether there was somebody to say it, and to hear it. */
  const submit = (by: Member, addressing: Addressing, whom: Member, number: number, id: number): boolean => {
    if (network.isDown(by.host)) return false
    const { destination, to, due, may } = audience(members, by, addressing, whom, number, addresses.macOf)
    if (due.size === 0) return false
    const manner = mannerOf(id)
    tell({ _tag: 'Submitted', id, by: by.host, addressing, to, due, may, destination: destination._tag, ...manner })
    world.send(by.host, { _tag: 'Apdu', apdu: payload(id), destination, ...manner })
    return true
  }

  const sayMuch = ({ by, addressing, whom, network: number, count }: Burst): void => {
    const [speaker, hearer] = [memberOf(by), memberOf(whom)]
    for (let times = 0; times < count; times++) if (submit(speaker, addressing, hearer, number, burstIds)) burstIds++
  }

  const memberOf = (host: string): Member => {
    const member = members.find(one => one.host === host)
    if (member === undefined) throw new Error(`there is no ${host}`)
    return member
  }

  const drawAddressing = (): Addressing =>
    chance.fraction() < plan.broadcasts ? chance.pick(['local', 'local', 'remote', 'global'] as const) : 'unicast'

  return {
    start: () => {
      const talk = (by: Member): number => {
        say(by, drawAddressing())
        return next()
      }
      const next = (): number => Math.ceil(-Math.log(1 - chance.fraction()) * plan.interval)
      const all = members.map(by =>
        clock.schedule(function () {
          this.schedule(undefined, talk(by))
        }, next()),
      )
      const [first, ...others] = all
      for (const other of others) first?.add(other)
      if (first === undefined) throw new Error('there is nobody')
      for (const burst of plan.bursts) first.add(clock.schedule(() => sayMuch(burst), burst.at))
      return first
    },

    round: () => {
      const later = (work: () => void): void => void clock.schedule(work, chance.below(ROUND_MS))
      for (const by of members) for (let times = 0; times < ROUND; times++) later(() => say(by, 'unicast'))
      later(() => say(chance.pick(members), 'global'))
    },
  }
}
