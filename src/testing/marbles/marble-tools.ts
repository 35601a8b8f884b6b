import type { Observable, SchedulerLike } from 'rxjs'
import type { Duplex } from '../../link/duplex.js'
import type { Link, LinkEvent, OutboundNpdu } from '../../link/link.js'

/** What symbols stand for, each of one character. */
export type MarbleValues<T = unknown> = Readonly<Record<string, T>>

/** Says what a stream, or a link, must do. Told when the test is over; a test that forgets to say it fails. */
export interface ExpectMarbles {
  /**
   * Says it in marbles. Throws an Error for marbles that cannot be read.
   *
   * @param values What symbols stand for, compared deeply: octets one by one, and a field that is `undefined` is as good as
   * none. Default: each symbol stands for itself.
   * @param error What `#` stands for. Default: any error.
   */
  readonly toBe: (marbles: string, values?: MarbleValues, error?: unknown) => void
}

/** Says when a stream must be subscribed to, or a link be open. */
export interface ExpectSubscriptions {
  /**
   * Says from when to when. Throws an Error for marbles that cannot be read.
   *
   * @param spans One line of `^` and `!` for each subscription, in their order; none where there must be none. What is
   * subscribed until the test is over has no `!`.
   */
  readonly toBe: (...spans: readonly string[]) => void
}

/** How a fake link of a test behaves. */
export interface FakeLinkMarbles<Outbound, Status> {
  /** What it is called where it does not do as it should. Default: `fake link`. */
  readonly title?: string
  /** How it stands, which it tells first whenever it is opened. Default: it tells nothing; `Status` events are marbles. */
  readonly status?: Status
  /**
   * When all that is sent comes back as `Dropped`, and why: `{ '--^--!': 'not connected' }`, from `^` on and before `!`. Or why
   * something comes back, of which `undefined` lets it go. Default: all goes.
   */
  readonly drops?: Readonly<Record<string, string>> | ((outbound: Outbound) => string | undefined)
  /** What `#` stands for. Default: an Error that says that the link fails. */
  readonly error?: unknown
  /** How long it takes to end in good order once what is sent has completed, such as `2 s`. Default: no time. */
  readonly endsAfter?: string
}

/** What a test in marbles has at hand. All of it can be taken out of the object. */
export interface MarbleTools {
  /** Virtual time, which begins at 0 ms: for `virtualNetwork` and for all operators that take a scheduler. */
  readonly scheduler: SchedulerLike
  /**
   * A stream that does what its marbles say from when it is subscribed to. Without values, symbols stand for themselves, and
   * `#` for an Error.
   */
  readonly cold: <T = string>(marbles: string, values?: MarbleValues<T>, error?: unknown) => Observable<T>
  /** A stream that does what its marbles say from the beginning, whoever is subscribed. Symbols are as in `cold`. */
  readonly hot: <T = string>(marbles: string, values?: MarbleValues<T>, error?: unknown) => Observable<T>
  /**
   * A link that hears what its marbles say, whenever it is open, and has nobody to send to. What it hears are link events,
   * such as those of `heard`; `|` ends it, and `#` fails it. It ends in good order when what is sent completes.
   */
  readonly fakeLink: <
    Address extends string = string,
    Status = unknown,
    Request extends { readonly _tag: string } = never,
    Extra extends { readonly _tag: string } = never,
  >(
    marbles?: string,
    values?: MarbleValues<LinkEvent<Address, Status, Request> | Extra>,
    options?: FakeLinkMarbles<OutboundNpdu<Address> | Request, Status>,
  ) => Link<Address, Status, Request, Extra>
  /** The same link, such as one of a virtual network, of which `expectSent` and `expectSubscriptions` know what becomes. */
  readonly recorded: <Out, In>(link: Duplex<Out, In>, title?: string) => Duplex<Out, In>
  /** Has a stream run from 0 ms until the test is over: a hub, say, or what a peer says. It must not fail. */
  readonly start: (stream$: Observable<unknown>) => void
  /**
   * What a stream must do. It is subscribed to at 0 ms and unsubscribed when the test is over, or from `^` to `!` of `span`.
   */
  readonly expectMarbles: (stream$: Observable<unknown>, span?: string) => ExpectMarbles
  /** What must be sent into a link of `fakeLink` or `recorded`; `|` is that it is asked to end in good order. */
  readonly expectSent: <Out, In>(link: Duplex<Out, In>) => ExpectMarbles
  /** When a stream of `cold` or `hot`, or a link of `fakeLink` or `recorded`, must be subscribed to. */
  readonly expectSubscriptions: <Out, In>(to: Observable<unknown> | Duplex<Out, In>) => ExpectSubscriptions
}
