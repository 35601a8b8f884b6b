import { NEVER, of, Subject, VirtualTimeScheduler } from 'rxjs'
import { describe, expect, it } from 'vitest'
import { memoryServer } from '../../../src/sc/connection/memory-socket.js'
import { messageIds } from '../../../src/sc/connection/message-id.js'
import type { SocketOutput } from '../../../src/sc/connection/socket.js'
import { connectionTimings } from '../../../src/sc/connection/timings.js'
import type { HubEvent } from '../../../src/sc/hub/hub-event.js'
import { hubFunction } from '../../../src/sc/hub/hub-function.js'
import { hubLimits } from '../../../src/sc/hub/hub-limits.js'
import type { IdentityPolicy } from '../../../src/sc/hub/identity-policy.js'
import { fixedRandom } from '../../../src/testing/index.js'
import { identity } from '../../support/identities.js'
import { connectRequest } from '../../support/virtual-network.js'

/** A hub with a policy, and what it says to one peer that sends these messages. */
const toldOf = (policy: IdentityPolicy, messages: readonly Uint8Array[]): readonly HubEvent[] => {
  const scheduler = new VirtualTimeScheduler()
  const random = fixedRandom(1)
  const { server$, socket } = memoryServer(scheduler)
  const told: HubEvent[] = []
  const running = NEVER.pipe(
    hubFunction({
      self: () => identity(9),
      server$,
      timings: connectionTimings(),
      limits: hubLimits(),
      identity$: of({ _tag: 'Use', policy }),
      nextMessageId: messageIds(random),
      allocate: length => new Uint8Array(length),
      scheduler,
      random,
    }),
  ).subscribe(event => told.push(event))
  const outbound$ = new Subject<SocketOutput>()
  socket('peer')(outbound$).subscribe()
  scheduler.maxFrames = 1000
  scheduler.flush()
  for (const octets of messages) outbound$.next(octets)
  scheduler.flush()
  running.unsubscribe()
  return told
}

describe('the identity policy of a hub', () => {
  it('is asked about the Connect-Request that is awaited, and about no further one', () => {
    const policy: IdentityPolicy = { _tag: 'AllowList', peers: [{ uuid: identity(1).uuid }], reportOnly: true }
    const stranger = connectRequest(identity(2))
    expect(toldOf(policy, [stranger, stranger]).map(({ _tag }) => _tag)).toEqual(['IdentityDiffers', 'NodeConnected'])
    const own = connectRequest(identity(9, { uuid: identity(3).uuid }))
    const afterRefusal = toldOf(policy, [own, stranger]).map(({ _tag }) => _tag)
    expect(afterRefusal).toContain('FailedRequest')
    expect(afterRefusal, 'its connection is closing').not.toContain('IdentityDiffers')
  })
})
