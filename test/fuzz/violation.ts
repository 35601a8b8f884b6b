import { hexOf } from './frames.js'

/** Something that must never be. `frame` is what brought it about. */
export class Violation extends Error {
  override readonly name = 'Violation'
  readonly frame: Uint8Array

  constructor(what: string, frame: Uint8Array) {
    super(`${what}: ${hexOf(frame)}`)
    this.frame = frame
  }
}

/** Throws unless something holds. */
export const must = (holds: boolean, what: string, frame: Uint8Array): void => {
  if (!holds) throw new Violation(what, frame)
}
