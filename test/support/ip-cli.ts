import { createSocket } from 'node:dgram'
import { Writable } from 'node:stream'
import { NEVER } from 'rxjs'
import { runCommand, type Command } from '../../src/cli/command.js'
import { command } from '../../src/cli/ip/ip.js'
import { runCli, type CliProcess } from './cli.js'

/** A UDP port that is free. Whoever shares it shares a subnet on loopback: 127.255.255.255 with this port. */
export const freeUdpPort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const socket = createSocket('udp4').once('error', reject)
    socket.bind(0, '127.0.0.1', () => {
      const { port } = socket.address()
      socket.close(() => resolve(port))
    })
  })

/** Runs `rx-bacnet ip --json`. */
export const runIp = (bind: string, ...more: readonly string[]): CliProcess =>
  runCli(['ip', '--json', '--bind', bind, ...more])

/** What came of a command whose options were refused. */
export interface Refusal {
  readonly code: number
  readonly stderr: string
}

/** Runs `rx-bacnet ip` in this process as far as its options are refused. */
export const refusedIp = (args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Refusal> =>
  refusedBy(command, args, env)

/** Runs a command in this process as far as its options are refused. */
export const refusedBy = async (
  refusing: Command,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Refusal> => {
  let stderr = ''
  const text = (write: (text: string) => void): Writable =>
    new Writable({
      write: (chunk: Buffer, _encoding, done) => {
        write(String(chunk))
        done()
      },
    })
  const context = {
    env,
    stdout: text(() => undefined),
    stderr: text(more => (stderr += more)),
    line$: NEVER,
    stop$: NEVER,
  }
  return { code: await runCommand(refusing, args, context), stderr }
}
