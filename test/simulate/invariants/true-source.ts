import { directory } from '../world/directory.js'
import { membersOf } from '../world/member.js'
import { complaints, sees, type Invariant } from './invariant.js'

/** Who sent something is known from where it is sent, not from what is heard; and addresses may change meanwhile. */
export const trueSource: Invariant = {
  name: 'true source',
  states: 'The source of every NPDU that is delivered is the network and MAC address of who sent it, as it was then.',
  watch: plan => {
    const members = new Map(membersOf(plan).map(member => [member.host, member]))
    const { note, hasHad } = directory(plan)
    const sent = new Map<number, { readonly by: string; readonly at: number }>()
    const { add, all } = complaints()
    return {
      ...sees(['Stands', 'Submitted', 'Delivered'], fact => {
        if (fact._tag === 'Stands') note(fact)
        if (fact._tag === 'Submitted') sent.set(fact.id, fact)
        if (fact._tag !== 'Delivered' || fact.id === undefined) return
        const { by = '', at = 0 } = sent.get(fact.id) ?? {}
        const sender = members.get(by)
        const home = sender?.seats[0]
        if (sender === undefined || home === undefined) return
        const { network, mac } = fact.source
        // On its own network a sender is known by its port there, wherever it is at home.
        const near = members
          .get(fact.host)
          ?.seats.flatMap(seat => sender.seats.filter(one => one.network === seat.network))
        const isTrue =
          (network === home.network && hasHad(sender.host, network, mac, at)) ||
          (near ?? []).some(
            seat => (network ?? seat.network) === seat.network && hasHad(sender.host, seat.network, mac, at),
          )
        if (!isTrue) {
          add(`${fact.host} heard NPDU ${fact.id} of ${sender.host} from ${network ?? 'here'} ${mac}, at ${fact.at} ms`)
        }
      }),
      broken: all,
    }
  },
}
