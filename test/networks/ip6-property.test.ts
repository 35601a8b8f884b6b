import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { kept, missing, unexplained, wrongs } from '../support/ip6-laws.js'
import { nobodyStep, play6, roleStep } from '../support/ip6-play.js'
import { topology6 } from '../support/ip6-topology.js'
import { faultStep, sendStep, waitStep } from '../support/port-steps.js'

/*
 * Any B/IPv6 network that is set up as it should be, and any traffic on it. With no faults, everybody who should hear an
 * NPDU hears it exactly once, however its address had to be found. Whatever is lost, restarted or has another role
 * meanwhile: an NPDU is heard unchanged, from the VMAC of its sender, once or not at all; and where it is not heard
 * although all was there that it needed, a datagram of it was lost, or it was told as dropped.
 */

describe('any B/IPv6 network', () => {
  it('lets everybody hear everything exactly once, from its true VMAC', { timeout: 60_000 }, () => {
    fc.assert(
      fc.property(
        topology6(),
        fc.array(fc.oneof(sendStep, sendStep, waitStep, nobodyStep), { minLength: 1, maxLength: 30 }),
        (network, steps) => {
          const played = play6(network, steps)
          expect(wrongs(played)).toEqual([])
          expect(missing(played)).toEqual([])
          expect(kept(played)).toEqual([])
        },
      ),
      { numRuns: 150 },
    )
  })

  it(
    'through loss, restarts and changes of role lets nobody hear anything twice or wrong, nor miss it unexplained',
    { timeout: 60_000 },
    () => {
      fc.assert(
        fc.property(
          topology6(),
          fc.array(fc.oneof(sendStep, sendStep, waitStep, faultStep, roleStep), { minLength: 1, maxLength: 40 }),
          (network, steps) => {
            const played = play6(network, steps)
            expect(wrongs(played)).toEqual([])
            expect(unexplained(played)).toEqual([])
          },
        ),
        { numRuns: 150 },
      )
    },
  )
})
