/**
 * What an NPDU, a message or its octets were made of, for whoever gives that back when they are not sent. It lives as long
 * as they do, and none but who looks for it sees it. A WeakMap in its place costs a microsecond a frame.
 */
export const ORIGIN: unique symbol = Symbol('origin')

/** Something that may know what it was made of. */
export interface Made<Origin> {
  readonly [ORIGIN]?: Origin
}

/** The same thing, which from now on was made of what another was. */
export const withOriginOf = <Thing extends object>(thing: Thing, other: object): Thing => {
  const origin = (other as Made<unknown>)[ORIGIN]
  if (origin !== undefined) (thing as { [ORIGIN]?: unknown })[ORIGIN] = origin
  return thing
}
