import type { SchedulerLike } from 'rxjs'
import { runForeignDevice, type RunningForeignDevice } from '../bvll/foreign-device.js'
import type { PortOutput } from '../bvll/port-output.js'
import type { Bip6Address } from '../values/bip6-address.js'
import type { Bip6Vmac } from '../values/bip6-vmac.js'
import type { Random } from '../values/random.js'
import { ip6ForeignSpeech, type AnnexU } from './annex-u.js'
import { runBbmd6, type RunningBbmd6 } from './bbmd6.js'
import type { Ip6Role } from './ip6-role.js'
import { runOrdinaryNode6, type RunningOrdinaryNode6 } from './ordinary-node6.js'
import type { Reception6Facts } from './reception6.js'

/** The role that a port has, while it has it. */
export type Running6 = RunningOrdinaryNode6 | RunningForeignDevice<AnnexU> | RunningBbmd6

/** What a role needs of its port. */
export interface Run6Context {
  readonly output: PortOutput<AnnexU>
  readonly vmac: () => Bip6Vmac
  readonly scheduler: SchedulerLike
  readonly random: Random
  /** How it stands has changed. */
  readonly changed: () => void
  /** A BBMD was told to forget this port: its answer means nothing. */
  readonly deregistered: (bbmd: Bip6Address) => void
}

/** Runs a role; it begins with `start`. */
export const runRole6 = (
  role: Ip6Role,
  { output, vmac, scheduler, random, changed, deregistered }: Run6Context,
): Running6 => {
  switch (role._tag) {
    case 'OrdinaryNode':
      return runOrdinaryNode6(output, vmac)
    case 'ForeignDevice':
      return runForeignDevice<AnnexU>(role, output, {
        speech: ip6ForeignSpeech(vmac),
        scheduler,
        random,
        asked: () => undefined,
        deregistered: () => deregistered(role.bbmd),
        changed,
      })
    case 'Bbmd':
      return runBbmd6(role, output, vmac, scheduler)
  }
}

/** Asks for a VMAC, where a port of this role asks: its domain, its BBMD, or all domains. */
export const askFor = (
  target: Bip6Vmac,
  running: Running6,
  { output, vmac }: Run6Context,
  source: Bip6Vmac = vmac(),
): void => {
  switch (running._tag) {
    case 'OrdinaryNode':
      output.send(output.local().group, { _tag: 'Address-Resolution', source, target })
      return
    case 'ForeignDevice':
      output.send(running.bbmd, { _tag: 'Address-Resolution', source, target })
      return
    case 'Bbmd':
      running.ask(target, source)
      return
  }
}

/** What the table of reception needs to know of a port, whatever role it has. */
export const reception6Facts = (
  running: () => Running6,
  vmac: () => Bip6Vmac | undefined,
  isOnLoopback: () => boolean,
): Reception6Facts => ({
  isOnLoopback,
  role: () => running()._tag,
  vmac,
  isSelf: address => running().isSelf(address),
  isOwnBbmd: address => {
    const role = running()
    return role._tag === 'ForeignDevice' && role.isOwnBbmd(address)
  },
  isPeer: address => {
    const role = running()
    return role._tag === 'Bbmd' && role.isPeer(address)
  },
})
