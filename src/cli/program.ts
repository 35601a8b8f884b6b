import { readFileSync } from 'node:fs'
import { Observable, ReplaySubject, share } from 'rxjs'
import { commandGroup, reportError, runCommand, type Context, type Registry } from './command.js'
import { toLines } from './output.js'

/** All commands, each loaded when it is called. A further command is one further line here. */
const commands: Registry = {
  demo: () => import('./demo/demo.js'),
  pki: () => import('./pki/pki.js'),
  hub: () => import('./sc/hub.js'),
  node: () => import('./sc/node.js'),
  ip: () => import('./ip/ip.js'),
  ip6: () => import('./ip6/ip6.js'),
  run: () => import('./box/run.js'),
}

const program = commandGroup('', 'BACnet on the command line', commands)

/** How long output may take to reach its reader after a command has ended. */
const FLUSH_MS = 2000

const version = (): string => {
  const manifest: unknown = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'))
  return typeof manifest === 'object' && manifest !== null && 'version' in manifest ? String(manifest.version) : '?'
}

/**
 * The first SIGINT or SIGTERM, or that nobody reads stdout any more (`| head`). From the first subscription on, signals
 * are taken here, which `taken` is told. Who cannot wait for the good order sends a SIGINT then: it ends the process at
 * once, with exit code 1.
 */
const stopRequests = (taken: () => void): Observable<string> => {
  const closed$ = new ReplaySubject<string>(1)
  process.stdout.on('error', () => closed$.next('stdout is closed'))
  const request$ = new Observable<string>(subscriber => {
    let stopping = false
    const onSignal = (signal: NodeJS.Signals): void => {
      if (stopping && signal === 'SIGINT') process.exit(1)
      stopping = true
      subscriber.next(signal)
    }
    process.on('SIGINT', onSignal).on('SIGTERM', onSignal)
    taken()
    return closed$.subscribe(reason => {
      stopping = true
      subscriber.next(reason)
    })
  })
  return request$.pipe(share({ connector: () => new ReplaySubject(1), resetOnRefCountZero: false }))
}

/** What is typed or piped in, while somebody subscribes. */
const typed$ = new Observable<string>(subscriber => {
  const { stdin } = process
  const onData = (text: string): void => subscriber.next(text)
  const onEnd = (): void => subscriber.complete()
  stdin.setEncoding('utf8').on('data', onData).on('end', onEnd).on('error', onEnd)
  return () => {
    stdin.off('data', onData).off('end', onEnd).pause()
  }
})

const hangup$ = new Observable<void>(subscriber => {
  const onHangup = (): void => subscriber.next()
  process.on('SIGHUP', onHangup)
  return () => process.off('SIGHUP', onHangup)
})

/** Runs the command that the arguments call, in this process. `taken`: from now on the program hears the signals itself. */
export const runProgram = (args: readonly string[], taken: () => void): void => {
  const { env, stdout, stderr } = process
  const context: Context = { env, stdout, stderr, line$: toLines(typed$), stop$: stopRequests(taken), hangup$ }
  stderr.on('error', () => undefined)
  process.on('uncaughtException', error => process.exit(reportError(error, context)))
  void run(args, context)
}

const run = async (args: readonly string[], context: Context): Promise<void> => {
  if (args[0] === '--version') {
    context.stdout.write(`${version()}\n`)
    return
  }
  process.exitCode = await runCommand(program, args.length === 0 ? ['--help'] : args, context)
  // Output is written while the event loop runs down; a reader that never reads must not hold that up.
  setTimeout(() => process.exit(), FLUSH_MS).unref()
}
