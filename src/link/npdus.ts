import { filter, type OperatorFunction } from 'rxjs'
import type { ReceivedNpdu } from './link.js'

/** The NPDUs among what a link of any kind tells: `outbound$.pipe(link, npdus(), decodeNpdus())`. */
export const npdus = <Address extends string>(): OperatorFunction<
  ReceivedNpdu<Address> | { readonly _tag: string },
  ReceivedNpdu<Address>
> => filter((event): event is ReceivedNpdu<Address> => event._tag === 'Npdu')
