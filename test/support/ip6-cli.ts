import { interface6Table } from '../../src/io/interfaces6.js'
import { isLoopback } from '../../src/values/bip6-address.js'
import { printIpv6 } from '../../src/values/ipv6.js'
import { runCli, type CliProcess } from './cli.js'

/** Whether this host speaks IPv6 at all, if only to itself. */
export const hasIpv6: boolean = interface6Table().some(({ ip }) => isLoopback(ip))

/** What a test says of itself where it is skipped. */
export const withoutIpv6: string = hasIpv6 ? '' : ' (skipped: there is no IPv6 here)'

/** The interface that has `::1`. */
export const LOOPBACK: string = interface6Table().find(({ ip }) => printIpv6(ip) === '::1')?.name ?? 'lo'

/** Runs `rx-bacnet ip6 --json`. */
export const runIp6 = (bind: string, ...more: readonly string[]): CliProcess =>
  runCli(['ip6', '--json', '--bind', bind, ...more])
