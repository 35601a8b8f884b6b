import { spawn, type ChildProcess } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { now } from './clock.js'
import type { MessageFate } from './lives.js'
import type { Memory } from './memory.js'

/** One line that a command printed with `--json`. */
export type Told = Readonly<Record<string, unknown>>

/** What happens to a service. `life` names one process of it. */
export interface ServiceEvents {
  readonly began: (life: string, at: number, listening: Told) => void
  readonly told: (life: string, at: number, told: Told) => void
  readonly paused: (life: string, at: number) => void
  readonly resumed: (life: string, at: number) => void
  readonly ended: (life: string, at: number, fate: MessageFate) => void
  /** It did not turn between two times, for whatever reason. */
  readonly stalled: (life: string, from: number, to: number) => void
  /** It did what it should not: ended by itself, or not as asked, or complained. */
  readonly misbehaved: (what: string) => void
}

/** A command of ours in a process of its own, that can be treated badly. */
export interface Service {
  readonly name: string
  /** Starts it; resolves when it listens. */
  readonly start: () => Promise<void>
  readonly kill: () => Promise<void>
  /** Has it end in good order. */
  readonly stop: () => Promise<void>
  /** It hangs until `resume`. */
  readonly pause: () => void
  readonly resume: () => void
  /** Its memory; `undefined` when it is not there or does not answer. */
  readonly memory: () => Promise<{ readonly life: string; readonly memory: Memory } | undefined>
  /** Kills it at once if it is there, for the end of this process. */
  readonly abandon: () => void
}

const root = (path: string): string => {
  // Compiled or not, this file is somewhere below the folder of the project.
  const folder = fileURLToPath(new URL('.', import.meta.url)).replace(/(?:\/\.soak)?\/test\/soak\/$/, '')
  return `${folder}/${path}`
}

const LISTEN_LIMIT_MS = 20_000
const END_LIMIT_MS = 12_000
const MEMORY_LIMIT_MS = 2_000

/** What turns tells so ten times a second. After a longer silence it stood still. */
const SILENCE_MS = 300

/** The life of a service that runs. */
interface Running {
  readonly child: ChildProcess
  readonly exited: Promise<void>
  /** Undefined until it listens. */
  life: string | undefined
  /** What was done to it that ends it. */
  asked: MessageFate | undefined
}

/** A command `rx-bacnet … --json`; `lifeOf` names its life by what it says when it listens. */
export const service = (
  name: string,
  args: readonly string[],
  lifeOf: (listening: Told, count: number) => string,
  events: ServiceEvents,
): Service => {
  let running: Running | undefined
  let lives = 0
  let questions = 0

  const start = (): Promise<void> => {
    const options = ['--expose-gc', '--import', root('test/soak/probe.mjs'), root('dist/cli/main.js')]
    const child = spawn(process.execPath, [...options, ...args, '--json'], {
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      env: { PATH: process.env['PATH'] ?? '' },
    })
    let stderr = ''
    let beat: number | undefined
    const turned = (at: number): void => {
      if (here.life !== undefined && beat !== undefined && at - beat > SILENCE_MS) events.stalled(here.life, beat, at)
      beat = at
    }
    child.on('message', message => {
      if (typeof message === 'object' && 'beat' in message) turned(Number(message.beat))
    })
    child.stderr?.setEncoding('utf8').on('data', (text: string) => (stderr = (stderr + text).slice(-2000)))
    const exited = new Promise<void>(resolve =>
      child.once('close', (code, signal) => {
        if (running?.child === child) running = undefined
        const how = `code ${code ?? 'none'}, signal ${signal ?? 'none'}`
        if (here.asked === undefined || (here.asked === 'stopped' && code !== 0)) {
          events.misbehaved(
            `${name} ended ${here.asked === undefined ? 'by itself' : 'wrongly'} with ${how}: ${stderr.trim()}`,
          )
        }
        if (here.asked === 'killed') turned(killedAt)
        if (here.life !== undefined)
          events.ended(here.life, here.asked === 'killed' ? killedAt : now(), here.asked ?? 'killed')
        resolve()
      }),
    )
    const here: Running = { child, exited, life: undefined, asked: undefined }
    running = here
    return new Promise((resolve, reject) => {
      const limit = setTimeout(() => reject(new Error(`${name} does not listen: ${stderr}`)), LISTEN_LIMIT_MS)
      const hear = (line: string): void => {
        const told = JSON.parse(line) as Told
        const at = now()
        if (here.life === undefined && told['event'] === 'listening') {
          here.life = lifeOf(told, ++lives)
          events.began(here.life, at, told)
          clearTimeout(limit)
          resolve()
        } else if (here.life !== undefined) events.told(here.life, at, told)
      }
      if (child.stdout !== null) createInterface({ input: child.stdout }).on('line', hear)
      void exited.then(() => {
        clearTimeout(limit)
        reject(new Error(`${name} ended before it listened: ${stderr}`))
      })
    })
  }

  let killedAt = 0
  const end = async (fate: MessageFate, signal: NodeJS.Signals): Promise<void> => {
    if (running === undefined) return
    const { child, exited } = running
    running.asked = fate
    killedAt = now()
    child.kill(signal)
    const limit = setTimeout(() => {
      events.misbehaved(`${name} did not end within ${END_LIMIT_MS / 1000} s of ${signal}`)
      child.kill('SIGKILL')
    }, END_LIMIT_MS)
    await exited
    clearTimeout(limit)
  }

  const signalled = (signal: NodeJS.Signals, tell: (life: string, at: number) => void): void => {
    if (running?.life === undefined) return
    running.child.kill(signal)
    tell(running.life, now())
  }

  return {
    name,
    start,
    kill: () => end('killed', 'SIGKILL'),
    stop: () => end('stopped', 'SIGTERM'),
    pause: () => signalled('SIGSTOP', events.paused),
    resume: () => signalled('SIGCONT', events.resumed),
    memory: async () => {
      if (running?.life === undefined || !running.child.connected) return undefined
      const { child, life } = running
      const id = ++questions
      return new Promise(resolve => {
        const hear = (message: unknown): void => {
          const answer = message as { readonly id?: number; readonly memory: Memory }
          if (answer.id === id) finish({ life, memory: answer.memory })
        }
        const give = (): void => finish(undefined)
        const limit = setTimeout(give, MEMORY_LIMIT_MS)
        const finish = (answer: { readonly life: string; readonly memory: Memory } | undefined): void => {
          clearTimeout(limit)
          child.off('message', hear).off('close', give)
          resolve(answer)
        }
        child.on('message', hear).once('close', give)
        child.send(id, () => undefined)
      })
    },
    abandon: () => void running?.child.kill('SIGKILL'),
  }
}
