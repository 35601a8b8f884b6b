import { command } from '../../src/cli/ip6/ip6.js'
import { refusedBy, type Refusal } from './ip-cli.js'

/** Runs `rx-bacnet ip6` in this process as far as its options are refused. */
export const refusedIp6 = (args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Refusal> =>
  refusedBy(command, args, env)
