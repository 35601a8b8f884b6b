import { connected, PATIENCE_MS, startNode, type LabNode } from './lab.js'
import { opaqueData, opaqueNpdu } from './npdu.js'
import type { Dial, ScNodeOptions } from '../../src/index.js'
import { vi } from 'vitest'

/** Two nodes that talk to each other, to see whether anything disturbs them. */
export interface Talk {
  readonly alice: LabNode
  readonly bob: LabNode
  /** Lets them talk until it is done, and a few words more; says what got lost, came late or twice. */
  readonly during: <A>(work: Promise<A>) => Promise<{ readonly result: A; readonly talked: Talked }>
}

/** How a talk went. */
export interface Talked {
  readonly sent: number
  /** Numbers that bob heard as unicast, and alice as broadcast. Both are `sent` in order when nothing was lost. */
  readonly heard: { readonly byBob: readonly number[]; readonly byAlice: readonly number[] }
  readonly slowestMs: number
}

/** How often they speak. */
const EVERY_MS = 10

/** Starts both and waits until they are connected. What they say is nothing for the judge of the wire: it is too much. */
export const talk = async (given: ScNodeOptions): Promise<Talk> => {
  const options = { dial: (real: Dial) => real, ...given }
  const [alice, bob] = await Promise.all([startNode(options), startNode(options)])
  await Promise.all([connected(alice), connected(bob)])
  const bobs = await bob.vmac()

  return {
    alice,
    bob,
    during: async work => {
      const sentAt: number[] = []
      const byBob: number[] = []
      const byAlice: number[] = []
      let slowestMs = 0
      const hear = (numbers: number[], npdu: Uint8Array): void => {
        const [high = 0, low = 0, ...others] = opaqueData(npdu)
        if (others.length > 0) return
        const number = (high << 8) | low
        numbers.push(number)
        slowestMs = Math.max(slowestMs, performance.now() - (sentAt[number] ?? 0))
      }
      const hearing = [
        bob.npdu$.subscribe(({ npdu, destination }) => {
          if (destination === 'unicast') hear(byBob, npdu)
        }),
        alice.npdu$.subscribe(({ npdu }) => hear(byAlice, npdu)),
      ]
      const speak = (): void => {
        const number = sentAt.push(performance.now()) - 1
        alice.send(opaqueNpdu(number >> 8, number & 0xff), bobs)
        bob.send(opaqueNpdu(number >> 8, number & 0xff), 'broadcast')
      }
      const speaking = setInterval(speak, EVERY_MS)
      const result = await work
      clearInterval(speaking)
      speak()
      const sent = sentAt.length
      await vi.waitFor(
        () => {
          if (byBob.at(-1) !== sent - 1 || byAlice.at(-1) !== sent - 1) throw new Error('the last word was not heard')
        },
        { timeout: PATIENCE_MS, interval: 5 },
      )
      for (const one of hearing) one.unsubscribe()
      return { result, talked: { sent, heard: { byBob, byAlice }, slowestMs } }
    },
  }
}

/** The numbers that a talk without any loss hears. */
export const allOf = ({ sent }: Talked): Talked['heard'] => {
  const all = Array.from({ length: sent }, (_, number) => number)
  return { byBob: all, byAlice: all }
}
