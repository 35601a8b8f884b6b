import type { Observable } from 'rxjs'

/**
 * Everything that talks both ways: what you feed in goes out; what comes back is what was heard.
 *
 * Subscribing to the result opens it. Unsubscribing tears it down at once. Completing `outbound$` asks for a graceful
 * end, after which the result completes. It errors only for what the caller must fix (bad configuration, port in use,
 * an `outbound$` that errors); what a peer does or sends is an event.
 */
export type Duplex<Out, In> = (outbound$: Observable<Out>) => Observable<In>
