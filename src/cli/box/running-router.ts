import { ignoreElements, Observable, ReplaySubject, Subject } from 'rxjs'
import type { NetworkEvent, NetworkOutbound } from '../../network/event/network-event.js'
import type { RouterPolicy } from '../../network/event/router-policy.js'
import { router as routerOver } from '../../transport/router.js'
import type { BoxPort, BoxRoute, BoxRouter } from './box.js'
import { asError } from '../usage.js'
import type { OpenedPort } from './opened-port.js'

/** The router of a box while that runs. Its ports come and go. */
export interface RunningRouter {
  /** The port whose network the box itself is a station of. */
  readonly home: string
  /** Has a port from when it is subscribed, until that has ended as `end$` asks for; errors when the port has failed. */
  readonly open: (port: BoxPort, opened: OpenedPort, end$: Observable<never>) => Observable<never>
  readonly setRoutes: (routes: readonly BoxRoute[]) => void
  readonly submit: (outbound: NetworkOutbound) => void
  /** Completes when it has ended; errors when it cannot go on. */
  readonly ended$: Observable<never>
  readonly end: () => void
  readonly drop: () => void
}

/** Runs a router, from now on. */
export const runningRouter = (router: BoxRouter, tell: (event: NetworkEvent) => void): RunningRouter => {
  const outbound$ = new Subject<NetworkOutbound>()
  const event$ = new Subject<NetworkEvent>()
  const ended$ = new ReplaySubject<never>(1)
  const present = new Set<string>()
  const home = router.home ?? router.ports[0] ?? ''
  let routes = router.routes

  event$.pipe(ignoreElements()).subscribe(ended$)
  const life = routerOver({ ports: [], home, policy: policyOf(router) })(outbound$).subscribe({
    next: event => {
      if (!isAboutPorts(event)) tell(event)
      event$.next(event)
    },
    error: (error: unknown) => event$.error(asError(error)),
    complete: () => event$.complete(),
  })

  /** A route is for as long as there is its port. */
  const setPresentRoutes = (): void =>
    outbound$.next({ _tag: 'SetRoutes', routes: routes.filter(({ port }) => present.has(port)) })

  return {
    home,
    open: ({ name, network, id, isSecure }, { link }, end$) =>
      new Observable(subscriber => {
        if (link === undefined) {
          subscriber.complete()
          return
        }
        const added: NetworkOutbound = {
          _tag: 'AddPort',
          port: {
            name,
            link,
            isSecure,
            ...(network === undefined ? {} : { network }),
            ...(id === undefined ? {} : { id }),
          },
        }
        const hear = (event: NetworkEvent): void => {
          if (event._tag === 'PortRemoved' && event.port === name) {
            if (event.error === undefined) subscriber.complete()
            else subscriber.error(event.error)
          } else if (event._tag === 'Dropped' && event.outbound === added) {
            subscriber.error(new Error(event.reason))
          }
        }
        subscriber.add(
          event$.subscribe({
            next: hear,
            error: (error: unknown) => subscriber.error(error),
            complete: () => subscriber.complete(),
          }),
        )
        subscriber.add(() => present.delete(name))
        present.add(name)
        outbound$.next(added)
        if (subscriber.closed) return
        setPresentRoutes()
        subscriber.add(end$.subscribe({ complete: () => outbound$.next({ _tag: 'RemovePort', port: name }) }))
      }),
    setRoutes: given => {
      routes = given
      setPresentRoutes()
    },
    submit: outbound => outbound$.next(outbound),
    ended$,
    end: () => outbound$.complete(),
    drop: () => life.unsubscribe(),
  }
}

/** What the ports themselves tell better. */
const isAboutPorts = (event: NetworkEvent): boolean =>
  event._tag === 'PortRemoved' || (event._tag === 'Dropped' && ['AddPort', 'RemovePort'].includes(event.outbound._tag))

const policyOf = ({
  learnFromTraffic,
  announcers,
  readers,
  writers,
  apart = [],
}: BoxRouter): Partial<RouterPolicy> => ({
  ...(learnFromTraffic === undefined ? {} : { learnsFromTraffic: learnFromTraffic }),
  ...(announcers === undefined ? {} : { mayAnnounce: (_, { port }) => announcers.includes(port) }),
  ...(readers === undefined ? {} : { mayRead: ({ port }) => readers.includes(port) }),
  ...(writers === undefined ? {} : { mayWrite: ({ port }) => writers.includes(port) }),
  ...(apart.length === 0
    ? {}
    : { mayPass: (from, to) => !apart.some(pair => pair.includes(from) && pair.includes(to)) }),
})
