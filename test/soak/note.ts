/** A station of the soak: its place in the plan. */
export type StationId = number

/** To whom an NPDU is sent. */
export type Target = StationId | 'all'

/** What an NPDU of the soak says of itself. */
export interface Marks {
  readonly id: number
  readonly by: StationId
  readonly to: Target
}

/** How a hub connection ended: with the hub or on its way, as the hub wished, or for that to another hub. */
export type Ending = 'lost' | 'dismissed' | 'moved'

/**
 * What a station notes for the ledger. `at` is on the clock of `now()`; what happens in one process is noted in its order.
 */
export type Note =
  | { readonly _tag: 'Sent'; readonly at: number; readonly npdu: Marks }
  /** `source` is the station whose address it came from; `unchanged`, whether each octet is what it was. */
  | {
      readonly _tag: 'Received'
      readonly at: number
      readonly by: StationId
      readonly npdu: Marks
      readonly source: StationId | undefined
      readonly unchanged: boolean
      readonly destination: 'unicast' | 'broadcast'
    }
  /** It came as `Dropped`. */
  | { readonly _tag: 'Dropped'; readonly at: number; readonly id: number; readonly reason: string }
  /** Something was received that nobody here can have sent. */
  | { readonly _tag: 'Strange'; readonly at: number; readonly by: StationId; readonly octets: string }
  /** A node is connected to this hub from now on, by its Device UUID, or to none; `ending` is how that before ended. */
  | {
      readonly _tag: 'Hub'
      readonly at: number
      readonly by: StationId
      readonly role: 'primary' | 'failover' | 'none'
      readonly hub: string | undefined
      readonly ending: Ending
      /** How many messages may be lost with the connection before, as the node tells it. */
      readonly unconfirmed: number
      /** Why that ended, as the node tells it. */
      readonly why: string
    }
  /** A foreign device stands so with its BBMD. */
  | { readonly _tag: 'Registration'; readonly at: number; readonly by: StationId; readonly state: string }
  /** A node has another VMAC than it was given. */
  | { readonly _tag: 'Renamed'; readonly at: number; readonly by: StationId }
  /** A link told of something that is no NPDU. */
  | { readonly _tag: 'Odd'; readonly at: number; readonly by: StationId; readonly what: string }
  /** So many messages may be lost with a connection that the node had hung up on, to that hub. */
  | {
      readonly _tag: 'HungUp'
      readonly at: number
      readonly by: StationId
      readonly hub: string | undefined
      readonly unconfirmed: number
    }
