import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'

/** What a child process can be asked: functions of one argument, which travels as JSON, as does what they return. */
export type Calls<C> = { readonly [Name in keyof C]: (argument: never) => unknown }

/** A process of the bench, asked over IPC. */
export interface Child<C extends Calls<C>> {
  /** Asks, and rejects when there is no answer within the limit. */
  readonly ask: <Name extends keyof C & string>(
    name: Name,
    argument: Parameters<C[Name]>[0],
    limitMs?: number,
  ) => Promise<Awaited<ReturnType<C[Name]>>>
  /** Ends it: politely first, so that it can write a profile, then for certain. */
  readonly end: () => Promise<void>
}

interface Question {
  readonly id: number
  readonly name: string
  readonly argument: unknown
}

type Answer = { readonly id: number } & ({ readonly value: unknown } | { readonly failure: string })

const ANSWER_LIMIT_MS = 60_000
const END_LIMIT_MS = 5_000

/** Starts a process from a compiled module beside this one. */
export const child = <C extends Calls<C>>(module: string, nodeOptions: readonly string[] = []): Child<C> => {
  const process = fork(new URL(module, import.meta.url), [], { execArgv: [...nodeOptions] })
  const waiting = new Map<number, (answer: Answer) => void>()
  let lastId = 0
  process.on('message', message => {
    const answer = message as Answer
    waiting.get(answer.id)?.(answer)
  })
  const fail = (failure: string): void => waiting.forEach((hear, id) => hear({ id, failure }))
  process.once('error', error => fail(error.message))
  process.once('exit', code => fail(`it ended with code ${code ?? 'none'}`))
  const ask = (name: string, argument: unknown, limitMs: number): Promise<unknown> =>
    new Promise((resolve, reject) => {
      const id = ++lastId
      const limit = setTimeout(() => hear({ id, failure: `no answer in ${limitMs / 1000} s` }), limitMs)
      const hear = (answer: Answer): void => {
        clearTimeout(limit)
        waiting.delete(id)
        if ('failure' in answer) reject(new Error(`${module} ${name}: ${answer.failure}`))
        else resolve(answer.value)
      }
      waiting.set(id, hear)
      if (!process.connected) hear({ id, failure: 'it has ended' })
      else process.send({ id, name, argument } satisfies Question)
    })
  return {
    ask: (name, argument, limitMs = ANSWER_LIMIT_MS) => ask(name, argument, limitMs) as never,
    end: () => end(process),
  }
}

const end = async (process: ChildProcess): Promise<void> => {
  if (process.exitCode !== null || process.signalCode !== null) return
  const exit = once(process, 'exit')
  const limit = setTimeout(() => process.kill('SIGKILL'), END_LIMIT_MS)
  if (process.connected) process.disconnect()
  await exit
  clearTimeout(limit)
}

/** The other end: answers what the parent asks, until the parent lets go. */
export const answerParent = <C extends Calls<C>>(calls: C): void => {
  const answer = async ({ id, name, argument }: Question): Promise<Answer> => {
    try {
      return { id, value: await calls[name as keyof C](argument as never) }
    } catch (error) {
      return { id, failure: error instanceof Error ? error.message : String(error) }
    }
  }
  process.on('message', question => {
    void answer(question as Question).then(given => process.send?.(given))
  })
  process.once('disconnect', () => process.exit())
}
