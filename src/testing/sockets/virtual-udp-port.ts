import { Observable, type SchedulerLike } from 'rxjs'
import type { Datagram, UdpEvent, UdpPort } from '../../bvll/udp.js'
import type { VirtualDatagram } from './virtual-datagrams.js'

/** Binds a port, or throws; `tell` reaches its subscriber. */
export type Bind<Address extends string, Local> = (
  tell: (event: UdpEvent<Address, Local, never>) => void,
) => BoundSocket<Address, Local>

/** What a bound port is to the internet. */
export interface BoundSocket<Address extends string, Local> {
  readonly local: () => Local
  /** From now on it hears. */
  readonly open: () => void
  /** Where it sends from. */
  readonly sourceFor: (to: Address) => Address
  readonly send: (datagram: VirtualDatagram<Address>) => void
  readonly close: () => void
}

/** Why a datagram does not leave its host. */
export interface Refusal {
  readonly reason: string
  /** Whether that is due to where it was to go. */
  readonly isUnreachable: boolean
}

/** A UDP port, as long as it is subscribed. Nothing that it has set outlives it. */
export const virtualUdpPort =
  <Address extends string, Local, About>(
    scheduler: SchedulerLike,
    refusalOf: (datagram: VirtualDatagram<Address>) => Refusal | undefined,
    bind: Bind<Address, Local>,
  ): UdpPort<Address, Local, About> =>
  outbound$ =>
    new Observable<UdpEvent<Address, Local, About>>(subscriber => {
      /** As with a real port: not within the call. */
      const soon = (work: () => void): void => {
        const action = scheduler.schedule(function () {
          work()
          // Else the subscriber would keep it, done as it is.
          this.unsubscribe()
        })
        subscriber.add(action)
      }

      const socket = bind(event => subscriber.next(event))
      subscriber.add(() => socket.close())
      soon(() => {
        socket.open()
        subscriber.next({ _tag: 'Bound', local: socket.local() })
      })

      const submit = (datagram: Datagram<Address, About>): void => {
        const { to, octets } = datagram
        const sent = { from: socket.sourceFor(to), to, octets }
        const refusal = refusalOf(sent)
        if (refusal === undefined) socket.send(sent)
        else soon(() => subscriber.next({ _tag: 'Unsent', datagram, ...refusal }))
      }
      subscriber.add(
        outbound$.subscribe({
          next: submit,
          error: (error: unknown) => subscriber.error(error),
          complete: () => soon(() => subscriber.complete()),
        }),
      )
    })
