import { tap } from 'rxjs'
import type { Duplex } from './duplex.js'

/** Who looks on: called with each element before it is handed on. Must not throw. */
export interface Onlooker<Out, In> {
  readonly outbound?: (element: Out) => void
  readonly inbound?: (element: In) => void
}

/** Lets somebody look at all that passes through a duplex, without changing it: a socket, a connection, a link. */
export const trace =
  <Out, In>(duplex: Duplex<Out, In>, { outbound, inbound }: Onlooker<Out, In>): Duplex<Out, In> =>
  outbound$ =>
    duplex(outbound$.pipe(tap(outbound))).pipe(tap(inbound))
