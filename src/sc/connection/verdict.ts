/**
 * What is said of a message within the call that hands it on. Calls may be nested, as whoever hears of one message may
 * send another, and each hears only what was said of its own.
 */
export interface Verdict<Reason> {
  /** Hands a message on; gives the reason for which it was not taken. */
  readonly of: (handOn: () => void) => Reason | undefined
  /** Says that the message which is being handed on was not taken. */
  readonly say: (reason: Reason) => void
}

/** No message is being handed on. */
export const verdict = <Reason>(): Verdict<Reason> => {
  let reason: Reason | undefined
  return {
    of: handOn => {
      const outer = reason
      reason = undefined
      handOn()
      const inner = reason
      reason = outer
      return inner
    },
    say: said => {
      reason = said
    },
  }
}
