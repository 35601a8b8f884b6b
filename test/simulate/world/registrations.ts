import type { VirtualInternetwork } from '../../../src/testing/index.js'
import { BvllFunction, BvllResultCode } from '../../../src/wire/bvll-function.js'
import { Bvll6Function, Bvll6ResultCode } from '../../../src/wire/bvll6-function.js'
import type { Plan } from '../plan/plan.js'
import type { Happening } from './fact.js'
import { placesOf } from './places.js'

/** Where the functions of an annex are in its datagrams. */
interface Speech {
  readonly register: number
  /** A result that says that something was done, in which only VMACs may differ. */
  readonly result: number
  readonly success: number
  readonly resultLength: number
}

const ANNEX_J: Speech = {
  register: BvllFunction['Register-Foreign-Device'],
  result: BvllFunction['BVLC-Result'],
  success: BvllResultCode.SUCCESS,
  resultLength: 6,
}

const ANNEX_U: Speech = {
  register: Bvll6Function['Register-Foreign-Device'],
  result: Bvll6Function['BVLC-Result'],
  success: Bvll6ResultCode.SUCCESS,
  resultLength: 9,
}

/** Tells when foreign devices ask to be registered, and when they hear that something was done. */
export const watchRegistrations = (
  { ipv4, ipv6 }: VirtualInternetwork,
  plan: Plan,
  tell: (happening: Happening) => void,
): void => {
  const places = placesOf(plan)

  const say = (_tag: 'AsksToRegister' | 'HearsSuccess', address: string | undefined): void => {
    const seat = address === undefined ? undefined : places.get(address)
    if (seat !== undefined) tell({ _tag, host: seat.host, network: seat.network })
  }
  const sent =
    ({ register }: Speech) =>
    ({ from, octets }: { readonly from: string; readonly octets: Uint8Array }): void => {
      if (octets[1] === register) say('AsksToRegister', from)
    }
  const heard =
    (speech: Speech) =>
    ({ _tag, octets, by }: { readonly _tag: string; readonly octets: Uint8Array; readonly by: string | undefined }) => {
      if (octets[1] === speech.result && _tag === 'Arrived' && isSuccess(octets, speech)) say('HearsSuccess', by)
    }

  ipv4.tap$.subscribe(sent(ANNEX_J))
  ipv4.fate$.subscribe(heard(ANNEX_J))
  ipv6.tap$.subscribe(sent(ANNEX_U))
  ipv6.fate$.subscribe(heard(ANNEX_U))
}

const isSuccess = (octets: Uint8Array, { resultLength, success }: Speech): boolean =>
  octets.length === resultLength &&
  (((octets[resultLength - 2] ?? 0) << 8) | (octets[resultLength - 1] ?? 0)) === success
