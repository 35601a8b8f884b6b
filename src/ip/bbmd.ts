import type { SchedulerLike } from 'rxjs'
import { fanOutBudget } from '../bvll/budgets.js'
import { currentForwarding, type Copies } from '../bvll/forwarding.js'
import { NOT_ALLOWED, registrar } from '../bvll/registrar.js'
import type { RolePort, RunningRole, Via } from '../bvll/running-role.js'
import type { Arrival } from '../bvll/udp.js'
import { hostOf, ipOf, type BipAddress } from '../values/bip-address.js'
import { areNeighbours } from '../values/broadcast-mask.js'
import { BVLL_HEADER_LENGTH, TABLE_ENTRY_LENGTH, type BdtEntry, type BvllMessage, type FdtEntry } from '../wire/bvll.js'
import type { AnnexJ } from './annex-j.js'
import { broadcastTable, unfitTable, type BroadcastTable } from './broadcast-table.js'
import type { Bbmd } from './ip-role.js'
import { NO_BROADCAST_ADDRESS } from './ordinary-node.js'
import type { BbmdMessage } from './reception.js'

/** A BBMD that runs. */
export interface RunningBbmd extends RunningRole<AnnexJ> {
  readonly _tag: 'Bbmd'
  /** A message that the table of reception leaves to it; `datagram` is all of it as it came. */
  readonly hear: (message: BbmdMessage, source: BipAddress, arrival: Arrival, datagram: Uint8Array) => void
  /** Whether a foreign device is registered. */
  readonly knows: (address: BipAddress) => boolean
  readonly setBdt: (entries: readonly BdtEntry[]) => void
  readonly tables: () => { readonly bdt: readonly BdtEntry[]; readonly fdt: readonly FdtEntry[] }
}

/** The octets of an answer with so many rows of a table. */
const tableLength = (rows: number): number => BVLL_HEADER_LENGTH + TABLE_ENTRY_LENGTH * rows

/** Runs a BBMD on a port (clause J.4.5, section 6 of the protocol notes). */
export const runBbmd = (role: Bbmd, port: RolePort<AnnexJ>, scheduler: SchedulerLike): RunningBbmd => {
  const { policy, global } = role
  const spend = fanOutBudget({ each: policy.copiesPerAddress, inTotal: policy.copiesInTotal }, scheduler)
  const {
    register,
    remove,
    table: foreign,
  } = registrar<AnnexJ>({
    policy,
    port,
    requests: { register: 'Register-Foreign-Device', remove: 'Delete-Foreign-Device-Table-Entry' },
    originOf: hostOf,
    scheduler,
    tell: ({ address, state }) => port.tell({ _tag: 'ForeignDevice', address, state }),
  })

  const isSelf = (address: BipAddress): boolean => address === global || port.local().own.has(address)

  const tableOf = (entries: readonly BdtEntry[]): BroadcastTable => {
    const { address, broadcast } = port.local()
    return broadcastTable(entries, { known: global ?? address, isSelf, broadcast })
  }

  let { bdt } = role
  let table = tableOf(bdt)

  const setBdt = (entries: readonly BdtEntry[]): void => {
    bdt = entries
    table = tableOf(bdt)
  }

  const copiesOf = currentForwarding<BipAddress>(() => ({
    table,
    foreign: foreign.addresses(),
    domain: port.local().broadcast,
    isSelf,
  }))

  const forwarded = (originating: BipAddress, npdu: Uint8Array): BvllMessage => ({
    _tag: 'Forwarded-NPDU',
    originating,
    npdu,
  })

  const spread = (origin: BipAddress, copies: Copies<BipAddress>, copy: BvllMessage | Uint8Array): void => {
    if (copies.size === 0) return
    const tooMuch = spend(hostOf(origin), copies.size)
    if (tooMuch === undefined) port.forward(copies, copy)
    else port.discard(tooMuch, origin)
  }

  /** `undefined` where the mask of the subnet is not known. */
  const isNeighbour = (source: BipAddress): boolean | undefined => {
    const { address, mask } = port.local()
    return mask === undefined ? undefined : areNeighbours(ipOf(source), ipOf(address), mask)
  }

  /** Whoever sends an Original-Broadcast-NPDU by unicast from elsewhere would have a fan-out without registering. */
  const isOfSubnet = (source: BipAddress, arrival: Arrival): boolean =>
    arrival === 'broadcast' || (isNeighbour(source) ?? arrival === 'unknown')

  /**
   * Where nobody can tell how it came, it may be what a BBMD of the own subnet has broadcast there. That one could not
   * tell either when it hears it once more, and both would go on for ever.
   */
  const isHeard = (sender: BipAddress, arrival: Arrival): boolean =>
    arrival === 'broadcast' || (arrival === 'unknown' && isNeighbour(sender) === true)

  const writeBdt = (source: BipAddress, entries: readonly BdtEntry[]): void => {
    const refusal = policy.mayWriteBdt(source) ? unfitTable(entries) : NOT_ALLOWED
    if (refusal !== undefined) {
      port.refuse(source, 'Write-Broadcast-Distribution-Table', refusal)
      return
    }
    setBdt(entries)
    port.tell({ _tag: 'BdtWritten', source, entries: table.entries })
    port.succeed(source)
  }

  /** After its copies were sent: what the subscriber does with the octets changes nobody else's. */
  const deliver = (npdu: Uint8Array, source: BipAddress, via: Via): void =>
    port.deliver({ npdu, source, destination: 'broadcast', via })

  const hear: RunningBbmd['hear'] = (message, source, arrival, datagram) => {
    switch (message._tag) {
      case 'Original-Broadcast-NPDU': {
        const { npdu } = message
        if (isOfSubnet(source, arrival)) {
          // Behind NAT, the others know what starts on the own subnet by the global address (section 8).
          spread(source, copiesOf().ofOriginal(source), forwarded(global ?? source, npdu))
        } else {
          port.discard('an Original-Broadcast-NPDU of another subnet is not forwarded', source)
        }
        deliver(npdu, source, 'original')
        return
      }
      case 'Forwarded-NPDU': {
        const { originating, npdu } = message
        if (!table.isPeer(source) && !policy.forwardsOfStrangers) {
          port.discard('a Forwarded-NPDU of a station that is not in the BDT', source)
          return
        }
        const from = { sender: source, isHeard: isHeard(source, arrival) }
        spread(originating, copiesOf().ofForwarded(originating, from), datagram)
        deliver(npdu, originating, 'forwarded')
        return
      }
      case 'Distribute-Broadcast-To-Network': {
        const { npdu } = message
        if (!foreign.has(source)) {
          port.refuse(source, message._tag, 'not registered')
          return
        }
        spread(source, copiesOf().ofDistributed(source, false), forwarded(source, npdu))
        deliver(npdu, source, 'distributed')
        return
      }
      case 'Register-Foreign-Device':
        register(source, message.ttl)
        return
      case 'Read-Broadcast-Distribution-Table': {
        const { entries } = table
        if (!policy.mayRead(source)) port.refuse(source, message._tag, NOT_ALLOWED)
        else port.answer(source, tableLength(entries.length), () => ({ _tag: `${message._tag}-Ack`, entries }))
        return
      }
      case 'Write-Broadcast-Distribution-Table':
        writeBdt(source, message.entries)
        return
      case 'Read-Foreign-Device-Table':
        if (!policy.mayRead(source)) port.refuse(source, message._tag, NOT_ALLOWED)
        else
          port.answer(source, tableLength(foreign.size()), () => ({
            _tag: `${message._tag}-Ack`,
            entries: foreign.entries(),
          }))
        return
      case 'Delete-Foreign-Device-Table-Entry':
        remove(source, message.address)
        return
    }
  }

  /** Of what it broadcasts itself, the subnet gets an Original-Broadcast-NPDU, and the others get copies (4.1). */
  const broadcast: RunningBbmd['broadcast'] = outbound => {
    const { npdu, headroom } = outbound
    const { address, broadcast: subnet } = port.local()
    const copies = copiesOf().ofOriginal(address)
    if (subnet === undefined && copies.size === 0) return NO_BROADCAST_ADDRESS
    if (subnet !== undefined) port.send(subnet, { _tag: 'Original-Broadcast-NPDU', npdu, headroom }, outbound)
    port.forward(copies, forwarded(global ?? address, npdu))
    return undefined
  }

  return {
    _tag: 'Bbmd',
    isSelf,
    start: () => undefined,
    hear,
    knows: foreign.has,
    broadcast,
    setBdt,
    tables: () => ({ bdt: table.entries, fdt: foreign.entries() }),
    registration: () => undefined,
    localChanged: () => setBdt(bdt),
    end: () => undefined,
    close: foreign.close,
  }
}
