import * as E from 'fp-ts/lib/Either.js'
import { concat, defer, EMPTY, ignoreElements, merge, Subscription, take, tap, timer, type Observable } from 'rxjs'
import type { NetworkEvent } from '../../network/event/network-event.js'
import { explain, type Context } from '../command.js'
import { oneLine, reportPrinter } from '../output.js'
import { parseJsonObject } from '../stdin-command.js'
import { asError, PROGRAM } from '../usage.js'
import { changesBetween, type BoxChanges } from './box-changes.js'
import { failed, reloaded, reportState, tagged } from './box-report.js'
import type { Box, BoxPort } from './box.js'
import { PORT_KINDS } from './port-kinds.js'
import { reportRouterEvent } from './router-report.js'
import { runningPort, type RunningPort } from './running-port.js'
import { runningRouter, type RunningRouter } from './running-router.js'
import { boxCommand } from './stdin.js'

/** What a box needs to run. */
export interface RunBoxOptions {
  readonly box: Box
  /** Reads its file again, and checks all that it says; throws what is wrong with it. */
  readonly read: () => Box
  readonly json: boolean
  readonly context: Context
}

/** What the process has beyond the longest wait of a port to end. */
const GRACE_MS = 500

/**
 * Runs a box until the process is told to stop; resolves to the exit code. Rejects when a port cannot be had at the start;
 * later one that fails is opened again, and the others go on.
 */
export const runBox = ({ box: first, read, json, context }: RunBoxOptions): Promise<number> =>
  new Promise((resolve, reject) => {
    const print = reportPrinter(context.stdout, json)
    const life = new Subscription()
    const ports = new Map<string, RunningPort>()
    let box = first
    let router: RunningRouter | undefined
    /** While it starts, or becomes what its file says by now. */
    let isChanging = true
    let isReloadAsked = false
    let isEnding = false

    const finish = (settle: () => void): void => {
      life.unsubscribe()
      for (const port of ports.values()) port.drop()
      router?.drop()
      settle()
    }
    const fail = (error: unknown): void => {
      finish(() => reject(asError(error)))
    }

    const tellRouter = (event: NetworkEvent): void => {
      const report = reportRouterEvent(event, name => {
        // It may tell something while it is opened, before it runs.
        const port = ports.get(name)?.port ?? box.ports.get(name)
        return port && PORT_KINDS[port.type].notation
      })
      if (report !== undefined) print(report)
    }

    const startRouter = (): void => {
      if (box.router === undefined || router !== undefined) return
      router = runningRouter(box.router, tellRouter)
      life.add(router.ended$.subscribe({ error: fail }))
    }

    /** Completes when the router has ended, if it had to. */
    const endRouter = (isOver: boolean): Observable<never> =>
      defer(() => {
        const ended = router
        if (!isOver || ended === undefined) return EMPTY
        router = undefined
        ended.end()
        return ended.ended$
      })

    const startPort = (port: BoxPort, isFirstStart: boolean): RunningPort => {
      const running: RunningPort = runningPort(port, {
        context,
        tell: print,
        isFirstStart,
        open: (opened, end$) =>
          port.isRouted && router !== undefined ? router.open(port, opened, end$) : opened.alone(end$),
      })
      ports.set(port.name, running)
      return running
    }

    /** Hubs first, so that the nodes of this very box find theirs at once. Errors with the first that cannot be had. */
    const startAll = (): Observable<never> => {
      const all = [...box.ports.values()]
      const start = (some: readonly BoxPort[]): Observable<never> =>
        defer(() => (isEnding ? EMPTY : merge(...some.map(port => startPort(port, true).up$))))
      startRouter()
      return concat(start(all.filter(isHub)), start(all.filter(port => !isHub(port))))
    }

    const endPorts = (names: readonly string[]): Observable<never> =>
      defer(() => {
        const ending = names.flatMap(name => ports.get(name) ?? [])
        for (const port of ending) port.end()
        return merge(...ending.map(({ ended$ }) => ended$)).pipe(
          tap({
            complete: () => {
              for (const { port } of ending) ports.delete(port.name)
            },
          }),
        )
      })

    const startAgain = (changes: BoxChanges): void => {
      if (isEnding) return
      startRouter()
      if (box.router !== undefined) router?.setRoutes(box.router.routes)
      for (const name of [...changes.started].sort(byHubsFirst)) {
        const port = box.ports.get(name)
        if (port !== undefined) startPort(port, false)
      }
      print(reloaded(changes))
    }

    const byHubsFirst = (one: string, other: string): number => rank(box.ports.get(one)) - rank(box.ports.get(other))

    /** Reads the file again and becomes what it says. What is wrong with it is told, and changes nothing. */
    const reload = (): Observable<never> =>
      defer(() => {
        if (isEnding) return EMPTY
        let next: Box
        try {
          next = read()
        } catch (error) {
          const message = oneLine(explain(error))
          context.stderr.write(`${PROGRAM}: ${message}\n`)
          print(failed(message))
          for (const port of ports.values()) port.hangUp()
          return EMPTY
        }
        const changes = changesBetween(box, next, router?.home)
        box = next
        for (const name of changes.kept) ports.get(name)?.hangUp()
        return concat(endPorts(changes.ended), endRouter(changes.isRouterOver), nextTurn$).pipe(
          tap({ complete: () => startAgain(changes) }),
        )
      })

    const askReload = (): void => {
      isReloadAsked = true
      if (!isChanging) proceed()
    }
    /** One change at a time; what is asked for meanwhile is one more after it. */
    const proceed = (): void => {
      isChanging = isReloadAsked
      if (!isReloadAsked) return
      isReloadAsked = false
      life.add(reload().subscribe({ error: fail, complete: proceed }))
    }

    const hear = (line: string): void => {
      if (line.trim() === '') return
      const command = isEnding ? E.left('is ending') : parseJsonObject(line)
      const outcome = E.isLeft(command)
        ? command
        : boxCommand(command.right, {
            names: [...ports.keys()],
            ofPort: (name, asked) => {
              const answer = ports.get(name)?.onCommand(asked) ?? E.right(undefined)
              if (E.isLeft(answer)) return tagged(name, failed(answer.left))
              return answer.right && tagged(name, answer.right)
            },
            ofRouter: outbound => {
              if (router === undefined) return E.left('there is no router in this box')
              router.submit(outbound)
              return E.right(undefined)
            },
            state: () => reportState([...ports.values()]),
            reload: askReload,
          })
      if (E.isLeft(outcome)) print(failed(outcome.left))
      else if (outcome.right !== undefined) print(outcome.right)
    }

    const end = (): void => {
      isEnding = true
      const patience = Math.max(0, ...[...ports.values()].map(port => port.patience()))
      const over$ = merge(...[...ports.values()].map(({ ended$ }) => ended$))
      life.add(timer(patience + GRACE_MS).subscribe(() => finish(() => resolve(0))))
      router?.end()
      for (const port of ports.values()) port.end()
      life.add(concat(over$, router?.ended$ ?? EMPTY).subscribe({ complete: () => finish(() => resolve(0)) }))
    }

    const started = (): void => {
      if (json) life.add(context.line$.subscribe(hear))
      proceed()
    }

    life.add(context.stop$.pipe(take(1)).subscribe(end))
    if (context.hangup$ !== undefined) life.add(context.hangup$.subscribe(askReload))
    life.add(
      startAll().subscribe({
        error: (error: unknown) => {
          if (!isEnding) fail(error)
        },
        complete: started,
      }),
    )
  })

/** What has completed closes its sockets only then; in the next turn their addresses are free. */
const nextTurn$: Observable<never> = timer(0).pipe(ignoreElements())

const isHub = ({ type }: BoxPort): boolean => type === 'sc-hub'

const rank = (port: BoxPort | undefined): number => (port !== undefined && isHub(port) ? 0 : 1)
