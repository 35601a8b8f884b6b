import type { NetworkDestination, ReceivedDestination } from '../../../src/network/event/destination.js'
import type { Submitted } from '../world/fact.js'
import { complaints, sees, type Invariant } from './invariant.js'

/** What is said of an NPDU, beside its octets. */
export const heardAsSent: Invariant = {
  name: 'heard as sent',
  states: 'The priority of an NPDU, its reply bit and its destination are heard as they were sent.',
  watch: ({ boxes }) => {
    const isBox = new Set(boxes.map(({ host }) => host))
    const sent = new Map<number, Submitted>()
    const { add, all } = complaints()
    return {
      ...sees(['Submitted', 'Delivered'], fact => {
        if (fact._tag === 'Submitted') sent.set(fact.id, fact)
        if (fact._tag !== 'Delivered' || fact.id === undefined) return
        const was = sent.get(fact.id)
        if (was === undefined) return
        const { host, id, priority, expectingReply, destination } = fact
        const heard = `${host} heard NPDU ${id}`
        if (priority !== was.priority) add(`${heard} as ${priority}, and not as ${was.priority}`)
        if (expectingReply !== was.expectingReply) add(`${heard} with another reply bit`)
        const isRight =
          destination === AT_ITS_END[was.destination] ||
          (isBox.has(host) && destination === ON_ITS_WAY[was.destination])
        if (!isRight) add(`${heard} as ${destination}, which was for a ${was.destination}`)
      }),
      broken: all,
    }
  },
}

/** The last router takes the number of the network away, as the NPDU is there. */
const AT_ITS_END: Readonly<Record<NetworkDestination['_tag'], ReceivedDestination>> = {
  Station: 'unicast',
  LocalBroadcast: 'local-broadcast',
  RemoteBroadcast: 'local-broadcast',
  GlobalBroadcast: 'global-broadcast',
}

/** What that router itself hears. */
const ON_ITS_WAY: Readonly<Record<NetworkDestination['_tag'], ReceivedDestination>> = {
  ...AT_ITS_END,
  RemoteBroadcast: 'remote-broadcast',
}
