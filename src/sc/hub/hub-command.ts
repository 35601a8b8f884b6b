import { vmacKey } from '../../wire/hub-header.js'
import type { HubCommand, HubCounters, HubEvent } from './hub-event.js'
import { RECONNECT_PACE, type Reconnecting } from './hub-reconnecting.js'
import { describe, type HubTable, type Member } from './hub-table.js'
import type { IdentityAdmission } from './identity-admission.js'

/** What the commands of a hub look at and act on. */
export interface CommandOptions {
  readonly table: Pick<HubTable, 'byKey'>
  readonly identity: IdentityAdmission
  readonly moving: Reconnecting
  readonly counters: () => HubCounters
  /** Disconnects a member in good order; says whether it was there. */
  readonly sendAway: (member: Member) => boolean
  readonly tell: (event: HubEvent) => void
}

/** Does what a hub is asked, and answers. */
export const commands =
  ({ table, identity, moving, counters, sendAway, tell }: CommandOptions): ((asked: HubCommand) => void) =>
  asked => {
    switch (asked._tag) {
      case 'ListNodes':
        tell({ _tag: 'Nodes', nodes: [...table.byKey.values()].map(describe) })
        return
      case 'ReadCounters':
        tell({ _tag: 'Counters', counters: counters() })
        return
      case 'DisconnectNode': {
        const sought = table.byKey.get(vmacKey(asked.vmac))
        if (sought === undefined || !sendAway(sought)) tell({ _tag: 'NoSuchNode', vmac: asked.vmac })
        return
      }
      case 'ListPins':
      case 'ForgetPin':
        identity.command(asked)
        return
      case 'ReconnectNodes':
        moving.start(table.byKey.values(), asked.pace ?? RECONNECT_PACE)
        return
    }
  }
