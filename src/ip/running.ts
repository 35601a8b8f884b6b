import type { SchedulerLike } from 'rxjs'
import { runForeignDevice, type RunningForeignDevice } from '../bvll/foreign-device.js'
import type { PortOutput } from '../bvll/port-output.js'
import type { Random } from '../values/random.js'
import { ipForeignSpeech, type AnnexJ } from './annex-j.js'
import { runBbmd, type RunningBbmd } from './bbmd.js'
import type { BbmdRequests } from './bbmd-requests.js'
import type { IpRole } from './ip-role.js'
import type { IpLocal } from './ip-udp.js'
import { runOrdinaryNode, type RunningOrdinaryNode } from './ordinary-node.js'
import type { ReceptionFacts } from './reception.js'

/** The role that a port has, while it has it. */
export type Running = RunningOrdinaryNode | RunningForeignDevice<AnnexJ> | RunningBbmd

/** What a role needs of its port. */
export interface RunContext {
  readonly output: PortOutput<AnnexJ>
  readonly requests: BbmdRequests
  readonly scheduler: SchedulerLike
  readonly random: Random
  /** How it stands has changed. */
  readonly changed: () => void
}

/** Runs a role; it begins with `start`. */
export const runRole = (role: IpRole, { output, requests, scheduler, random, changed }: RunContext): Running => {
  switch (role._tag) {
    case 'OrdinaryNode':
      return runOrdinaryNode(output)
    case 'ForeignDevice':
      return runForeignDevice<AnnexJ>(role, output, {
        speech: ipForeignSpeech,
        scheduler,
        random,
        asked: () => requests.askRegistration(role.bbmd),
        deregistered: () => requests.endRegistration(role.bbmd),
        changed,
      })
    case 'Bbmd':
      return runBbmd(role, output, scheduler)
  }
}

/** What the table of reception needs to know of a port, whatever role it has. */
export const receptionFacts = (running: () => Running, local: () => IpLocal): ReceptionFacts => ({
  role: () => running()._tag,
  isBroadcast: address => address === local().broadcast,
  isSelf: address => running().isSelf(address),
  isOwnBbmd: address => {
    const role = running()
    return role._tag === 'ForeignDevice' && role.isOwnBbmd(address)
  },
})
