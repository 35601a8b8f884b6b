import type { Clock } from '../machine/clock.js'

/** A port over a UDP port that the test plays, of either annex: what both have in common. */
export interface TalkingPort<Message> {
  readonly clock: Clock
  readonly hear: (source: string, message: Message) => void
  /** Completes the outbound stream. */
  readonly end: () => void
  /** What was told under one tag since it was last looked at. */
  readonly toldOf: (tag: 'Dropped' | 'Refused' | 'ForeignDevice') => readonly unknown[]
  readonly told: () => readonly unknown[]
  /** Datagrams sent since they were last looked at, decoded. */
  readonly says: () => readonly (readonly [to: string, message: Message])[]
}
