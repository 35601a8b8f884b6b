import { merge, Subject, tap } from 'rxjs'
import { describe, expect, it } from 'vitest'
import type { NetworkOutbound } from '../../src/network/event/network-event.js'
import { attempt } from './attempt.js'
import { smallPlan } from './plan/small-plan.js'
import type { Application, Spoil } from './world/spoil.js'

/** What a run complains of that comes to no end, or throws. */
const complaintsOf = async (spoil: Spoil): Promise<readonly string[]> => {
  const { violations } = await attempt(smallPlan(), { spoil, invariants: [] })
  return violations.flatMap(({ invariant, complaints }) => complaints.map(complaint => `${invariant}: ${complaint}`))
}

describe('a run', () => {
  it('complains of nothing where nothing throws', async () => {
    expect(await complaintsOf({})).toEqual([])
  })

  it('is known by what a piece of work throws', async () => {
    const clumsy: Spoil = {
      beside: (_, clock) =>
        clock.schedule(() => {
          throw new Error('fell over')
        }, 60_000),
    }
    expect(await complaintsOf(clumsy)).toEqual([expect.stringContaining('nothing thrown: Error: fell over')])
  })

  it('is known by what a subscriber throws, of which is told only when it is over', async () => {
    let isFirst = true
    const clumsy: Spoil = {
      beside: network =>
        network.host$.subscribe(() => {
          if (isFirst) {
            isFirst = false
            throw new Error('fell over')
          }
        }),
    }
    expect(await complaintsOf(clumsy)).toEqual([expect.stringContaining('nothing thrown: Error: fell over')])
  })

  it('ends where NPDUs go round and round', async () => {
    const echoes: Spoil = {
      application:
        (_, application): Application =>
        outbound$ => {
          const echo$ = new Subject<NetworkOutbound>()
          return application(merge(outbound$, echo$)).pipe(
            tap(event => {
              if (event._tag !== 'Apdu') return
              echo$.next({ _tag: 'Apdu', apdu: event.apdu, destination: { _tag: 'GlobalBroadcast' } })
            }),
          )
        },
    }
    expect(await complaintsOf(echoes)).toEqual([expect.stringMatching(/something goes round and round/)])
  })
})
