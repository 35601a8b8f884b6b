import { spawn, type ChildProcess, type ChildProcessByStdio } from 'node:child_process'
import { existsSync } from 'node:fs'
import type { Readable, Writable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { vi } from 'vitest'
import { PATIENCE_MS } from './patience.js'

/** The built command. */
export const MAIN = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url))

/** One line that a command printed with `--json`. */
export type CliEvent = Readonly<Record<string, unknown>> & { readonly event: string }

/** A running command. */
export interface CliProcess {
  readonly pid: number
  readonly events: readonly CliEvent[]
  readonly stderr: () => string
  readonly stdout: () => string
  /** Waits for an event that has these fields, at most so many milliseconds; those printed already count. */
  readonly event: (name: string, fields?: Readonly<Record<string, unknown>>, timeout?: number) => Promise<CliEvent>
  /** Writes a line to its stdin. */
  readonly say: (command: unknown) => void
  readonly signal: (signal: NodeJS.Signals) => void
  /** Resolves with the exit code. */
  readonly exited: Promise<number | null>
}

const running = new Set<ChildProcess>()

/** Kills every command that a test left behind. Call it after each test. */
export const closeCli = (): void => {
  for (const child of running) child.kill('SIGKILL')
  running.clear()
}

/** Runs the built command. */
export const runCli = (args: readonly string[], env: Readonly<Record<string, string>> = {}): CliProcess => {
  if (!existsSync(MAIN))
    throw new Error('the command is not built; npm test builds it first, npm run build does it alone')
  const child = spawn(process.execPath, [MAIN, ...args], { env: { PATH: process.env['PATH'] ?? '', ...env } })
  return followCli(child, args)
}

/** Listens to a command that was started with these arguments, wherever that was. */
export const followCli = (
  child: ChildProcessByStdio<Writable, Readable, Readable>,
  args: readonly string[],
  hear: (event: CliEvent) => void = () => undefined,
): CliProcess => {
  running.add(child)
  const events: CliEvent[] = []
  let stdout = ''
  let stderr = ''
  let rest = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text
    if (!args.includes('--json')) return
    const lines = (rest + text).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) {
      const event = JSON.parse(line) as CliEvent
      events.push(event)
      hear(event)
    }
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text))
  const exited = new Promise<number | null>(resolve =>
    child.once('close', code => {
      running.delete(child)
      resolve(code)
    }),
  )
  return {
    pid: child.pid ?? 0,
    events,
    stdout: () => stdout,
    stderr: () => stderr,
    event: (name, fields = {}, timeout = PATIENCE_MS) =>
      vi.waitFor(
        () => {
          const found = events.find(
            event => event.event === name && Object.entries(fields).every(([key, value]) => event[key] === value),
          )
          if (found === undefined) throw new Error(`no ${name} ${JSON.stringify(fields)}; stderr: ${stderr}`)
          return found
        },
        { timeout, interval: 10 },
      ),
    say: command => child.stdin.write(`${typeof command === 'string' ? command : JSON.stringify(command)}\n`),
    signal: signal => child.kill(signal),
    exited,
  }
}
