import type { SchedulerLike } from 'rxjs'
import { fanOutBudget } from '../bvll/budgets.js'
import { foreignTable, type ForeignTable } from '../bvll/foreign-table.js'
import type { Arrival } from '../bvll/udp.js'
import { buckets, type Pace } from '../limits/pace.js'
import { hostOf, ipOf, type BipAddress } from '../values/bip-address.js'
import { areNeighbours } from '../values/broadcast-mask.js'
import { BvllResultCode, type BvllRequestName } from '../wire/bvll-function.js'
import { BVLL_HEADER_LENGTH, TABLE_ENTRY_LENGTH, type BdtEntry, type BvllMessage, type FdtEntry } from '../wire/bvll.js'
import { broadcastTable, unfitTable, type BroadcastTable } from './broadcast-table.js'
import { forwarding, type Copies, type Forwarding } from './forwarding.js'
import type { Bbmd } from './ip-role.js'
import { RESULT_LENGTH } from './port-output.js'
import { NO_BROADCAST_ADDRESS, type RolePort, type RunningRole } from './running-role.js'
import type { BbmdMessage } from './reception.js'

/** A BBMD that runs. */
export interface RunningBbmd extends RunningRole {
  readonly _tag: 'Bbmd'
  /** A message that the table of reception leaves to it; `datagram` is all of it as it came. */
  readonly hear: (message: BbmdMessage, source: BipAddress, arrival: Arrival, datagram: Uint8Array) => void
  /** Whether a foreign device is registered. */
  readonly knows: (address: BipAddress) => boolean
  readonly setBdt: (entries: readonly BdtEntry[]) => void
  readonly tables: () => { readonly bdt: readonly BdtEntry[]; readonly fdt: readonly FdtEntry[] }
}

/** Answers to a foreign device that renews its registration: more than it needs, and no longer than the request. */
const RENEWALS: Pace = { burst: 4, perSecond: 1 }

const NOT_ALLOWED = 'not allowed'

/** The octets of an answer with so many rows of a table. */
const tableLength = (rows: number): number => BVLL_HEADER_LENGTH + TABLE_ENTRY_LENGTH * rows

/** Runs a BBMD on a port (section 6 of the protocol notes). */
export const runBbmd = (role: Bbmd, port: RolePort, scheduler: SchedulerLike): RunningBbmd => {
  const { policy, global } = role
  const spend = fanOutBudget({ each: policy.copiesPerAddress, inTotal: policy.copiesInTotal }, scheduler)
  const renewals = buckets<BipAddress>(RENEWALS, scheduler)
  const foreign: ForeignTable<BipAddress> = foreignTable({
    maxEntries: policy.maxForeignDevices,
    maxPerOrigin: policy.maxPerAddress,
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
    copies = undefined
  }

  let copies: { readonly to: Forwarding; readonly foreign: readonly BipAddress[] } | undefined

  /** Who gets copies: the same until one of the tables changes. */
  const copiesOf = (): Forwarding => {
    const addresses = foreign.addresses()
    if (copies?.foreign !== addresses) {
      const to = forwarding({ table, foreign: addresses, subnet: port.local().broadcast, isSelf })
      copies = { to, foreign: addresses }
    }
    return copies.to
  }

  const forwarded = (originating: BipAddress, npdu: Uint8Array): BvllMessage => ({
    _tag: 'Forwarded-NPDU',
    originating,
    npdu,
  })

  const spread = (origin: BipAddress, copies: Copies, copy: BvllMessage | Uint8Array): void => {
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

  const done = (to: BipAddress): void =>
    port.answer(to, RESULT_LENGTH, () => ({ _tag: 'BVLC-Result', code: BvllResultCode.SUCCESS }))

  /** Does what a request asks for, or says why not. */
  const settle = (source: BipAddress, request: BvllRequestName, refusal: string | undefined): void => {
    if (refusal === undefined) done(source)
    else port.refuse(source, request, refusal)
  }

  const register = (source: BipAddress, ttl: number): string | undefined => {
    if (ttl === 0) return 'the TTL is 0'
    if (ttl > policy.maxTtl) return 'the TTL is longer than allowed'
    return policy.mayRegister(source) ? foreign.register(source, ttl) : NOT_ALLOWED
  }

  const writeBdt = (source: BipAddress, entries: readonly BdtEntry[]): string | undefined => {
    if (!policy.mayWriteBdt(source)) return NOT_ALLOWED
    const unfit = unfitTable(entries)
    if (unfit !== undefined) return unfit
    setBdt(entries)
    port.tell({ _tag: 'BdtWritten', source, entries: table.entries })
    return undefined
  }

  const deleteEntry = (source: BipAddress, address: BipAddress): string | undefined => {
    if (!policy.mayDelete(source, address)) return NOT_ALLOWED
    return foreign.delete(address) ? undefined : 'there is no such entry'
  }

  const hear: RunningBbmd['hear'] = (message, source, arrival, datagram) => {
    switch (message._tag) {
      case 'Original-Broadcast-NPDU': {
        const { npdu } = message
        port.deliver(npdu, source, 'original')
        if (isOfSubnet(source, arrival)) {
          // Behind NAT, the others know what starts on the own subnet by the global address (section 8).
          spread(source, copiesOf().ofOriginal(source), forwarded(global ?? source, npdu))
        } else {
          port.discard('an Original-Broadcast-NPDU of another subnet is not forwarded', source)
        }
        return
      }
      case 'Forwarded-NPDU': {
        const { originating, npdu } = message
        if (!table.isPeer(source) && !policy.forwardsOfStrangers) {
          port.discard('a Forwarded-NPDU of a station that is not in the BDT', source)
          return
        }
        port.deliver(npdu, originating, 'forwarded')
        const from = { sender: source, isHeard: isHeard(source, arrival) }
        spread(originating, copiesOf().ofForwarded(originating, from), datagram)
        return
      }
      case 'Distribute-Broadcast-To-Network': {
        const { npdu } = message
        if (!foreign.has(source)) {
          port.refuse(source, message._tag, 'not registered')
          return
        }
        port.deliver(npdu, source, 'distributed')
        spread(source, copiesOf().ofDistributed(source), forwarded(source, npdu))
        return
      }
      case 'Register-Foreign-Device': {
        const isRenewal = foreign.has(source)
        const refusal = register(source, message.ttl)
        // Who is in the table has an answer whatever others ask for, or ask for in its name.
        if (refusal === undefined && isRenewal && renewals.take(source)) {
          port.send(source, { _tag: 'BVLC-Result', code: BvllResultCode.SUCCESS })
        } else {
          settle(source, message._tag, refusal)
        }
        return
      }
      case 'Read-Broadcast-Distribution-Table': {
        const { entries } = table
        if (!policy.mayRead(source)) port.refuse(source, message._tag, NOT_ALLOWED)
        else port.answer(source, tableLength(entries.length), () => ({ _tag: `${message._tag}-Ack`, entries }))
        return
      }
      case 'Write-Broadcast-Distribution-Table':
        settle(source, message._tag, writeBdt(source, message.entries))
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
        settle(source, message._tag, deleteEntry(source, message.address))
        return
    }
  }

  /** Of what it broadcasts itself, the subnet gets an Original-Broadcast-NPDU, and the others get copies (4.1). */
  const broadcast: RunningBbmd['broadcast'] = (outbound, npdu) => {
    const { address, broadcast: subnet } = port.local()
    const copies = copiesOf().ofOriginal(address)
    if (subnet === undefined && copies.size === 0) return NO_BROADCAST_ADDRESS
    if (subnet !== undefined) port.send(subnet, { _tag: 'Original-Broadcast-NPDU', npdu }, outbound)
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
