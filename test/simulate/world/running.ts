import { Subject, type Observable, type Subscription } from 'rxjs'

/** What has been started on a host, and can be ended; a host may have several. */
interface Started {
  readonly host: string
  readonly life: Subscription
  /** Asks it to end in good order. */
  readonly complete: () => void
  /** Whether it still listens to what it is asked. */
  readonly listens: () => boolean
}

/** Something that runs, and can be asked for something, or given something to send. */
export interface Running<Out> extends Started {
  readonly say: (out: Out) => void
}

/** A part of a world. */
export interface Part extends Started {
  /** Has the sizes of its tables told. */
  readonly sample: () => void
}

/** Starts something, and hears what it tells. */
export const runs = <Out, In>(
  host: string,
  duplex: (outbound$: Observable<Out>) => Observable<In>,
  hear: (event: In) => void,
): Running<Out> => {
  const outbound$ = new Subject<Out>()
  return {
    host,
    life: duplex(outbound$).subscribe(hear),
    say: out => outbound$.next(out),
    complete: () => outbound$.complete(),
    listens: () => outbound$.observed,
  }
}
