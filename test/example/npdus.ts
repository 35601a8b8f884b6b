import { filter, type OperatorFunction } from 'rxjs'
import type { Duplex, OutboundNpdu, ReceivedNpdu } from 'rx-bacnet'

/** A link of any kind, of which only NPDUs matter. */
export type AnyLink<Address extends string> = Duplex<OutboundNpdu<Address>, { readonly _tag: string }>

/** The NPDUs among what a link tells. */
export const npdus = <Address extends string>(): OperatorFunction<{ readonly _tag: string }, ReceivedNpdu<Address>> =>
  filter((event): event is ReceivedNpdu<Address> => event._tag === 'Npdu')
